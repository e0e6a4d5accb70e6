package dev.millwright.docker.sandbox;

import dev.millwright.sandbox.OutputListener;
import dev.millwright.sandbox.OutputListener.Stream;

/** Both outputs of a run, on their way to whoever listens, until they are more than they may be. */
final class Recording implements OutputListener {
    private final Tape stdout = new Tape();
    private final Tape stderr = new Tape();
    private final OutputListener listener;
    private final long most;
    private final Runnable full;

    /** @param full what is done, once, when there is more than {@code most} bytes */
    Recording(OutputListener listener, long most, Runnable full) {
        this.listener = listener;
        this.most = most;
        this.full = full;
    }

    @Override
    public void heard(Stream stream, byte[] bytes, int length) {
        boolean filled;
        int kept;
        synchronized (this) {
            long before = said();
            kept = (int) Math.max(0, Math.min(length, most - before));
            (stream == Stream.STDOUT ? stdout : stderr).add(bytes, 0, kept);
            filled = kept < length && !isFull;
            isFull |= filled;
        }
        if (kept > 0) {
            listener.heard(stream, bytes, kept);
        }
        if (filled) {
            full.run();
        }
    }

    private boolean isFull;

    private long said() {
        return stdout.total() + stderr.total();
    }

    Tape stdout() {
        return stdout;
    }

    Tape stderr() {
        return stderr;
    }

    synchronized boolean isFull() {
        return isFull;
    }
}
