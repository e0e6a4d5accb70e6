package dev.millwright.workspace;

import java.nio.file.Path;

/** One folder of the operator's that a tenant may work in. Its paths are relative, with {@code /} between names. */
public sealed interface Root extends AutoCloseable permits LinuxRoot, SecureRoot, PortableRoot {
    /** Unique among a tenant's roots: the folder's own name. */
    String name();

    /** Where it is, links resolved. */
    Path location();

    Confinement confinement();

    /** A folder to read; links inside the root are followed. */
    Folder folder(Target target);

    /** A regular file to read; links inside the root are followed. */
    OpenFile file(Target target);

    /** @param follow whether a link as last name is followed */
    Stat stat(Target target, boolean follow);

    /**
     * Where an entry really lies, all links resolved but a last one when {@code follow} is off; the entry itself need
     * not exist, its folder must.
     */
    Place place(Target target, boolean follow);

    @Override
    void close();
}
