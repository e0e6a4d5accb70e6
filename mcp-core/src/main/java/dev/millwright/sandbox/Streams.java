package dev.millwright.sandbox;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Our ends of the pipes of a process, opened anew as Java streams. */
final class Streams {
    private final InputStream stdout;
    private final InputStream stderr;
    private final OutputStream stdin;

    /** Leaves the descriptors open. @param stdin -1 for none */
    Streams(long stdout, long stderr, long stdin) throws IOException {
        this.stdout = new FileInputStream(path(stdout));
        this.stderr = new FileInputStream(path(stderr));
        this.stdin = stdin < 0 ? OutputStream.nullOutputStream() : new FileOutputStream(path(stdin));
    }

    private static String path(long fd) {
        return "/proc/self/fd/" + fd;
    }

    InputStream stdout() {
        return stdout;
    }

    InputStream stderr() {
        return stderr;
    }

    OutputStream stdin() {
        return stdin;
    }

    void close() throws IOException {
        stdout.close();
        stderr.close();
        stdin.close();
    }
}
