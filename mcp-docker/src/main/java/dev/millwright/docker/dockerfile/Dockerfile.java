package dev.millwright.docker.dockerfile;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A Dockerfile, read as BuildKit reads it. Any text can be read; {@link #problems} says what Docker would refuse it
 * for, and what could be read is there all the same.
 */
public final class Dockerfile {
    private final String text;
    private final char escape;
    private final List<Directive> directives;
    private final List<Comment> comments;
    private final List<Instruction> instructions;
    private final List<Problem> problems;
    private final int[] lines;

    Dockerfile(
            String text,
            char escape,
            List<Directive> directives,
            List<Comment> comments,
            List<Instruction> instructions,
            List<Problem> problems,
            int[] lines) {
        this.text = text;
        this.escape = escape;
        this.directives = List.copyOf(directives);
        this.comments = List.copyOf(comments);
        this.instructions = List.copyOf(instructions);
        this.problems = List.copyOf(problems);
        this.lines = lines;
    }

    public static Dockerfile parse(String text) {
        return new Parser(text).read();
    }

    public String text() {
        return text;
    }

    /** What escapes a character and continues a line: a backslash, or a backquote where a directive says so. */
    public char escape() {
        return escape;
    }

    public List<Directive> directives() {
        return directives;
    }

    public Optional<String> directive(String name) {
        return directives.stream()
                .filter(each -> each.name().equals(name))
                .map(Directive::value)
                .findFirst();
    }

    /** All comments in order, directives not among them. */
    public List<Comment> comments() {
        return comments;
    }

    public List<Instruction> instructions() {
        return instructions;
    }

    /** What Docker refuses, in order of the text; empty where it accepts the file. */
    public List<Problem> problems() {
        return problems;
    }

    /** The line of a place, from 1. */
    public int line(int at) {
        int found = Arrays.binarySearch(lines, at);
        return found >= 0 ? found + 1 : -found - 1;
    }

    /** The column of a place in its line, from 1, in UTF-16 units. */
    public int column(int at) {
        return at - lines[line(at) - 1] + 1;
    }

    /** Where a line begins; {@code line} from 1 to {@link #lineCount}. */
    public int lineStart(int line) {
        return lines[line - 1];
    }

    public int lineCount() {
        return lines.length;
    }

    /** The line break this file uses: that of its first line. */
    public String lineBreak() {
        int at = text.indexOf('\n');
        return at > 0 && text.charAt(at - 1) == '\r' ? "\r\n" : "\n";
    }
}
