package dev.millwright.git;

import dev.millwright.git.diff.Content;
import dev.millwright.git.diff.Entry;
import dev.millwright.git.diff.FileChange;
import dev.millwright.git.diff.Renames;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.work.Difference;
import dev.millwright.git.work.PathChange;
import dev.millwright.tool.Call;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectReader;

/** What is staged, with renames found. */
final class StagedChanges {
    private StagedChanges() {}

    /** As in {@code M path} and {@code R old -> new}. */
    static List<String> lines(Repo repo, Call call, List<Difference> staged) {
        try (ObjectReader reader = repo.git().newObjectReader()) {
            List<FileChange> changes =
                    staged.stream().map(each -> change(each, reader)).toList();
            return Renames.in(call, changes, false, repo.config().maxTextBytes()).changes().stream()
                    .map(change -> change.kind().letter() + " "
                            + change.oldPath().map(old -> old + " -> ").orElse("") + change.path())
                    .toList();
        }
    }

    private static FileChange change(Difference difference, ObjectReader reader) {
        Optional<Entry> from = difference.from().map(side -> entry(difference.path(), side, reader));
        Optional<Entry> to = difference.to().map(side -> entry(difference.path(), side, reader));
        FileChange.Kind kind = switch (difference.kind()) {
            case ADDED -> FileChange.Kind.ADDED;
            case DELETED -> FileChange.Kind.DELETED;
            case TYPE_CHANGED -> FileChange.Kind.TYPE_CHANGED;
            case MODIFIED, UNTRACKED, IGNORED, CONFLICTED -> FileChange.Kind.MODIFIED;
        };
        return new FileChange(kind, from, to, 0);
    }

    private static Entry entry(String path, PathChange.Side side, ObjectReader reader) {
        Content content = FileMode.GITLINK.equals(side.mode()) ? Content.NONE : Content.blob(reader, side.id());
        return new Entry(path, side.mode(), side.id(), content);
    }
}
