package dev.millwright.filesystem.search;

import dev.millwright.tool.ToolException;
import java.util.ArrayList;
import java.util.List;

/**
 * A caller's globs: a path passes when one of them matches, and none that begins with {@code !} does. A glob without a
 * slash is about the name, at any depth; one with a slash about the path from the folder searched.
 */
public final class Globs {
    /** Globs a call may give. */
    public static final int MAX = 100;

    private record Rule(Glob glob, boolean byName) {
        boolean matches(String path, String name) {
            return glob.matches(byName ? name : path);
        }
    }

    private final List<Rule> wanted = new ArrayList<>();
    private final List<Rule> unwanted = new ArrayList<>();

    private Globs() {}

    /** @throws ToolException {@code INVALID_INPUT} naming the glob that does not parse */
    public static Globs of(List<String> patterns) {
        if (patterns.size() > MAX) {
            throw ToolException.invalidInput("/globs may have " + MAX + " items, has " + patterns.size());
        }
        Globs globs = new Globs();
        for (int i = 0; i < patterns.size(); i++) {
            String pattern = patterns.get(i);
            boolean not = pattern.startsWith("!");
            try {
                (not ? globs.unwanted : globs.wanted).add(rule(not ? pattern.substring(1) : pattern));
            } catch (Glob.Broken e) {
                throw ToolException.invalidInput("/globs/" + i + " " + e.getMessage() + ": " + pattern);
            }
        }
        return globs;
    }

    private static Rule rule(String pattern) throws Glob.Broken {
        String below = pattern.endsWith("/") ? pattern + "**" : pattern;
        String clean = below.startsWith("./") ? below.substring(1) : below;
        String path = clean.startsWith("/") ? clean.substring(1) : clean;
        return new Rule(Glob.of(path, Glob.Dialect.CALLER), !clean.contains("/"));
    }

    /** @param path from the folder searched, {@code name} its last part */
    public boolean pass(String path, String name) {
        return (wanted.isEmpty() || any(wanted, path, name)) && !any(unwanted, path, name);
    }

    /** Whether a folder and all below it are unwanted. */
    public boolean prune(String path, String name) {
        return any(unwanted, path, name);
    }

    private static boolean any(List<Rule> rules, String path, String name) {
        for (Rule rule : rules) {
            if (rule.matches(path, name)) {
                return true;
            }
        }
        return false;
    }
}
