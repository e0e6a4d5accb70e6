package dev.millwright.filesystem;

import dev.millwright.filesystem.text.Passage;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.Target;
import java.util.OptionalLong;

/**
 * Where the next part of a file begins; as a cursor it names the state of the file it belongs to.
 *
 * @param line number of the line at {@code at}, 0 when parts go by bytes
 * @param last line to stop after
 */
record Page(long at, long line, long last) {
    static final Page NONE = new Page(-1, -1, -1);

    static String after(FileView view, Passage passage, long last) {
        OptionalLong end = passage.lastLine();
        long line = end.isEmpty() ? 0 : passage.midLine() ? end.getAsLong() : end.getAsLong() + 1;
        return of(view, passage, line, last);
    }

    static String of(FileView view, Passage passage, long line, long last) {
        return passage.to() + "." + line + "." + (last == Long.MAX_VALUE ? 0 : last) + "." + stamp(view);
    }

    private static String stamp(FileView view) {
        return Long.toString(view.stat().modifiedNanos() ^ view.stat().size(), 36);
    }

    /** @throws ToolException {@code INVALID_INPUT} for what is no cursor, {@code CONFLICT} when the file changed */
    static Page read(String cursor, FileView view, Target target) {
        String[] parts = cursor.split("\\.");
        try {
            long at = Long.parseLong(parts[0]);
            long line = Long.parseLong(parts[1]);
            long last = Long.parseLong(parts[2]);
            if (parts.length == 4 && at >= 0 && line >= 0 && last >= 0) {
                if (!parts[3].equals(stamp(view))) {
                    throw ToolException.conflict(target + " was changed since; read it from where you need it");
                }
                return new Page(at, line, last == 0 ? Long.MAX_VALUE : last);
            }
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw ToolException.invalidInput("/cursor is none that read_file gave: " + clip(cursor));
        }
        throw ToolException.invalidInput("/cursor is none that read_file gave: " + clip(cursor));
    }

    private static String clip(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }
}
