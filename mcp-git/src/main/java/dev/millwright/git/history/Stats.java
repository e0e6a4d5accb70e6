package dev.millwright.git.history;

import dev.millwright.git.diff.Comparison;
import dev.millwright.git.diff.FileChange;
import dev.millwright.git.diff.FileDiff;
import dev.millwright.git.diff.Renames;
import dev.millwright.git.diff.Version;
import dev.millwright.git.repo.CallMonitor;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.tool.Call;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.lib.ObjectId;

/** How many lines commits added and removed, file by file, against their first parent. */
public final class Stats implements AutoCloseable {
    private static final int FILES = 50;

    private final History history;
    private final Call call;
    private final List<String> paths;
    private final int maxBytes;
    private final Comparison comparison;

    /** @param paths to look at; empty for all */
    public Stats(History history, Call call, List<String> paths) {
        Repo repo = history.repo();
        this.history = history;
        this.call = call;
        this.paths = List.copyOf(paths);
        this.maxBytes = repo.config().maxTextBytes();
        this.comparison = new Comparison(repo, call);
    }

    /** As {@code src/a.java +3 -1}, {@code a => b +0 -0} or {@code a.png binary}; fifty at most, then how many more. */
    public List<String> of(ObjectId commit) {
        return history.reading(() -> lines(commit));
    }

    private List<String> lines(ObjectId id) throws IOException {
        Commits commits = history.commits();
        int commit = history.number(id);
        ObjectId before = ObjectId.zeroId();
        if (commits.parents(commit) > 0) {
            before = commits.tree(history.number(commits.id(commits.parent(commit, 0))));
        }
        Version after = new Version.Tree(commits.tree(commit));
        List<FileChange> changes = Renames.in(
                        call, comparison.changes(new Version.Tree(before), after, paths), false, maxBytes)
                .changes();
        FileDiff.Options options = new FileDiff.Options(false, maxBytes, comparison.attributes(after));
        List<String> lines = new ArrayList<>();
        for (FileChange change : changes) {
            if (lines.size() == FILES) {
                lines.add("and %d more".formatted(changes.size() - FILES));
                break;
            }
            CallMonitor.check(call);
            FileDiff diff = FileDiff.of(change, options);
            String name = change.oldPath().map(old -> old + " => ").orElse("") + change.path();
            String counts = diff.text().isEmpty() && !diff.note().isEmpty()
                    ? diff.note()
                    : "+%d -%d".formatted(diff.added(), diff.removed());
            lines.add(RepoText.path(name) + " " + counts);
        }
        return lines;
    }

    @Override
    public void close() {
        comparison.close();
    }
}
