package dev.millwright.git.stash;

import dev.millwright.git.commit.Message;
import dev.millwright.git.commit.NewCommit;
import dev.millwright.git.merge.Labels;
import dev.millwright.git.merge.Merged;
import dev.millwright.git.merge.TextMerge.Favor;
import dev.millwright.git.merge.TreeMerge;
import dev.millwright.git.repo.Author;
import dev.millwright.git.repo.Change;
import dev.millwright.git.repo.RefWrites;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.sign.Signing;
import dev.millwright.git.work.Looking;
import dev.millwright.git.work.PathChange;
import dev.millwright.git.work.Staging;
import dev.millwright.git.work.Status;
import dev.millwright.git.work.WorkTree;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheBuilder;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;

/**
 * Stashes: commits of the working tree whose parents are HEAD, a commit of the index, and one of what was not tracked; see
 * git-stash(1).
 */
public final class Stashes {
    private static final int ID = 7;

    private final Repo repo;
    private final Call call;
    private final WorkTree work;
    private final NewCommit commits;
    private final StashLog log;

    public Stashes(Repo repo, Call call, Signing signing) {
        this.repo = repo;
        this.call = call;
        this.work = new WorkTree(repo);
        this.commits = new NewCommit(repo, signing);
        this.log = new StashLog(repo);
    }

    /** One stash. @param time seconds since 1970 */
    public record Stash(int number, ObjectId id, long time, String message) {}

    /** Newest first. */
    public List<Stash> list() {
        List<Stash> all = new ArrayList<>();
        for (StashLog.Line line : log.lines()) {
            all.add(new Stash(all.size(), line.id(), line.time(), line.message()));
        }
        return all;
    }

    /** @throws ToolException {@code NOT_FOUND} when there are not as many */
    public Stash stash(int number) {
        List<Stash> all = list();
        if (number >= all.size()) {
            throw ToolException.notFound(
                    "there is no stash@{%d}: %s has %d".formatted(number, repo.shown(), all.size()));
        }
        return all.get(number);
    }

    /** Puts aside what is staged and changed, and with {@code untracked} what is not tracked. */
    public String push(Change change, Optional<String> message, boolean untracked, boolean keepIndex)
            throws IOException {
        ObjectId head = commits.head();
        if (head.equals(ObjectId.zeroId())) {
            throw ToolException.conflict("there is no commit yet to stash changes on");
        }
        Status status = work.status(
                call, new Looking(List.of(), untracked ? Looking.Untracked.FILES : Looking.Untracked.NO, false));
        List<String> loose =
                status.untracked().stream().filter(path -> !path.endsWith("/")).toList();
        ObjectId indexTree = commits.tree(work.index());
        if (status.staged().isEmpty() && status.unstaged().isEmpty() && loose.isEmpty()) {
            throw ToolException.conflict("nothing was changed: there is nothing to stash");
        }
        work.stage(change, new Staging(List.of(), true, false));
        ObjectId workTree = commits.tree(work.index());
        Optional<ObjectId> looseTree = Optional.empty();
        if (!loose.isEmpty()) {
            work.stage(change, new Staging(loose, false, false));
            looseTree = Optional.of(only(new HashSet<>(loose)));
        }
        ObjectId headTree = work.headTree();
        String title;
        ObjectId id;
        try (RevWalk walk = new RevWalk(repo.git());
                ObjectInserter inserter = repo.git().newObjectInserter()) {
            RevCommit at = walk.parseCommit(head);
            String on = branch() + ": ";
            String where = on + at.abbreviate(ID).name() + " " + at.getShortMessage();
            title = message.map(text -> "On " + on + Message.subject(Message.given(text)))
                    .orElse("WIP on " + where);
            List<ObjectId> parents = new ArrayList<>(List.of(head));
            parents.add(insert(inserter, indexTree, List.of(head), "index on " + where));
            if (looseTree.isPresent()) {
                parents.add(insert(inserter, looseTree.get(), List.of(), "untracked files on " + where));
            }
            id = insert(inserter, workTree, parents, title);
            inserter.flush();
        }
        ObjectId left = keepIndex ? indexTree : headTree;
        work.apply(change, left, work.back(call, left, List.of(), true), true);
        new RefWrites(change).put(Constants.R_STASH, new RefValue(repo).now(), id, title);
        return title;
    }

    private String branch() throws IOException {
        String full = repo.git().getFullBranch();
        return full == null || ObjectId.isId(full) ? "(no branch)" : Repository.shortenRefName(full);
    }

    private ObjectId only(Set<String> paths) throws IOException {
        DirCache index = work.index();
        DirCache some = DirCache.newInCore();
        DirCacheBuilder builder = some.builder();
        for (int i = 0; i < index.getEntryCount(); i++) {
            if (paths.contains(index.getEntry(i).getPathString())) {
                builder.add(index.getEntry(i));
            }
        }
        builder.finish();
        try (ObjectInserter inserter = repo.git().newObjectInserter()) {
            ObjectId tree = some.writeTree(inserter);
            inserter.flush();
            return tree;
        }
    }

    private ObjectId insert(ObjectInserter inserter, ObjectId tree, List<ObjectId> parents, String message)
            throws IOException {
        PersonIdent by = Author.of(repo);
        CommitBuilder commit = new CommitBuilder();
        commit.setTreeId(tree);
        commit.setParentIds(parents);
        commit.setAuthor(by);
        commit.setCommitter(by);
        commit.setEncoding(StandardCharsets.UTF_8);
        commit.setMessage(message + "\n");
        return inserter.insert(commit);
    }

    /** Trees of a stash. @param loose what was not tracked */
    private record Trees(ObjectId base, ObjectId index, ObjectId work, Optional<ObjectId> loose) {}

    private Trees trees(Stash stash) throws IOException {
        try (RevWalk walk = new RevWalk(repo.git())) {
            RevCommit commit = walk.parseCommit(stash.id());
            if (commit.getParentCount() < 2) {
                throw ToolException.invalidInput("stash@{%d} is a commit, but no stash".formatted(stash.number()));
            }
            for (RevCommit parent : commit.getParents()) {
                walk.parseHeaders(parent);
            }
            Optional<ObjectId> loose = commit.getParentCount() > 2
                    ? Optional.of(commit.getParent(2).getTree().copy())
                    : Optional.empty();
            return new Trees(
                    commit.getParent(0).getTree().copy(),
                    commit.getParent(1).getTree().copy(),
                    commit.getTree().copy(),
                    loose);
        }
    }

    /** What a stash changes, and what it has that was not tracked. */
    public List<PathChange> changes(Stash stash) throws IOException {
        Trees trees = trees(stash);
        List<PathChange> all = new ArrayList<>(work.between(trees.base(), trees.work()));
        trees.loose().ifPresent(loose -> all.addAll(work.between(ObjectId.zeroId(), loose)));
        return all;
    }

    /**
     * Merges a stash into the working tree. What it adds is staged, as native Git does, and all it had staged with
     * {@code index}.
     *
     * @return paths left in conflict
     */
    public List<String> apply(Change change, Stash stash, boolean index) throws IOException {
        Trees trees = trees(stash);
        ObjectId ours = commits.tree(work.index());
        Merged merged = merge(trees.base(), ours, trees.work());
        Optional<Merged> staged = index ? Optional.of(merge(trees.base(), ours, trees.index())) : Optional.empty();
        if (staged.filter(result -> !result.isClean()).isPresent()) {
            throw ToolException.conflict("what was staged conflicts with the index; try without index");
        }
        work.apply(change, ours, merged.changes(work, ours), false);
        if (merged.isClean()) {
            work.index(
                    change,
                    staged.map(result -> work.between(merged.tree(), result.tree()))
                            .orElseGet(() -> work.between(merged.tree(), ours).stream()
                                    .filter(PathChange.Put.class::isInstance)
                                    .toList()));
        }
        if (trees.loose().isPresent()) {
            List<PathChange> loose =
                    work.between(ObjectId.zeroId(), trees.loose().get());
            work.apply(change, ObjectId.zeroId(), loose, false);
            work.index(
                    change,
                    loose.stream()
                            .<PathChange>map(each -> new PathChange.Remove(each.path()))
                            .toList());
        }
        return merged.conflicts().stream().map(PathChange.Conflict::path).toList();
    }

    private Merged merge(ObjectId base, ObjectId ours, ObjectId theirs) throws IOException {
        try (ObjectInserter inserter = repo.git().newObjectInserter()) {
            Merged merged = new TreeMerge(repo, call, inserter, Favor.NONE)
                    .merge(base, ours, theirs, new Labels("Updated upstream", "Stashed changes"));
            inserter.flush();
            return merged;
        }
    }

    /** Takes a stash off the list. */
    public void drop(Change change, Stash stash) {
        log.drop(change, stash.number());
    }
}
