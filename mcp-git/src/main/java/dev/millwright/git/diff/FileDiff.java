package dev.millwright.git.diff;

import dev.millwright.git.work.PathAttributes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * What changed in one file.
 *
 * @param text the two texts and the way from one to the other; empty where there is nothing to compare by lines
 * @param note what there is to know beside it, as in {@code binary, 120 to 340 bytes}; empty for nothing
 */
public record FileDiff(FileChange change, Optional<Texts> text, String note) {
    public record Texts(Lines from, Lines to, EditScript script) {}

    /**
     * How to compare.
     *
     * @param maxBytes of a file that is compared; larger ones are named
     */
    public record Options(boolean ignoringSpace, int maxBytes, PathAttributes attributes) {}

    public static FileDiff of(FileChange change, Options options) {
        Optional<Entry> from = change.from();
        Optional<Entry> to = change.to();
        if (change.kind() == FileChange.Kind.UNMERGED) {
            return new FileDiff(change, Optional.empty(), "unmerged");
        } else if (isEqual(from, to)) {
            return new FileDiff(change, Optional.empty(), "");
        }
        long size = size(from);
        long newSize = size(to);
        if (Math.max(size, newSize) > options.maxBytes) {
            return new FileDiff(change, Optional.empty(), "too large, " + sizes(from, to));
        }
        byte[] old = bytes(from);
        byte[] now = bytes(to);
        boolean text = options.attributes
                .flag(change.path(), "diff")
                .orElseGet(() -> !FileText.isBinary(old) && !FileText.isBinary(now));
        if (!text) {
            return new FileDiff(change, Optional.empty(), "binary, " + sizes(from, to));
        }
        Lines oldLines = new Lines(old, old.length, options.ignoringSpace);
        Lines newLines = new Lines(now, now.length, options.ignoringSpace);
        EditScript script = EditScript.of(oldLines, newLines);
        return new FileDiff(
                change, Optional.of(new Texts(oldLines, newLines, script)), note(from, to, old, now, script));
    }

    private static String note(Optional<Entry> from, Optional<Entry> to, byte[] old, byte[] now, EditScript script) {
        if (from.or(() -> to).orElseThrow().isSubmodule()) {
            return "submodule";
        } else if (FileText.isLfsPointer(old) || FileText.isLfsPointer(now)) {
            return "LFS pointer";
        }
        return script.exact() ? "" : "compared roughly: cost limit reached";
    }

    private static boolean isEqual(Optional<Entry> from, Optional<Entry> to) {
        return from.isPresent()
                && to.isPresent()
                && from.get().id().equals(to.get().id())
                && from.get().sameTypeAs(to.get());
    }

    private static long size(Optional<Entry> entry) {
        return entry.map(e -> e.isSubmodule() ? 0 : e.content().size()).orElse(0L);
    }

    private static byte[] bytes(Optional<Entry> entry) {
        return entry.map(e -> e.isSubmodule()
                        ? ("Subproject commit " + e.id().name() + "\n").getBytes(StandardCharsets.US_ASCII)
                        : e.content().bytes())
                .orElse(new byte[0]);
    }

    private static String sizes(Optional<Entry> from, Optional<Entry> to) {
        return from.isEmpty()
                ? size(to) + " bytes"
                : to.isEmpty() ? size(from) + " bytes" : size(from) + " to " + size(to) + " bytes";
    }

    /** Whether nothing is left once white space is ignored. */
    public boolean isNothing() {
        return change.kind() == FileChange.Kind.MODIFIED
                && change.sameMode()
                && text.filter(t -> t.script.edits().isEmpty()).isPresent();
    }

    public int added() {
        return text.map(t -> t.script.added()).orElse(0);
    }

    public int removed() {
        return text.map(t -> t.script.removed()).orElse(0);
    }

    /** @param context lines shown around each change */
    public List<Hunk> hunks(int context) {
        return text.map(t -> Hunk.of(t.script, context, t.from.count(), t.to.count()))
                .orElse(List.of());
    }
}
