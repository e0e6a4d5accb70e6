package dev.millwright.git.commit;

import dev.millwright.git.repo.Change;
import dev.millwright.git.repo.CheckedOut;
import dev.millwright.git.repo.ConfigFile;
import dev.millwright.git.repo.RefNames;
import dev.millwright.git.repo.RefWrites;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.git.repo.Revisions;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.lib.BranchConfig;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefUpdate.Result;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;

/** Branches made, removed and renamed, with what the configuration says of them. Each answers what was done, in words. */
public final class Branches {
    private static final String SECTION = "branch";

    private final Change change;
    private final Repo repo;
    private final RefWrites refs;

    public Branches(Change change) {
        this.change = change;
        this.repo = change.repo();
        this.refs = new RefWrites(change);
    }

    /** @param force whether one that is there may move */
    public String create(String name, String startPoint, boolean force) throws IOException {
        String ref = RefNames.newBranch("name", name);
        ObjectId before = refs.value(ref);
        if (!before.equals(ObjectId.zeroId())) {
            if (!force) {
                throw ToolException.conflict(name + " is there already, at " + before.name());
            }
            refuseCheckedOut(ref);
            Protected.refuseRewrite(repo, ref, before);
        }
        refuseLookalike(ref);
        try (RevWalk walk = new RevWalk(repo.git())) {
            RevCommit start = Revisions.commit(repo, walk, "startPoint", startPoint);
            refs.put(ref, before, start, "branch: Created from " + RepoText.line(startPoint, 100));
            Ref remote = repo.git().exactRef(Constants.R_REMOTES + startPoint);
            if (remote != null && !remote.isSymbolic()) {
                follow(name, startPoint);
            }
            return name + " " + start.name();
        }
    }

    /** @param force whether one may go that is not merged into its upstream or HEAD */
    public String delete(String name, boolean force) throws IOException {
        String ref = RefNames.branch("name", name);
        ObjectId before = present(ref, name);
        refuseProtected(ref);
        refuseCheckedOut(ref);
        if (!force && !isMerged(name, before)) {
            throw ToolException.conflict(name
                    + " is merged neither into its upstream nor into HEAD; force deletes it, git_undo brings it back");
        }
        refs.delete(ref, before);
        new ConfigFile(repo).remove(SECTION, name);
        return name + " deleted, was " + before.name();
    }

    private boolean isMerged(String name, ObjectId id) throws IOException {
        String upstream = new BranchConfig(repo.git().getConfig(), name).getTrackingBranch();
        try (RevWalk walk = new RevWalk(repo.git())) {
            RevCommit commit = walk.parseCommit(id);
            for (String into : Optional.ofNullable(upstream)
                    .map(up -> List.of(up, Constants.HEAD))
                    .orElse(List.of(Constants.HEAD))) {
                ObjectId at = refs.value(into);
                if (!at.equals(ObjectId.zeroId()) && walk.isMergedInto(commit, walk.parseCommit(at))) {
                    return true;
                }
            }
            return false;
        }
    }

    /** The log goes along, and so does HEAD where it is on it. */
    public String rename(String name, String newName, boolean force) throws IOException {
        String from = RefNames.branch("name", name);
        String to = RefNames.newBranch("newName", newName);
        ObjectId id = present(from, name);
        refuseProtected(from);
        ObjectId there = refs.value(to);
        if (!there.equals(ObjectId.zeroId())) {
            if (!force) {
                throw ToolException.conflict(newName + " is there already, at " + there.name());
            }
            refuseProtected(to);
            refuseCheckedOut(to);
            refs.delete(to, there);
        }
        if (!from.equalsIgnoreCase(to)) {
            refuseLookalike(to);
        }
        Map<String, String> moves = new HashMap<>(Map.of(from, RefWrites.GONE, to, id.name()));
        if (from.equals(repo.git().getFullBranch())) {
            moves.put(Constants.HEAD, RefWrites.SYMBOLIC + to);
        } else {
            refuseCheckedOut(from);
        }
        change.willMove(moves);
        Result result = repo.git().renameRef(from, to).rename();
        if (result != Result.RENAMED) {
            throw ToolException.conflict(
                    "%s cannot be renamed: its lock is held, or another branch's name begins or ends where %s does"
                            .formatted(name, newName));
        }
        new ConfigFile(repo).change(text -> text.remove(SECTION, newName).rename(SECTION, name, newName));
        return newName + " " + id.name() + ", was " + name;
    }

    /** @param upstream as in {@code origin/main}, or a local branch; empty for none */
    public String follow(String name, String upstream) throws IOException {
        String ref = RefNames.branch("name", name);
        present(ref, name);
        if (upstream.isEmpty()) {
            new ConfigFile(repo)
                    .change(text ->
                            text.set(SECTION, name, "remote", List.of()).set(SECTION, name, "merge", List.of()));
            return name + " follows none";
        }
        RefNames.branch("upstream", upstream);
        if (repo.git().exactRef(Constants.R_REMOTES + upstream) != null) {
            String remote = repo.git().getRemoteNames().stream()
                    .filter(each -> upstream.startsWith(each + "/"))
                    .max(java.util.Comparator.comparingInt(String::length))
                    .orElseThrow(() ->
                            ToolException.notFound("/upstream belongs to no remote: " + RepoText.line(upstream, 100)));
            set(name, remote, Constants.R_HEADS + upstream.substring(remote.length() + 1));
        } else if (repo.git().exactRef(Constants.R_HEADS + upstream) != null) {
            set(name, ".", Constants.R_HEADS + upstream);
        } else {
            throw ToolException.notFound("/upstream names no branch: " + RepoText.line(upstream, 100));
        }
        return name + " follows " + upstream;
    }

    private void set(String name, String remote, String merge) {
        new ConfigFile(repo)
                .change(text ->
                        text.set(SECTION, name, "remote", List.of(remote)).set(SECTION, name, "merge", List.of(merge)));
    }

    private ObjectId present(String ref, String name) {
        ObjectId id = refs.value(ref);
        if (id.equals(ObjectId.zeroId())) {
            throw ToolException.notFound("there is no branch " + RepoText.line(name, 100));
        }
        return id;
    }

    private void refuseProtected(String ref) {
        if (Protected.is(repo, ref)) {
            throw ToolException.denied(RepoText.line(ref, 200) + " is protected by the operator (protected-branches)");
        }
    }

    private void refuseCheckedOut(String ref) {
        Optional.ofNullable(CheckedOut.of(repo).get(ref)).ifPresent(where -> {
            throw ToolException.conflict(
                    "%s is checked out in %s".formatted(RepoText.line(ref, 200), RepoText.line(where, 100)));
        });
    }

    private void refuseLookalike(String ref) {
        RefNames.lookalike(repo, ref).ifPresent(other -> {
            throw ToolException.conflict(
                    "%s looks like %s, which is there".formatted(RepoText.line(ref, 200), RepoText.line(other, 200)));
        });
    }
}
