package dev.millwright.git.work;

import dev.millwright.git.repo.CallMonitor;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.EntryType;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.Stat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;

/** Takes what differs in the working tree into the index: all that is asked for, or nothing. */
final class Stager implements AutoCloseable {
    private final Repo repo;
    private final Call call;
    private final Index index;
    private final Cleaned cleaned;
    private final WorkFolders folders;
    private final CheckoutNames names = new CheckoutNames();
    private final Set<String> gone = new HashSet<>();
    private final List<IndexEntry> added = new ArrayList<>();

    Stager(Repo repo, Call call, Index index) {
        this.repo = repo;
        this.call = call;
        this.index = index;
        this.cleaned = new Cleaned(repo, new Attributes(repo.git(), new WorkAttributes(repo)));
        this.folders = new WorkFolders(repo);
    }

    /** Whose line ends count when those of a file are guessed: the version in the index, in a conflict ours. */
    static Optional<ObjectId> forLineEnds(List<IndexEntry> stages) {
        return stages.stream()
                .filter(entry -> (entry.stage() == 0 || entry.stage() == 2) && !entry.isSubmodule())
                .findFirst()
                .map(IndexEntry::id);
    }

    /** What is staged then, by path. */
    List<Difference> stage(Staging staging) {
        staging.paths().forEach(path -> check(path, staging));
        Looking.Untracked untracked = staging.trackedOnly() ? Looking.Untracked.NO : Looking.Untracked.FILES;
        List<Difference> found =
                new Scan(repo, call, index, new Looking(staging.paths(), untracked, staging.ignored())).run();
        List<Difference> staged = new ArrayList<>();
        try (ObjectInserter inserter = repo.git().newObjectInserter()) {
            for (Difference each : found) {
                CallMonitor.check(call);
                if (stage(each, staging, inserter)) {
                    staged.add(each);
                }
            }
            inserter.flush();
        } catch (IOException e) {
            throw ToolException.unavailable("objects of " + repo.shown() + " cannot be written", e);
        }
        return staged;
    }

    private void check(String path, Staging staging) {
        boolean tracked = !index.at(path).isEmpty() || !index.within(path).isEmpty();
        Optional<Stat> stat = path.isEmpty() ? Optional.of(repo.work().stat()) : folders.stat(path);
        if (tracked || path.isEmpty()) {
            return;
        } else if (stat.isEmpty() || staging.trackedOnly()) {
            throw ToolException.notFound(RepoText.path(path, 200)
                    + (staging.trackedOnly() ? " is not tracked" : " is neither tracked nor in the working tree")
                    + "; paths are literal, from the top of the working tree");
        } else if (stat.get().type() == EntryType.SPECIAL) {
            throw ToolException.invalidInput(RepoText.path(path, 200) + " is a FIFO, socket or device");
        }
        Ignored ignored = new Ignored(folders, IgnoreRules.of(repo.git()));
        if (!staging.ignored() && ignored.test(path, stat.get().isFolder())) {
            throw ToolException.invalidInput(
                    RepoText.path(path, 200) + " is ignored by .gitignore or info/exclude; force adds it all the same");
        }
    }

    private boolean stage(Difference each, Staging staging, ObjectInserter inserter) {
        return switch (each.kind()) {
            case DELETED -> gone.add(each.path());
            case ADDED, MODIFIED, TYPE_CHANGED, UNTRACKED, IGNORED, CONFLICTED -> {
                if (!each.path().endsWith("/")) {
                    yield file(each.path(), inserter);
                }
                String folder = each.path().substring(0, each.path().length() - 1);
                // A repository of its own becomes a submodule entry only where it is meant by name.
                yield each.kind() == Difference.Kind.IGNORED
                        ? ignoredFolder(folder, staging, inserter)
                        : staging.paths().contains(folder) && file(folder, inserter);
            }
        };
    }

    private boolean ignoredFolder(String folder, Staging staging, ObjectInserter inserter) {
        boolean some = false;
        for (String path : FilesBelow.of(folders, folder)) {
            CallMonitor.check(call);
            some |= (staging.paths().isEmpty()
                            || new Looking(staging.paths(), Looking.Untracked.FILES, true).wants(path))
                    && file(path, inserter);
        }
        return some;
    }

    private boolean file(String path, ObjectInserter inserter) {
        List<IndexEntry> stages = index.at(path);
        Optional<Folder> folder = folders.find(WorkFolders.parent(path));
        String name = WorkFolders.name(path);
        Optional<Stat> stat = folder.flatMap(in -> in.stat(name));
        Optional<FileMode> mode = stat.flatMap(is ->
                cleaned.mode(stages.stream().findFirst().map(entry -> FileMode.fromBits(entry.mode())), is));
        if (mode.isEmpty()) {
            return gone.add(path);
        }
        names.check(path, mode.get());
        ObjectId id;
        if (FileMode.GITLINK.equals(mode.get())) {
            Optional<ObjectId> head = folders.find(path).flatMap(submodule -> SubmoduleHead.of(repo, submodule, path));
            if (head.isEmpty()) {
                return false;
            }
            id = head.get();
        } else {
            boolean asText = FileMode.SYMLINK.equals(mode.get()) && stat.get().isFile();
            if (!asText) {
                cleaned.checkStageable(folder.get(), name, path, stat.get());
            }
            id = cleaned.insert(inserter, folder.get(), name, asText ? "" : path, stat.get(), forLineEnds(stages));
        }
        makeRoom(path);
        added.add(IndexEntry.of(path, mode.get(), id, 0, StatData.of(stat.get())));
        return true;
    }

    /** An entry of the index cannot be a folder and a file at once. */
    private void makeRoom(String path) {
        gone.add(path);
        index.within(path).forEach(below -> gone.add(below.path()));
        for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
            gone.add(path.substring(0, slash));
        }
    }

    Index result() {
        return index.with(gone, added);
    }

    @Override
    public void close() {
        folders.close();
    }
}
