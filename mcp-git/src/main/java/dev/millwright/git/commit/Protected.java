package dev.millwright.git.commit;

import dev.millwright.git.config.Patterns;
import dev.millwright.git.repo.Repo;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.util.List;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;

/** Branches that the operator protects: never rewritten once pushed, never deleted. */
public final class Protected {
    private Protected() {}

    /** @param branch its full name, as in {@code refs/heads/main} */
    public static boolean is(Repo repo, String branch) {
        if (!branch.startsWith(Constants.R_HEADS)) {
            return false;
        }
        String name = branch.substring(Constants.R_HEADS.length());
        return Patterns.any(repo.config().protectedBranches(), name);
    }

    /**
     * Refuses that a commit which a remote has goes from a protected branch.
     *
     * @throws ToolException {@code DENIED} for one that was pushed
     */
    public static void refuseRewrite(Repo repo, String branch, ObjectId commit) {
        if (!is(repo, branch)) {
            return;
        }
        try (RevWalk walk = new RevWalk(repo.git())) {
            RevCommit rewritten = walk.parseCommit(commit);
            List<Ref> remotes = repo.git().getRefDatabase().getRefsByPrefix(Constants.R_REMOTES);
            for (Ref remote : remotes) {
                if (remote.getObjectId() != null
                        && remote.getName().endsWith("/" + branch.substring(Constants.R_HEADS.length()))
                        && walk.isMergedInto(rewritten, walk.parseCommit(remote.getObjectId()))) {
                    throw ToolException.denied("%s is protected and %s has its commit %s; add a commit instead"
                            .formatted(branch, remote.getName(), commit.name()));
                }
            }
        } catch (IOException e) {
            throw ToolException.unavailable(repo.shown() + " cannot be read", e);
        }
    }
}
