package dev.millwright.filesystem.exec;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.millwright.json.Json;
import dev.millwright.sandbox.Captured;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Output as text within a number of bytes of JSON: whole, or its start and its end around a note of what is missing. */
record Excerpt(String text, long omitted) {
    /** Shortens until it fits; {@code bytes} below 200 count as 200. */
    static Excerpt of(Captured output, int bytes) {
        int room = Math.max(200, bytes);
        if (output.omitted() == 0) {
            byte[] all = Arrays.copyOf(output.head(), output.head().length + output.tail().length);
            System.arraycopy(output.tail(), 0, all, output.head().length, output.tail().length);
            String text = text(all, 0, all.length);
            if (size(text) <= room) {
                return new Excerpt(text, 0);
            }
        }
        for (int half = room / 2; ; half = half * 3 / 4) {
            Excerpt excerpt = ends(output, half);
            if (half <= 16 || size(excerpt.text()) <= room) {
                return excerpt;
            }
        }
    }

    private static Excerpt ends(Captured output, int half) {
        byte[] head = output.head();
        byte[] tail = output.tail();
        int first = boundary(head, Math.min(half, head.length));
        int last = Math.min(half, tail.length == 0 ? head.length - first : tail.length);
        byte[] end = tail.length == 0 ? head : tail;
        int from = end.length - last;
        while (from < end.length && isContinuation(end[from])) {
            from++;
        }
        long omitted = output.total() - first - (end.length - from);
        return new Excerpt(
                text(head, 0, first) + "\n[… " + omitted + " bytes left out …]\n" + text(end, from, end.length),
                omitted);
    }

    /** The largest end not above {@code at} that cuts no UTF-8 character in two. */
    static int boundary(byte[] bytes, int at) {
        int lead = at - 1;
        while (lead > 0 && at - lead < 4 && isContinuation(bytes[lead])) {
            lead--;
        }
        if (lead < 0) {
            return at;
        }
        int length = Integer.numberOfLeadingZeros(~(bytes[lead] << 24)); // leading ones of the first byte
        return length >= 2 && length <= 4 && lead + length > at ? lead : at;
    }

    private static boolean isContinuation(byte b) {
        return (b & 0xc0) == 0x80;
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }

    static int size(String text) {
        return Json.size(TextNode.valueOf(text));
    }
}
