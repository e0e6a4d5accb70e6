package dev.millwright.git;

import dev.millwright.git.merge.Ongoing;
import dev.millwright.git.repo.Change;
import dev.millwright.git.repo.ConfigFile;
import dev.millwright.git.repo.RefNames;
import dev.millwright.git.repo.RefWrites;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.git.repo.Revisions;
import dev.millwright.git.work.PathChange;
import dev.millwright.git.work.WorkTree;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;

/** One way from where HEAD is to a branch or commit. */
final class Switching {
    /** @param upstream the remote and its branch, to be followed; both empty for none */
    private record Goal(Optional<String> branch, boolean fresh, ObjectId commit, Optional<Upstream> upstream) {}

    private record Upstream(String remote, String branch) {}

    private final Change change;
    private final WorkTree work;
    private final Repo repo;
    private final Repository git;

    Switching(Change change, WorkTree work) {
        this.change = change;
        this.work = work;
        this.repo = change.repo();
        this.git = repo.git();
    }

    /** How many files changed. */
    int go(Optional<String> target, Optional<String> create, boolean detach, boolean discard) throws IOException {
        Ongoing.refuse(repo);
        if (!repo.isBare() && !discard && work.index().hasUnmergedPaths()) {
            throw ToolException.conflict(repo.shown() + " has conflicts: git_conflicts resolves them first");
        }
        ObjectId head = Optional.ofNullable(git.resolve(Constants.HEAD)).orElse(ObjectId.zeroId());
        Goal goal = create.isPresent()
                ? created(create.get(), target, head)
                : detach
                        ? new Goal(Optional.empty(), false, commit(target.orElse("HEAD")), Optional.empty())
                        : existing(target.orElseThrow());
        if (goal.branch().isPresent()) {
            refuseIfElsewhere(goal.branch().get());
        }
        String from = git.getFullBranch();
        int files = move(goal.commit(), discard);
        String log = "checkout: moving from " + said(from, head) + " to "
                + goal.branch()
                        .map(Repository::shortenRefName)
                        .orElse(goal.commit().name());
        RefWrites refs = new RefWrites(change);
        if (goal.branch().isEmpty()) {
            refs.detach(goal.commit(), head, log);
            return files;
        }
        String branch = goal.branch().get();
        if (goal.fresh() && !ObjectId.zeroId().equals(goal.commit())) {
            refs.put(branch, ObjectId.zeroId(), goal.commit(), "branch: Created from " + target.orElse("HEAD"));
        }
        refs.attach(branch, head, log);
        goal.upstream().ifPresent(upstream -> {
            String name = Repository.shortenRefName(branch);
            new ConfigFile(repo)
                    .change(text -> text.set("branch", name, "remote", List.of(upstream.remote()))
                            .set("branch", name, "merge", List.of(Constants.R_HEADS + upstream.branch())));
        });
        return files;
    }

    private int move(ObjectId commit, boolean discard) throws IOException {
        if (repo.isBare()) {
            return 0;
        }
        ObjectId to = ObjectId.zeroId();
        if (!ObjectId.zeroId().equals(commit)) {
            try (RevWalk walk = new RevWalk(git)) {
                to = walk.parseCommit(commit).getTree();
            }
        }
        ObjectId from = work.headTree();
        List<PathChange> changes = discard ? work.back(change.call(), to, List.of(), true) : work.between(from, to);
        if (!changes.isEmpty()) {
            work.apply(change, from, changes, discard);
        }
        return changes.size();
    }

    private static String said(@org.jspecify.annotations.Nullable String from, ObjectId head) {
        return from == null || ObjectId.isId(from) ? head.name() : Repository.shortenRefName(from);
    }

    private ObjectId commit(String revision) {
        try (RevWalk walk = new RevWalk(git)) {
            RevCommit commit = Revisions.commit(repo, walk, "target", revision);
            return commit.copy();
        }
    }

    private Goal created(String name, Optional<String> target, ObjectId head) throws IOException {
        String branch = RefNames.newBranch("create", name);
        if (git.exactRef(branch) != null) {
            throw ToolException.conflict("/create: there is a branch " + name + " already");
        }
        RefNames.lookalike(repo, branch).ifPresent(other -> {
            throw ToolException.conflict("/create: " + name + " is too like " + RepoText.line(other, 200));
        });
        ObjectId commit = target.isPresent() ? commit(target.get()) : head;
        return new Goal(Optional.of(branch), true, commit, target.flatMap(this::remote));
    }

    /** The remote and branch that a name like {@code origin/main} stands for. */
    private Optional<Upstream> remote(String name) {
        for (String remote : git.getConfig().getSubsections("remote")) {
            if (name.startsWith(remote + "/") && has(Constants.R_REMOTES + name)) {
                return Optional.of(new Upstream(remote, name.substring(remote.length() + 1)));
            }
        }
        return Optional.empty();
    }

    private boolean has(String ref) {
        try {
            return git.exactRef(ref) != null;
        } catch (IOException e) {
            throw ToolException.unavailable("the refs of " + repo.shown() + " cannot be read", e);
        }
    }

    /** A local branch, or one that only one remote has. */
    private Goal existing(String name) throws IOException {
        String branch = RefNames.branch("target", name);
        if (has(branch)) {
            return new Goal(Optional.of(branch), false, new RefWrites(change).value(branch), Optional.empty());
        }
        List<String> remotes = git.getConfig().getSubsections("remote").stream()
                .filter(remote -> has(Constants.R_REMOTES + remote + "/" + name))
                .toList();
        if (remotes.size() == 1) {
            String remote = remotes.getFirst();
            return new Goal(
                    Optional.of(RefNames.newBranch("target", name)),
                    true,
                    commit(Constants.R_REMOTES + remote + "/" + name),
                    Optional.of(new Upstream(remote, name)));
        } else if (remotes.size() > 1) {
            throw ToolException.invalidInput("/target %s is a branch of %s; give create and one of them as target"
                    .formatted(RepoText.line(name, 100), remotes));
        }
        commit(name);
        throw ToolException.invalidInput("/target %s is a commit, no branch; detach goes there all the same"
                .formatted(RepoText.line(name, 100)));
    }

    private void refuseIfElsewhere(String branch) {
        new OtherWorkTrees(repo).with(branch).ifPresent(where -> {
            throw ToolException.conflict(Repository.shortenRefName(branch) + " is checked out in " + where);
        });
    }
}
