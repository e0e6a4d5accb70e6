package dev.millwright.git.work;

import java.util.Optional;

/**
 * One path that is not the same on two sides.
 *
 * @param path of a folder that is reported whole with a slash at its end
 * @param from what it was: in the tree, or in the index; empty where it was not
 * @param to what it is in the index, as far as known; empty in a working tree, whose files are not read as a rule
 */
public record Difference(String path, Kind kind, Optional<PathChange.Side> from, Optional<PathChange.Side> to)
        implements Comparable<Difference> {
    public enum Kind {
        ADDED('A'),
        MODIFIED('M'),
        DELETED('D'),
        /** A file became a link or a submodule, or the other way round. */
        TYPE_CHANGED('T'),
        UNTRACKED('?'),
        IGNORED('!'),
        /** Left to be resolved: several stages in the index. */
        CONFLICTED('U');

        private final char letter;

        Kind(char letter) {
            this.letter = letter;
        }

        /** As native Git shows it. */
        public char letter() {
            return letter;
        }
    }

    static Difference of(String path, Kind kind) {
        return new Difference(path, kind, Optional.empty(), Optional.empty());
    }

    @Override
    public int compareTo(Difference other) {
        return path.compareTo(other.path);
    }
}
