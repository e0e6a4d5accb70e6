package dev.millwright.git.commit;

import dev.millwright.git.repo.Author;
import dev.millwright.git.repo.Change;
import dev.millwright.git.repo.RefWrites;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.git.repo.StateFiles;
import dev.millwright.git.sign.Signing;
import dev.millwright.git.work.Staging;
import dev.millwright.git.work.WorkTree;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheBuilder;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;

/** A commit of the index on top of {@code HEAD}, or in its place; ends a merge, cherry-pick or revert in progress. */
public final class NewCommit {
    private static final List<String> CONCLUDED = List.of(
            "MERGE_HEAD", "MERGE_MSG", "MERGE_MODE", "AUTO_MERGE", "CHERRY_PICK_HEAD", "REVERT_HEAD", "SQUASH_MSG");

    /**
     * What a caller may say of it.
     *
     * @param message empty for the one that is prepared, or that of the commit to replace
     * @param author empty for who commits, or of the commit that is picked or replaced
     * @param amend whether it takes the place of {@code HEAD}
     * @param sign empty for signing where there is a key
     */
    public record Wish(
            Optional<String> message,
            Optional<PersonIdent> author,
            boolean amend,
            boolean allowEmpty,
            boolean signOff,
            Optional<Boolean> sign) {}

    private final Repo repo;
    private final Signing signing;
    private final StateFiles state;

    public NewCommit(Repo repo, Signing signing) {
        this.repo = repo;
        this.signing = signing;
        this.state = new StateFiles(repo);
    }

    /** The tree that the index makes, as {@code git write-tree} does. @throws ToolException {@code CONFLICT} when unmerged */
    public ObjectId tree(DirCache index) {
        List<String> unmerged = new ArrayList<>();
        boolean intended = false;
        for (int i = 0; i < index.getEntryCount(); i++) {
            DirCacheEntry entry = index.getEntry(i);
            intended |= entry.isIntentToAdd();
            String path = entry.getStage() == 0 ? "" : RepoText.path(entry.getPathString(), 200);
            if (entry.getStage() != 0 && !unmerged.contains(path)) {
                unmerged.add(path);
            }
        }
        if (!unmerged.isEmpty()) {
            int shown = Math.min(20, unmerged.size());
            throw ToolException.conflict("conflicts are left in " + String.join(", ", unmerged.subList(0, shown))
                    + (shown < unmerged.size() ? " and " + (unmerged.size() - shown) + " more" : "")
                    + "; git_conflicts resolves them");
        }
        try (ObjectInserter inserter = repo.git().newObjectInserter()) {
            ObjectId tree = (intended ? withoutIntended(index) : index).writeTree(inserter);
            inserter.flush();
            return tree;
        } catch (IOException e) {
            throw ToolException.unavailable(repo.shown() + " cannot be written", e);
        }
    }

    /**
     * The tree of HEAD with some files as they are in the working tree, which are staged by it; as
     * {@code git commit --only}.
     */
    public ObjectId treeOf(Change change, List<String> paths) {
        if (!state.ids("MERGE_HEAD").isEmpty() || !state.ids("CHERRY_PICK_HEAD").isEmpty()) {
            throw ToolException.conflict("a merge or cherry-pick is in progress: it is committed whole, without paths");
        }
        WorkTree work = new WorkTree(repo);
        work.stage(change, new Staging(paths, true, false));
        DirCache index = work.index();
        tree(index);
        DirCache only = DirCache.newInCore();
        DirCacheBuilder builder = only.builder();
        try (ObjectInserter inserter = repo.git().newObjectInserter();
                ObjectReader reader = inserter.newReader();
                TreeWalk head = new TreeWalk(repo.git(), reader)) {
            if (!work.headTree().equals(ObjectId.zeroId())) {
                head.addTree(work.headTree());
                head.setRecursive(true);
                while (head.next()) {
                    if (!isIn(head.getPathString(), paths)) {
                        DirCacheEntry entry = new DirCacheEntry(head.getRawPath());
                        entry.setFileMode(head.getFileMode(0));
                        entry.setObjectId(head.getObjectId(0));
                        builder.add(entry);
                    }
                }
            }
            for (int i = 0; i < index.getEntryCount(); i++) {
                if (isIn(index.getEntry(i).getPathString(), paths)) {
                    builder.add(index.getEntry(i));
                }
            }
            builder.finish();
            ObjectId tree = only.writeTree(inserter);
            inserter.flush();
            return tree;
        } catch (IOException e) {
            throw ToolException.unavailable(repo.shown() + " cannot be written", e);
        }
    }

    private static boolean isIn(String path, List<String> paths) {
        return paths.stream().anyMatch(each -> each.isEmpty() || path.equals(each) || path.startsWith(each + "/"));
    }

    private static DirCache withoutIntended(DirCache index) {
        DirCache copy = DirCache.newInCore();
        DirCacheBuilder builder = copy.builder();
        for (int i = 0; i < index.getEntryCount(); i++) {
            if (!index.getEntry(i).isIntentToAdd()) {
                builder.add(index.getEntry(i));
            }
        }
        builder.finish();
        return copy;
    }

    /** The commit that {@code HEAD} is at; the zero id before the first. */
    public ObjectId head() {
        try {
            ObjectId head = repo.git().resolve(Constants.HEAD);
            return head == null ? ObjectId.zeroId() : head;
        } catch (IOException e) {
            throw ToolException.unavailable(repo.shown() + " cannot be read", e);
        }
    }

    /**
     * Writes the commit and moves {@code HEAD}'s branch to it.
     *
     * @throws ToolException {@code CONFLICT} when there is nothing to commit, or the branch moved meanwhile
     */
    public ObjectId make(Change change, ObjectId tree, Wish wish) {
        ObjectId head = head();
        try (RevWalk walk = new RevWalk(repo.git())) {
            Optional<RevCommit> last =
                    head.equals(ObjectId.zeroId()) ? Optional.empty() : Optional.of(walk.parseCommit(head));
            List<ObjectId> merged = state.ids("MERGE_HEAD");
            List<ObjectId> parents = parents(wish, last, merged);
            if (parents.size() < 2 && !wish.allowEmpty() && isEmpty(walk, parents, tree)) {
                throw ToolException.conflict(
                        "nothing is staged; git_add stages changes, allowEmpty commits without any");
            }
            CommitBuilder commit = new CommitBuilder();
            commit.setTreeId(tree);
            commit.setParentIds(parents);
            PersonIdent committer = Author.of(repo);
            commit.setCommitter(committer);
            commit.setAuthor(author(walk, wish, last).orElse(committer));
            commit.setEncoding(StandardCharsets.UTF_8);
            String message = message(wish, last);
            commit.setMessage(wish.signOff() ? Message.signedOff(message, committer) : message);
            sign(commit, wish);
            ObjectId id;
            try (ObjectInserter inserter = repo.git().newObjectInserter()) {
                id = inserter.insert(commit);
                inserter.flush();
            }
            String kind = kind(wish, last, merged);
            new RefWrites(change).put(Constants.HEAD, head, id, "commit" + kind + ": " + Message.subject(message));
            state.remove(CONCLUDED);
            return id;
        } catch (IOException e) {
            throw ToolException.unavailable(repo.shown() + " cannot be written", e);
        }
    }

    private static List<ObjectId> parents(Wish wish, Optional<RevCommit> last, List<ObjectId> merged) {
        if (!wish.amend()) {
            return Stream.concat(last.stream(), merged.stream())
                    .map(ObjectId::copy)
                    .toList();
        } else if (last.isEmpty()) {
            throw ToolException.conflict("there is no commit to amend yet");
        } else if (!merged.isEmpty()) {
            throw ToolException.conflict("a merge is in progress: commit it without amend");
        }
        return Stream.of(last.get().getParents()).map(ObjectId::copy).toList();
    }

    private boolean isEmpty(RevWalk walk, List<ObjectId> parents, ObjectId tree) throws IOException {
        if (parents.isEmpty()) {
            return tree.equals(Constants.EMPTY_TREE_ID);
        }
        return walk.parseCommit(parents.getFirst()).getTree().equals(tree);
    }

    private Optional<PersonIdent> author(RevWalk walk, Wish wish, Optional<RevCommit> last) throws IOException {
        if (wish.author().isPresent()) {
            return wish.author();
        } else if (wish.amend()) {
            return last.map(RevCommit::getAuthorIdent);
        }
        List<ObjectId> picked = state.ids("CHERRY_PICK_HEAD");
        return picked.isEmpty()
                ? Optional.empty()
                : Optional.of(walk.parseCommit(picked.getFirst()).getAuthorIdent());
    }

    private String message(Wish wish, Optional<RevCommit> last) {
        if (wish.message().isPresent()) {
            return Message.given(wish.message().get());
        } else if (wish.amend()) {
            return Message.given(last.orElseThrow().getFullMessage());
        }
        return Message.prepared(state.read("MERGE_MSG")
                .or(() -> state.read("SQUASH_MSG"))
                .orElseThrow(() -> ToolException.invalidInput("/message is needed")));
    }

    private void sign(CommitBuilder commit, Wish wish) {
        if (wish.sign().orElse(true)
                && !signing.sign(repo, commit)
                && wish.sign().isPresent()) {
            throw ToolException.unavailable(
                    "there is no key to sign with; the operator can set reach.git.signing of the tenant");
        }
    }

    private String kind(Wish wish, Optional<RevCommit> last, List<ObjectId> merged) {
        if (wish.amend()) {
            return " (amend)";
        } else if (last.isEmpty()) {
            return " (initial)";
        } else if (!merged.isEmpty()) {
            return " (merge)";
        }
        return state.ids("CHERRY_PICK_HEAD").isEmpty() ? "" : " (cherry-pick)";
    }
}
