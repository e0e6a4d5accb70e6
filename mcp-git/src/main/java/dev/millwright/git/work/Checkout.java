package dev.millwright.git.work;

import dev.millwright.git.repo.CallMonitor;
import dev.millwright.git.repo.Change;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.Stat;
import dev.millwright.workspace.Trees;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.PathFilterGroup;

/**
 * One step of the working tree from one state to another: looked at whole before anything is touched. What is in the way
 * is decided as in the two-way merge of git-read-tree(1).
 */
final class Checkout implements AutoCloseable {
    private static final int NAMED = 20;
    private static final int FILTERED = 2000;

    private final Change change;
    private final Repo repo;
    private final Index index;
    private final boolean force;
    private final Map<String, PathChange> changes = new TreeMap<>();
    private final Map<String, PathChange.Side> base;
    private final WorkFolders folders;
    private final Ignored ignored;
    private final Cleaned cleaned;
    private final ObjectReader reader;

    /** Paths whose index entries go. */
    private final Set<String> gone = new HashSet<>();

    private final Map<String, PathChange.Side> writes = new TreeMap<>();
    private final NavigableSet<String> removals = new TreeSet<>();
    private final Set<String> inTheWay = new LinkedHashSet<>();

    Checkout(Change change, Repo repo, Index index, ObjectId from, List<PathChange> changes, boolean force) {
        this.change = change;
        this.repo = repo;
        this.index = index;
        this.force = force;
        CheckoutNames names = new CheckoutNames();
        for (PathChange each : changes) {
            target(each).ifPresent(side -> names.check(each.path(), side.mode()));
            this.changes.put(each.path(), each);
        }
        this.base = force ? Map.of() : sides(from);
        this.folders = new WorkFolders(repo);
        this.ignored = new Ignored(folders, IgnoreRules.of(repo.git()));
        this.reader = repo.git().newObjectReader();
        this.cleaned = new Cleaned(repo, new Attributes(repo.git(), new WorkAttributes(repo)));
    }

    private static Optional<PathChange.Side> target(PathChange change) {
        return switch (change) {
            case PathChange.Put put -> Optional.of(new PathChange.Side(put.mode(), put.id()));
            case PathChange.Remove remove -> Optional.empty();
            case PathChange.Conflict conflict -> conflict.work();
        };
    }

    /** What the tree has at the paths that change. */
    private Map<String, PathChange.Side> sides(ObjectId tree) {
        Map<String, PathChange.Side> sides = new HashMap<>();
        if (ObjectId.zeroId().equals(tree) || changes.isEmpty()) {
            return sides;
        }
        try (TreeWalk walk = new TreeWalk(repo.git())) {
            walk.addTree(tree);
            walk.setRecursive(true);
            if (changes.size() < FILTERED) {
                walk.setFilter(PathFilterGroup.createFromStrings(changes.keySet()));
            }
            while (walk.next()) {
                String path = walk.getPathString();
                if (changes.containsKey(path)) {
                    sides.put(path, new PathChange.Side(walk.getFileMode(0), walk.getObjectId(0)));
                }
            }
            return sides;
        } catch (IOException e) {
            throw ToolException.unavailable(repo.shown() + " cannot be read", e);
        }
    }

    /** @return the index as it is to be, the working tree being so already */
    Index run() {
        changes.values().stream().filter(each -> !isDone(each)).forEach(each -> gone.add(each.path()));
        for (PathChange each : changes.values()) {
            CallMonitor.check(change.call());
            if (gone.contains(each.path())) {
                plan(each);
            }
        }
        if (!inTheWay.isEmpty()) {
            throw refused();
        }
        Set<String> touched = new TreeSet<>(writes.keySet());
        touched.addAll(removals);
        change.willWrite(touched);
        remove();
        return write();
    }

    private ToolException refused() {
        List<String> first = inTheWay.stream()
                .limit(NAMED)
                .map(path -> RepoText.path(path, 200))
                .toList();
        int more = inTheWay.size() - first.size();
        return ToolException.conflict("in the way: " + String.join(", ", first)
                + (more > 0 ? " and " + more + " more" : "")
                + "; these differ from HEAD or are not tracked: commit, stash or remove them");
    }

    /** The index has it so already; what the working tree has is kept. */
    private boolean isDone(PathChange each) {
        Optional<IndexEntry> entry = index.entry(each.path());
        return switch (each) {
            case PathChange.Put put -> {
                PathChange.Side side = new PathChange.Side(put.mode(), put.id());
                yield entry.filter(is -> is.isVersion(side) && (!force || isClean(is)))
                        .isPresent();
            }
            case PathChange.Remove remove -> !force && index.at(each.path()).isEmpty();
            case PathChange.Conflict conflict -> false;
        };
    }

    private boolean isClean(IndexEntry entry) {
        Optional<Folder> folder = folders.find(WorkFolders.parent(entry.path()));
        Optional<Stat> stat = folder.flatMap(in -> in.stat(WorkFolders.name(entry.path())));
        return stat.isPresent() && !cleaned.differs(entry, index.isRacy(entry), folder.get(), stat.get());
    }

    private void plan(PathChange each) {
        String path = each.path();
        Optional<PathChange.Side> target = target(each);
        Optional<Stat> stat = folders.stat(path);
        List<IndexEntry> entries = index.at(path);
        if (!force) {
            checkTracked(path, entries, stat);
        }
        boolean submodule = entries.stream().anyMatch(IndexEntry::isSubmodule);
        if (target.isEmpty()) {
            if (stat.filter(is -> !is.isFolder() || submodule).isPresent()) {
                removals.add(path);
            }
            return;
        }
        writes.put(path, target.get());
        checkIndexAround(path);
        boolean asFolder = FileMode.GITLINK.equals(target.get().mode());
        if (stat.isEmpty()) {
            folders.obstacle(path).ifPresent(this::mayGo);
        } else if (stat.get().isFolder() && !asFolder) {
            clear(path);
        } else if (entries.isEmpty() && !(asFolder && stat.get().isFolder())) {
            mayGo(path);
        }
    }

    /** Neither index nor file may differ from where we come from. */
    private void checkTracked(String path, List<IndexEntry> entries, Optional<Stat> stat) {
        Optional<PathChange.Side> was = Optional.ofNullable(base.get(path));
        boolean blocked;
        if (entries.isEmpty()) {
            blocked = was.isPresent();
        } else {
            IndexEntry entry = entries.getFirst();
            blocked =
                    entry.stage() != 0 || was.filter(entry::isVersion).isEmpty() || stat.isPresent() && !isClean(entry);
        }
        if (blocked) {
            inTheWay.add(path);
        }
    }

    /** An entry of the index cannot be a folder and a file at once. */
    private void checkIndexAround(String path) {
        for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
            String above = path.substring(0, slash);
            if (!index.at(above).isEmpty()) {
                drop(above);
            }
        }
        index.within(path).forEach(below -> drop(below.path()));
    }

    private void drop(String path) {
        if (gone.contains(path) && !writes.containsKey(path)) {
            return;
        }
        if (!force) {
            inTheWay.add(path);
            return;
        }
        gone.add(path);
        if (folders.stat(path).filter(stat -> !stat.isFolder()).isPresent()) {
            removals.add(path);
        }
    }

    /** A file or link that is not tracked makes room when it is ignored, or by force. */
    private void mayGo(String path) {
        if (gone.contains(path) && !index.at(path).isEmpty()) {
            return;
        }
        if (force || index.at(path).isEmpty() && ignored.test(path, false)) {
            removals.add(path);
        } else {
            inTheWay.add(path);
        }
    }

    /** All in a folder must go, for a file takes its place. */
    private void clear(String path) {
        Folder folder =
                folders.find(path).orElseThrow(() -> ToolException.conflict(repo.shown(path) + " is being changed"));
        for (String name : Trees.names(folder)) {
            CallMonitor.check(change.call());
            String below = path + "/" + name;
            Optional<Stat> stat = folders.stat(below);
            if (name.equals(".git")) {
                inTheWay.add(path);
            } else if (stat.filter(Stat::isFolder).isPresent()) {
                clear(below);
            } else {
                mayGo(below);
            }
        }
    }

    private void remove() {
        for (String path : removals.descendingSet()) {
            CallMonitor.check(change.call());
            Optional<Folder> folder = folders.find(WorkFolders.parent(path));
            String name = WorkFolders.name(path);
            Optional<Stat> stat = folder.flatMap(in -> in.stat(name));
            if (stat.isPresent() && !stat.get().isFolder()) {
                folder.get().remove(name);
            } else if (stat.isPresent()) {
                removeIfEmpty(path);
            }
        }
    }

    /** Whether the folder is gone. */
    private boolean removeIfEmpty(String path) {
        Optional<Folder> folder = folders.find(path);
        if (folder.isEmpty() || !Trees.names(folder.get()).isEmpty()) {
            return false;
        }
        folders.forget(path);
        folders.find(WorkFolders.parent(path)).ifPresent(parent -> parent.removeFolder(WorkFolders.name(path)));
        return true;
    }

    private Index write() {
        List<IndexEntry> stages = new ArrayList<>();
        changes.values().forEach(each -> stages.addAll(stages(each)));
        Index planned = index.with(gone, planned(stages));
        Cleaned next = new Cleaned(repo, new Attributes(repo.git(), new WorkAttributes(repo, planned, reader)));
        FileWriter writer = new FileWriter(repo, folders, next, reader);
        List<IndexEntry> added = new ArrayList<>(stages);
        int done = 0;
        for (Map.Entry<String, PathChange.Side> each : writes.entrySet()) {
            CallMonitor.check(change.call());
            String path = each.getKey();
            Stat stat = writer.write(path, each.getValue());
            if (changes.get(path) instanceof PathChange.Put put) {
                added.add(IndexEntry.of(path, put.mode(), put.id(), 0, StatData.of(stat)));
            }
            if (++done % 500 == 0) {
                change.call().progress(done, writes.size(), "writing files");
            }
        }
        Set<String> left = new TreeSet<>();
        removals.forEach(path -> left.add(WorkFolders.parent(path)));
        for (String folder : ((TreeSet<String>) left).descendingSet()) {
            for (String empty = folder; !empty.isEmpty() && !writes.containsKey(empty) && removeIfEmpty(empty); ) {
                empty = WorkFolders.parent(empty);
            }
        }
        return index.with(gone, added);
    }

    private List<IndexEntry> planned(List<IndexEntry> stages) {
        List<IndexEntry> planned = new ArrayList<>(stages);
        writes.forEach((path, side) -> {
            if (changes.get(path) instanceof PathChange.Put) {
                planned.add(IndexEntry.of(path, side.mode(), side.id(), 0, StatData.NONE));
            }
        });
        return planned;
    }

    static List<IndexEntry> stages(PathChange each) {
        List<IndexEntry> stages = new ArrayList<>();
        if (each instanceof PathChange.Conflict(String path, var first, var ours, var theirs, var work)) {
            first.ifPresent(side -> stages.add(IndexEntry.of(path, side.mode(), side.id(), 1, StatData.NONE)));
            ours.ifPresent(side -> stages.add(IndexEntry.of(path, side.mode(), side.id(), 2, StatData.NONE)));
            theirs.ifPresent(side -> stages.add(IndexEntry.of(path, side.mode(), side.id(), 3, StatData.NONE)));
        }
        return stages;
    }

    @Override
    public void close() {
        folders.close();
        reader.close();
    }
}
