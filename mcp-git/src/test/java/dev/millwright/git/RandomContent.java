package dev.millwright.git;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** What files hold and how they are edited, with lines that come up again as in source code. */
final class RandomContent {
    private static final List<String> LINES = List.of(
            "",
            "{",
            "}",
            "    return x;",
            "    x = x + 1;",
            "\tif (x > 0) {",
            "// größer ✓",
            "end",
            "import java.util.List;",
            "  ",
            "#");
    private static final List<String> WORDS = List.of(
            "fix",
            "add",
            "Grüße",
            "the",
            "parser",
            "of",
            "lines",
            "remove",
            "😀",
            "world",
            "case",
            "--",
            "\"quoted\"",
            "<tag>");

    private final SplittableRandom random;
    private int unique;

    RandomContent(SplittableRandom random) {
        this.random = random;
    }

    byte[] fresh() {
        int kind = random.nextInt(20);
        if (kind == 0) {
            return new byte[0];
        } else if (kind < 3) {
            byte[] binary = new byte[20 + random.nextInt(300)];
            random.nextBytes(binary);
            binary[random.nextInt(20)] = 0;
            return binary;
        }
        List<byte[]> lines = new ArrayList<>();
        String end = kind < 6 ? "\r\n" : "\n";
        for (int i = 1 + random.nextInt(40); i > 0; i--) {
            lines.add(line(kind == 6 && random.nextBoolean() ? "\r\n" : end));
        }
        if (kind > 16) {
            lines.add(("no line end " + unique++).getBytes(StandardCharsets.UTF_8));
        } else if (kind == 16) {
            lines.add(new byte[] {'L', (byte) 0xe4, 't', 'i', 'n', '\n'});
        }
        return joined(lines);
    }

    /** Lines inserted, removed, replaced, moved or repeated; bytes changed where it is binary. */
    byte[] edited(byte[] data, int edits) {
        if (isBinary(data)) {
            byte[] changed = Arrays.copyOf(data, Math.max(20, data.length + random.nextInt(10) - 5));
            changed[random.nextInt(changed.length)] ^= (byte) (1 + random.nextInt(255));
            changed[0] = 0;
            return changed;
        }
        List<byte[]> lines = lines(data);
        String end = !lines.isEmpty() && new String(lines.getFirst(), StandardCharsets.ISO_8859_1).endsWith("\r\n")
                ? "\r\n"
                : "\n";
        for (int i = 0; i < edits; i++) {
            int at = lines.isEmpty() ? 0 : random.nextInt(lines.size());
            switch (lines.isEmpty() ? 0 : random.nextInt(6)) {
                case 0, 1 -> {
                    for (int n = 1 + random.nextInt(4); n > 0; n--) {
                        lines.add(at, line(end));
                    }
                }
                case 2 ->
                    lines.subList(at, Math.min(lines.size(), at + 1 + random.nextInt(3)))
                            .clear();
                case 3 -> lines.set(at, line(end));
                case 4 -> lines.add(random.nextInt(lines.size()), lines.remove(at));
                default ->
                    lines.addAll(
                            random.nextInt(lines.size()),
                            List.copyOf(lines.subList(at, Math.min(lines.size(), at + 3))));
            }
        }
        return joined(lines);
    }

    /** The beginning of one and the end of the other. */
    byte[] mixed(byte[] one, byte[] other) {
        if (isBinary(one) || isBinary(other)) {
            return other;
        }
        List<byte[]> first = lines(one);
        List<byte[]> second = lines(other);
        List<byte[]> both = new ArrayList<>(first.subList(0, random.nextInt(first.size() + 1)));
        both.addAll(second.subList(random.nextInt(second.size() + 1), second.size()));
        return joined(both);
    }

    String message() {
        StringBuilder message = new StringBuilder(words());
        for (int paragraphs = random.nextInt(3); paragraphs > 0; paragraphs--) {
            message.append("\n\n").append(words()).append('\n').append(words());
        }
        return message.append(random.nextInt(5) == 0 ? "" : "\n").toString();
    }

    private String words() {
        StringBuilder words = new StringBuilder("Change");
        for (int n = 1 + random.nextInt(8); n > 0; n--) {
            words.append(' ').append(WORDS.get(random.nextInt(WORDS.size())));
        }
        return words.toString();
    }

    private byte[] line(String end) {
        String text = random.nextInt(3) == 0 ? LINES.get(random.nextInt(LINES.size())) : words() + ' ' + unique++;
        return (text + end).getBytes(StandardCharsets.UTF_8);
    }

    static boolean isBinary(byte[] data) {
        for (byte b : data) {
            if (b == 0) {
                return true;
            }
        }
        return false;
    }

    private static List<byte[]> lines(byte[] data) {
        List<byte[]> lines = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < data.length; i++) {
            if (data[i] == '\n' || i == data.length - 1) {
                lines.add(Arrays.copyOfRange(data, from, i + 1));
                from = i + 1;
            }
        }
        return lines;
    }

    private static byte[] joined(List<byte[]> lines) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        lines.forEach(joined::writeBytes);
        return joined.toByteArray();
    }
}
