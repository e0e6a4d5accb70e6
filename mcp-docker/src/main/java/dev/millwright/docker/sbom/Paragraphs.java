package dev.millwright.docker.sbom;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Texts of paragraphs of {@code Field: value} lines, as in RFC 822: Debian's control files, Python's metadata. */
final class Paragraphs {
    private static final Set<String> NEEDED =
            Set.of("package", "status", "version", "source", "name", "license", "license-expression");

    private Paragraphs() {}

    /**
     * Each paragraph by the fields that are needed, in lower-case, only the first line of each value; of a field that comes twice, the
     * first.
     */
    static List<Map<String, String>> of(String text) {
        List<Map<String, String>> all = new ArrayList<>();
        Map<String, String> current = new HashMap<>();
        boolean other = false;
        for (String line : (Iterable<String>) text.lines()::iterator) {
            int colon = line.indexOf(':');
            if (line.isBlank()) {
                if (!current.isEmpty() || other) {
                    all.add(current);
                    current = new HashMap<>();
                    other = false;
                }
            } else if (colon > 0 && line.charAt(0) != ' ' && line.charAt(0) != '\t') {
                String field = line.substring(0, colon).toLowerCase(Locale.ROOT);
                if (NEEDED.contains(field)) {
                    current.putIfAbsent(field, line.substring(colon + 1).strip());
                } else {
                    other = true;
                }
            }
        }
        if (!current.isEmpty() || other) {
            all.add(current);
        }
        return all;
    }
}
