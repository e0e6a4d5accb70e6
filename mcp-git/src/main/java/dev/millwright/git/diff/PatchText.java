package dev.millwright.git.diff;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.millwright.git.repo.RepoText;
import dev.millwright.json.Json;
import java.nio.charset.StandardCharsets;
import org.eclipse.jgit.lib.FileMode;

/** Changes as a patch that {@code git apply} takes, hidden characters in the text written out. */
public final class PatchText {
    /** Bytes of the heading after a hunk's numbers at most, as in Git. */
    private static final int HEADING = 80;

    private PatchText() {}

    /** What stands before the hunks of a file. */
    public static String header(FileDiff diff) {
        FileChange change = diff.change();
        String old = change.from().orElseGet(() -> change.to().orElseThrow()).path();
        String path = change.path();
        StringBuilder out = new StringBuilder("diff --git ")
                .append(quoted("a/" + old))
                .append(' ')
                .append(quoted("b/" + path))
                .append('\n');
        FileMode mode = FileChange.mode(change.from());
        FileMode newMode = FileChange.mode(change.to());
        if (change.from().isEmpty()) {
            out.append("new file mode ").append(octal(newMode));
        } else if (change.to().isEmpty()) {
            out.append("deleted file mode ").append(octal(mode));
        } else if (!mode.equals(newMode)) {
            out.append("old mode ").append(octal(mode)).append("\nnew mode ").append(octal(newMode));
        }
        end(out);
        if (change.oldPath().isPresent()) {
            String verb = change.kind() == FileChange.Kind.COPIED ? "copy" : "rename";
            out.append("similarity index ").append(change.similarity()).append("%\n");
            out.append(verb).append(" from ").append(quoted(old)).append('\n');
            out.append(verb).append(" to ").append(quoted(path)).append('\n');
        }
        String name = change.from().isEmpty() ? "/dev/null" : named("a/" + old);
        String newName = change.to().isEmpty() ? "/dev/null" : named("b/" + path);
        if (diff.text().filter(t -> !t.script().edits().isEmpty()).isPresent()) {
            out.append("--- ").append(name).append("\n+++ ").append(newName).append('\n');
        } else if (diff.text().isEmpty() && !diff.note().isEmpty()) {
            out.append("# ").append(diff.note()).append('\n');
        }
        return out.toString();
    }

    /**
     * A part of a hunk.
     *
     * @param lines how many of its lines
     * @param whole whether nothing of it is left
     */
    public record Part(String text, int lines, boolean whole) {}

    /** All of a hunk. */
    public static String hunk(FileDiff.Texts texts, Hunk hunk) {
        return part(texts, hunk, 0, Integer.MAX_VALUE).text;
    }

    /**
     * A hunk from one of its lines on.
     *
     * @param skip lines left out
     * @param most bytes of JSON; one line is given at least, cut where it must be
     */
    static Part part(FileDiff.Texts texts, Hunk hunk, int skip, int most) {
        Body body = new Body(texts, skip, most - 60 - HEADING);
        int at = hunk.newFrom();
        for (Edit edit : hunk.edits()) {
            body.add(' ', at, edit.newFrom());
            body.add('-', edit.from(), edit.to());
            body.add('+', edit.newFrom(), edit.newTo());
            at = edit.newTo();
        }
        body.add(' ', at, hunk.newTo());
        int from = hunk.from() + body.skippedOld;
        int newFrom = hunk.newFrom() + body.skippedNew;
        String header = header(texts, hunk.number(), from, from + body.old, newFrom, newFrom + body.now);
        return new Part(header + body.out, body.shown, !body.full);
    }

    /** Where a hunk is, and after the second {@code @@} its number. */
    static String header(FileDiff.Texts texts, int number, int from, int to, int newFrom, int newTo) {
        return "@@ -%s +%s @@ #%d%s\n"
                .formatted(range(from, to), range(newFrom, newTo), number, heading(texts.from(), from));
    }

    /** The lines of a hunk, to be filled from its first to its last. */
    private static final class Body {
        final StringBuilder out = new StringBuilder();
        private final FileDiff.Texts texts;
        private int skip;
        private long room;
        int skippedOld;
        int skippedNew;
        int old;
        int now;
        int shown;
        boolean full;

        Body(FileDiff.Texts texts, int skip, int room) {
            this.texts = texts;
            this.skip = skip;
            this.room = room;
        }

        void add(char sign, int from, int to) {
            Lines text = sign == '-' ? texts.from() : texts.to();
            for (int i = from; i < to && !full; i++) {
                if (skip > 0) {
                    skip--;
                    skippedOld += sign == '+' ? 0 : 1;
                    skippedNew += sign == '-' ? 0 : 1;
                    continue;
                }
                String line = sign + line(text, i) + "\n";
                int cost = Json.size(TextNode.valueOf(line));
                if (cost > room) {
                    full = shown > 0;
                    if (full) {
                        return;
                    }
                    line = line.substring(0, Math.clamp(room / 6, 1, line.length() - 1)) + "…\n";
                }
                room -= cost;
                out.append(line);
                shown++;
                old += sign == '+' ? 0 : 1;
                now += sign == '-' ? 0 : 1;
                if (i == text.count() - 1 && !text.endsWhole()) {
                    out.append("\\ No newline at end of file\n");
                    room -= 30;
                }
            }
        }
    }

    /** Without its line feed; a carriage return before that stays. */
    static String line(Lines text, int line) {
        int from = text.start(line);
        int to = text.end(line);
        byte[] bytes = text.bytes();
        boolean feed = to > from && bytes[to - 1] == '\n';
        to -= feed ? 1 : 0;
        boolean carriage = feed && to > from && bytes[to - 1] == '\r';
        String shown = RepoText.plain(FileText.decoded(bytes, from, carriage ? to - 1 : to));
        return carriage ? shown + "\r" : shown;
    }

    private static String range(int from, int to) {
        int count = to - from;
        return (count == 0 ? from : from + 1) + (count == 1 ? "" : "," + count);
    }

    /** The nearest line above that begins with a letter, {@code _} or {@code $}: as a rule what the hunk is in. */
    private static String heading(Lines text, int before) {
        for (int i = before - 1; i >= 0 && i >= before - 2000; i--) {
            byte c = text.bytes()[text.start(i)];
            if (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '$') {
                int to = Math.min(text.end(i), text.start(i) + HEADING);
                String heading =
                        FileText.decoded(text.bytes(), text.start(i), to).strip();
                return " " + RepoText.line(heading, HEADING);
            }
        }
        return "";
    }

    private static String octal(FileMode mode) {
        return String.format("%06o", mode.getBits());
    }

    private static void end(StringBuilder out) {
        if (out.charAt(out.length() - 1) != '\n') {
            out.append('\n');
        }
    }

    /** In a line that ends with a name, a tab ends one with blanks. */
    private static String named(String name) {
        String quoted = quoted(name);
        return quoted.indexOf(' ') >= 0 && quoted.charAt(0) != '"' ? quoted + "\t" : quoted;
    }

    /** As Git writes odd names: between quotes, with escapes. */
    public static String quoted(String name) {
        if (name.indexOf('"') < 0
                && name.indexOf('\\') < 0
                && RepoText.path(name).equals(name)) {
            return name;
        }
        StringBuilder out = new StringBuilder("\"");
        name.codePoints().forEach(c -> {
            String one = Character.toString(c);
            if (c == '"' || c == '\\') {
                out.append('\\').append(one);
            } else if (c >= 0x20 && RepoText.plain(one).equals(one)) {
                out.append(one);
            } else {
                for (byte b : one.getBytes(StandardCharsets.UTF_8)) {
                    out.append(String.format("\\%03o", b & 0xff));
                }
            }
        });
        return out.append('"').toString();
    }
}
