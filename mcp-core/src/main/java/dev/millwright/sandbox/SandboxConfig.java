package dev.millwright.sandbox;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How commands are confined.
 *
 * @param confinement which backend
 * @param scratch folder for what runs need while they last; other users must be able to pass through it
 * @param cgroup cgroup v2 folder delegated to this server, where it is not the server's own
 */
public record SandboxConfig(Confinement confinement, Path scratch, Optional<Path> cgroup) {
    /** Which backend. */
    public enum Confinement {
        /** The strongest that works here: bubblewrap, else Landlock; refuses when neither does. */
        AUTO,
        /** Namespaces: a command sees what it is given, and nothing else exists for it. */
        BUBBLEWRAP,
        /**
         * Landlock (Linux 6.2): a command reaches only what it is given, under its own paths, but can tell what else
         * exists. Takes control groups, or a server that is root.
         */
        LANDLOCK,
        /** No confinement at all: code has every right of the server. */
        UNCONFINED
    }

    public static final SandboxConfig DEFAULT =
            new SandboxConfig(Confinement.AUTO, Path.of(System.getProperty("java.io.tmpdir")), Optional.empty());
}
