package dev.millwright.workspace;

/** A file being written that has no name yet; closed without one, it never was. */
public sealed interface NewFile extends AutoCloseable permits LinuxNewFile, SecureNewFile, PortableNewFile {
    /** Appends. @throws dev.millwright.tool.ToolException {@code LIMIT} when the disk or the quota is full */
    void write(byte[] bytes, int offset, int length);

    /**
     * Takes over mode, owner and extended attributes (which hold the ACL), where this process may set them. The
     * set-user-id and set-group-id bits are left out.
     */
    void attributesOf(Stat stat, OpenFile source);

    /** Permission bits, {@code 0777}. */
    void mode(int mode);

    /** Time of the last change, nanoseconds since 1970; set after the last write. */
    void modified(long nanos);

    /**
     * Brings the bytes to the disk, then gives the file a name in its folder.
     *
     * @throws dev.millwright.tool.ToolException {@code CONFLICT} when the name is taken
     */
    default void linkAs(String name) {
        linkAs(name, true);
    }

    /**
     * As {@link #linkAs(String)}.
     *
     * @param durable false leaves it to the system when the bytes reach the disk, as for files that can be made again
     */
    void linkAs(String name, boolean durable);

    /** Of what was written so far. */
    Stat stat();

    @Override
    void close();
}
