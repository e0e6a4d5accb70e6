package dev.millwright.git.remote;

import dev.millwright.tool.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.eclipse.jgit.transport.Transport;
import org.slf4j.LoggerFactory;

/** A way to another repository, for one call. */
public final class Link implements AutoCloseable {
    private final Call call;
    private final RemoteUrl url;
    private final Refusal refusal;
    private final List<AutoCloseable> closing = new ArrayList<>();
    private final Transport transport;

    Link(Call call, RemoteUrl url, Refusal refusal, Transport transport) {
        this.call = call;
        this.url = url;
        this.refusal = refusal;
        this.transport = transport;
        closing.add(transport);
    }

    /** Closes this too, after all that was taken before. */
    Link closingLast(AutoCloseable resource) {
        closing.add(resource);
        return this;
    }

    /** Where it leads. */
    public RemoteUrl url() {
        return url;
    }

    Call call() {
        return call;
    }

    /** JGit's side of it; what is done with it is done in {@link #run}. */
    Transport transport() {
        return transport;
    }

    /**
     * Works over the network on a virtual thread: one that is interrupted leaves a read or a connect at once, and the call
     * with it, which a platform thread would not.
     */
    <T> T run(Callable<T> work) throws InterruptedException {
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = Thread.ofVirtual().name("remote").start(task);
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw new Failure(call, url, refusal).of(e.getCause());
        } finally {
            thread.interrupt();
            joined(thread);
        }
    }

    /** Ends only when nothing writes to the repository any more, however often it is interrupted meanwhile. */
    private static void joined(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        for (AutoCloseable each : closing) {
            try {
                each.close();
            } catch (Exception e) {
                LoggerFactory.getLogger(Link.class).debug("closing", e);
            }
        }
    }
}
