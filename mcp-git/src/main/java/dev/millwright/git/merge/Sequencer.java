package dev.millwright.git.merge;

import dev.millwright.git.commit.Message;
import dev.millwright.git.merge.Outcome.Result;
import dev.millwright.git.merge.Sequence.Action;
import dev.millwright.git.merge.Sequence.Kind;
import dev.millwright.git.merge.Sequence.Step;
import dev.millwright.git.merge.TextMerge.Favor;
import dev.millwright.git.repo.CallMonitor;
import dev.millwright.git.repo.Change;
import dev.millwright.git.repo.RefWrites;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.git.sign.Signing;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;

/**
 * Applies commits one after the other: cherry-pick, revert and rebase. All happens in memory until the end or the first
 * conflict, then index and working tree follow in one step.
 */
public final class Sequencer {
    private static final List<String> STATE = List.of("CHERRY_PICK_HEAD", "REVERT_HEAD", "MERGE_MSG");

    private final Signing signing;

    public Sequencer(Signing signing) {
        this.signing = signing;
    }

    /** A row of steps in the making. */
    private static final class Run {
        private final Sequence sequence;
        private final List<Step> left;
        private final List<String> dropped = new ArrayList<>();
        private RevCommit tip;
        private ObjectId tree;
        private Optional<Merged> open = Optional.empty();

        Run(Sequence sequence, RevCommit tip) {
            this.sequence = sequence;
            this.left = new ArrayList<>(sequence.steps());
            this.tip = tip;
            this.tree = tip.getTree();
        }

        Outcome outcome(Result result) {
            return new Outcome(open.isPresent() ? Result.CONFLICTS : result, tip, open, dropped);
        }
    }

    /** What {@link #start} would end in; only objects are written. */
    public Outcome preview(Call call, Repo repo, Sequence sequence) throws IOException {
        try (RevWalk walk = new RevWalk(repo.git())) {
            Run run = new Run(sequence, walk.parseCommit(ObjectId.fromString(sequence.tip())));
            run(call, new Ground(repo, signing), walk, run);
            return run.outcome(Result.DONE);
        }
    }

    /** @throws ToolException {@code CONFLICT} while something else is in progress, staged or in the way */
    public Outcome start(Change change, Sequence sequence) throws IOException {
        Ground ground = new Ground(change.repo(), signing);
        ground.mustBeFree();
        try (RevWalk walk = new RevWalk(change.repo().git())) {
            RevCommit head = ground.head(walk);
            Run run = new Run(sequence, walk.parseCommit(ObjectId.fromString(sequence.tip())));
            run(change.call(), ground, walk, run);
            return settle(change, ground, head, run);
        }
    }

    /** Commits the resolved step and goes on. */
    public Outcome resume(Change change, Kind kind) throws IOException {
        Ground ground = new Ground(change.repo(), signing);
        Sequence sequence = waiting(ground, kind);
        ObjectId resolved = ground.indexTree();
        try (RevWalk walk = new RevWalk(change.repo().git())) {
            RevCommit head = ground.head(walk);
            Run run = new Run(sequence, head);
            if (sequence.noCommit()) {
                run.left.removeFirst();
                run.tree = resolved;
            } else if (!run.left.isEmpty() && head.name().equals(sequence.tip())) {
                Step step = run.left.removeFirst();
                String message = ground.state()
                        .read("MERGE_MSG")
                        .map(Message::prepared)
                        .orElseGet(() -> "Apply " + step.commit() + "\n");
                RevCommit commit = walk.parseCommit(ObjectId.fromString(step.commit()));
                if (resolved.equals(head.getTree())
                        && step.action() != Action.SQUASH
                        && step.action() != Action.FIXUP) {
                    run.dropped.add(step.commit());
                } else {
                    add(ground, walk, run, step, commit, resolved, message);
                }
            } else if (!run.left.isEmpty()) {
                // Someone committed the step already.
                run.left.removeFirst();
            }
            run(change.call(), ground, walk, run);
            return settle(change, ground, head, resolved, run);
        }
    }

    /** Leaves the step that is in conflict out and goes on. */
    public Outcome skip(Change change, Kind kind) throws IOException {
        Ground ground = new Ground(change.repo(), signing);
        Sequence sequence = waiting(ground, kind);
        try (RevWalk walk = new RevWalk(change.repo().git())) {
            RevCommit head = ground.head(walk);
            ground.reset(change, head.getTree());
            Run run = new Run(sequence, head);
            if (!run.left.isEmpty() && head.name().equals(sequence.tip())) {
                run.dropped.add(run.left.removeFirst().commit());
            }
            run(change.call(), ground, walk, run);
            return settle(change, ground, head, run);
        }
    }

    /** Takes all back to where {@code HEAD} was before the first step. */
    public Outcome abort(Change change, Kind kind) throws IOException {
        Ground ground = new Ground(change.repo(), signing);
        Sequence sequence = waiting(ground, kind);
        try (RevWalk walk = new RevWalk(change.repo().git())) {
            RevCommit head = ground.head(walk);
            if (!head.name().equals(sequence.tip())) {
                throw ToolException.conflict("HEAD moved since the %s stopped: git_reset or git_undo take it back"
                        .formatted(sequence.shown()));
            }
            RevCommit original = walk.parseCommit(ObjectId.fromString(sequence.original()));
            ground.reset(change, original.getTree());
            RefWrites refs = new RefWrites(change);
            String line = sequence.shown() + " (abort): returning to " + sequence.original();
            if (kind == Kind.REBASE && sequence.branch().isPresent()) {
                refs.attach(sequence.branch().get(), head, line);
            } else {
                refs.put(Constants.HEAD, head, original, line);
            }
            clear(ground);
            return Outcome.of(Result.ABORTED, original);
        }
    }

    private Sequence waiting(Ground ground, Kind kind) {
        Optional<Sequence> ours = Sequence.read(ground.repo()).filter(open -> open.kind() == kind);
        return ours.or(() -> nativeOne(ground, kind))
                .orElseThrow(() -> Ongoing.of(ground.repo())
                        .map(other -> other.refusal(ground.repo()))
                        .orElseGet(() -> ToolException.conflict("no %s is in progress in %s"
                                .formatted(
                                        kind.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                                        ground.repo().shown()))));
    }

    /** A single pick or revert that native Git stopped in. */
    private static Optional<Sequence> nativeOne(Ground ground, Kind kind) {
        String file = kind == Kind.CHERRY_PICK ? "CHERRY_PICK_HEAD" : kind == Kind.REVERT ? "REVERT_HEAD" : "";
        if (file.isEmpty() || Sequence.read(ground.repo()).isPresent() || Ongoing.isNativeRow(ground.repo())) {
            return Optional.empty();
        }
        String head = ground.head().name();
        Action action = kind == Kind.REVERT ? Action.REVERT : Action.PICK;
        return ground.state().ids(file).stream()
                .findFirst()
                .map(id -> new Sequence(
                        kind,
                        Optional.empty(),
                        head,
                        head,
                        false,
                        List.of(new Step(action, id.name(), 0, Optional.empty()))));
    }

    private void run(Call call, Ground ground, RevWalk walk, Run run) throws IOException {
        try (ObjectInserter inserter = ground.repo().git().newObjectInserter()) {
            TreeMerge merge = new TreeMerge(ground.repo(), call, inserter, Favor.NONE);
            int total = run.left.size();
            while (!run.left.isEmpty() && run.open.isEmpty()) {
                CallMonitor.check(call);
                call.progress(total - run.left.size(), total, "applying commits");
                step(ground, walk, merge, run);
            }
            inserter.flush();
        }
    }

    private void step(Ground ground, RevWalk walk, TreeMerge merge, Run run) throws IOException {
        Step step = run.left.getFirst();
        RevCommit commit = walk.parseCommit(ObjectId.fromString(step.commit()));
        if (step.action() == Action.DROP) {
            run.left.removeFirst();
            return;
        }
        Optional<RevCommit> parent = parent(walk, commit, step);
        boolean follows = parent.isPresent() && parent.get().equals(run.tip);
        if (run.sequence.kind() == Kind.REBASE && step.action() == Action.PICK && follows) {
            run.tip = commit;
            run.tree = commit.getTree();
            run.left.removeFirst();
            return;
        }
        ObjectId before = parent.isPresent() ? parent.get().getTree() : ObjectId.zeroId();
        boolean revert = step.action() == Action.REVERT;
        String name = commit.abbreviate(7).name() + " (" + RepoText.line(commit.getShortMessage(), 200) + ")";
        Merged merged = merge.merge(
                revert ? commit.getTree() : before,
                run.tree,
                revert ? before : commit.getTree(),
                new Labels("HEAD", revert ? "parent of " + name : name));
        if (!merged.isClean()) {
            run.open = Optional.of(merged);
            return;
        }
        run.left.removeFirst();
        boolean wasEmpty = run.sequence.kind() == Kind.REBASE && before.equals(commit.getTree());
        boolean joins = step.action() == Action.SQUASH || step.action() == Action.FIXUP;
        if (run.sequence.noCommit()) {
            run.tree = merged.tree();
        } else if (merged.tree().equals(run.tip.getTree()) && !wasEmpty && !joins) {
            run.dropped.add(commit.name());
        } else {
            add(ground, walk, run, step, commit, merged.tree(), message(run, step, commit));
        }
    }

    private static Optional<RevCommit> parent(RevWalk walk, RevCommit commit, Step step) throws IOException {
        int count = commit.getParentCount();
        if (count > 1 && step.mainline() == 0) {
            throw ToolException.invalidInput("%s is a merge: mainline says which parent it is compared with, 1 to %d"
                    .formatted(commit.name(), count));
        } else if (step.mainline() > count || step.mainline() > 0 && count < 2) {
            throw ToolException.invalidInput(
                    "/mainline is %d, but %s has %d parents".formatted(step.mainline(), commit.name(), count));
        }
        return count == 0
                ? Optional.empty()
                : Optional.of(walk.parseCommit(commit.getParent(Math.max(step.mainline() - 1, 0))));
    }

    private static String message(Run run, Step step, RevCommit commit) {
        if (step.message().isPresent()) {
            return Message.given(step.message().get());
        }
        String own = commit.getFullMessage();
        return switch (step.action()) {
            case PICK, REWORD, DROP -> own;
            case REVERT ->
                "Revert \"%s\"\n\nThis reverts commit %s%s.\n"
                        .formatted(
                                commit.getShortMessage(),
                                commit.name(),
                                step.mainline() > 0
                                        ? ", reversing\nchanges made to "
                                                + commit.getParent(step.mainline() - 1)
                                                        .name()
                                        : "");
            case SQUASH -> run.tip.getFullMessage().stripTrailing() + "\n\n" + own;
            case FIXUP -> run.tip.getFullMessage();
        };
    }

    private static void add(
            Ground ground, RevWalk walk, Run run, Step step, RevCommit commit, ObjectId tree, String message)
            throws IOException {
        boolean joins = step.action() == Action.SQUASH || step.action() == Action.FIXUP;
        List<RevCommit> parents = joins ? Arrays.asList(run.tip.getParents()) : List.of(run.tip);
        Optional<PersonIdent> author = step.action() == Action.REVERT
                ? Optional.empty()
                : Optional.of((joins ? run.tip : commit).getAuthorIdent());
        run.tip = walk.parseCommit(ground.commit(tree, parents, author, message));
        run.tree = run.tip.getTree();
    }

    private Outcome settle(Change change, Ground ground, RevCommit head, Run run) throws IOException {
        return settle(change, ground, head, head.getTree(), run);
    }

    /** @param from the tree that index and working tree are at */
    private Outcome settle(Change change, Ground ground, RevCommit head, ObjectId from, Run run) throws IOException {
        Sequence sequence = run.sequence;
        RefWrites refs = new RefWrites(change);
        boolean rebase = sequence.kind() == Kind.REBASE;
        ground.work()
                .apply(
                        change,
                        from,
                        run.open.isPresent()
                                ? run.open.get().changes(ground.work(), from)
                                : ground.work().between(from, run.tree),
                        false);
        ground.state().remove(STATE);
        if (run.open.isPresent()) {
            move(refs, head, run.tip, sequence, "pick");
            Step step = run.left.getFirst();
            RevCommit commit = parsed(ground, step);
            ground.state()
                    .write(step.action() == Action.REVERT ? "REVERT_HEAD" : "CHERRY_PICK_HEAD", step.commit() + "\n");
            ground.state().write("MERGE_MSG", Ground.withConflicts(message(run, step, commit), run.open.get()));
            sequence.at(run.tip, run.left).write(ground.repo());
            return run.outcome(Result.CONFLICTS);
        }
        if (rebase && sequence.branch().isPresent()) {
            ObjectId original = ObjectId.fromString(sequence.original());
            String branch = sequence.branch().get();
            boolean detached = !branch.equals(ground.repo().git().getFullBranch());
            refs.put(branch, original, run.tip, "rebase (finish): " + branch + " onto " + run.tip.name());
            if (detached) {
                refs.attach(branch, head, "rebase (finish): returning to " + branch);
            }
        } else {
            move(refs, head, run.tip, sequence, "finish");
        }
        if (rebase) {
            ObjectId original = ObjectId.fromString(sequence.original());
            ground.state().write(Constants.ORIG_HEAD, original.name() + "\n");
        }
        Sequence.remove(ground.repo());
        return run.outcome(sequence.noCommit() ? Result.STAGED : Result.DONE);
    }

    private static void move(RefWrites refs, ObjectId head, RevCommit tip, Sequence sequence, String phase) {
        if (sequence.kind() == Kind.REBASE) {
            refs.detach(tip, head, "rebase (" + phase + "): " + Message.subject(tip.getFullMessage()));
        } else if (!head.equals(tip)) {
            refs.put(Constants.HEAD, head, tip, sequence.shown() + ": " + Message.subject(tip.getFullMessage()));
        }
    }

    private static RevCommit parsed(Ground ground, Step step) throws IOException {
        try (RevWalk walk = new RevWalk(ground.repo().git())) {
            return walk.parseCommit(ObjectId.fromString(step.commit()));
        }
    }

    private static void clear(Ground ground) {
        ground.state().remove(STATE);
        Sequence.remove(ground.repo());
    }
}
