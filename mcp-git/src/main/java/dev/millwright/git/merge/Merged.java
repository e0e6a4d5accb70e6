package dev.millwright.git.merge;

import dev.millwright.git.work.PathChange;
import dev.millwright.git.work.WorkTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.jgit.lib.ObjectId;

/**
 * What becomes of three trees.
 *
 * @param tree all files; those in conflict as the working tree would hold them
 * @param isClean whether it can be committed as it is; a conflict of folders alone leaves no path to be resolved
 */
public record Merged(ObjectId tree, boolean isClean, List<PathChange.Conflict> conflicts, List<Note> notes) {
    /**
     * Something a person would want to know.
     *
     * @param kind as Git calls it: {@code content}, {@code add/add}, {@code rename/delete}
     */
    public record Note(String kind, String path, String text) {}

    public Merged {
        conflicts = List.copyOf(conflicts);
        notes = List.copyOf(notes);
    }

    /** What leads from a tree here. @param from what index and working tree are at, as a rule our tree */
    public List<PathChange> changes(WorkTree work, ObjectId from) {
        Set<String> open = conflicts.stream().map(PathChange.Conflict::path).collect(Collectors.toSet());
        List<PathChange> changes = new ArrayList<>();
        for (PathChange change : work.between(from, tree)) {
            if (!open.contains(change.path())) {
                changes.add(change);
            }
        }
        changes.addAll(conflicts);
        return changes;
    }
}
