package dev.millwright.workspace;

import java.util.Optional;

/**
 * An open folder. Names given to it are single names, taken literally and never followed when they are links: what
 * is reached through it lies in it, whatever anyone renames meanwhile. Safe for use by several threads.
 */
public sealed interface Folder extends AutoCloseable permits LinuxFolder, SecureFolder, PortableFolder {
    /** Where it is, relative to its root with {@code /} between names; empty for the root itself. */
    String path();

    Stat stat();

    /** Hands over all entries but {@code .} and {@code ..}. A name that is not UTF-8 shows U+FFFD and cannot be opened. */
    void entries(Entries entries);

    /** A folder in this one. @throws dev.millwright.tool.ToolException {@code DENIED} without the right to read it */
    Folder folder(String name);

    /**
     * A file in this folder. Cheap: looks at neither its type nor its size; reading what is not a regular file ends
     * in {@code INVALID_INPUT}, at once.
     */
    OpenFile file(String name);

    /** Of the entry itself, also where it is a link; empty where there is none. */
    Optional<Stat> stat(String name);

    /** What a link says, unresolved. */
    String link(String name);

    /** A folder is made, mode 0777 less the umask. @throws dev.millwright.tool.ToolException {@code CONFLICT} for a taken name */
    void makeFolder(String name);

    /** A symbolic link is made. */
    void makeLink(String name, String text);

    /** @param temporary a free name, used where the file system knows no nameless files */
    NewFile create(String temporary);

    /**
     * Gives an entry another name and folder.
     *
     * @param replace whether an entry of the new name may go, atomically; else that is {@code CONFLICT}
     * @return false when the other folder is on another file system, nothing has happened then
     */
    boolean rename(String name, Folder to, String newName, boolean replace);

    /** Swaps two entries of this folder atomically; false where the file system cannot. */
    boolean exchange(String one, String other);

    /** Removes an entry that is no folder. */
    void remove(String name);

    /** Removes an empty folder. */
    void removeFolder(String name);

    /** Brings the names to the disk. */
    void sync();

    @Override
    void close();
}
