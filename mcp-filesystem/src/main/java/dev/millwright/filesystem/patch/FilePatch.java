package dev.millwright.filesystem.patch;

import java.util.List;
import java.util.Optional;

/**
 * What a patch does to one file.
 *
 * @param from its path; empty for a new file
 * @param to its path afterwards; empty when it is deleted
 */
public record FilePatch(Optional<String> from, Optional<String> to, List<Hunk> hunks) {
    public FilePatch {
        hunks = List.copyOf(hunks);
    }

    public String path() {
        return to.or(() -> from).orElseThrow();
    }

    public boolean renames() {
        return from.isPresent() && to.isPresent() && !from.equals(to);
    }
}
