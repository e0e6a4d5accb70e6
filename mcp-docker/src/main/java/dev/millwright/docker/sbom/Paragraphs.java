package dev.millwright.docker.sbom;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Texts of paragraphs of {@code Field: value} lines, as in RFC 822: Debian's control files, Python's metadata. */
final class Paragraphs {
    private Paragraphs() {}

    /**
     * Each paragraph by its fields in lower-case, only the first line of each value; of a field that comes twice, the
     * first.
     */
    static List<Map<String, String>> of(String text) {
        List<Map<String, String>> all = new ArrayList<>();
        Map<String, String> current = new HashMap<>();
        for (String line : (Iterable<String>) text.lines()::iterator) {
            int colon = line.indexOf(':');
            if (line.isBlank()) {
                if (!current.isEmpty()) {
                    all.add(current);
                    current = new HashMap<>();
                }
            } else if (colon > 0 && line.charAt(0) != ' ' && line.charAt(0) != '\t') {
                current.putIfAbsent(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        if (!current.isEmpty()) {
            all.add(current);
        }
        return all;
    }
}
