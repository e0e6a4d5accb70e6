package dev.millwright.sandbox;

import dev.millwright.tool.ToolException;
import java.nio.file.Path;

/** Runs commands; safe for use by many threads, each run by itself. */
public interface Sandbox {
    /**
     * Where a confined command finds its work folder, starts and has its home; without a mount namespace that is the
     * folder's own path, which {@code HOME} tells and the receipt too.
     */
    Path WORK = Path.of("/work");

    /**
     * Runs a command to its end or to the first limit it meets.
     *
     * @throws InterruptedException when the calling thread is interrupted; the whole tree of processes is gone by then
     * @throws ToolException {@code UNAVAILABLE} when nothing could be started, naming what is missing
     */
    Receipt run(Command command, OutputListener listener) throws InterruptedException;

    default Receipt run(Command command) throws InterruptedException {
        return run(command, OutputListener.NONE);
    }

    /** {@code bubblewrap}, {@code landlock}, {@code unconfined}, {@code plain}, or {@code none} where nothing works. */
    String backend();

    /** Whether commands can be started here and what holds less well than asked for; found out once. */
    Probe probe();
}
