package dev.millwright.k8s.sql;

import java.util.regex.Pattern;

/** Statements without what people put into them. */
final class SqlText {
    /** Quoted text (also {@code E'…'} with backslashes, dollar quotes), numbers, and comments. */
    private static final Pattern LITERAL = Pattern.compile(
            "\\$([A-Za-z_]*)\\$.*?(?:\\$\\1\\$|$)|'(?:[^'\\\\]|\\\\.|'')*(?:'|$)|/\\*.*?(?:\\*/|$)|--[^\\n]*|(?<![\\w$?])(?:0x[0-9a-fA-F]+|\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?)",
            Pattern.DOTALL);

    private static final int LONGEST = 200;

    private SqlText() {}

    /** Literals as {@code ?}, white space folded, clipped: what is left tells which statement, never whose data. */
    static String shape(String statement) {
        String shape = LITERAL.matcher(statement)
                .replaceAll(
                        found -> found.group().startsWith("/*") || found.group().startsWith("--") ? " " : "?")
                .replaceAll("\\s+", " ")
                .replaceAll("\\(\\?(?:, ?\\?)+\\)", "(?, …)")
                .strip();
        return shape.length() <= LONGEST ? shape : shape.substring(0, LONGEST - 1) + "…";
    }
}
