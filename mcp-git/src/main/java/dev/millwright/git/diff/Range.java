package dev.millwright.git.diff;

import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.Revisions;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.util.Optional;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.revwalk.filter.RevFilter;

/** The two versions that a caller means. */
public record Range(Version from, Version to) {
    /**
     * Index to working tree; from {@code from} to the working tree, or to {@code to}; from HEAD or {@code from} to the
     * index where {@code staged}.
     *
     * @param from a revision, or two with {@code ..} or {@code ...} between
     * @param mergeBase whether to begin where the two sides parted, as {@code ...} does
     */
    public static Range of(Repo repo, Optional<String> from, Optional<String> to, boolean staged, boolean mergeBase) {
        int dots = from.map(text -> text.indexOf("..")).orElse(-1);
        if (dots >= 0) {
            String text = from.orElseThrow();
            boolean three = text.startsWith("...", dots);
            if (to.isPresent()) {
                throw ToolException.invalidInput("/from is a range already; leave /to out");
            }
            String first = text.substring(0, dots);
            String second = text.substring(dots + (three ? 3 : 2));
            return of(
                    repo,
                    Optional.of(first.isEmpty() ? Constants.HEAD : first),
                    Optional.of(second.isEmpty() ? Constants.HEAD : second),
                    staged,
                    mergeBase || three);
        } else if (to.isPresent() && (from.isEmpty() || staged)) {
            throw ToolException.invalidInput(
                    staged ? "/to and /staged exclude each other" : "/to needs /from: the version to compare with");
        } else if (mergeBase && from.isEmpty()) {
            throw ToolException.invalidInput("/mergeBase needs /from");
        }
        Version old = from.<Version>map(revision -> new Version.Tree(
                        mergeBase ? base(repo, revision, to.orElse(Constants.HEAD)) : tree(repo, "from", revision)))
                .orElseGet(() -> staged ? new Version.Tree(head(repo)) : new Version.Index());
        Version now = to.<Version>map(revision -> new Version.Tree(tree(repo, "to", revision)))
                .orElseGet(() -> staged ? new Version.Index() : new Version.WorkTree());
        if (repo.isBare() && !(old instanceof Version.Tree && now instanceof Version.Tree)) {
            throw ToolException.invalidInput(repo.shown() + " is bare: give /from and /to");
        }
        return new Range(old, now);
    }

    /** The tree of HEAD, the empty one before the first commit. */
    private static ObjectId head(Repo repo) {
        try {
            Ref head = repo.git().exactRef(Constants.HEAD);
            return head == null || head.getObjectId() == null ? ObjectId.zeroId() : tree(repo, "from", Constants.HEAD);
        } catch (IOException e) {
            throw ToolException.unavailable(repo.shown() + " cannot be read", e);
        }
    }

    /** The tree that a revision is or has. */
    public static ObjectId tree(Repo repo, String field, String revision) {
        ObjectId id = Revisions.object(repo, field, revision);
        if (id.equals(Constants.EMPTY_TREE_ID)) {
            return ObjectId.zeroId();
        }
        try (RevWalk walk = new RevWalk(repo.git())) {
            return walk.parseTree(id).copy();
        } catch (IncorrectObjectTypeException e) {
            throw ToolException.invalidInput("/%s names neither commit nor tree: %s".formatted(field, revision));
        } catch (MissingObjectException e) {
            throw repo.lacks(e.getObjectId());
        } catch (IOException e) {
            throw ToolException.unavailable(repo.shown() + " cannot be read", e);
        }
    }

    private static ObjectId base(Repo repo, String one, String other) {
        try (RevWalk walk = new RevWalk(repo.git())) {
            RevCommit left = Revisions.commit(repo, walk, "from", one);
            RevCommit right = Revisions.commit(repo, walk, "to", other);
            walk.setRevFilter(RevFilter.MERGE_BASE);
            walk.markStart(left);
            walk.markStart(right);
            RevCommit base = walk.next();
            if (base == null) {
                throw ToolException.notFound("%s and %s have no commit in common".formatted(one, other));
            }
            walk.parseHeaders(base);
            return base.getTree().copy();
        } catch (IOException e) {
            throw ToolException.unavailable(repo.shown() + " cannot be read", e);
        }
    }
}
