package dev.millwright.git.diff;

import java.util.Optional;
import org.eclipse.jgit.lib.FileMode;

/**
 * A path that differs between two versions; at least one of {@code from} and {@code to} is there.
 *
 * @param from empty for what is new, the source of what was renamed or copied
 * @param similarity of a rename or copy in percent
 */
public record FileChange(Kind kind, Optional<Entry> from, Optional<Entry> to, int similarity) {
    public enum Kind {
        ADDED('A'),
        DELETED('D'),
        MODIFIED('M'),
        RENAMED('R'),
        COPIED('C'),
        /** A file became a link or a submodule, or the other way round. */
        TYPE_CHANGED('T'),
        /** In the index in several versions, to be resolved. */
        UNMERGED('U');

        private final char letter;

        Kind(char letter) {
            this.letter = letter;
        }

        /** As Git writes it. */
        public char letter() {
            return letter;
        }
    }

    static FileChange added(Entry to) {
        return new FileChange(Kind.ADDED, Optional.empty(), Optional.of(to), 0);
    }

    static FileChange deleted(Entry from) {
        return new FileChange(Kind.DELETED, Optional.of(from), Optional.empty(), 0);
    }

    static FileChange modified(Entry from, Entry to) {
        Kind kind = from.sameTypeAs(to) ? Kind.MODIFIED : Kind.TYPE_CHANGED;
        return new FileChange(kind, Optional.of(from), Optional.of(to), 0);
    }

    static FileChange unmerged(Entry entry) {
        return new FileChange(Kind.UNMERGED, Optional.of(entry), Optional.of(entry), 0);
    }

    /** Empty where nothing differs. */
    static Optional<FileChange> between(Optional<Entry> from, Optional<Entry> to) {
        if (from.isEmpty() || to.isEmpty()) {
            return from.map(FileChange::deleted).or(() -> to.map(FileChange::added));
        }
        Entry old = from.get();
        Entry now = to.get();
        return old.id().equals(now.id()) && old.mode().equals(now.mode())
                ? Optional.empty()
                : Optional.of(modified(old, now));
    }

    /** What it is called now, or was. */
    public String path() {
        return to.or(() -> from).orElseThrow().path();
    }

    /** What it was called, where that differs. */
    public Optional<String> oldPath() {
        return to.isEmpty() ? Optional.empty() : from.map(Entry::path).filter(old -> !old.equals(path()));
    }

    public boolean sameMode() {
        return mode(from).equals(mode(to));
    }

    static FileMode mode(Optional<Entry> entry) {
        return entry.map(Entry::mode).orElse(FileMode.MISSING);
    }
}
