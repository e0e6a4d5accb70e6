package dev.millwright.docker.sandbox;

import dev.millwright.sandbox.OutputListener;
import java.io.IOException;

/** What runs jobs; every one of them promises the same. */
interface Backend {
    /**
     * Runs a job to its end or to the first limit it meets.
     *
     * @param listener hears output while it comes
     * @throws InterruptedException when the calling thread is interrupted; nothing of the run is left by then
     */
    Outcome run(Job job, OutputListener listener) throws IOException, InterruptedException;
}
