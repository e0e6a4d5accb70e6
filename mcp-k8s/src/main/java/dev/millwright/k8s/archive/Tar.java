package dev.millwright.k8s.archive;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serial;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Tar archives, as much of them as dumps and charts need: regular files with names of any length.
 *
 * <p>POSIX.1-2017, "pax", "ustar Interchange Format" and "pax Extended Header"; long names also as GNU tar writes them.
 */
public final class Tar {
    public static final int BLOCK = 512;
    private static final int LONGEST_NAME = 4_096;

    /** A regular file in the archive. */
    public record Entry(String name, long size) {}

    /** What it says of its entries cannot be. */
    public static final class Damaged extends IOException {
        @Serial
        private static final long serialVersionUID = 1;

        Damaged(String how) {
            super(how);
        }
    }

    private final InputStream in;
    private long left;
    private long padding;
    private boolean ended;

    private int others;

    public Tar(InputStream in) {
        this.in = in;
    }

    /** Things in the archive, so far, that are neither files nor folders: links, devices. */
    public int others() {
        return others;
    }

    /** Whether bytes begin a tar archive. */
    public static boolean begins(byte[] head, int length) {
        return length >= BLOCK && checksumFits(head);
    }

    /** The next regular file; its content is then {@link #read}. @throws EOFException where the archive ends too early */
    public Optional<Entry> next() throws IOException {
        String longName = "";
        long longSize = -1;
        while (!ended) {
            pass(left + padding);
            left = 0;
            padding = 0;
            byte[] head = in.readNBytes(BLOCK);
            if (head.length == 0 || zeros(head)) {
                ended = true;
                break;
            } else if (head.length < BLOCK) {
                throw new EOFException("in the middle of an entry");
            } else if (!checksumFits(head)) {
                throw new Damaged("the header of an entry is damaged");
            }
            long size = number(head, 124, 12);
            size(size);
            switch (head[156]) {
                case 'L' -> longName = text(content(size), 0, (int) size);
                case 'x' -> {
                    byte[] extended = content(size);
                    longName = extended(extended, "path").orElse(longName);
                    longSize = extended(extended, "size").map(Long::parseLong).orElse(longSize);
                }
                case 0, '0', '7' -> {
                    String name = longName.isEmpty() ? name(head) : longName;
                    if (longSize >= 0) {
                        size(longSize);
                    }
                    return Optional.of(new Entry(name, left));
                }
                case 'g', 'K' -> {}
                case '5' -> longName = "";
                default -> {
                    others++;
                    longName = "";
                    longSize = -1;
                }
            }
        }
        return Optional.empty();
    }

    private void size(long size) throws IOException {
        if (size < 0) {
            throw new Damaged("the size of an entry is damaged");
        }
        left = size;
        padding = (BLOCK - size % BLOCK) % BLOCK;
    }

    /** Content of the entry, at most so many bytes of it from where reading is. */
    public byte[] read(int most) throws IOException {
        int wanted = (int) Math.min(most, left);
        byte[] bytes = in.readNBytes(wanted);
        left -= bytes.length;
        if (bytes.length < wanted) {
            throw new EOFException("in the middle of an entry");
        }
        return bytes;
    }

    private byte[] content(long size) throws IOException {
        if (size > LONGEST_NAME * 4) {
            throw new Damaged("the name of an entry is too long");
        }
        return read((int) size);
    }

    private void pass(long length) throws IOException {
        in.skipNBytes(length);
    }

    private static boolean zeros(byte[] head) {
        for (byte each : head) {
            if (each != 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean checksumFits(byte[] head) {
        int sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= 148 && i < 156 ? ' ' : head[i] & 0xff;
        }
        return !zeros(head) && number(head, 148, 8) == sum;
    }

    /** Octal digits, or big-endian where the first bit is set; -1 for neither. */
    private static long number(byte[] head, int from, int length) {
        if ((head[from] & 0x80) != 0) {
            long value = 0;
            for (int i = from + length - 8; i < from + length; i++) {
                value = value << 8 | head[i] & 0xff;
            }
            return value;
        }
        String digits = text(head, from, length).strip();
        return digits.matches("[0-7]{1,12}") ? Long.parseLong(digits, 8) : digits.isEmpty() ? 0 : -1;
    }

    private static String name(byte[] head) {
        String name = text(head, 0, 100);
        String prefix = text(head, 257, 5).equals("ustar") && head[262] == 0 ? text(head, 345, 155) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    /** Up to the first zero byte. */
    private static String text(byte[] bytes, int from, int length) {
        int end = from;
        while (end < from + length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, from, end - from, StandardCharsets.UTF_8);
    }

    /** A record of a pax header: {@code LENGTH KEY=VALUE\n}. */
    private static Optional<String> extended(byte[] bytes, String key) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        for (String line : text.split("\n")) {
            int space = line.indexOf(' ');
            if (space > 0 && line.startsWith(key + "=", space + 1)) {
                String value = line.substring(space + key.length() + 2);
                return key.equals("size") && !value.matches("[0-9]{1,15}") ? Optional.empty() : Optional.of(value);
            }
        }
        return Optional.empty();
    }

    /** Writes one regular file. */
    public static void write(OutputStream out, String name, byte[] content) throws IOException {
        byte[] spelt = name.getBytes(StandardCharsets.UTF_8);
        if (spelt.length > 100) {
            header(out, "././@LongLink".getBytes(StandardCharsets.UTF_8), spelt.length + 1L, 'L');
            padded(out, Arrays.copyOf(spelt, spelt.length + 1));
        }
        header(out, Arrays.copyOf(spelt, Math.min(100, spelt.length)), content.length, '0');
        padded(out, content);
    }

    /** Ends the archive. */
    public static void end(OutputStream out) throws IOException {
        out.write(new byte[2 * BLOCK]);
    }

    private static void header(OutputStream out, byte[] name, long size, char type) throws IOException {
        byte[] head = new byte[BLOCK];
        System.arraycopy(name, 0, head, 0, name.length);
        put(head, 100, "0000600\0");
        put(head, 108, "0000000\0");
        put(head, 116, "0000000\0");
        put(head, 124, "%011o\0".formatted(size));
        put(head, 136, "00000000000\0");
        put(head, 148, "        ");
        head[156] = (byte) type;
        put(head, 257, "ustar\00000");
        int sum = 0;
        for (byte each : head) {
            sum += each & 0xff;
        }
        put(head, 148, "%06o\0 ".formatted(sum));
        out.write(head);
    }

    private static void put(byte[] head, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, head, at, bytes.length);
    }

    private static void padded(OutputStream out, byte[] content) throws IOException {
        out.write(content);
        out.write(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
    }
}
