package dev.millwright.git.repo;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where the parts of a repository are, all inside the roots and with links resolved.
 *
 * @param workTree empty for a bare repository
 * @param commonDir the {@code gitDir} itself, or for a linked working tree that of the main one
 * @param alternates folders of objects it borrows from, directly or by another
 */
record Layout(Optional<Path> workTree, Path gitDir, Path commonDir, List<Path> alternates, Settings settings) {
    Layout {
        alternates = List.copyOf(alternates);
    }
}
