package dev.millwright.docker.release;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.docker.engine.Answer;
import dev.millwright.docker.engine.Ask;
import dev.millwright.docker.engine.ContainerLog;
import dev.millwright.docker.engine.Containers;
import dev.millwright.docker.sandbox.Leftovers;
import dev.millwright.docker.sandbox.Throwaway;
import dev.millwright.json.Json;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * A container of the image as it is, started hardened: without network, capabilities, new privileges and mounts, on a
 * root that cannot be written, within limits; and removed whatever happens.
 */
public final class Trial implements AutoCloseable {
    private static final Duration LONGEST = Duration.ofMinutes(15);
    private static final Duration LOOK = Duration.ofMillis(150);
    private static final int LOG_LINES = 6;
    private static final int LOG_BYTES = 1_200;
    private static final int MOST_ENTRIES = 20_000;

    private final Checklist checklist;
    private final Throwaway container;
    private final boolean watched;

    private Trial(Checklist checklist, Throwaway container, boolean watched) {
        this.checklist = checklist;
        this.container = container;
        this.watched = watched;
    }

    /** @param image as {@code GET /images/{name}/json} tells it */
    public static Trial of(Checklist checklist, JsonNode image, Containers containers) throws InterruptedException {
        Checklist.Start start = checklist.start().orElse(Checklist.Start.DEFAULT);
        ObjectNode config =
                Json.object().put("Image", image.path("Id").asText()).put("NetworkDisabled", true);
        ArrayNode env = config.putArray("Env");
        start.env().forEach((name, value) -> env.add(name + "=" + value));
        config.set("Labels", Leftovers.labels(LONGEST));
        config.set("HostConfig", confined(start, image));
        Optional<List<String>> test = checklist.healthy().flatMap(healthy -> test(healthy, image));
        test.ifPresent(command -> {
            // Looked at each second: the usual half minute would be most of the time it has.
            ObjectNode health = config.putObject("Healthcheck")
                    .put("Interval", Duration.ofSeconds(1).toNanos())
                    .put("Timeout", Duration.ofSeconds(10).toNanos())
                    .put("Retries", 1_000);
            command.forEach(health.putArray("Test")::add);
        });
        containers.claim(config);
        Throwaway container = Throwaway.create(
                containers.engine(), containers.named("millwright-release-" + UUID.randomUUID()), config);
        return new Trial(checklist, container, test.isPresent());
    }

    private static Optional<List<String>> test(Checklist.Healthy healthy, JsonNode image) {
        if (healthy.command().isPresent()) {
            List<String> test = new ArrayList<>(List.of("CMD"));
            test.addAll(healthy.command().get());
            return Optional.of(test);
        }
        List<String> test = new ArrayList<>();
        image.path("Config").path("Healthcheck").path("Test").forEach(each -> test.add(each.asText()));
        return test.isEmpty() || test.getFirst().equals("NONE") ? Optional.empty() : Optional.of(test);
    }

    private static ObjectNode confined(Checklist.Start start, JsonNode image) {
        ObjectNode host = Json.object()
                .put("NetworkMode", "none")
                .put("ReadonlyRootfs", start.readOnly())
                .put("PidsLimit", 512)
                .put("Memory", (long) start.memoryMb() << 20)
                .put("MemorySwap", (long) start.memoryMb() << 20)
                .put("NanoCpus", 1_000_000_000L)
                .put("Init", true);
        host.putArray("CapDrop").add("ALL");
        host.putArray("SecurityOpt").add("no-new-privileges");
        host.putObject("RestartPolicy").put("Name", "no");
        host.putObject("LogConfig").put("Type", "json-file").putObject("Config").put("max-size", "2m");
        ObjectNode memory = host.putObject("Tmpfs");
        List<String> writable = new ArrayList<>(List.of("/tmp", "/run"));
        writable.addAll(start.writable());
        writable.forEach(path -> memory.put(path, "rw,nosuid,nodev,size=64m,mode=1777"));
        ArrayNode mounts = host.putArray("Mounts");
        image.path("Config").path("Volumes").fieldNames().forEachRemaining(path -> {
            if (!writable.contains(path)) {
                ObjectNode mount = mounts.addObject().put("Type", "tmpfs").put("Target", path);
                mount.putObject("TmpfsOptions").put("SizeBytes", 256L << 20).put("Mode", 01777);
            }
        });
        return host;
    }

    /** Whether files are there, as the image has them. */
    public List<Item> files() throws IOException, InterruptedException {
        List<Item> items = new ArrayList<>();
        for (String path : checklist.files()) {
            List<String> found = path.contains("*") ? matching(path) : there(path) ? List.of(path) : List.of();
            items.add(Item.of(
                    "file " + path,
                    !found.isEmpty(),
                    found.isEmpty() ? "there is no such file in the image" : "found " + String.join(", ", found)));
        }
        return items;
    }

    private boolean there(String path) throws InterruptedException {
        Ask ask = Ask.head("/containers/{}/archive", container.id()).with("path", path);
        try (Answer answer = container.engine().send(ask)) {
            return answer.status() == 200;
        } catch (ToolException e) {
            if (e.kind() == ToolException.Kind.NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    private List<String> matching(String pattern) throws IOException, InterruptedException {
        int slash = pattern.lastIndexOf('/');
        String folder = slash == 0 ? "/" : pattern.substring(0, slash);
        String name = pattern.substring(slash + 1);
        List<String> found = new ArrayList<>();
        try (Answer answer = container.get(folder + "/.");
                InputStream body = answer.body();
                TarArchiveInputStream tar = new TarArchiveInputStream(body)) {
            TarArchiveEntry entry = tar.getNextEntry();
            for (int i = 0; entry != null && i < MOST_ENTRIES && found.size() < 3; i++) {
                String path = entry.getName().startsWith("./") ? entry.getName().substring(2) : entry.getName();
                if (!path.isEmpty() && path.indexOf('/') < 0 && Paper.matches(name, path)) {
                    found.add(pattern.substring(0, slash + 1) + path);
                }
                entry = tar.getNextEntry();
            }
        } catch (ToolException e) {
            if (e.kind() != ToolException.Kind.NOT_FOUND) {
                throw e;
            }
        }
        return found;
    }

    /** Starts it and watches it: whether it stays up, who its processes are, and whether it becomes healthy in time. */
    public List<Item> runs() throws InterruptedException {
        List<Item> items = new ArrayList<>();
        Checklist.Start start = checklist.start().orElse(Checklist.Start.DEFAULT);
        long began = System.nanoTime();
        try {
            container.start();
        } catch (ToolException e) {
            items.add(new Item("starts", Item.Status.FAIL, String.valueOf(e.getMessage())));
            checklist
                    .healthy()
                    .ifPresent(each -> items.add(new Item("healthy", Item.Status.FAIL, "it does not start")));
            return items;
        }
        Optional<Item> user = Optional.empty();
        JsonNode state = container.inspect().path("State");
        Optional<Item> healthy = Optional.empty();
        boolean waits = checklist.healthy().isPresent() && watched;
        while (isRunning(state)) {
            Duration since = Duration.ofNanos(System.nanoTime() - began);
            if (waits && healthy.isEmpty()) {
                healthy = health(state, since);
            }
            boolean longEnough = since.toSeconds() >= start.runningSeconds();
            if (longEnough && (!waits || healthy.isPresent())) {
                user = checklist.nonRoot() ? user() : user;
                break;
            }
            Thread.sleep(LOOK);
            state = container.inspect().path("State");
        }
        items.add(started(start, state, Duration.ofNanos(System.nanoTime() - began)));
        if (checklist.healthy().isPresent()) {
            items.add(healthy.orElseGet(() -> new Item(
                    "healthy",
                    Item.Status.FAIL,
                    watched
                            ? "it ended before it was healthy"
                            : "it declares no HEALTHCHECK, and the checklist has no healthy.command")));
        }
        user.ifPresent(items::add);
        return items;
    }

    private static boolean isRunning(JsonNode state) {
        return state.path("Running").asBoolean();
    }

    private Item started(Checklist.Start start, JsonNode state, Duration since) throws InterruptedException {
        String after = String.format(Locale.ROOT, "%.1f s", since.toMillis() / 1000.0);
        int code = state.path("ExitCode").asInt();
        if (isRunning(state)) {
            return Item.of("starts", !start.exits(), "it still runs after " + after);
        }
        String end = "it ended within " + after + " with exit code " + code
                + (state.path("OOMKilled").asBoolean() ? ", killed for its memory" : "");
        boolean holds = start.exits() && code == 0;
        return Item.of("starts", holds, holds ? end : end + said());
    }

    private Optional<Item> health(JsonNode state, Duration since) {
        JsonNode health = state.path("Health");
        int within = checklist.healthy().orElseThrow().withinSeconds();
        if (health.path("Status").asText().equals("healthy")) {
            return Optional.of(Item.of(
                    "healthy", true, String.format(Locale.ROOT, "healthy after %.1f s", since.toMillis() / 1000.0)));
        } else if (since.toSeconds() >= within) {
            JsonNode last = health.path("Log").path(health.path("Log").size() - 1);
            String output = last.path("Output").asText("").strip();
            return Optional.of(Item.of(
                    "healthy",
                    false,
                    "not within " + within + " s; the last check ended with "
                            + last.path("ExitCode").asText("none") + ": "
                            + output.substring(0, Math.min(300, output.length()))));
        }
        return Optional.empty();
    }

    /** By the processes themselves: a name may stand for root, and an entry point may change who it is. */
    private Optional<Item> user() throws InterruptedException {
        JsonNode told;
        try {
            told = container
                    .engine()
                    .json(Ask.get("/containers/{}/top", container.id()).with("ps_args", "-eo uid,pid,args"));
        } catch (ToolException e) {
            return Optional.empty(); // it has just ended
        }
        List<String> root = new ArrayList<>();
        for (JsonNode process : told.path("Processes")) {
            String command = process.path(2).asText();
            if (process.path(0).asText().strip().equals("0")) {
                root.add(command.substring(0, Math.min(80, command.length())));
            }
        }
        if (told.path("Processes").isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Item.of(
                "non-root processes",
                root.isEmpty(),
                root.isEmpty() ? "no process runs as root" : "root runs " + String.join("; ", root)));
    }

    private String said() throws InterruptedException {
        ContainerLog log = ContainerLog.read(
                container.engine(),
                container.inspect(),
                new ContainerLog.Wanted(
                        Optional.empty(), Optional.empty(), Optional.empty(), LOG_LINES, LOG_BYTES, false));
        return log.lines().isEmpty() ? ", and said nothing" : "; it said last: " + String.join(" | ", log.lines());
    }

    @Override
    public void close() {
        Throwaway.await(container.remove());
    }
}
