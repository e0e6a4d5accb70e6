package dev.millwright.docker.dockerfile;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A {@code .dockerignore}: which files of a context are left out of it, by the rules of Docker's own matcher. */
public final class IgnoreFile {
    /**
     * One line of it.
     *
     * @param pattern cleaned, without {@code !}
     * @param keeps whether it takes files back in: {@code !pattern}
     * @param line from 1
     */
    public record Rule(String pattern, boolean keeps, int line) {}

    private record Compiled(Rule rule, Pattern pattern) {}

    /** Leaves nothing out. */
    public static final IgnoreFile NONE = new IgnoreFile(List.of());

    private final List<Compiled> rules;

    private IgnoreFile(List<Compiled> rules) {
        this.rules = rules;
    }

    /** @throws IllegalArgumentException naming line and pattern that Docker would refuse */
    public static IgnoreFile parse(String text) {
        List<Compiled> rules = new ArrayList<>();
        int number = 0;
        for (String line : (text.startsWith("\ufeff") ? text.substring(1) : text).split("\n", -1)) {
            number++;
            String pattern = line.strip();
            if (line.startsWith("#") || pattern.isEmpty()) {
                continue;
            }
            boolean keeps = pattern.startsWith("!");
            if (keeps) {
                pattern = pattern.substring(1).strip();
            }
            if (!pattern.isEmpty()) {
                pattern = clean(pattern);
                if (pattern.length() > 1 && pattern.startsWith("/")) {
                    pattern = pattern.substring(1);
                }
            }
            if (keeps && pattern.isEmpty()) {
                throw new IllegalArgumentException("line %d: illegal exclusion pattern: \"!\"".formatted(number));
            }
            try {
                rules.add(new Compiled(new Rule(pattern, keeps, number), Pattern.compile(expression(pattern))));
            } catch (PatternSyntaxException e) {
                throw new IllegalArgumentException("line %d: bad pattern %s".formatted(number, pattern), e);
            }
        }
        return new IgnoreFile(rules);
    }

    public List<Rule> rules() {
        return rules.stream().map(Compiled::rule).toList();
    }

    /**
     * Whether the file or folder is left out: the last rule that speaks of it, or of a folder above it, decides.
     *
     * @param path from the context, with slashes
     */
    public boolean ignores(String path) {
        String file = clean(path);
        if (file.equals(".")) {
            return false;
        }
        boolean ignored = false;
        for (Compiled each : rules) {
            if (each.rule().keeps() == ignored && matches(each.pattern(), file)) {
                ignored = !each.rule().keeps();
            }
        }
        return ignored;
    }

    private static boolean matches(Pattern pattern, String file) {
        if (pattern.matches(file)) {
            return true;
        }
        for (int slash = file.indexOf('/'); slash >= 0; slash = file.indexOf('/', slash + 1)) {
            if (pattern.matches(file.substring(0, slash))) {
                return true;
            }
        }
        return false;
    }

    private static String expression(String pattern) {
        if (pattern.matches("\\*\\*[^/*?\\[\\\\][^*?\\[\\\\]*")) {
            // Docker's matcher takes the rest as how a path may end, within a name too.
            return ".*" + Pattern.quote(pattern.substring(2));
        }
        StringBuilder result = new StringBuilder();
        int at = 0;
        while (at < pattern.length()) {
            char one = pattern.charAt(at++);
            if (one == '*' && at < pattern.length() && pattern.charAt(at) == '*') {
                at++;
                if (at < pattern.length() && pattern.charAt(at) == '/') {
                    at++;
                }
                result.append(at == pattern.length() ? ".*" : "(.*/)?");
            } else if (one == '*') {
                result.append("[^/]*");
            } else if (one == '?') {
                result.append("[^/]");
            } else if (one == '\\') {
                if (at == pattern.length()) {
                    throw new PatternSyntaxException("ends with a backslash", pattern);
                }
                result.append(Pattern.quote(String.valueOf(pattern.charAt(at++))));
            } else if (one == '[') {
                at = set(pattern, at, result);
            } else {
                result.append(Pattern.quote(String.valueOf(one)));
            }
        }
        return result.toString();
    }

    /** Copies what is in brackets; gives the place after it. */
    private static int set(String pattern, int from, StringBuilder result) {
        int at = from;
        int close = at < pattern.length() && pattern.charAt(at) == '^' ? at + 1 : at;
        while (close < pattern.length() && pattern.charAt(close) != ']') {
            close += pattern.charAt(close) == '\\' ? 2 : 1;
        }
        if (close >= pattern.length() || close == from) {
            throw new PatternSyntaxException("missing closing ]", pattern);
        }
        result.append('[');
        while (at < close) {
            char one = pattern.charAt(at++);
            result.append(one == '[' || one == '&' ? "\\" + one : String.valueOf(one));
        }
        result.append(']');
        return close + 1;
    }

    /** Go's {@code path.Clean}: no empty, {@code .} or inner {@code ..} elements, no slash at the end. */
    static String clean(String path) {
        boolean rooted = path.startsWith("/");
        Deque<String> parts = new ArrayDeque<>();
        for (String each : path.split("/")) {
            if (each.isEmpty() || each.equals(".")) {
                continue;
            } else if (!each.equals("..")) {
                parts.addLast(each);
            } else if (!parts.isEmpty() && !parts.getLast().equals("..")) {
                parts.removeLast();
            } else if (!rooted) {
                parts.addLast(each);
            }
        }
        String joined = String.join("/", parts);
        return rooted ? "/" + joined : joined.isEmpty() ? "." : joined;
    }
}
