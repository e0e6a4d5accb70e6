package dev.millwright.docker.sandbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.docker.engine.Answer;
import dev.millwright.docker.engine.Containers;
import dev.millwright.docker.engine.Engine;
import dev.millwright.json.Json;
import dev.millwright.sandbox.OutputListener;
import dev.millwright.tool.ToolException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Runs jobs each in a container of its own, by {@link Profile}. The answer does not wait for the removal of the
 * container, which begins with the end of the run.
 */
final class EngineBackend implements Backend {
    private static final int LONGEST_END = 64 * 1024;

    private final Containers containers;
    private final JsonNode image;
    private final Host host;
    private final Consumer<CompletableFuture<?>> removing;

    /**
     * @param image as {@code GET /images/{name}/json} tells it; it is run by its id, which nobody can exchange
     * @param removing hears of removals that go on after the answer
     */
    EngineBackend(Containers containers, JsonNode image, Host host, Consumer<CompletableFuture<?>> removing) {
        this.containers = containers;
        this.image = image;
        this.host = host;
        this.removing = removing;
    }

    @Override
    public Outcome run(Job job, OutputListener listener) throws IOException, InterruptedException {
        boolean exchanges = !job.files().isEmpty() || !job.artifacts().isEmpty();
        String name = containers.named("millwright-sandbox-" + UUID.randomUUID());
        Engine engine = containers.engine();
        ObjectNode profile = Profile.of(job, image, host);
        String hash = Profile.hash(profile);
        ObjectNode config = config(job, profile);
        if (!exchanges) {
            Throwaway container = Throwaway.create(engine, name, config);
            return run(job, listener, container, hash, Optional.empty());
        }
        Profile.work(
                profile, Profile.volume(job, name, Leftovers.labels(job.bounds().time())));
        try (Held held = Held.of(engine, name + "-files", config.deepCopy(), name)) {
            Throwaway container;
            try {
                container = Throwaway.create(engine, name, config);
            } catch (RuntimeException | InterruptedException e) {
                Throwaway.await(held.release(CompletableFuture.completedFuture(null)));
                throw e;
            }
            return run(job, listener, container, hash, Optional.of(held));
        }
    }

    private ObjectNode config(Job job, ObjectNode profile) {
        ObjectNode config = Json.object()
                .put("Image", image.path("Id").asText())
                .put("User", Profile.NOBODY + ":" + Profile.NOBODY)
                .put("WorkingDir", Job.WORK)
                .put("Hostname", "sandbox")
                .put("NetworkDisabled", true)
                .put("AttachStdout", true)
                .put("AttachStderr", true)
                .put("OpenStdin", job.stdin().length > 0)
                .put("AttachStdin", job.stdin().length > 0)
                .put("StdinOnce", true)
                .put("Tty", false);
        job.argv().forEach(config.putArray("Entrypoint")::add);
        ArrayNode env = config.putArray("Env");
        Profile.variables().forEach(env::add);
        config.putObject("Healthcheck").putArray("Test").add("NONE");
        config.set("Labels", Leftovers.labels(job.bounds().time()));
        config.set("HostConfig", profile);
        containers.claim(config);
        return config;
    }

    private Outcome run(Job job, OutputListener listener, Throwaway container, String profile, Optional<Held> held)
            throws IOException, InterruptedException {
        boolean answered = false;
        try {
            if (held.isPresent()) {
                held.get().await(container);
                if (!job.files().isEmpty()) {
                    container.put(new ByteArrayInputStream(Archive.of(job.files(), job.executable())));
                }
            }
            Outcome outcome = started(job, listener, container, profile);
            answered = true;
            return outcome;
        } finally {
            CompletableFuture<Void> removed = container.remove();
            CompletableFuture<Void> all =
                    held.map(each -> each.release(removed)).orElse(removed);
            if (answered) {
                removing.accept(all);
            } else {
                Throwaway.await(all);
            }
        }
    }

    private Outcome started(Job job, OutputListener listener, Throwaway container, String profile)
            throws IOException, InterruptedException {
        Bounds bounds = job.bounds();
        CompletableFuture<Optional<Integer>> ended = new CompletableFuture<>();
        Recording recording = new Recording(listener, bounds.outputBytes(), () -> ended.complete(Optional.empty()));
        try (Answer attached = container.attach();
                Answer end = container.end();
                Feeding feeding = new Feeding(container, job.stdin())) {
            Thread said =
                    Thread.ofVirtual().name("output of a sandbox").start(() -> Frames.read(attached.body(), recording));
            Thread.ofVirtual().name("end of a sandbox").start(() -> ended(end, ended));
            container.start();
            feeding.start();
            Usage usage = new Usage(container);
            boolean late = false;
            Optional<Integer> exit;
            try {
                exit = ended.completeOnTimeout(
                                Optional.of(Usage.LATE),
                                bounds.time().toNanos(),
                                java.util.concurrent.TimeUnit.NANOSECONDS)
                        .get();
                late = exit.equals(Optional.of(Usage.LATE));
            } catch (java.util.concurrent.ExecutionException e) {
                throw ToolException.unavailable(
                        "the engine lost track of the sandbox: " + e.getCause().getMessage(), e);
            } finally {
                usage.close();
            }
            if (late || exit.isEmpty()) {
                container.kill();
            }
            said.join(Duration.ofSeconds(5));
            return told(job, container, profile, recording, late, usage);
        }
    }

    private static void ended(Answer end, CompletableFuture<Optional<Integer>> ended) {
        try {
            byte[] told = Throwaway.body(end, LONGEST_END);
            ended.complete(Optional.of(
                    Json.read(told, 0, told.length).path("StatusCode").asInt()));
        } catch (JsonProcessingException e) {
            ended.completeExceptionally(new IOException("it did not tell how it ended", e));
        } catch (IOException e) {
            ended.completeExceptionally(e);
        }
    }

    private Outcome told(Job job, Throwaway container, String profile, Recording recording, boolean late, Usage usage)
            throws IOException, InterruptedException {
        List<String> notes = new ArrayList<>(host.notes());
        List<Artifact> artifacts = artifacts(job, container, notes);
        JsonNode state = container.inspect().path("State");
        String trouble = state.path("Error").asText("");
        if (!trouble.isEmpty()) {
            notes.add("the engine says: " + trouble);
        }
        Outcome.Reason reason = recording.isFull()
                ? Outcome.Reason.OUTPUT
                : late
                        ? Outcome.Reason.TIMEOUT
                        : state.path("OOMKilled").asBoolean() ? Outcome.Reason.OOM : Outcome.Reason.EXIT;
        return new Outcome(
                reason == Outcome.Reason.TIMEOUT || reason == Outcome.Reason.OUTPUT
                        ? 137
                        : state.path("ExitCode").asInt(),
                reason,
                wall(state),
                usage.cpu(),
                usage.peakMemoryBytes(),
                recording.stdout(),
                recording.stderr(),
                artifacts,
                host.backend(),
                Optional.of(profile),
                notes);
    }

    /** By the engine's own clock. */
    private static Duration wall(JsonNode state) {
        Duration wall = Duration.between(
                OffsetDateTime.parse(state.path("StartedAt").asText()),
                OffsetDateTime.parse(state.path("FinishedAt").asText()));
        return wall.isNegative() ? Duration.ZERO : wall;
    }

    private static List<Artifact> artifacts(Job job, Throwaway container, List<String> notes)
            throws IOException, InterruptedException {
        List<Artifact> found = new ArrayList<>();
        Gathering gathering = new Gathering();
        for (String wanted : job.artifacts()) {
            String path = wanted.equals(".") ? Job.WORK + "/." : Job.WORK + "/" + wanted;
            int slash = wanted.lastIndexOf('/');
            try (Answer answer = container.get(path);
                    InputStream body = answer.body()) {
                found.addAll(Archive.read(body, slash < 0 ? "" : wanted.substring(0, slash + 1), gathering));
            } catch (ToolException e) {
                if (e.kind() != ToolException.Kind.NOT_FOUND) {
                    throw e;
                }
            }
        }
        Missing.tell(job, found, gathering);
        found.sort(Comparator.comparing(Artifact::path));
        notes.addAll(gathering.notes());
        return found;
    }
}
