package dev.millwright.k8s.state;

import dev.millwright.k8s.api.ApiError;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Something that is being read on a thread of its own, so that others can be read meanwhile. */
final class Begun<T> {
    private final String what;
    private final FutureTask<T> task;

    /** @param what is read, as in {@code list pods} */
    Begun(String what, Callable<T> reading) {
        this.what = what;
        this.task = new FutureTask<>(reading);
        Thread.ofVirtual().name(what).start(task);
    }

    /** Waits for it. @throws ApiError as the reading does; also when this thread is interrupted, which ends the reading */
    T get() {
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException known) {
                throw known;
            }
            throw new IllegalStateException("cannot " + what, e.getCause());
        } catch (InterruptedException e) {
            end();
            Thread.currentThread().interrupt();
            throw new ApiError(
                    ApiError.UNREACHABLE,
                    "Interrupted",
                    what,
                    "the call was cancelled or its time was up",
                    Optional.of(e));
        }
    }

    /** Gives it up. */
    void end() {
        task.cancel(true);
    }
}
