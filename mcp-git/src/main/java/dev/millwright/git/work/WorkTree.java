package dev.millwright.git.work;

import dev.millwright.git.repo.CallMonitor;
import dev.millwright.git.repo.Change;
import dev.millwright.git.repo.Repo;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.treewalk.AbstractTreeIterator;
import org.eclipse.jgit.treewalk.CanonicalTreeParser;
import org.eclipse.jgit.treewalk.EmptyTreeIterator;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.TreeFilter;
import org.jspecify.annotations.Nullable;

/** The working tree and the index of a repository, written only through handles that cannot leave it. */
public final class WorkTree {
    private final Repo repo;

    public WorkTree(Repo repo) {
        this.repo = repo;
    }

    public Repo repo() {
        return repo;
    }

    /** The index as it is now, in memory: to read, or to make trees of. */
    public DirCache index() {
        return repo.index();
    }

    /** What differs between two trees; {@link ObjectId#zeroId()} is the empty one. */
    public List<PathChange> between(ObjectId fromTree, ObjectId toTree) {
        try (ObjectReader reader = repo.git().newObjectReader();
                TreeWalk walk = new TreeWalk(repo.git(), reader)) {
            walk.addTree(tree(reader, fromTree));
            walk.addTree(tree(reader, toTree));
            walk.setRecursive(true);
            walk.setFilter(TreeFilter.ANY_DIFF);
            List<PathChange> changes = new ArrayList<>();
            while (walk.next()) {
                changes.add(
                        walk.getRawMode(1) == 0
                                ? new PathChange.Remove(walk.getPathString())
                                : new PathChange.Put(walk.getPathString(), walk.getFileMode(1), walk.getObjectId(1)));
            }
            return changes;
        } catch (IOException e) {
            throw ToolException.unavailable(repo.shown() + " cannot be read", e);
        }
    }

    private static AbstractTreeIterator tree(ObjectReader reader, ObjectId id) throws IOException {
        return ObjectId.zeroId().equals(id) ? new EmptyTreeIterator() : new CanonicalTreeParser(null, reader, id);
    }

    /** What is staged, changed, not tracked and in conflict. Writes nothing. */
    public Status status(Call call, Looking looking) {
        Index index = Index.read(repo);
        ObjectId head = headTree();
        List<Difference> staged = Staged.since(repo, call, head, index, looking);
        Scan scan = new Scan(repo, call, index, looking);
        Map<Difference.Kind, List<Difference>> found = scan.run().stream()
                .collect(Collectors.groupingBy(difference -> switch (difference.kind()) {
                    case UNTRACKED, IGNORED, CONFLICTED -> difference.kind();
                    case ADDED, MODIFIED, DELETED, TYPE_CHANGED -> Difference.Kind.MODIFIED;
                }));
        Map<String, String> conflicted = new TreeMap<>();
        for (Difference each : found.getOrDefault(Difference.Kind.CONFLICTED, List.of())) {
            conflicted.put(each.path(), letters(index.at(each.path())));
        }
        return new Status(
                staged,
                found.getOrDefault(Difference.Kind.MODIFIED, List.of()),
                conflicted,
                paths(found.get(Difference.Kind.UNTRACKED)),
                paths(found.get(Difference.Kind.IGNORED)),
                scan.unreadable());
    }

    /**
     * Tracked files that differ from the index, by path.
     *
     * @param paths literal, from the top; empty for all
     */
    public List<Difference> unstaged(Call call, List<String> paths) {
        return new Scan(repo, call, Index.read(repo), new Looking(paths, Looking.Untracked.NO, false)).run();
    }

    private static List<String> paths(@Nullable List<Difference> of) {
        return of == null ? List.of() : of.stream().map(Difference::path).toList();
    }

    /** As git-status(1) has them, by which of the stages 1 to 3 are there. */
    private static String letters(List<IndexEntry> stages) {
        int there = stages.stream().mapToInt(entry -> 1 << entry.stage()).reduce(0, (a, b) -> a | b);
        return switch (there >> 1) {
            case 1 -> "DD";
            case 2 -> "AU";
            case 3 -> "UD";
            case 4 -> "UA";
            case 5 -> "DU";
            case 6 -> "AA";
            default -> "UU";
        };
    }

    /** What the index has at a path, of one in conflict the first stage; empty for one that is not tracked. */
    public Optional<PathChange.Side> indexed(String path) {
        return Index.read(repo).at(path).stream()
                .findFirst()
                .map(entry -> new PathChange.Side(FileMode.fromBits(entry.mode()), entry.id()));
    }

    /** Whether the index has a path, or something below it. */
    public boolean tracks(String path) {
        Index index = Index.read(repo);
        return !index.at(path).isEmpty() || !index.within(path).isEmpty();
    }

    /**
     * Takes files into the index, all or none.
     *
     * @return what differed before, by path
     * @throws ToolException {@code NOT_FOUND} for a path that is neither tracked nor there, {@code INVALID_INPUT} for one
     *     that is ignored, {@code CONFLICT} when another program holds the index
     */
    public List<Difference> stage(Change change, Staging staging) {
        try (IndexLock lock = IndexLock.take(repo);
                Stager stager = new Stager(repo, change.call(), lock.index())) {
            List<Difference> staged = stager.stage(staging);
            if (!staged.isEmpty()) {
                lock.commit(stager.result());
            }
            return staged;
        }
    }

    /** Makes changes in the index alone; {@link PathChange.Conflict#work} is passed over. */
    public void index(Change change, List<PathChange> changes) {
        CallMonitor.check(change.call());
        try (IndexLock lock = IndexLock.take(repo)) {
            lock.commit(new IndexChanges(repo, lock.index()).with(changes));
        }
    }

    /** What makes the index, or with {@code files} the working tree as well, equal to a tree; conflicts go. */
    public List<PathChange> back(Call call, ObjectId tree, List<String> paths, boolean files) {
        return new Back(repo, call, Index.read(repo), tree, paths).changes(files);
    }

    /** Of HEAD; {@link ObjectId#zeroId()} before the first commit. */
    public ObjectId headTree() {
        try {
            ObjectId tree = repo.git().resolve(Constants.HEAD + "^{tree}");
            return tree == null ? ObjectId.zeroId() : tree;
        } catch (IOException e) {
            throw ToolException.unavailable(repo.shown() + " cannot be read", e);
        }
    }

    /**
     * Makes changes in index and working tree, all or none.
     *
     * @param from the tree that index and working tree are based on: a path whose index entry or file differs from it is
     *     in the way, unless {@code force}
     * @throws ToolException {@code CONFLICT} that names the paths in the way, {@code DENIED} for a path no checkout may
     *     write
     */
    public void apply(Change change, ObjectId from, List<PathChange> changes, boolean force) {
        CallMonitor.check(change.call());
        try (IndexLock lock = IndexLock.take(repo);
                Checkout checkout = new Checkout(change, repo, lock.index(), from, changes, force)) {
            lock.commit(checkout.run());
        }
    }
}
