package dev.millwright.docker.sandbox;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.millwright.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One output of a run while it comes: its first and its last bytes in constant memory, and how many there were. */
public final class Tape {
    /** Bytes held of either end. */
    static final int END = 64 * 1024;

    private final byte[] head = new byte[END];
    private final byte[] tail = new byte[END]; // a ring: byte p of the stream is at p % END
    private long total;

    synchronized void add(byte[] bytes, int from, int length) {
        int intoHead = (int) Math.max(0, Math.min(length, END - total));
        System.arraycopy(bytes, from, head, (int) Math.min(total, END), intoHead);
        for (int i = intoHead; i < length; ) {
            int at = (int) ((total + i) % END);
            int part = Math.min(length - i, END - at);
            System.arraycopy(bytes, from + i, tail, at, part);
            i += part;
        }
        total += length;
    }

    /** Bytes there were. */
    public synchronized long total() {
        return total;
    }

    /** All of it, or start and end around a note of what is missing. */
    public String text() {
        return text(Integer.MAX_VALUE);
    }

    /** As {@link #text()}, within a number of bytes of JSON; less than 200 counts as 200. */
    public synchronized String text(int bytes) {
        int room = Math.max(200, bytes);
        byte[] all = held();
        if (all.length == total) {
            String text = new String(all, StandardCharsets.UTF_8);
            if (size(text) <= room) {
                return text;
            }
        }
        for (int half = Math.min(END, room / 2); ; half = half * 3 / 4) {
            String text = ends(all, half);
            if (half <= 16 || size(text) <= room) {
                return text;
            }
        }
    }

    private byte[] held() {
        int start = (int) Math.min(total, END);
        int length = (int) Math.min(END, total - start);
        byte[] all = Arrays.copyOf(head, start + length);
        int at = (int) ((total - length) % END);
        int first = Math.min(length, END - at);
        System.arraycopy(tail, at, all, start, first);
        System.arraycopy(tail, 0, all, start + first, length - first);
        return all;
    }

    private String ends(byte[] all, int half) {
        int first = Math.min(half, (int) Math.min(total, END));
        while (first > 0 && first < all.length && isContinuation(all[first])) {
            first--;
        }
        int last = Math.max(first, all.length - half);
        while (last < all.length && isContinuation(all[last])) {
            last++;
        }
        long omitted = total - first - (all.length - last);
        return new String(all, 0, first, StandardCharsets.UTF_8) + "\n[… " + omitted + " bytes left out …]\n"
                + new String(all, last, all.length - last, StandardCharsets.UTF_8);
    }

    private static boolean isContinuation(byte b) {
        return (b & 0xc0) == 0x80;
    }

    private static int size(String text) {
        return Json.size(TextNode.valueOf(text));
    }
}
