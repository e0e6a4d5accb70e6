package dev.millwright.git.merge;

import dev.millwright.git.commit.NewCommit;
import dev.millwright.git.repo.Author;
import dev.millwright.git.repo.Change;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.git.repo.StateFiles;
import dev.millwright.git.sign.Signing;
import dev.millwright.git.work.PathChange;
import dev.millwright.git.work.WorkTree;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;

/** Where a merge stands on: {@code HEAD}, the index and the working tree, and the way to commit. */
final class Ground {
    private final Repo repo;
    private final Signing signing;
    private final WorkTree work;
    private final StateFiles state;

    Ground(Repo repo, Signing signing) {
        this.repo = repo;
        this.signing = signing;
        this.work = new WorkTree(repo);
        this.state = new StateFiles(repo);
    }

    Repo repo() {
        return repo;
    }

    WorkTree work() {
        return work;
    }

    StateFiles state() {
        return state;
    }

    ObjectId head() {
        return new NewCommit(repo, signing).head();
    }

    /** @throws ToolException {@code CONFLICT} before the first commit */
    RevCommit head(RevWalk walk) throws IOException {
        ObjectId head = head();
        if (head.equals(ObjectId.zeroId())) {
            throw ToolException.conflict("there is no commit yet on the branch of " + repo.shown());
        }
        return walk.parseCommit(head);
    }

    /** @throws ToolException {@code CONFLICT} while something is in progress or staged */
    void mustBeFree() {
        repo.work().close();
        Ongoing.refuse(repo);
        if (!indexTree().equals(work.headTree())) {
            throw ToolException.conflict(
                    "the index has changes that are not committed: git_commit or git_stash them first (git_rebase does it by"
                            + " autostash)");
        }
    }

    /** @throws ToolException {@code CONFLICT} while there are conflicts in it */
    ObjectId indexTree() {
        ObjectId tree = new NewCommit(repo, signing).tree(work.index());
        return tree.equals(Constants.EMPTY_TREE_ID) && work.headTree().equals(ObjectId.zeroId())
                ? ObjectId.zeroId()
                : tree;
    }

    /** Brings back what index or conflicts made differ from a tree; files changed but not staged stay where they are. */
    void reset(Change change, ObjectId tree) throws IOException {
        work.apply(change, tree, backTo(tree), true);
    }

    private List<PathChange> backTo(ObjectId tree) throws IOException {
        Map<String, PathChange.Put> wanted = new HashMap<>();
        try (TreeWalk walk = new TreeWalk(repo.git())) {
            walk.addTree(tree);
            walk.setRecursive(true);
            while (walk.next()) {
                wanted.put(
                        walk.getPathString(),
                        new PathChange.Put(walk.getPathString(), walk.getFileMode(0), walk.getObjectId(0)));
            }
        }
        List<PathChange> changes = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        DirCache index = work.index();
        for (int i = 0; i < index.getEntryCount(); i++) {
            DirCacheEntry entry = index.getEntry(i);
            String path = entry.getPathString();
            PathChange.Put put = wanted.get(path);
            boolean same = entry.getStage() == 0
                    && put != null
                    && put.id().equals(entry.getObjectId())
                    && put.mode().equals(entry.getRawMode());
            if (seen.add(path) && !same) {
                changes.add(put == null ? new PathChange.Remove(path) : put);
            }
        }
        wanted.forEach((path, put) -> {
            if (!seen.contains(path)) {
                changes.add(put);
            }
        });
        return changes;
    }

    /** Writes a commit, signed where there is a key; no ref moves. */
    ObjectId commit(ObjectId tree, List<? extends ObjectId> parents, Optional<PersonIdent> author, String message)
            throws IOException {
        CommitBuilder commit = new CommitBuilder();
        PersonIdent committer = Author.of(repo);
        commit.setTreeId(tree);
        commit.setParentIds(parents);
        commit.setAuthor(author.orElse(committer));
        commit.setCommitter(committer);
        commit.setEncoding(StandardCharsets.UTF_8);
        commit.setMessage(message);
        signing.sign(repo, commit);
        try (ObjectInserter inserter = repo.git().newObjectInserter()) {
            ObjectId id = inserter.insert(commit);
            inserter.flush();
            return id;
        }
    }

    /** Git's own list at the end of a message, for the editor; comments go when it is committed. */
    static String withConflicts(String message, Merged merged) {
        if (merged.conflicts().isEmpty()) {
            return message;
        }
        StringBuilder text = new StringBuilder(message).append("\n# Conflicts:\n");
        merged.conflicts()
                .forEach(conflict -> text.append("#\t")
                        .append(RepoText.path(conflict.path()))
                        .append('\n'));
        return text.toString();
    }
}
