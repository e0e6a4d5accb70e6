package dev.millwright.sandbox;

import java.nio.file.Path;

/**
 * A host folder or file that a command gets to see, or a folder within one that it does not.
 *
 * @param host absolute path of what is shown
 * @param inside absolute path under which it is shown
 */
public record Mount(Path host, Path inside, Access access) {
    /** What a command may do there. */
    public enum Access {
        READ,
        WRITE,
        /** Not even see it: an empty folder stands in its place. */
        HIDE
    }

    public Mount {
        if (!host.isAbsolute() || !inside.isAbsolute()) {
            throw new IllegalArgumentException("a mount needs absolute paths, got " + host + " at " + inside);
        }
        host = host.normalize();
        inside = inside.normalize();
    }

    /** Shows it read-only under its own path. */
    public static Mount read(Path path) {
        return new Mount(path, path, Access.READ);
    }

    /** Shows it writable under its own path. */
    public static Mount write(Path path) {
        return new Mount(path, path, Access.WRITE);
    }
}
