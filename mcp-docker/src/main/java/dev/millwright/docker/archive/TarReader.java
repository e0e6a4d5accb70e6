package dev.millwright.docker.archive;

import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/**
 * Tar as a stream: V7, ustar, GNU and pax, read as Go's {@code archive/tar} reads them, since that is what engines unpack
 * with: links, devices and directories carry no content whatever their size says; a clean end without zero blocks is an end.
 * Sparse files give the bytes that are stored.
 */
final class TarReader {
    static final int BLOCK = 512;

    /** Of one extended header, or one long name (Go {@code archive/tar}: maxSpecialFileSize). */
    private static final int MOST_EXTRA = 1 << 20;

    private final InputStream in;
    private final String what;
    private final Meter meter;
    private final byte[] block = new byte[BLOCK];
    private Content content = new Content("", 0);
    private int padding;
    private boolean ended;

    /** @param what is read, for messages: {@code layer 5f…/layer.tar} */
    TarReader(InputStream in, String what, Meter meter) {
        this.in = in;
        this.what = what;
        this.meter = meter;
    }

    /** Whether the bytes begin a tar: a header whose checksum fits, or the zeros that end it. */
    static boolean begins(byte[] head, int length) {
        return length >= BLOCK && (TarFields.isZero(head) || TarFields.hasChecksum(head));
    }

    /** The next entry, of what Docker would unpack; empty at the end. */
    Optional<TarEntry> next() throws IOException {
        PaxRecords pax = PaxRecords.NONE;
        Optional<String> longName = Optional.empty();
        Optional<String> longLink = Optional.empty();
        while (header()) {
            char type = (char) (block[156] & 0xff);
            long size = TarFields.number(block, 124, 12, what);
            if (size < 0) {
                throw damaged("an entry of " + size + " bytes");
            }
            if (type == 'x' || type == 'g' || type == 'L' || type == 'K') {
                byte[] extra = extra(size);
                switch (type) {
                    case 'x' -> pax = PaxRecords.of(extra, what);
                    case 'L' -> longName = Optional.of(TarFields.text(extra, 0, extra.length));
                    case 'K' -> longLink = Optional.of(TarFields.text(extra, 0, extra.length));
                    default -> {} // of the whole archive: comments
                }
                continue;
            }
            Optional<String> named = longName;
            String name = pax.path().or(() -> named).orElseGet(() -> TarFields.name(block));
            String link = pax.link().orElse(longLink.orElseGet(() -> TarFields.text(block, 157, 100)));
            char plain = type == 0 ? name.endsWith("/") ? '5' : '0' : type;
            long carried = plain >= '1' && plain <= '6' ? 0 : pax.size().orElse(size);
            meter.entry(name.length() + link.length());
            TarEntry entry = new TarEntry(
                    name,
                    plain,
                    carried,
                    (int) TarFields.number(block, 100, 8, what) & 07777,
                    pax.uid().orElse(TarFields.number(block, 108, 8, what)),
                    pax.gid().orElse(TarFields.number(block, 116, 8, what)),
                    link);
            if (plain == 'S') {
                skipSparseMaps();
            }
            content = new Content(name, carried);
            padding = padding(carried);
            return Optional.of(entry);
        }
        return Optional.empty();
    }

    /** Content of the entry that {@link #next} gave last; ends with it. */
    InputStream content() {
        return content;
    }

    /** Reads a header into the block. @return false at the end of the archive */
    private boolean header() throws IOException {
        if (ended) {
            return false;
        }
        content.drain();
        skip(padding);
        padding = 0;
        int read = in.readNBytes(block, 0, BLOCK);
        if (read == 0) {
            ended = true;
            return false;
        } else if (read < BLOCK) {
            throw damaged("the beginning of an entry, and ends there");
        } else if (TarFields.isZero(block)) {
            read = in.readNBytes(block, 0, BLOCK);
            if (read == BLOCK && !TarFields.isZero(block)) {
                throw damaged("an entry after its end");
            }
            ended = true;
            return false;
        } else if (!TarFields.hasChecksum(block)) {
            throw damaged("an entry whose checksum does not fit");
        }
        return true;
    }

    private byte[] extra(long size) throws IOException {
        if (size > MOST_EXTRA) {
            throw damaged("an extended header of %,d bytes, %,d at most".formatted(size, MOST_EXTRA));
        }
        meter.entry(0);
        byte[] extra = in.readNBytes((int) size);
        if (extra.length < size) {
            throw ends("an extended header");
        }
        skip(padding(size));
        return extra;
    }

    /** GNU's old form: blocks of further holes before the content, as long as each says that one follows. */
    private void skipSparseMaps() throws IOException {
        boolean more = block[482] != 0;
        while (more) {
            meter.entry(0);
            if (in.readNBytes(block, 0, BLOCK) < BLOCK) {
                throw ends("a sparse file's map");
            }
            more = block[504] != 0;
        }
    }

    private static int padding(long size) {
        return (int) (-size & BLOCK - 1);
    }

    private void skip(int bytes) throws IOException {
        if (bytes > 0 && in.readNBytes(block, 0, bytes) < bytes) {
            Arrays.fill(block, (byte) 0);
            throw ends("an entry's padding");
        }
    }

    private ToolException damaged(String why) {
        return ToolException.invalidInput("%s is damaged: it holds %s".formatted(what, why));
    }

    private ToolException ends(String within) {
        return ToolException.invalidInput("%s is cut off: it ends within %s".formatted(what, within));
    }

    /** The bytes of one entry. */
    private final class Content extends InputStream {
        private static final int CHUNK = 64 * 1024;

        private final String name;
        private long left;

        Content(String name, long size) {
            this.name = name;
            this.left = size;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (length == 0 || left == 0) {
                return length == 0 ? 0 : -1;
            }
            int read = in.read(into, offset, (int) Math.min(length, left));
            if (read < 0) {
                throw ends(name);
            }
            left -= read;
            return read;
        }

        @Override
        public int available() {
            return (int) Math.min(Integer.MAX_VALUE, left);
        }

        void drain() throws IOException {
            byte[] chunk = left == 0 ? new byte[0] : new byte[(int) Math.min(CHUNK, left)];
            while (left > 0) {
                meter.check();
                read(chunk, 0, chunk.length);
            }
        }
    }
}
