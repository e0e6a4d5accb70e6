package dev.millwright.filesystem.search;

import dev.millwright.tool.ToolException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** What matches are replaced by: text, with groups of the expression where there is one. */
public final class Replacement {
    /** Either text, or a group where {@code group} is not negative. */
    private record Part(String text, int group) {}

    private final List<Part> parts = new ArrayList<>();

    private Replacement() {}

    /**
     * Reads {@code $1}, {@code ${1}}, {@code $0} for the whole match and {@code $$} for a dollar sign, if it belongs to
     * an expression; else the text as it is.
     *
     * @throws ToolException {@code INVALID_INPUT} for a group the expression does not have
     */
    public static Replacement of(String text, boolean regex, int groups) {
        Replacement replacement = new Replacement();
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!regex || c != '$') {
                plain.append(c);
                continue;
            }
            boolean braced = text.startsWith("{", i + 1);
            int start = i + 1 + (braced ? 1 : 0);
            int end = start;
            while (end < text.length() && end < start + 2 && Character.digit(text.charAt(end), 10) >= 0) {
                end++;
            }
            if (text.startsWith("$", i + 1)) {
                plain.append('$');
                i++;
            } else if (end > start && (!braced || text.startsWith("}", end))) {
                int group = Integer.parseInt(text, start, end, 10);
                if (group > groups && end - start == 2 && !braced) {
                    group /= 10;
                    end--;
                }
                if (group > groups) {
                    throw ToolException.invalidInput(
                            "/replacement uses group $" + group + ", but the query has " + groups);
                }
                replacement.parts.add(new Part(plain.toString(), -1));
                replacement.parts.add(new Part("", group));
                plain.setLength(0);
                i = end - (braced ? 0 : 1);
            } else {
                throw ToolException.invalidInput("/replacement has a lone $ at character " + (i + 1)
                        + "; write $1 or ${1} for a group, $$ for a dollar sign");
            }
        }
        replacement.parts.add(new Part(plain.toString(), -1));
        return replacement;
    }

    /** @param lineEnd what a line feed of the replacement becomes */
    String text(String lineEnd, IntFunction<byte[]> groups) {
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            text.append(
                    part.group >= 0
                            ? new String(groups.apply(part.group), StandardCharsets.UTF_8)
                            : lineEnd.equals("\n")
                                    ? part.text
                                    : part.text.replace("\r\n", "\n").replace("\n", lineEnd));
        }
        return text.toString();
    }
}
