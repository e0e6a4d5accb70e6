package dev.millwright.filesystem.undo;

import dev.millwright.filesystem.text.JsonCost;
import dev.millwright.filesystem.text.UnifiedDiff;
import dev.millwright.filesystem.text.WholeText;
import dev.millwright.filesystem.undo.Change.Spot;
import dev.millwright.keep.Image;
import dev.millwright.keep.Keep;
import dev.millwright.keep.Live;
import dev.millwright.store.Operation;
import dev.millwright.store.Operations;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.OpenFile;
import dev.millwright.workspace.Place;
import dev.millwright.workspace.Root;
import dev.millwright.workspace.Stat;
import dev.millwright.workspace.Trees;
import dev.millwright.workspace.Version;
import dev.millwright.workspace.Workspace;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/**
 * All changes of one tenant's workspace: made one transaction after the other, taken back by their id.
 *
 * <p>What a crash left half done is rolled back before the next change is made.
 */
public final class History implements AutoCloseable {
    /**
     * @param age kept contents and trash older than this go
     * @param bytes of kept contents and trash at most, the oldest go first
     * @param file bytes of one file that can be kept; larger ones cannot be overwritten
     */
    public record Bounds(Duration age, long bytes, long file) {}

    private static final String SERVER = "filesystem";

    /** Bytes of a difference shown in a refusal. */
    private static final int DIFFERENCE = 3_000;

    private static final int EXPIRED_AT_ONCE = 1000;
    private static final Duration BETWEEN_SWEEPS = Duration.ofHours(1);

    private final Tenant tenant;
    private final Workspace workspace;
    private final Operations operations;
    private final Keep keep;
    private final Live live;
    private final Bounds bounds;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean recovered;
    private Instant swept = Instant.MIN;

    /** @param folder of our own, outside of all roots, made when it is needed */
    public History(Tenant tenant, Workspace workspace, Operations operations, Path folder, Bounds bounds) {
        this.tenant = tenant;
        this.workspace = workspace;
        this.operations = operations;
        this.keep = new Keep(folder);
        this.live = new Live(folder.resolve("live"));
        this.bounds = bounds;
    }

    /** Changes to plan. */
    public Transaction begin(Call call, String tool) {
        return new Transaction(this, call, tool);
    }

    Workspace workspace() {
        return workspace;
    }

    Keep keep() {
        return keep;
    }

    long mostKept() {
        return bounds.file();
    }

    Receipt run(Transaction transaction) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            recoverOnce();
            sweep();
            Call call = transaction.call();
            keepBefore(transaction.steps());
            List<Change> plan = transaction.steps().stream().map(Step::change).toList();
            operations.begin(
                    call.id(),
                    tenant.name(),
                    SERVER,
                    transaction.tool(),
                    call.caller(),
                    Change.json(plan, live.name()));
            List<Change> done = act(transaction);
            uninterrupted(() -> operations.done(call.id(), Change.json(done, live.name())));
            return new Receipt(call.id(), stats(done), notes(transaction));
        } finally {
            lock.unlock();
        }
    }

    /** Keeps what is about to be replaced. */
    private void keepBefore(List<Step> steps) {
        List<Step.Write> replacing = steps.stream()
                .filter(Step.Write.class::isInstance)
                .map(Step.Write.class::cast)
                .filter(write ->
                        write.content().isPresent() && write.change().before().isPresent())
                .toList();
        Together.run(0, replacing.size(), i -> keepBefore(replacing.get(i).change()));
        if (!replacing.isEmpty()) {
            keep.sync();
        }
    }

    private void keepBefore(Change change) {
        try (Place place = place(change.at());
                OpenFile file = place.folder().file(place.name())) {
            String kept = keep.keep(file).sha256();
            if (!kept.equals(change.before().orElseThrow().sha256())) {
                throw ToolException.conflict(place.shown() + " was changed meanwhile; read it again");
            }
        }
    }

    private List<Change> act(Transaction transaction) {
        List<Step> steps = transaction.steps();
        String id = transaction.call().id();
        NavigableMap<Integer, Change> done = new ConcurrentSkipListMap<>();
        try {
            for (int from = 0; from < steps.size(); ) {
                int to = endOfWrites(steps, from);
                Together.run(from, to, i -> done.put(i, steps.get(i).act(this, mark(id, i))));
                from = to;
            }
            return List.copyOf(done.values());
        } catch (RuntimeException | Error e) {
            uninterrupted(() -> {
                takeBack(steps, done, e);
                if (e.getSuppressed().length == 0) {
                    operations.forget(id);
                }
            });
            throw e;
        }
    }

    private static String mark(String operation, int step) {
        return operation + "-" + step;
    }

    /** Where a run of steps ends that may happen in any order: writes of files, each of which occurs once. */
    private static int endOfWrites(List<Step> steps, int from) {
        int to = from + 1;
        while (steps.get(from) instanceof Step.Write && to < steps.size() && steps.get(to) instanceof Step.Write) {
            to++;
        }
        return to;
    }

    /** Last first; what cannot be taken back is said with the failure, and tried again by the next start. */
    private void takeBack(List<Step> steps, NavigableMap<Integer, Change> done, Throwable failure) {
        List<Integer> all = List.copyOf(done.descendingKeySet());
        for (int from = 0; from < all.size(); ) {
            int to = from + 1;
            while (to < all.size()
                    && steps.get(all.get(from)) instanceof Step.Write
                    && steps.get(all.get(to)) instanceof Step.Write) {
                to++;
            }
            Together.run(from, to, i -> {
                try {
                    steps.get(all.get(i)).back(this, done.get(all.get(i)));
                } catch (RuntimeException again) {
                    failure.addSuppressed(again);
                }
            });
            from = to;
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

    private static List<String> notes(Transaction transaction) {
        List<String> notes = new ArrayList<>();
        for (Step step : transaction.steps()) {
            if (step instanceof Step.Write write
                    && write.expected()
                            .filter(stat -> (stat.mode() & 06000) != 0)
                            .isPresent()) {
                notes.add(write.change().at().path() + ": the set-user-id and set-group-id bits were dropped");
            }
        }
        return notes;
    }

    private List<Stat> stats(List<Change> done) {
        List<Stat> stats = new ArrayList<>();
        for (Change change : done) {
            if (change.kind() == Change.Kind.WROTE) {
                try (Place place = place(change.at())) {
                    place.stat().ifPresent(stats::add);
                }
            }
        }
        return stats;
    }

    /** The place of a spot, in a root or in the trash. */
    Place place(Spot spot) {
        if (spot.inTrash()) {
            return keep.trash(spot.path());
        }
        for (Root root : workspace.roots()) {
            if (root.location().toString().equals(spot.root())) {
                return workspace.linkPlace(workspace.at(root, spot.path()));
            }
        }
        throw ToolException.denied(spot.root() + " is no longer a root of this workspace");
    }

    /** The latest operations, newest first. */
    public List<Operation> latest(int limit) {
        return operations.list(tenant.name(), SERVER, limit, Optional.empty());
    }

    /** @throws ToolException {@code NOT_FOUND} for an unknown id */
    public Operation row(String id) {
        return operations
                .find(tenant.name(), id)
                .filter(operation -> operation.server().equals(SERVER))
                .orElseThrow(() -> ToolException.notFound("no operation " + id + "; fs_undo without opId lists them"));
    }

    /** Which paths an operation changed, as answers show them. */
    public List<String> paths(Operation row) {
        return Change.plan(row.before()).changes().stream()
                .map(change -> change.to()
                        .filter(to -> !to.inTrash())
                        .map(to -> shown(change.at()) + " -> " + shown(to))
                        .orElseGet(() -> shown(change.at())))
                .distinct()
                .toList();
    }

    private String shown(Spot spot) {
        return workspace.roots().stream()
                .filter(root -> root.location().toString().equals(spot.root()))
                .findFirst()
                .map(root -> workspace.shown(root, spot.path()))
                .orElse(spot.inTrash() ? "the trash" : spot.root() + "/" + spot.path());
    }

    /**
     * Takes an operation back, which is an operation itself.
     *
     * @throws ToolException {@code NOT_FOUND} for an unknown id, {@code CONFLICT} when what it changed was changed since
     */
    public Receipt undo(Call call, String id, boolean dryRun) throws InterruptedException {
        Operation row = row(id);
        if (row.state() != Operation.State.DONE) {
            throw ToolException.conflict("operation " + id + " is "
                    + (row.state() == Operation.State.UNDONE ? "undone already" : "not finished"));
        }
        List<Change> changes = Change.plan(row.after().orElseThrow()).changes();
        Transaction back = begin(call, "fs_undo");
        Step.reverse(changes, back).forEach(back::add);
        Together.run(0, changes.size(), i -> check(changes.get(i), now(changes.get(i), changes), dryRun));
        if (dryRun) {
            return new Receipt(id, List.of(), List.of());
        }
        keep.sync();
        Receipt receipt = run(back);
        uninterrupted(() -> operations.undone(id));
        return receipt;
    }

    /** Where the file of a change is at the end: the same operation may have moved it. */
    private static Spot now(Change change, List<Change> all) {
        return all.stream()
                .filter(other -> other.kind() == Change.Kind.MOVED && other.at().equals(change.at()))
                .findFirst()
                .flatMap(Change::to)
                .orElse(change.at());
    }

    /** Compares a written file with its after-state, and keeps it for redo. */
    private void check(Change change, Spot at, boolean dryRun) {
        if (change.kind() != Change.Kind.WROTE || change.before().isEmpty()) {
            return;
        }
        Image after = change.after().orElseThrow();
        try (Place place = place(at)) {
            if (place.stat().filter(Stat::isFile).isEmpty()) {
                throw ToolException.conflict(place.shown() + " is no longer the file that was written");
            }
            try (OpenFile now = place.folder().file(place.name())) {
                String sha256 = Trees.sha256(now);
                if (!sha256.equals(after.sha256())) {
                    throw ToolException.conflict(
                            "%s was changed since: %d bytes were written, now it has %d bytes, changed at %s; nothing was taken back.%s"
                                    .formatted(
                                            place.shown(),
                                            after.size(),
                                            now.stat().size(),
                                            now.stat().modified(),
                                            difference(
                                                    place.shown(),
                                                    now,
                                                    change.before().get())));
                }
                if (!dryRun) {
                    keep.keep(now);
                }
            }
        }
    }

    /** What taking a file back would do to it as it is now, as far as both are text of a size to look at. */
    private String difference(String shown, OpenFile now, Image before) {
        if (now.stat().size() > Version.WHOLE || before.size() > Version.WHOLE) {
            return "";
        }
        try (OpenFile kept = keep.open(before)) {
            return WholeText.of(Version.all(now, Version.WHOLE))
                    .flatMap(is -> WholeText.of(Version.all(kept, Version.WHOLE))
                            .map(was -> UnifiedDiff.of(shown, is.text(), was.text())))
                    .map(diff -> " To go back by hand, apply:\n" + JsonCost.clip(diff, DIFFERENCE))
                    .orElse("");
        }
    }

    private void recoverOnce() {
        if (!recovered) {
            Map<String, List<Operation>> left = operations.unfinished(SERVER).stream()
                    .filter(row -> row.tenant().equals(tenant.name()))
                    .collect(Collectors.groupingBy(
                            row -> Change.plan(row.before()).process(), LinkedHashMap::new, Collectors.toList()));
            left.forEach((process, rows) -> {
                try (Live.Dead dead = live.dead(process).orElse(null)) {
                    if (dead != null) {
                        rows.reversed().forEach(this::rollBack);
                        dead.bury();
                    }
                }
            });
            recovered = true;
        }
    }

    private void rollBack(Operation row) {
        List<Change> changes = Change.plan(row.before()).changes();
        for (int i = changes.size() - 1; i >= 0; i--) {
            rollBack(changes.get(i), row.id(), i);
        }
        if (changes.stream().anyMatch(change -> change.kind() == Change.Kind.REMOVED)) {
            operations.done(row.id(), row.before());
        } else {
            operations.forget(row.id());
        }
    }

    /** Rolls back what a crash left half done; called by the first change, and by whoever wants it earlier. */
    public void recover() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            recoverOnce();
        } finally {
            lock.unlock();
        }
    }

    private void rollBack(Change change, String id, int step) {
        try (Place place = place(change.at())) {
            Folder folder = place.folder();
            switch (change.kind()) {
                case WROTE -> {
                    String temporary = Step.Write.temporary(mark(id, step));
                    boolean written = place.stat().filter(Stat::isFile).isPresent()
                            && holds(folder, place.name(), change.after().orElseThrow());
                    if (folder.stat(temporary).isPresent()) {
                        folder.remove(temporary);
                    }
                    if (written) {
                        new Step.Write(change, Optional.empty(), Optional.empty()).back(this, change);
                    }
                }
                case MOVED -> {
                    Spot to = change.to().orElseThrow();
                    if (place.stat().isEmpty() && exists(to)) {
                        Step.Move.move(this, to, change.at(), Optional.empty());
                    }
                }
                case CREATED -> {
                    if (place.stat().isPresent()) {
                        Step.Move.move(
                                this,
                                change.at(),
                                new Spot(Spot.TRASH, id + "/r" + Long.toHexString(System.nanoTime())),
                                Optional.empty());
                    }
                }
                case REMOVED -> {
                    // Whatever of it is left stays; the record stays as well.
                }
            }
        } catch (ToolException e) {
            if (e.kind() != ToolException.Kind.NOT_FOUND) {
                throw e;
            }
            // Its folder was not made yet.
        }
    }

    private boolean exists(Spot spot) {
        try (Place place = place(spot)) {
            return place.stat().isPresent();
        }
    }

    private static boolean holds(Folder folder, String name, Image image) {
        try (OpenFile file = folder.file(name)) {
            return Trees.sha256(file).equals(image.sha256());
        }
    }

    private void sweep() {
        if (swept.isBefore(Instant.now().minus(BETWEEN_SWEEPS))) {
            keep.expire(bounds.age(), bounds.bytes());
            operations.expire(SERVER, Instant.now().minus(bounds.age()), EXPIRED_AT_ONCE);
            swept = Instant.now();
        }
    }

    @Override
    public void close() {
        live.close();
        keep.close();
        workspace.close();
    }
}
