package dev.millwright.git.repo;

import dev.millwright.workspace.Folder;
import dev.millwright.workspace.Stat;
import dev.millwright.workspace.Target;
import dev.millwright.workspace.Workspace;
import java.util.Map;
import java.util.Optional;

/** A repository that passed the check, and what of it to look at again before each use. */
final class Opened {
    private final Workspace workspace;
    private final Target gitDir;
    private final Layout layout;
    private final Marks marks;
    private final Map<Target, Watched> watched;
    private Optional<Stat> index = Optional.empty();

    Opened(Workspace workspace, Target gitDir, Layout layout, Marks marks, Map<Target, Watched> watched) {
        this.workspace = workspace;
        this.gitDir = gitDir;
        this.layout = layout;
        this.marks = marks;
        this.watched = watched;
    }

    Layout layout() {
        return layout;
    }

    /** The repository's own folder. */
    Target gitDir() {
        return gitDir;
    }

    /**
     * Whether the check still holds; false asks for a new one.
     *
     * @throws dev.millwright.tool.ToolException {@code DENIED} for a link or an index that is new and may not be
     */
    synchronized boolean holds() {
        if (!marks.hold(workspace)) {
            return false;
        }
        look();
        return true;
    }

    /** Looks where something changed; throws as {@link #holds}. */
    synchronized void look() {
        for (Map.Entry<Target, Watched> entry : watched.entrySet()) {
            try (Folder folder = workspace.folder(entry.getKey())) {
                entry.getValue().refresh(folder);
                if (entry.getKey().equals(gitDir)) {
                    checkIndex(folder);
                }
            }
        }
    }

    private void checkIndex(Folder git) {
        Optional<Stat> now = git.stat("index").filter(Stat::isFile);
        if (now.isPresent() && !Marks.same(index, now)) {
            try (var file = git.file("index")) {
                IndexFormat.check(file, RepoText.path(gitDir.shown()));
            }
        }
        index = now.filter(stat -> !Marks.isRacy(stat));
    }
}
