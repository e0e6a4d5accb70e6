package dev.millwright.git;

import dev.millwright.git.history.History;
import dev.millwright.git.merge.Ongoing;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.git.repo.StateFiles;
import dev.millwright.tool.Call;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import org.eclipse.jgit.lib.BranchConfig;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.ReflogReader;
import org.eclipse.jgit.lib.Repository;

/**
 * The facts of HEAD, in words.
 *
 * @param head as in {@code main 1a2b3c4d5e}
 * @param upstream as in {@code origin/main, ahead 2, behind 1}
 * @param doing the operation that waits to be continued
 */
record WhereHeadIs(
        String head, Optional<String> upstream, Optional<String> doing, OptionalInt stashes, boolean shallow) {
    private static final int ID = 10;

    static WhereHeadIs of(Repo repo, History history, Call call) throws IOException {
        Repository git = repo.git();
        ObjectId id = git.resolve(Constants.HEAD);
        String branch = git.getFullBranch();
        boolean detached = branch == null || ObjectId.isId(branch);
        String name = detached ? "detached" : RepoText.line(Repository.shortenRefName(branch), 200);
        String at = id == null ? "no commit yet" : history.shortId(id, ID);
        return new WhereHeadIs(
                name + " " + at,
                detached ? Optional.empty() : upstream(repo, history, call, branch, id),
                doing(repo),
                stashes(git),
                !git.getObjectDatabase().getShallowCommits().isEmpty());
    }

    /** What a branch follows and how far apart they are; empty where it follows none. */
    static Optional<String> upstream(
            Repo repo, History history, Call call, String branch, @org.jspecify.annotations.Nullable ObjectId id)
            throws IOException {
        String tracked =
                new BranchConfig(repo.git().getConfig(), Repository.shortenRefName(branch)).getTrackingBranch();
        if (tracked == null) {
            return Optional.empty();
        }
        String name = RepoText.line(Repository.shortenRefName(tracked), 200);
        Ref ref = repo.git().exactRef(tracked);
        if (ref == null || ref.getObjectId() == null) {
            return Optional.of(name + ", gone");
        } else if (id == null) {
            return Optional.of(name);
        }
        History.Apart apart = history.apart(call, id, ref.getObjectId());
        return Optional.of(name
                + (apart.ahead() == 0 && apart.behind() == 0 ? ", up to date" : "")
                + (apart.ahead() > 0 ? ", ahead " + apart.ahead() : "")
                + (apart.behind() > 0 ? ", behind " + apart.behind() : ""));
    }

    private static Optional<String> doing(Repo repo) {
        return Ongoing.of(repo)
                .map(Ongoing::name)
                .or(() -> Optional.of("bisect")
                        .filter(bisect ->
                                new StateFiles(repo).read("BISECT_LOG").isPresent()));
    }

    private static OptionalInt stashes(Repository git) throws IOException {
        ReflogReader log = git.exactRef(Constants.R_STASH) == null
                ? null
                : git.getRefDatabase().getReflogReader(Constants.R_STASH);
        return log == null
                ? OptionalInt.empty()
                : OptionalInt.of(log.getReverseEntries().size());
    }
}
