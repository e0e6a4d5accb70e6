package dev.millwright.docker.sbom;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.Consumer;

/**
 * Reads one column of one table of an SQLite database that is somebody else's, from its bytes: nothing is opened,
 * nothing runs. Format: sqlite.org/fileformat2.html; page numbers begin at 1.
 */
final class SqliteTable {
    private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER = 100;
    private static final int INTERIOR = 5;
    private static final int LEAF = 13;

    /** With at least two children a page, no tree of 2^32 pages is deeper. */
    private static final int DEEPEST = 32;

    private final byte[] file;
    private final ByteBuffer in;
    private final int pageSize;
    private final int usable;

    SqliteTable(byte[] file) throws IOException {
        this.file = file;
        this.in = ByteBuffer.wrap(file);
        if (file.length < HEADER || !Arrays.equals(file, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new IOException("it is no SQLite database");
        }
        int size = in.getShort(16) & 0xffff;
        this.pageSize = size == 1 ? 65536 : size;
        this.usable = pageSize - (file[20] & 0xff);
        if (pageSize < 512 || Integer.bitCount(pageSize) != 1 || usable < 480 || file.length < pageSize) {
            throw new IOException("its page size " + pageSize + " is not possible");
        }
    }

    /** A record's fields: where each lies in its payload. */
    private record Row(byte[] payload, long[] types, int[] offsets) {
        byte[] bytes(int column) {
            if (column >= types.length || types[column] < 12) {
                return new byte[0];
            }
            int length = (int) ((types[column] - 12) / 2);
            return Arrays.copyOfRange(payload, offsets[column], offsets[column] + length);
        }

        long number(int column) {
            int length = column < types.length ? width(types[column]) : 0;
            long number = 0;
            for (int i = 0; i < length; i++) {
                number = number << 8 | payload[offsets[column] + i] & 0xff;
            }
            return number;
        }

        static int width(long type) {
            return switch ((int) Math.min(type, 12)) {
                case 1, 2, 3, 4 -> (int) type;
                case 5 -> 6;
                case 6, 7 -> 8;
                case 12 -> (int) Math.min((type - 12) / 2, Integer.MAX_VALUE);
                default -> 0;
            };
        }
    }

    /** Hands over a column's blobs or texts of all rows, in the order of row ids. @param column from 0 */
    void blobs(String table, int column, Consumer<byte[]> each) throws IOException {
        // sqlite_schema: type, name, tbl_name, rootpage, sql
        long[] root = {0};
        walk(1, 0, new BitSet(), row -> {
            if (text(row, 0).equals("table") && text(row, 1).equalsIgnoreCase(table)) {
                root[0] = row.number(3);
            }
        });
        if (root[0] == 0) {
            throw new IOException("it has no table " + table);
        }
        walk(root[0], 0, new BitSet(), row -> each.accept(row.bytes(column)));
    }

    private static String text(Row row, int column) {
        return new String(row.bytes(column), StandardCharsets.UTF_8);
    }

    private void walk(long page, int depth, BitSet seen, Consumer<Row> each) throws IOException {
        int start = page(page);
        if (seen.get((int) page) || depth > DEEPEST) {
            throw new IOException("its page " + page + " is reached twice, or too deep");
        }
        seen.set((int) page);
        int header = start + (page == 1 ? HEADER : 0);
        int type = file[header];
        int cells = in.getShort(header + 3) & 0xffff;
        int pointers = header + (type == INTERIOR ? 12 : 8);
        if (type != LEAF && type != INTERIOR || pointers + 2 * cells > start + pageSize) {
            throw new IOException("its page " + page + " is no page of a table");
        }
        for (int i = 0; i < cells; i++) {
            int cell = start + (in.getShort(pointers + 2 * i) & 0xffff);
            if (type == INTERIOR) {
                walk(in.getInt(cell) & 0xffffffffL, depth + 1, seen, each);
            } else {
                each.accept(row(cell, start));
            }
        }
        if (type == INTERIOR) {
            walk(in.getInt(header + 8) & 0xffffffffL, depth + 1, seen, each);
        }
    }

    private int page(long page) throws IOException {
        if (page < 1 || page * pageSize > file.length) {
            throw new IOException("its page " + page + " is missing: it was cut off");
        }
        return (int) ((page - 1) * pageSize);
    }

    private Row row(int cell, int start) throws IOException {
        int[] at = {cell};
        long length = varint(file, at);
        varint(file, at); // the row id
        if (length < 1 || length > file.length) {
            throw new IOException("a row of it is longer than the file");
        }
        byte[] payload = payload(at[0], (int) length, start);
        int[] column = {0};
        long headerEnd = varint(payload, column);
        long[] types = new long[8];
        int[] offsets = new int[8];
        int count = 0;
        long offset = headerEnd;
        while (column[0] < headerEnd && count < types.length) {
            types[count] = varint(payload, column);
            offsets[count] = (int) offset;
            offset += Row.width(types[count]);
            if (offset > payload.length) {
                throw new IOException("a field of it is longer than its row");
            }
            count++;
        }
        return new Row(payload, Arrays.copyOf(types, count), offsets);
    }

    /** What does not fit into the cell goes on in a chain of overflow pages. */
    private byte[] payload(int from, int length, int start) throws IOException {
        int most = usable - 35;
        int least = (usable - 12) * 32 / 255 - 23;
        int here = length;
        if (length > most) {
            int fit = least + (length - least) % (usable - 4);
            here = fit <= most ? fit : least;
        }
        if (from + here + (here < length ? 4 : 0) > start + pageSize) {
            throw new IOException("a row of it leaves its page");
        }
        byte[] payload = new byte[length];
        System.arraycopy(file, from, payload, 0, here);
        long next = here < length ? in.getInt(from + here) & 0xffffffffL : 0;
        for (int done = here; done < length; ) {
            int overflow = page(next);
            int step = Math.min(length - done, usable - 4);
            System.arraycopy(file, overflow + 4, payload, done, step);
            next = in.getInt(overflow) & 0xffffffffL;
            done += step;
        }
        return payload;
    }

    /** Big-endian, seven bits a byte, the ninth byte whole. */
    private static long varint(byte[] bytes, int[] at) {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            byte b = bytes[at[0]++];
            value = value << 7 | b & 0x7f;
            if (b >= 0) {
                return value;
            }
        }
        return value << 8 | bytes[at[0]++] & 0xff;
    }
}
