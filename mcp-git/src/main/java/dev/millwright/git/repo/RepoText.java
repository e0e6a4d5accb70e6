package dev.millwright.git.repo;

/** Text that comes from a repository, made harmless to show: what would move a cursor or hide is written out. */
public final class RepoText {
    /** What every answer with text of a repository says of it. */
    public static final String INTEGRITY = "untrusted";

    private RepoText() {}

    /** Line ends and tabs stay; other controls, direction marks and invisible characters become {@code \}{@code u1b}. */
    public static String plain(String text) {
        StringBuilder out = null;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            if (isHidden(c)) {
                if (out == null) {
                    out = new StringBuilder(text.length() + 16).append(text, 0, i);
                }
                out.append(String.format("\\u%04x", c));
            } else if (out != null) {
                out.appendCodePoint(c);
            }
            i += Character.charCount(c);
        }
        return out == null ? text : out.toString();
    }

    /** A path, on one line: line ends and tabs are written out as well. The way for every path in an answer or a refusal. */
    public static String path(String path) {
        return plain(path).replace("\n", "\\u000a").replace("\t", "\\u0009");
    }

    /** As {@link #path(String)}, clipped to at most {@code most} characters. */
    public static String path(String path, int most) {
        return clipped(path(path), most);
    }

    private static boolean isHidden(int c) {
        if (c >= 0x20 && c < 0x7f || c == '\n' || c == '\t') {
            return false;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }

    /** The first line, clipped to at most {@code most} characters. */
    public static String line(String text, int most) {
        int end = text.indexOf('\n');
        String line = plain(end < 0 ? text : text.substring(0, end));
        return clipped(line, most);
    }

    private static String clipped(String line, int most) {
        return line.length() <= most ? line : line.substring(0, most - 1) + "…";
    }
}
