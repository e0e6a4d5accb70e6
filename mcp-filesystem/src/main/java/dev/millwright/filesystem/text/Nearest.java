package dev.millwright.filesystem.text;

import java.util.HashMap;
import java.util.Map;

/** Finds what comes closest to a text that is not there: by pairs of letters in common, lines compared as blocks. */
final class Nearest {
    private static final double LEAST = 0.7;
    private static final int MOST_BYTES = 2 << 20;
    private static final int MOST_COMPARED = 50_000_000;
    private static final int SHOWN = 1500;

    private Nearest() {}

    /** As the end of a message: the nearest text and its line, or nothing when nothing comes close. */
    static String to(String old, byte[] content, TextFormat format) {
        if (content.length > MOST_BYTES) {
            return "";
        }
        String text = new String(content, format.bom(), content.length - format.bom(), format.charset());
        String[] wanted = Needle.plain(old, format).strip().split("\n", -1);
        String[] lines = Needle.plain(text, format).split("\n", -1);
        String block = join(wanted, 0, wanted.length);
        if (block.length() < 2 || (long) lines.length * block.length() > MOST_COMPARED) {
            return "";
        }
        Map<Integer, Integer> pairs = pairs(block);
        int best = -1;
        double most = LEAST;
        for (int i = 0; i + wanted.length <= lines.length; i++) {
            String candidate = join(lines, i, i + wanted.length);
            if (wanted.length == 1 && candidate.length() > 2 * block.length() && candidate.contains(block)) {
                continue;
            }
            double similarity = similarity(pairs, block.length() - 1, candidate);
            if (similarity > most || similarity == most && best < 0) {
                most = similarity;
                best = i;
            }
        }
        if (best < 0) {
            return "";
        }
        StringBuilder found = new StringBuilder();
        for (int i = best; i < best + wanted.length; i++) {
            found.append(lines[i]).append(i + 1 < best + wanted.length ? "\n" : "");
        }
        String shown = found.length() <= SHOWN ? found.toString() : found.substring(0, SHOWN) + "…";
        return "; nearest, %.0f %% alike, from line %d:\n%s".formatted(Math.floor(most * 100), best + 1, shown);
    }

    /** Lines without the white space around them. */
    private static String join(String[] lines, int from, int to) {
        StringBuilder joined = new StringBuilder();
        for (int i = from; i < to; i++) {
            joined.append(lines[i].strip()).append(i + 1 < to ? "\n" : "");
        }
        return joined.toString();
    }

    private static Map<Integer, Integer> pairs(String text) {
        Map<Integer, Integer> pairs = new HashMap<>();
        for (int i = 0; i + 1 < text.length(); i++) {
            pairs.merge(text.charAt(i) << 16 | text.charAt(i + 1), 1, Integer::sum);
        }
        return pairs;
    }

    /** Dice's coefficient over pairs of letters. */
    private static double similarity(Map<Integer, Integer> wanted, int size, String candidate) {
        int other = candidate.length() - 1;
        if (other < 1 || 2.0 * Math.min(size, other) / (size + other) < LEAST) {
            return 0;
        }
        Map<Integer, Integer> left = new HashMap<>(wanted);
        int common = 0;
        for (int i = 0; i < other; i++) {
            int pair = candidate.charAt(i) << 16 | candidate.charAt(i + 1);
            Integer count = left.get(pair);
            if (count != null && count > 0) {
                left.put(pair, count - 1);
                common++;
            }
        }
        return 2.0 * common / (size + other);
    }
}
