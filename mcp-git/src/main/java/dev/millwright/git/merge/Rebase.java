package dev.millwright.git.merge;

import dev.millwright.git.commit.Protected;
import dev.millwright.git.merge.Sequence.Action;
import dev.millwright.git.merge.Sequence.Kind;
import dev.millwright.git.merge.Sequence.Step;
import dev.millwright.git.repo.CallMonitor;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.diff.DiffEntry;
import org.eclipse.jgit.diff.PatchIdDiffFormatter;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevSort;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.EmptyTreeIterator;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.TreeFilter;

/** Plans which commits are put on another base: those of {@code HEAD} alone, merges left out, as git-rebase(1) does. */
public final class Rebase {
    /** Steps of one rebase. */
    private static final int MOST = 10_000;

    private final Repo repo;
    private final Call call;

    public Rebase(Repo repo, Call call) {
        this.repo = repo;
        this.call = call;
    }

    /**
     * @param upstream whose commits stay
     * @param onto what the others are put on
     * @param plan the steps wanted; empty for a pick of each commit whose change upstream lacks
     * @throws ToolException {@code DENIED} where a protected branch would be rewritten
     */
    public Sequence plan(ObjectId upstream, ObjectId onto, List<Step> plan) throws IOException {
        try (RevWalk walk = new RevWalk(repo.git())) {
            ObjectId at = repo.git().resolve(Constants.HEAD);
            if (at == null) {
                throw ToolException.conflict("there is no commit yet in " + repo.shown());
            }
            RevCommit head = walk.parseCommit(at);
            List<RevCommit> own = own(walk, head, walk.parseCommit(upstream));
            List<Step> steps = plan.isEmpty() ? picks(walk, own, head, walk.parseCommit(upstream)) : checked(plan, own);
            Optional<String> branch =
                    Optional.ofNullable(repo.git().getFullBranch()).filter(name -> name.startsWith(Constants.R_HEADS));
            if (branch.filter(name -> Protected.is(repo, name)).isPresent()
                    && !walk.isMergedInto(head, walk.parseCommit(onto))) {
                throw ToolException.denied("%s is protected: it is not rewritten; rebase another branch"
                        .formatted(RepoText.line(branch.get(), 200)));
            }
            return new Sequence(Kind.REBASE, branch, head.name(), onto.name(), false, steps);
        }
    }

    private List<RevCommit> own(RevWalk walk, RevCommit head, RevCommit upstream) throws IOException {
        walk.reset();
        walk.sort(RevSort.TOPO);
        walk.markStart(head);
        walk.markUninteresting(upstream);
        List<RevCommit> own = new ArrayList<>();
        for (RevCommit commit = walk.next(); commit != null; commit = walk.next()) {
            CallMonitor.check(call);
            if (commit.getParentCount() < 2) {
                own.add(commit);
            }
            if (own.size() > MOST) {
                throw ToolException.limit("more than " + MOST + " commits would be rebased");
            }
        }
        Collections.reverse(own);
        walk.reset();
        walk.sort(RevSort.NONE);
        return own;
    }

    private List<Step> checked(List<Step> plan, List<RevCommit> own) {
        Set<String> known = new HashSet<>();
        own.forEach(commit -> known.add(commit.name()));
        boolean first = true;
        for (Step step : plan) {
            if (!known.remove(step.commit())) {
                throw ToolException.invalidInput(
                        "/plan names %s twice, or it is not among the commits to be rebased".formatted(step.commit()));
            }
            boolean joins = step.action() == Action.SQUASH || step.action() == Action.FIXUP;
            if (first && joins) {
                throw ToolException.invalidInput("/plan begins with a %s: there is no commit before it"
                        .formatted(step.action() == Action.SQUASH ? "squash" : "fixup"));
            }
            first &= step.action() == Action.DROP;
        }
        if (!known.isEmpty()) {
            throw ToolException.invalidInput("/plan lacks %s%s; drop leaves a commit out"
                    .formatted(
                            known.iterator().next(), known.size() > 1 ? " and " + (known.size() - 1) + " more" : ""));
        }
        return plan;
    }

    /** All but those whose change upstream has already. */
    private List<Step> picks(RevWalk walk, List<RevCommit> own, RevCommit head, RevCommit upstream) throws IOException {
        Map<Set<String>, Set<ObjectId>> there = new HashMap<>();
        Set<Set<String>> asked = new HashSet<>();
        for (RevCommit commit : own) {
            asked.add(paths(walk, commit));
        }
        for (RevCommit commit : own(walk, upstream, head)) {
            Set<String> paths = paths(walk, commit);
            if (asked.contains(paths)) {
                there.computeIfAbsent(paths, key -> new HashSet<>()).add(patchId(walk, commit));
            }
        }
        List<Step> steps = new ArrayList<>();
        for (RevCommit commit : own) {
            Set<String> paths = paths(walk, commit);
            Set<ObjectId> same = there.getOrDefault(paths, Set.of());
            if (paths.isEmpty() || same.isEmpty() || !same.contains(patchId(walk, commit))) {
                steps.add(new Step(Action.PICK, commit.name(), 0, Optional.empty()));
            }
        }
        return steps;
    }

    private Set<String> paths(RevWalk walk, RevCommit commit) throws IOException {
        CallMonitor.check(call);
        Set<String> paths = new HashSet<>();
        try (TreeWalk trees = new TreeWalk(walk.getObjectReader())) {
            if (commit.getParentCount() == 0) {
                trees.addTree(new EmptyTreeIterator());
            } else {
                trees.addTree(walk.parseCommit(commit.getParent(0)).getTree());
            }
            trees.addTree(commit.getTree());
            trees.setRecursive(true);
            trees.setFilter(TreeFilter.ANY_DIFF);
            while (trees.next()) {
                paths.add(trees.getPathString());
            }
        }
        return paths;
    }

    /** What a commit changes, whatever it stands on: git-patch-id(1). */
    private ObjectId patchId(RevWalk walk, RevCommit commit) throws IOException {
        try (PatchIdDiffFormatter formatter = new PatchIdDiffFormatter()) {
            formatter.setRepository(repo.git());
            formatter.setBinaryFileThreshold(repo.config().maxTextBytes());
            List<DiffEntry> entries = formatter.scan(
                    commit.getParentCount() == 0
                            ? null
                            : walk.parseCommit(commit.getParent(0)).getTree(),
                    commit.getTree());
            formatter.format(entries);
            formatter.flush();
            return formatter.getCalulatedPatchId();
        }
    }
}
