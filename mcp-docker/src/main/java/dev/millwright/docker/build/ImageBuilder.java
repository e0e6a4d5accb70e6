package dev.millwright.docker.build;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.docker.build.BuildResult.Status;
import dev.millwright.docker.engine.Answer;
import dev.millwright.docker.engine.Ask;
import dev.millwright.docker.engine.Engine;
import dev.millwright.docker.engine.Unreachable;
import dev.millwright.json.Json;
import dev.millwright.tool.ToolException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Builds images on an engine: with BuildKit by {@code POST /build?version=2}, else with the builder before it. Nothing
 * without a name is left behind, however it ends.
 */
public final class ImageBuilder {
    /** Scheduling period of a step's processors, in microseconds: the kernel's default. */
    private static final int CPU_PERIOD = 100_000;

    /** Longer lines of an answer are no lines of a builder. */
    private static final int LONGEST_LINE = 32 * 1024 * 1024;

    private final Engine engine;
    private final Clock clock;
    private final Leftovers leftovers;

    public ImageBuilder(Engine engine, Clock clock) {
        this.engine = engine;
        this.clock = clock;
        this.leftovers = new Leftovers(engine);
    }

    /**
     * Builds.
     *
     * @param begun takes the name of each step when it begins
     * @return also when the build failed
     * @throws ToolException when the engine cannot be reached, or cannot do what is asked of it
     * @throws InterruptedException after the build was ended
     */
    public BuildResult build(BuildContext context, BuildRequest request, Consumer<String> begun)
            throws InterruptedException {
        boolean buildKit = usesBuildKit(request);
        Map<String, String> former = new HashMap<>();
        for (String tag : request.tags()) {
            leftovers.id(tag).ifPresent(id -> former.put(tag, id));
        }
        String id = UUID.randomUUID().toString();
        BuildOutput output = buildKit ? new BuildKitOutput(begun) : new LegacyOutput(System::nanoTime, begun);
        Instant start = clock.instant();
        boolean timedOut;
        try {
            timedOut = run(context, ask(context, request, buildKit, id), request, buildKit ? id : "", output);
        } catch (InterruptedException e) {
            aside(() -> {
                if (buildKit) {
                    cancel(id);
                }
                tidy(output, start);
            });
            throw e;
        }
        boolean failed = timedOut || output.image().isEmpty();
        if (failed) {
            tidy(output, start);
        } else {
            name(output.image(), request.tags(), former);
        }
        return new BuildResult(
                timedOut ? Status.TIMED_OUT : failed ? Status.FAILED : Status.SUCCEEDED,
                buildKit ? "buildkit_http" : "legacy",
                failed ? "" : output.image(),
                Duration.between(start, clock.instant()).toMillis() / 1000.0,
                output.steps(),
                output.warnings(),
                output.log());
    }

    private boolean usesBuildKit(BuildRequest request) throws InterruptedException {
        boolean has = !engine.version().podman() && engine.version().os().equals("linux");
        boolean limited = request.memory().isPresent() || request.cpus() > 0;
        return switch (request.builder()) {
            case LEGACY -> false;
            case AUTO -> has && !limited;
            case BUILDKIT_HTTP -> {
                if (!has) {
                    throw ToolException.unavailable(
                            "the engine at " + engine.address() + " has no BuildKit in its API; use builder legacy");
                } else if (limited) {
                    throw ToolException.invalidInput(
                            "/builder buildkit_http cannot limit memory and processors of steps; legacy can");
                }
                yield true;
            }
        };
    }

    private static Ask ask(BuildContext context, BuildRequest request, boolean buildKit, String id) {
        ObjectNode labels = Json.object().put(Leftovers.LABEL, "1");
        request.labels().forEach(labels::put);
        ObjectNode arguments = Json.object();
        request.arguments().forEach(arguments::put);
        Ask ask = Ask.post("/build")
                .with("dockerfile", context.dockerfilePath())
                .with("labels", Json.write(labels))
                .with("buildargs", Json.write(arguments))
                .with("networkmode", request.network())
                .with("rm", true)
                .with("forcerm", true);
        if (request.noCache()) {
            ask = ask.with("nocache", true);
        }
        if (request.target().isPresent()) {
            ask = ask.with("target", request.target().get());
        }
        if (!request.tags().isEmpty()) {
            ask = ask.with("t", request.tags().getFirst());
        }
        if (request.memory().isPresent()) {
            ask = ask.with("memory", request.memory().getAsLong())
                    .with("memswap", request.memory().getAsLong());
        }
        if (request.cpus() > 0) {
            ask = ask.with("cpuperiod", CPU_PERIOD).with("cpuquota", (long) CPU_PERIOD * request.cpus());
        }
        return buildKit ? ask.with("version", 2).with("buildid", id) : ask;
    }

    /** @return whether its time was over */
    private boolean run(BuildContext context, Ask ask, BuildRequest request, String cancelId, BuildOutput output)
            throws InterruptedException {
        List<Answer> open = new ArrayList<>();
        Watchdog.Cancel cancel = () -> {
            if (!cancelId.isEmpty()) {
                cancel(cancelId);
            } else {
                synchronized (open) {
                    open.forEach(Answer::close);
                }
            }
        };
        Watchdog watchdog = new Watchdog(request.time(), cancel);
        try (watchdog;
                InputStream tar = context.tar();
                Answer answer = engine.send(ask.tar(tar).forLong())) {
            synchronized (open) {
                open.add(answer);
            }
            read(answer.body(), output);
        } catch (ToolException e) {
            if (watchdog.isOver()) {
                return true;
            } else if (e.kind() != ToolException.Kind.INVALID_INPUT) {
                throw e;
            }
            // What the older builder says of a Dockerfile that it cannot read.
            output(output, e.getMessage().replaceFirst("^the engine refused POST /build: ", ""));
        } catch (IOException e) {
            if (!watchdog.isOver()) {
                throw Unreachable.during(ask, engine, e);
            }
        } catch (InterruptedException e) {
            if (!watchdog.isOver()) {
                throw e;
            }
        }
        return watchdog.isOver();
    }

    private static void output(BuildOutput output, String error) {
        try {
            output.take(Json.object().put("error", error));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void read(InputStream body, BuildOutput output) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8), 64 * 1024);
        StringBuilder line = new StringBuilder();
        for (int c = lines.read(); ; c = lines.read()) {
            if (c == '\n' || c < 0) {
                if (!line.toString().isBlank()) {
                    output.take(json(line.toString()));
                }
                line.setLength(0);
                if (c < 0) {
                    return;
                }
            } else if (line.length() < LONGEST_LINE) {
                line.append((char) c);
            } else {
                throw new IOException("a line of the builder is longer than " + LONGEST_LINE + " characters");
            }
        }
    }

    private static JsonNode json(String line) throws IOException {
        try {
            return Json.read(line);
        } catch (JsonProcessingException e) {
            throw new IOException("the builder answered what is no JSON", e);
        }
    }

    private void cancel(String id) throws InterruptedException {
        engine.done(Ask.post("/build/cancel").with("id", id));
    }

    private void tidy(BuildOutput output, Instant begun) throws InterruptedException {
        if (output instanceof LegacyOutput legacy) {
            leftovers.containers(legacy.containers());
            leftovers.layers(legacy.layer(), begun);
        }
    }

    /** Gives the other names, and takes away what lost its name. */
    private void name(String image, List<String> tags, Map<String, String> former) throws InterruptedException {
        for (String tag : tags.subList(Math.min(1, tags.size()), tags.size())) {
            int colon = tag.lastIndexOf(':') > tag.lastIndexOf('/') ? tag.lastIndexOf(':') : tag.length();
            Ask ask = Ask.post("/images/{}/tag", image).with("repo", tag.substring(0, colon));
            engine.done(colon < tag.length() ? ask.with("tag", tag.substring(colon + 1)) : ask);
        }
        for (String id : former.values()) {
            if (!id.equals(image)) {
                leftovers.former(id);
            }
        }
    }

    private interface Work {
        void run() throws InterruptedException;
    }

    /** In a thread of its own, for the calling one is interrupted. */
    private static void aside(Work work) {
        Thread thread = Thread.ofVirtual().start(() -> {
            try {
                work.run();
            } catch (InterruptedException | RuntimeException e) {
                // The engine may be gone: there is nobody left to tell.
            }
        });
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join(10_000);
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
