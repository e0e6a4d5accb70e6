package dev.millwright.sandbox;

import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A process that we started past {@link ProcessBuilder}; a thread of its own waits for its end. */
final class Child extends Process {
    private final ProcessHandle handle;
    private final Streams streams;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile int exitValue;

    Child(long pid, Streams streams) {
        this.handle = ProcessHandle.of(pid).orElseThrow(); // not reaped yet, so it is there
        this.streams = streams;
        Thread.ofPlatform().daemon().name("sandbox-wait").start(this::reap);
    }

    private void reap() {
        try {
            Kernel kernel = new Kernel();
            MemorySegment status = kernel.arena().allocate(ValueLayout.JAVA_INT);
            long result = kernel.call(Kernel.WAIT4, handle.pid(), status.address(), 0, 0);
            int ending = status.get(ValueLayout.JAVA_INT, 0);
            int signal = ending & 0x7f;
            exitValue = result < 0 ? 255 : signal == 0 ? ending >> 8 & 0xff : 128 + signal;
        } finally {
            ended.countDown();
        }
    }

    @Override
    public ProcessHandle toHandle() {
        return handle;
    }

    @Override
    public long pid() {
        return handle.pid();
    }

    @Override
    public InputStream getInputStream() {
        return streams.stdout();
    }

    @Override
    public InputStream getErrorStream() {
        return streams.stderr();
    }

    @Override
    public OutputStream getOutputStream() {
        return streams.stdin();
    }

    @Override
    public int waitFor() throws InterruptedException {
        ended.await();
        return exitValue;
    }

    @Override
    public boolean waitFor(long timeout, TimeUnit unit) throws InterruptedException {
        return ended.await(timeout, unit);
    }

    @Override
    public boolean isAlive() {
        return ended.getCount() > 0;
    }

    @Override
    public int exitValue() {
        if (isAlive()) {
            throw new IllegalThreadStateException("process " + pid() + " has not ended");
        }
        return exitValue;
    }

    @Override
    public void destroy() {
        handle.destroyForcibly();
    }
}
