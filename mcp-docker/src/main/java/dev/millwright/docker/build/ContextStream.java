package dev.millwright.docker.build;

import dev.millwright.tool.ToolException;
import dev.millwright.workspace.EntryType;
import dev.millwright.workspace.OpenFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;

/** An archive that is made while it is read: one file is open at a time, and at most some blocks are in memory. */
final class ContextStream extends InputStream {
    private static final int STEP = 64 * 1024;

    /** Bytes that what is ready is read from, and written to by the archive. */
    private static final class Ready extends ByteArrayOutputStream {
        private int read;

        int left() {
            return count - read;
        }

        int take(byte[] into, int offset, int length) {
            int taken = Math.min(length, left());
            System.arraycopy(buf, read, into, offset, taken);
            read += taken;
            if (read == count) {
                reset();
                read = 0;
            }
            return taken;
        }
    }

    private final BuildContext context;
    private final Iterator<BuildContext.Entry> entries;
    private final Ready ready = new Ready();
    private final TarArchiveOutputStream tar = new TarArchiveOutputStream(ready, "UTF-8");
    private final byte[] step = new byte[STEP];
    private Optional<String> dockerfile;
    private @Nullable OpenFile file;
    private String path = "";
    private long position;
    private long size;
    private boolean ended;

    /** @param dockerfile text of a Dockerfile that is no file of the context */
    ContextStream(BuildContext context, List<BuildContext.Entry> entries, Optional<String> dockerfile) {
        this.context = context;
        this.entries = entries.iterator();
        this.dockerfile = dockerfile;
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        try {
            while (ready.left() == 0 && !ended) {
                fill();
            }
        } catch (ToolException e) {
            throw new IOException(e.getMessage(), e);
        }
        return ready.left() == 0 ? -1 : ready.take(into, offset, length);
    }

    private void fill() throws IOException {
        if (file != null) {
            content(file);
        } else if (dockerfile.isPresent()) {
            byte[] text = dockerfile.get().getBytes(StandardCharsets.UTF_8);
            TarArchiveEntry header = new TarArchiveEntry(context.dockerfilePath());
            header.setSize(text.length);
            // As below: the archive begins with this, and now is no whole second.
            header.setModTime(0);
            tar.putArchiveEntry(header);
            tar.write(text);
            tar.closeArchiveEntry();
            dockerfile = Optional.empty();
        } else if (entries.hasNext()) {
            begin(entries.next());
        } else {
            tar.finish();
            tar.flush();
            ended = true;
        }
    }

    /** As {@code docker build} sends it: everything belongs to root. */
    private void begin(BuildContext.Entry entry) throws IOException {
        boolean link = entry.type() == EntryType.LINK;
        TarArchiveEntry header = link
                ? new TarArchiveEntry(entry.path(), TarConstants.LF_SYMLINK)
                : new TarArchiveEntry(entry.type() == EntryType.FOLDER ? entry.path() + "/" : entry.path());
        header.setIds(0, 0);
        header.setMode(entry.stat().mode());
        // Whole seconds: BuildKit does not take an archive for one that begins with an extended header.
        header.setModTime(FileTime.from(Math.max(0, entry.stat().modified().getEpochSecond()), TimeUnit.SECONDS));
        if (link) {
            header.setLinkName(context.link(entry.path()));
        } else if (entry.type() == EntryType.FILE) {
            OpenFile opened = context.open(entry.path());
            file = opened;
            path = entry.path();
            position = 0;
            size = opened.stat().size();
            header.setSize(size + context.grown(path));
        }
        tar.putArchiveEntry(header);
        if (entry.type() != EntryType.FILE) {
            tar.closeArchiveEntry();
        }
    }

    private void content(OpenFile from) throws IOException {
        int count = position == size ? 0 : from.read(position, step, 0, (int) Math.min(STEP, size - position));
        if (count == 0 && position < size) {
            throw new IOException(path + " became shorter while it was sent");
        }
        tar.write(step, 0, count);
        position += count;
        if (position == size) {
            tar.write("\n".repeat(context.grown(path)).getBytes(StandardCharsets.US_ASCII));
            tar.closeArchiveEntry();
            from.close();
            file = null;
        }
    }

    @Override
    public void close() {
        if (file != null) {
            file.close();
            file = null;
        }
        ended = true;
    }
}
