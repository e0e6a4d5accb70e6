package dev.millwright.docker.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.docker.engine.Answer;
import dev.millwright.docker.engine.Ask;
import dev.millwright.docker.engine.Engine;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Keeps a volume in memory mounted before, while and after a container runs with it.
 *
 * <p>An engine's archive interface does not reach a container's own tmpfs, and a folder on its disk has no limit of size.
 * A volume of type tmpfs has one, but is emptied when its last user lets go of it. So a second container, never started,
 * receives an archive that does not end until {@link #close}: meanwhile the engine holds the volume.
 */
final class Held implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** What programs make in their home anyway. */
    private static final String SIGN = ".cache";
    /** So many entries of 512 bytes that none is left waiting in a buffer on the way. */
    private static final int SIGNS = 256;

    private final Throwaway holder;
    private final String volume;
    private final PipedOutputStream rest;
    private final TarArchiveOutputStream tar;
    private final CompletableFuture<Void> sent;

    private Held(
            Throwaway holder,
            String volume,
            PipedOutputStream rest,
            TarArchiveOutputStream tar,
            CompletableFuture<Void> sent) {
        this.holder = holder;
        this.volume = volume;
        this.rest = rest;
        this.tar = tar;
        this.sent = sent;
    }

    /** @param config of the container that holds, with the volume; its program is never started */
    static Held of(Engine engine, String name, ObjectNode config, String volume)
            throws IOException, InterruptedException {
        Throwaway holder = Throwaway.create(engine, name, config);
        PipedOutputStream rest = new PipedOutputStream();
        PipedInputStream archive = new PipedInputStream(rest, 64 * 1024);
        CompletableFuture<Void> sent = new CompletableFuture<>();
        Thread.ofVirtual().name("holds " + name).start(() -> {
            try {
                holder.put(archive);
                sent.complete(null);
            } catch (RuntimeException | InterruptedException e) {
                sent.completeExceptionally(e);
            }
        });
        Held held = new Held(holder, volume, rest, new TarArchiveOutputStream(rest, 512), sent);
        try {
            held.open();
            return held;
        } catch (IOException | RuntimeException e) {
            Throwaway.await(held.release(CompletableFuture.completedFuture(null)));
            throw e;
        }
    }

    /** Makes a folder in it, as a sign that the volume is mounted. */
    private void open() throws IOException {
        TarArchiveEntry folder = new TarArchiveEntry(SIGN + "/");
        folder.setMode(040700);
        folder.setIds(Profile.NOBODY, Profile.NOBODY);
        for (int i = 0; i < SIGNS; i++) {
            tar.putArchiveEntry(folder);
            tar.closeArchiveEntry();
        }
        rest.flush();
    }

    /** Waits until a container that shares the volume sees the sign. */
    void await(Throwaway sharing) throws InterruptedException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (!isThere(sharing)) {
            if (sent.isDone() || System.nanoTime() > until) {
                throw ToolException.unavailable(
                        "the engine holds no work folder in memory for files; without files and artifacts none is needed");
            }
            Thread.sleep(4);
        }
    }

    private static boolean isThere(Throwaway sharing) throws InterruptedException {
        Ask ask = Ask.head("/containers/{}/archive", sharing.id()).with("path", Job.WORK + "/" + SIGN);
        try (Answer answer = sharing.engine().send(ask)) {
            return answer.status() == 200;
        } catch (ToolException e) {
            if (e.kind() == ToolException.Kind.NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    /** Ends the archive, and removes container and volume in the background: those that run with it must be gone. */
    CompletableFuture<Void> release(CompletableFuture<?> others) {
        close();
        return CompletableFuture.allOf(others, sent)
                .handle((done, failure) -> null)
                .thenCompose(done -> holder.remove())
                .thenRunAsync(
                        () -> {
                            try {
                                Leftovers.removeVolume(holder.engine(), volume);
                            } catch (InterruptedException e) {
                                throw new IllegalStateException("nobody interrupts this thread", e);
                            }
                        },
                        task -> Thread.ofVirtual().start(task));
    }

    @Override
    public void close() {
        try {
            tar.close();
        } catch (IOException e) {
            // the engine has let go of it already
        }
    }
}
