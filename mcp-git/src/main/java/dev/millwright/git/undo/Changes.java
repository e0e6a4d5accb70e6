package dev.millwright.git.undo;

import dev.millwright.git.config.GitConfig;
import dev.millwright.git.repo.Change;
import dev.millwright.git.repo.IndexHold;
import dev.millwright.git.repo.NewRepository;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.git.undo.Intent.Outcome;
import dev.millwright.git.undo.Intent.Tree;
import dev.millwright.keep.Keep;
import dev.millwright.keep.Live;
import dev.millwright.store.Operation;
import dev.millwright.store.Operations;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.Workspace;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The only way to change a repository: one change at a time, written down before it is made. */
public final class Changes implements AutoCloseable {
    static final String SERVER = "git";
    private static final String UNDO = "git_undo";
    private static final String WORKTREES = "git_worktree";
    private static final int PAGE = 100;
    private static final int EXPIRED_AT_ONCE = 1000;
    private static final Duration BETWEEN_SWEEPS = Duration.ofHours(1);

    /** Differences that a refusal names. */
    private static final int NAMED = 20;

    /** Makes the change. */
    @FunctionalInterface
    public interface Act<T> {
        T make(Change change) throws Exception;
    }

    private final Operations operations;
    private final GitConfig config;
    private final Vault vault;
    private final Live live;
    private final Map<String, Instant> swept = new HashMap<>();

    /** @param data folder of our own, outside of all roots */
    public Changes(Operations operations, Path data, GitConfig config) {
        this.operations = operations;
        this.config = config;
        this.vault = new Vault(new Keep(data.resolve("keep")));
        this.live = new Live(data.resolve("live"));
    }

    /**
     * Makes a change of refs, HEAD, index, configuration, state files and working tree that can be taken back whole. When
     * {@code act} throws, everything is put back before the exception goes on. One change a call.
     *
     * @throws ToolException {@code CONFLICT} when another program holds a lock, saying which
     */
    public <T> T run(Call call, Repo repo, String tool, Act<T> act) throws Exception {
        return exclusively(call, repo, () -> make(call, repo, tool, List.of(), List.of(), false, act));
    }

    /** As {@link #run}, the first change of a new repository: taking it back takes the repository away. */
    public <T> T begin(Call call, NewRepository made, String tool, Act<T> act) throws Exception {
        Repo repo = made.repo();
        List<Tree> trees =
                made.paths().stream().map(path -> new Tree(path, true)).toList();
        return exclusively(call, repo, () -> make(call, repo, tool, trees, List.of(), false, act));
    }

    @FunctionalInterface
    private interface Work<T> {
        T run() throws Exception;
    }

    /** One at a time among all threads and servers, on a repository where nothing is left half done. */
    private <T> T exclusively(Call call, Repo repo, Work<T> work) throws Exception {
        repo.changing().lockInterruptibly();
        try {
            if (repo.changing().getHoldCount() > 1) {
                throw new IllegalStateException("a change within a change");
            }
            RepoLock held = RepoLock.take(call, repo);
            try {
                recover(call, repo);
                sweep(call, repo);
                IndexHold.settle(repo);
                return work.run();
            } finally {
                held.close();
            }
        } finally {
            repo.changing().unlock();
        }
    }

    private <T> T make(
            Call call, Repo repo, String tool, List<Tree> trees, List<String> undoes, boolean redo, Act<T> act)
            throws Exception {
        boolean worktrees = tool.equals(WORKTREES)
                || undoes.stream().anyMatch(id -> row(call, id).tool().equals(WORKTREES) || changedWorktrees(call, id));
        OpenChange change = new OpenChange(
                call.id(), repo, call, tool, operations, vault, live.name(), worktrees, trees, undoes, redo);
        T result;
        try {
            result = act.make(change);
            change.done();
        } catch (Throwable failure) {
            uninterrupted(() -> putBack(change, failure));
            throw failure;
        }
        uninterrupted(() -> parked(repo).park(change.opId(), change.intent().trees()));
        return result;
    }

    /** What cannot be put back now stays written down, and is tried again before the next change. */
    private void putBack(OpenChange change, Throwable failure) {
        try {
            new Past(change.repo(), vault, change.intent()).rollBack(new Backwards(change));
            if (!Parked.isBirth(change.repo(), change.intent().trees())) {
                parked(change.repo())
                        .park(
                                change.opId(),
                                change.intent().trees().stream().map(Tree::back).toList());
            }
            operations.forget(change.opId());
        } catch (RuntimeException again) {
            failure.addSuppressed(again);
        }
    }

    /** Once begun this ends, whatever the deadline says; an interrupt that came waits until after. */
    private static void uninterrupted(Runnable work) {
        boolean interrupted = Thread.interrupted();
        try {
            work.run();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Rolls back what a crash left half done, as an operation that can be taken back itself. */
    private void recover(Call call, Repo repo) throws Exception {
        String folder = repo.git().getDirectory().getPath();
        for (Operation row : operations.unfinished(SERVER).reversed()) {
            if (!row.tenant().equals(call.tenant().name())) {
                continue;
            }
            Intent intent = Vault.read(row.before(), Intent.class);
            if (!intent.folder().equals(folder)) {
                continue;
            }
            try (Live.Dead dead = live.dead(intent.process()).orElse(null)) {
                if (dead != null || intent.process().equals(live.name())) {
                    recover(call, repo, row, intent);
                }
                if (dead != null && isLast(intent.process())) {
                    dead.bury();
                }
            }
        }
    }

    private Parked parked(Repo repo) {
        return new Parked(repo.workspace(), vault.keep());
    }

    /**
     * Brings back the folder of a repository that an operation took away, so that it can be opened and the operation
     * taken back.
     *
     * @return whether anything came; {@link #takeAway} undoes it
     */
    public boolean bringBack(Call call, Workspace workspace, String opId) {
        Operation row = row(call, opId);
        return row.state() == Operation.State.DONE
                && new Parked(workspace, vault.keep())
                        .bringBack(opId, Vault.read(row.before(), Intent.class).trees());
    }

    /** Undoes {@link #bringBack}. */
    public void takeAway(Call call, Workspace workspace, String opId) {
        new Parked(workspace, vault.keep())
                .park(opId, Vault.read(row(call, opId).before(), Intent.class).trees());
    }

    private boolean changedWorktrees(Call call, String opId) {
        return row(call, opId)
                .after()
                .map(after -> Vault.read(after, Outcome.class))
                .filter(outcome -> outcome.common().keySet().stream().anyMatch(path -> path.startsWith("worktrees/")))
                .isPresent();
    }

    private boolean isLast(String process) {
        return operations.unfinished(SERVER).stream()
                .noneMatch(
                        row -> Vault.read(row.before(), Intent.class).process().equals(process));
    }

    private void recover(Call call, Repo repo, Operation row, Intent intent) throws Exception {
        StaleLocks.release(repo, intent, row.started());
        IndexHold.release(repo);
        Past past = new Past(repo, vault, intent);
        if (past.isOvertaken()) {
            // Somebody went on from there: what they have now is what they want.
            operations.forget(row.id());
            return;
        }
        String id = row.id() + "-" + Long.toString(System.nanoTime(), 36);
        OpenChange change = new OpenChange(
                id,
                repo,
                call,
                UNDO,
                operations,
                vault,
                live.name(),
                row.tool().equals(WORKTREES) || past.worktrees(),
                intent.trees().stream().map(Tree::back).toList(),
                List.of(row.id()),
                false);
        past.rollBack(change);
        parked(repo).bringBack(row.id(), intent.trees());
        change.done();
        boolean isBirth = Parked.isBirth(repo, intent.trees());
        if (!isBirth
                || parked(repo)
                        .strange(call, repo, intent.trees(), vault, Optional.empty())
                        .isEmpty()) {
            parked(repo).park(id, change.intent().trees());
        }
        operations.undone(row.id());
        if (isBirth) {
            throw ToolException.notFound("%s of %s was cut short, and what was there of it is removed: do it again"
                    .formatted(row.tool(), repo.shown()));
        }
        call.log("warning", "a change that was cut short was rolled back: " + row.tool() + " in " + repo.shown());
    }

    /** An operation, as {@code git_undo} shows it. @param lost what undo will not bring back */
    public record Told(
            String opId,
            String tool,
            Instant at,
            Operation.State state,
            String repo,
            List<String> changed,
            List<String> lost) {}

    /** What was taken back, or would be. */
    public record Undone(List<Told> operations) {}

    /** The latest operations of a repository, newest first. */
    public List<Told> latest(Call call, Repo repo, int limit) {
        return rows(call, repo, limit, false).stream().map(this::told).toList();
    }

    /** @param undoable only those that taking back the latest steps comes by */
    private List<Operation> rows(Call call, Repo repo, int limit, boolean undoable) {
        String folder = repo.git().getDirectory().getPath();
        List<Operation> found = new ArrayList<>();
        Optional<String> seen = Optional.empty();
        while (found.size() < limit) {
            List<Operation> page = operations.list(call.tenant().name(), SERVER, PAGE, seen);
            for (Operation row : page) {
                Intent intent = Vault.read(row.before(), Intent.class);
                boolean step =
                        row.state() == Operation.State.DONE && (intent.undoes().isEmpty() || intent.redo());
                if (intent.folder().equals(folder) && (step || !undoable) && found.size() < limit) {
                    found.add(row);
                }
            }
            if (page.size() < PAGE) {
                break;
            }
            seen = Optional.of(page.getLast().id());
        }
        return found;
    }

    private Told told(Operation row) {
        Intent intent = Vault.read(row.before(), Intent.class);
        List<String> changed = new ArrayList<>();
        List<String> lost = new ArrayList<>();
        row.after().map(after -> Vault.read(after, Outcome.class)).ifPresent(outcome -> {
            changed.addAll(outcome.refs().keySet());
            if (!outcome.digest().equals(intent.digest())) {
                changed.add("index");
            }
            outcome.own().keySet().forEach(path -> changed.add(".git/" + path));
            outcome.common().keySet().forEach(path -> changed.add(".git/" + path));
            vault.read(outcome.work(), WorkImages.Page.class).entries().forEach(entry -> changed.add(entry.path()));
            lost.addAll(outcome.lost());
        });
        return new Told(row.id(), row.tool(), row.started(), row.state(), intent.repo(), changed, lost);
    }

    /** The path of the repository an operation changed. @throws ToolException {@code NOT_FOUND} for an unknown id */
    public String repoOf(Call call, String opId) {
        return Vault.read(row(call, opId).before(), Intent.class).repo();
    }

    private Operation row(Call call, String opId) {
        return operations
                .find(call.tenant().name(), opId)
                .filter(row -> row.server().equals(SERVER))
                .orElseThrow(() -> ToolException.notFound("no operation " + opId + "; git_undo alone lists them"));
    }

    /** Takes an operation back, which is an operation itself. @see #undoLatest */
    public Undone undo(Call call, Repo repo, String opId, boolean dryRun) throws Exception {
        return exclusively(call, repo, () -> undo(call, repo, List.of(row(call, opId)), dryRun));
    }

    /**
     * Takes the latest operations back, as one operation.
     *
     * @param dryRun only looks: of several, whether the newest can be taken back
     * @throws ToolException {@code CONFLICT} when what one changed was changed since, {@code NOT_FOUND} when there are
     *     not as many
     */
    public Undone undoLatest(Call call, Repo repo, int steps, boolean dryRun) throws Exception {
        return exclusively(call, repo, () -> {
            List<Operation> rows = rows(call, repo, steps, true);
            if (rows.size() < steps) {
                throw ToolException.notFound("there are %d operations of %s to take back, not %d"
                        .formatted(rows.size(), repo.shown(), steps));
            }
            return undo(call, repo, rows, dryRun);
        });
    }

    private Undone undo(Call call, Repo repo, List<Operation> rows, boolean dryRun) throws Exception {
        boolean redo = false;
        for (Operation row : rows) {
            if (row.state() != Operation.State.DONE) {
                throw ToolException.conflict("operation " + row.id() + " is "
                        + (row.state() == Operation.State.UNDONE ? "undone already" : "not finished"));
            }
            Intent intent = Vault.read(row.before(), Intent.class);
            if (!intent.folder().equals(repo.git().getDirectory().getPath())) {
                throw ToolException.invalidInput(
                        "operation " + row.id() + " changed " + RepoText.path(intent.repo()) + ", not " + repo.shown());
            }
            redo |= !intent.undoes().isEmpty() && !intent.redo();
        }
        if (dryRun) {
            check(call, repo, rows.getFirst());
        } else {
            List<String> ids = rows.stream().map(Operation::id).toList();
            List<Tree> trees = rows.stream()
                    .flatMap(row -> Vault.read(row.before(), Intent.class).trees().stream())
                    .map(Tree::back)
                    .toList();
            rows.forEach(row -> parked(repo)
                    .bringBack(row.id(), Vault.read(row.before(), Intent.class).trees()));
            boolean good = false;
            try {
                make(call, repo, UNDO, trees, ids, redo, change -> {
                    for (Operation row : rows) {
                        check(call, repo, row);
                        Outcome outcome = Vault.read(row.after().orElseThrow(), Outcome.class);
                        new Past(repo, vault, Vault.read(row.before(), Intent.class)).restore(change, outcome);
                        outcome.lost().forEach(change::cannotUndo);
                    }
                    return ids;
                });
                good = true;
            } finally {
                if (!good) {
                    rows.forEach(row -> parked(repo)
                            .park(
                                    row.id(),
                                    Vault.read(row.before(), Intent.class).trees()));
                }
            }
            uninterrupted(() -> ids.forEach(operations::undone));
        }
        return new Undone(rows.stream().map(row -> told(row(call, row.id()))).toList());
    }

    private void check(Call call, Repo repo, Operation row) {
        Intent intent = Vault.read(row.before(), Intent.class);
        Outcome outcome = Vault.read(row.after().orElseThrow(), Outcome.class);
        List<String> changed = new Past(repo, vault, intent).changedSince(call, outcome);
        if (!changed.isEmpty()) {
            String more = changed.size() > NAMED ? " and " + (changed.size() - NAMED) + " more" : "";
            throw ToolException.conflict("%s of %s was changed since, nothing is taken back: %s%s"
                    .formatted(
                            row.id(),
                            row.tool(),
                            String.join("; ", changed.subList(0, Math.min(NAMED, changed.size()))),
                            more));
        }
    }

    /** Lets go of what is too old to be taken back, now and then. */
    private void sweep(Call call, Repo repo) {
        Instant now = Instant.now();
        synchronized (swept) {
            Instant last = swept.getOrDefault(repo.git().getDirectory().getPath(), Instant.MIN);
            if (last.isAfter(now.minus(BETWEEN_SWEEPS))) {
                return;
            }
            swept.put(repo.git().getDirectory().getPath(), now);
        }
        Duration age = Duration.ofDays(config.undoDays());
        vault.keep().expire(age, config.undoBytes());
        operations.expire(SERVER, now.minus(age), EXPIRED_AT_ONCE);
        new Pins(repo)
                .release(opId -> operations.find(call.tenant().name(), opId).isPresent());
    }

    @Override
    public void close() {
        live.close();
        vault.keep().close();
    }
}
