package dev.millwright.docker.archive;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** A layer made by a test, written by commons-compress, which our reader knows nothing of. */
public final class TestLayer {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8");
    private int mode = -1;
    private int uid;

    public TestLayer() {
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
    }

    /** Long names and large numbers as GNU tar writes them. */
    public TestLayer gnu() {
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
        tar.setAddPaxHeadersForNonAsciiNames(false);
        return this;
    }

    /** Permissions of the entries that follow. */
    public TestLayer mode(int mode) {
        this.mode = mode;
        return this;
    }

    /** Owner of the entries that follow. */
    public TestLayer owner(int uid) {
        this.uid = uid;
        return this;
    }

    public TestLayer file(String path, byte[] content) {
        TarArchiveEntry entry = new TarArchiveEntry(path, TarConstants.LF_NORMAL, true);
        entry.setSize(content.length);
        return put(entry, content);
    }

    public TestLayer file(String path, String content) {
        return file(path, content.getBytes(StandardCharsets.UTF_8));
    }

    /** Of so many bytes, all the same. */
    public TestLayer file(String path, int size) {
        byte[] content = new byte[size];
        java.util.Arrays.fill(content, (byte) ('a' + size % 26));
        return file(path, content);
    }

    public TestLayer dir(String path) {
        return put(new TarArchiveEntry(path.endsWith("/") ? path : path + "/", TarConstants.LF_DIR, true), new byte[0]);
    }

    public TestLayer link(String path, String target) {
        return linked(path, target, TarConstants.LF_SYMLINK);
    }

    public TestLayer hardLink(String path, String target) {
        return linked(path, target, TarConstants.LF_LINK);
    }

    public TestLayer fifo(String path) {
        return put(new TarArchiveEntry(path, TarConstants.LF_FIFO, true), new byte[0]);
    }

    public TestLayer whiteout(String path) {
        int slash = path.lastIndexOf('/') + 1;
        return file(path.substring(0, slash) + ".wh." + path.substring(slash), "");
    }

    public TestLayer opaque(String path) {
        return file((path.isEmpty() ? "" : path + "/") + ".wh..wh..opq", "");
    }

    private TestLayer linked(String path, String target, byte type) {
        TarArchiveEntry entry = new TarArchiveEntry(path, type, true);
        entry.setLinkName(target);
        return put(entry, new byte[0]);
    }

    private TestLayer put(TarArchiveEntry entry, byte[] content) {
        if (mode >= 0) {
            entry.setMode(mode);
        }
        entry.setUserId(uid);
        entry.setModTime(0L);
        try {
            tar.putArchiveEntry(entry);
            tar.write(content);
            tar.closeArchiveEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** The layer's tar. */
    public byte[] tar() {
        try {
            tar.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
