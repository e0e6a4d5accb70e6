package dev.millwright.git.work;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The rules of one {@code .gitignore} or {@code exclude} file, as gitignore(5) has them: the last that matches decides. */
final class IgnoreFile {
    private record Rule(int order, PathPattern pattern, boolean negated, boolean foldersOnly, boolean byName) {}

    /** Rules that are a plain name, by it: most rules of most files. */
    private final Map<String, List<Rule>> names = new HashMap<>();

    private final List<Rule> patterns = new ArrayList<>();

    private IgnoreFile() {}

    static IgnoreFile parse(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        IgnoreFile file = new IgnoreFile();
        int order = 0;
        for (String line : (text.startsWith("\uFEFF") ? text.substring(1) : text).split("\n", -1)) {
            file.add(order++, line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
        }
        return file;
    }

    boolean isEmpty() {
        return names.isEmpty() && patterns.isEmpty();
    }

    private void add(int order, String line) {
        String rule = trimmed(line);
        if (rule.isEmpty() || rule.startsWith("#")) {
            return;
        }
        boolean negated = rule.startsWith("!");
        rule = negated ? rule.substring(1) : rule;
        boolean foldersOnly = rule.endsWith("/");
        rule = foldersOnly ? rule.substring(0, rule.length() - 1) : rule;
        boolean byName = rule.indexOf('/') < 0;
        PathPattern pattern = new PathPattern(rule.startsWith("/") ? rule.substring(1) : rule);
        Rule made = new Rule(order, pattern, negated, foldersOnly, byName);
        if (byName && pattern.isLiteral()) {
            names.computeIfAbsent(pattern.literal(), key -> new ArrayList<>()).add(made);
        } else {
            patterns.add(made);
        }
    }

    /** Without trailing blanks, except one that is escaped. */
    private static String trimmed(String line) {
        int end = line.length();
        while (end > 0 && line.charAt(end - 1) == ' ' && !(end > 1 && line.charAt(end - 2) == '\\')) {
            end--;
        }
        return line.substring(0, end);
    }

    /** @param path from the folder the file is in, {@code name} its last part; empty when no rule matches */
    Optional<Boolean> ignores(String path, String name, boolean folder) {
        Rule last = null;
        for (Rule rule : names.getOrDefault(name, List.of())) {
            last = folder || !rule.foldersOnly ? rule : last;
        }
        for (int i = patterns.size() - 1; i >= 0 && (last == null || patterns.get(i).order > last.order); i--) {
            Rule rule = patterns.get(i);
            if ((folder || !rule.foldersOnly) && rule.pattern.matches(rule.byName ? name : path)) {
                last = rule;
            }
        }
        return last == null ? Optional.empty() : Optional.of(!last.negated);
    }
}
