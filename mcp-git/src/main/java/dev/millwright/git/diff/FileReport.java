package dev.millwright.git.diff;

import dev.millwright.json.Doc;
import java.util.Optional;
import java.util.OptionalInt;

/** What an answer says of one changed file. */
public record FileReport(
        String path,
        Optional<String> from,
        @Doc("A M D R C T U") String status,
        OptionalInt added,
        OptionalInt removed,
        Optional<String> note,
        Optional<String> patch,

        @Doc("What the patch leaves out.") Optional<String> omitted) {
    /** In a line, as {@code git diff --stat} would. */
    String line() {
        StringBuilder out = new StringBuilder(status).append(' ');
        from.ifPresent(old -> out.append(old).append(" => "));
        out.append(path);
        added.ifPresent(n -> out.append(" +").append(n));
        removed.ifPresent(n -> out.append(" -").append(n));
        note.ifPresent(text -> out.append(" (").append(text).append(')'));
        return out.toString();
    }

    /** As text: the patch, or a line. */
    void shown(StringBuilder out) {
        if (patch.isPresent()) {
            out.append(patch.get());
            omitted.ifPresent(what -> out.append("# omitted: ").append(what).append('\n'));
        } else {
            out.append(line());
            omitted.ifPresent(what -> out.append(": ").append(what));
            out.append('\n');
        }
    }
}
