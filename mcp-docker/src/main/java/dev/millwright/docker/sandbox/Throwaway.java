package dev.millwright.docker.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.docker.engine.Answer;
import dev.millwright.docker.engine.Ask;
import dev.millwright.docker.engine.Engine;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;

/** A container of ours from its creation to its removal. */
public final class Throwaway {
    /** How long the engine may take to remove one before a call stops waiting for it. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final Executor THREADS =
            task -> Thread.ofVirtual().name("container").start(task);

    private final Engine engine;
    private final String id;

    private Throwaway(Engine engine, String id) {
        this.engine = engine;
        this.id = id;
    }

    /** One that is there already. */
    static Throwaway known(Engine engine, String id) {
        return new Throwaway(engine, id);
    }

    /** Creates one; the caller removes it. @param name of the container */
    public static Throwaway create(Engine engine, String name, ObjectNode config) throws InterruptedException {
        // On a thread of its own: an interrupt in the middle would lose a container that the engine makes all the same.
        CompletableFuture<Throwaway> made = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        JsonNode answer = engine.json(Ask.post("/containers/create")
                                .with("name", name)
                                .json(config));
                        return new Throwaway(engine, answer.path("Id").asText());
                    } catch (InterruptedException e) {
                        throw new IllegalStateException("nobody interrupts this thread", e);
                    }
                },
                THREADS);
        try {
            return made.get();
        } catch (InterruptedException e) {
            made.thenAccept(Throwaway::remove);
            throw e;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ToolException known) {
                throw known;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    public String id() {
        return id;
    }

    public Engine engine() {
        return engine;
    }

    public void start() throws InterruptedException {
        engine.done(Ask.post("/containers/{}/start", id).forLong());
    }

    /** What it says from its start on, both outputs in frames. */
    Answer attach() throws InterruptedException {
        return engine.send(attachment()
                .with("stdout", true)
                .with("stderr", true)
                .input(InputStream.nullInputStream())
                .forLong());
    }

    /** A connection for what it is to read. */
    Answer feed(InputStream stdin) throws InterruptedException {
        return engine.send(attachment().with("stdin", true).input(stdin).forLong());
    }

    private Ask attachment() {
        return Ask.post("/containers/{}/attach", id)
                .with("stream", true)
                .header("Connection", "Upgrade")
                .header("Upgrade", "tcp");
    }

    /** Its end, once it was started: the answer's body is the exit code, and comes with the end. */
    Answer end() throws InterruptedException {
        return engine.send(Ask.post("/containers/{}/wait", id)
                .with("condition", "next-exit")
                .forLong());
    }

    public JsonNode inspect() throws InterruptedException {
        return engine.json(Ask.get("/containers/{}/json", id));
    }

    /** Kills all of it at once; one that has ended is left as it is. */
    void kill() throws InterruptedException {
        try {
            engine.done(Ask.post("/containers/{}/kill", id).with("signal", "KILL"));
        } catch (ToolException e) {
            if (e.kind() != ToolException.Kind.CONFLICT && e.kind() != ToolException.Kind.NOT_FOUND) {
                throw e;
            }
        }
    }

    void put(InputStream tar) throws InterruptedException {
        engine.done(Ask.put("/containers/{}/archive", id)
                .with("path", Job.WORK)
                .tar(tar)
                .forLong());
    }

    /** A file or folder of it as an archive. @throws ToolException {@code NOT_FOUND} when there is none */
    public Answer get(String path) throws InterruptedException {
        return engine.send(
                Ask.get("/containers/{}/archive", id).with("path", path).forLong());
    }

    /** Kills and removes it with all that it kept, in the background. */
    public CompletableFuture<Void> remove() {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        engine.done(Ask.delete("/containers/{}", id)
                                .with("force", true)
                                .with("v", true)
                                .forLong());
                    } catch (ToolException e) {
                        if (e.kind() != ToolException.Kind.NOT_FOUND) {
                            throw e;
                        }
                    } catch (InterruptedException e) {
                        throw new IllegalStateException("nobody interrupts this thread", e);
                    }
                },
                THREADS);
    }

    /** Waits for what was begun, through interrupts, which are kept for later. */
    public static void await(CompletableFuture<?> begun) {
        boolean interrupted = false;
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                begun.get(Math.max(1, until - System.nanoTime()), java.util.concurrent.TimeUnit.NANOSECONDS);
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (ExecutionException | TimeoutException e) {
                break; // the reaper finds it by its label
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Reads an answer's body to its end. */
    static byte[] body(Answer answer, int most) throws IOException {
        try (answer;
                InputStream body = answer.body()) {
            return body.readNBytes(most);
        }
    }
}
