package dev.millwright.docker.sbom;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The oldest format of rpm's database: a Berkeley DB hash table, in the byte order of the machine that wrote it. From
 * Berkeley DB's {@code dbinc/db_page.h}; only what rpm uses: keys of four bytes, values in the page or in a chain of
 * overflow pages, no duplicates, no encryption.
 */
final class RpmBerkeley {
    private static final int HASH_MAGIC = 0x061561;
    private static final int HASH_META = 8;
    private static final int HASH_UNSORTED = 2;
    private static final int HASH = 13;
    private static final int OVERFLOW = 7;
    private static final int PAGE_HEADER = 26;
    private static final byte KEY_DATA = 1;
    private static final byte OFF_PAGE = 3;

    private final byte[] file;
    private final ByteBuffer in;
    private final int pageSize;
    private final int lastPage;

    private RpmBerkeley(byte[] file) throws IOException {
        this.file = file;
        this.in = ByteBuffer.wrap(file);
        boolean big = file.length >= 512 && in.getInt(12) == HASH_MAGIC;
        in.order(big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        if (file.length < 512 || in.getInt(12) != HASH_MAGIC || file[25] != HASH_META) {
            throw new IOException("it is no Berkeley DB hash table");
        } else if (file[24] != 0) {
            throw new IOException("it is encrypted");
        }
        this.pageSize = in.getInt(20);
        this.lastPage = in.getInt(32);
        if (pageSize < 512 || pageSize > 65536 || Integer.bitCount(pageSize) != 1) {
            throw new IOException("its page size " + pageSize + " is not possible");
        } else if (lastPage < 0 || (lastPage + 1L) * pageSize > file.length) {
            throw new IOException("it was cut off: its page " + lastPage + " is missing");
        }
    }

    static void headers(byte[] file, Consumer<byte[]> each) throws IOException {
        RpmBerkeley database = new RpmBerkeley(file);
        for (int page = 1; page <= database.lastPage; page++) {
            int type = file[page * database.pageSize + 25];
            if (type == HASH || type == HASH_UNSORTED) {
                database.page(page * database.pageSize, each);
            }
        }
    }

    /** Keys and values take turns; each entry reaches from its offset to that of the entry before it. */
    private void page(int start, Consumer<byte[]> each) throws IOException {
        int entries = in.getShort(start + 20) & 0xffff;
        if (PAGE_HEADER + 2 * entries > pageSize) {
            throw new IOException("a page of it is damaged");
        }
        for (int i = 1; i < entries; i += 2) {
            int at = offset(start, i);
            int end = offset(start, i - 1);
            if (at < PAGE_HEADER || end > pageSize || at >= end) {
                throw new IOException("a page of it is damaged");
            }
            switch (file[start + at]) {
                // The only value in a page is the counter of packages; headers are longer, but a short one is one too.
                case KEY_DATA -> {
                    if (end - at - 1 > 16) {
                        each.accept(Arrays.copyOfRange(file, start + at + 1, start + end));
                    }
                }
                case OFF_PAGE -> {
                    if (end - at < 12) {
                        throw new IOException("a page of it is damaged");
                    }
                    each.accept(chain(in.getInt(start + at + 4), in.getInt(start + at + 8)));
                }
                default -> throw new IOException("an entry of it is of a kind that rpm does not write");
            }
        }
    }

    private int offset(int start, int entry) {
        return in.getShort(start + PAGE_HEADER + 2 * entry) & 0xffff;
    }

    private byte[] chain(int first, int length) throws IOException {
        if (length < 0 || length > file.length) {
            throw new IOException("a value of it is longer than the file");
        }
        ByteArrayOutputStream value = new ByteArrayOutputStream(length);
        int page = first;
        while (page != 0 && value.size() < length) {
            if (page < 0 || page > lastPage || file[page * pageSize + 25] != OVERFLOW) {
                throw new IOException("a value of it is not where it should be");
            }
            int start = page * pageSize;
            int bytes = in.getShort(start + 22) & 0xffff;
            if (bytes == 0 || bytes > pageSize - PAGE_HEADER) {
                throw new IOException("a page of it is damaged");
            }
            value.write(file, start + PAGE_HEADER, bytes);
            page = in.getInt(start + 16);
        }
        if (value.size() != length) {
            throw new IOException("a value of it has " + value.size() + " of " + length + " bytes");
        }
        return value.toByteArray();
    }
}
