package dev.millwright.filesystem.search;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The rules of one {@code .gitignore}, {@code .ignore} or {@code exclude} file, as gitignore(5) has them: the last rule
 * that matches decides.
 */
final class IgnoreFile {
    /** What a file says of a path. */
    enum Verdict {
        IGNORED,
        WANTED,
        NOTHING
    }

    private record Rule(int order, Glob glob, boolean negated, boolean foldersOnly, boolean byName) {
        boolean matches(String path, String name, boolean folder) {
            return (folder || !foldersOnly) && glob.matches(byName ? name : path);
        }
    }

    /** Rules that are a plain name, by it: most rules of most files. */
    private final Map<String, List<Rule>> plain = new HashMap<>();

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
        return plain.isEmpty() && patterns.isEmpty();
    }

    /** @param path from the folder the file is in, {@code name} its last part */
    Verdict verdict(String path, String name, boolean folder) {
        Rule last = last(plain.getOrDefault(name, List.of()), path, name, folder);
        Rule pattern = last(patterns, path, name, folder);
        if (last == NONE && pattern == NONE) {
            return Verdict.NOTHING;
        }
        return (last.order > pattern.order ? last : pattern).negated ? Verdict.WANTED : Verdict.IGNORED;
    }

    private static final Rule NONE;

    static {
        try {
            NONE = new Rule(-1, Glob.of("-", Glob.Dialect.IGNORE_FILE), false, false, true);
        } catch (Glob.Broken e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static Rule last(List<Rule> rules, String path, String name, boolean folder) {
        for (int i = rules.size() - 1; i >= 0; i--) {
            if (rules.get(i).matches(path, name, folder)) {
                return rules.get(i);
            }
        }
        return NONE;
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
        rule = rule.startsWith("/") ? rule.substring(1) : rule;
        try {
            Glob glob = Glob.of(rule, Glob.Dialect.IGNORE_FILE);
            Rule made = new Rule(order, glob, negated, foldersOnly, byName);
            if (byName && rule.chars().noneMatch(c -> "*?[\\".indexOf(c) >= 0)) {
                plain.computeIfAbsent(rule, key -> new ArrayList<>()).add(made);
            } else {
                patterns.add(made);
            }
        } catch (Glob.Broken e) {
            // As git has it: a rule that does not parse matches nothing.
            return;
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
}
