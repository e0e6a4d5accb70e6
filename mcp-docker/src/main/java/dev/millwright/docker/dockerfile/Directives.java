package dev.millwright.docker.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The directives at the top of the file, up to the first line that is none. */
final class Directives {
    private static final Pattern SHAPE = Pattern.compile("#\\s*([a-zA-Z][a-zA-Z0-9]*)\\s*=\\s*(.+?)\\s*");
    private static final Set<String> KNOWN = Set.of("syntax", "escape", "check");

    private final List<Directive> all = new ArrayList<>();
    private final List<Problem> problems;
    private char escape = '\\';
    private boolean closed;

    /** Whether the first line is one of a script, {@code #!}: BuildKit looks past it, but for an escape. */
    private boolean script;

    Directives(List<Problem> problems) {
        this.problems = problems;
    }

    char escape() {
        return escape;
    }

    List<Directive> all() {
        return all;
    }

    void close() {
        closed = true;
    }

    /** Whether the comment is one of them. */
    boolean read(String text, Span comment, int line) {
        if (closed) {
            return false;
        }
        if (line == 1 && text.startsWith("#!", comment.start())) {
            script = true;
            return false;
        }
        Matcher matcher = SHAPE.matcher(text).region(comment.start(), comment.end());
        String name = matcher.matches() ? matcher.group(1).toLowerCase(Locale.ROOT) : "";
        if (!KNOWN.contains(name) || script && name.equals("escape")) {
            closed = true;
            return false;
        }
        String value = matcher.group(2);
        if (all.stream().anyMatch(each -> each.name().equals(name))) {
            problems.add(new Problem(comment, line, "only one %s parser directive can be used".formatted(name)));
        } else if (name.equals("escape")) {
            if (value.equals("\\") || value.equals("`")) {
                escape = value.charAt(0);
            } else {
                problems.add(new Problem(
                        comment, line, "invalid escape token '%s' does not match ` or \\".formatted(value)));
            }
        }
        all.add(new Directive(name, value, comment, line));
        return true;
    }
}
