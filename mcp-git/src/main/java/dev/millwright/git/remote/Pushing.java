package dev.millwright.git.remote;

import dev.millwright.git.commit.Protected;
import dev.millwright.git.remote.Pushed.How;
import dev.millwright.git.remote.Pushed.Result;
import dev.millwright.git.repo.CallMonitor;
import dev.millwright.git.repo.Change;
import dev.millwright.git.repo.RefWrites;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.PushConnection;
import org.eclipse.jgit.transport.RemoteRefUpdate;

/**
 * Decides for each ref of a remote whether it may move, and sends those that may. History is replaced only under a lease:
 * while the remote has what was last seen there.
 */
public final class Pushing {
    private final Repo repo;
    private final Repository git;
    private final Link link;
    private final Remote remote;
    private final boolean lease;

    /** @param lease whether what is no fast-forward may replace what was last seen */
    public Pushing(Repo repo, Link link, Remote remote, boolean lease) {
        this.repo = repo;
        this.git = repo.git();
        this.link = link;
        this.remote = remote;
        this.lease = lease;
    }

    /** What a push would do. */
    public Pushed look(List<PushSpec> specs) throws InterruptedException {
        return link.run(() -> {
            try (PushConnection connection = link.transport().openPush()) {
                return new Pushed(decide(specs, connection.getRefsMap()), "");
            }
        });
    }

    /** Pushes, and moves the tracking refs of what was pushed. */
    public Pushed push(Change change, List<PushSpec> specs) throws InterruptedException {
        Pushed pushed = link.run(() -> {
            try (PushConnection connection = link.transport().openPush()) {
                return send(connection, decide(specs, connection.getRefsMap()));
            }
        });
        RefWrites writes = new RefWrites(change);
        List<Result> results = new ArrayList<>();
        for (Result result : pushed.results()) {
            if (result.isChange()) {
                change.cannotUndo("%s %s at %s"
                        .formatted(
                                result.spec().isDelete() ? "deleted" : "pushed",
                                result.spec().target(),
                                remote.name()));
            }
            results.add(track(writes, result));
        }
        return new Pushed(results, pushed.message());
    }

    private List<Result> decide(List<PushSpec> specs, Map<String, Ref> theirs) throws IOException {
        Map<String, Result> byTarget = new LinkedHashMap<>();
        try (RevWalk walk = new RevWalk(git)) {
            for (PushSpec spec : specs) {
                Ref there = theirs.get(spec.target());
                ObjectId old = there == null || there.getObjectId() == null ? ObjectId.zeroId() : there.getObjectId();
                Result result = decide(walk, spec, old);
                if ((spec.isDelete() || result.how() == How.FORCED) && Protected.is(repo, spec.target())) {
                    throw ToolException.denied("%s is protected: it is never %s (protected-branches)"
                            .formatted(spec.target(), spec.isDelete() ? "deleted" : "force-pushed"));
                }
                Result other = byTarget.putIfAbsent(spec.target(), result);
                if (other != null && !other.spec().id().equals(spec.id())) {
                    throw ToolException.invalidInput("/refspecs give " + spec.target() + " two values");
                }
            }
        }
        return List.copyOf(byTarget.values());
    }

    private Result decide(RevWalk walk, PushSpec spec, ObjectId old) throws IOException {
        Result plain = new Result(spec, How.UP_TO_DATE, old, Optional.empty());
        boolean isNew = old.equals(ObjectId.zeroId());
        if (spec.isDelete()) {
            return isNew ? plain.but(How.REJECTED, "the remote has no such ref") : leased(spec, old, How.DELETED);
        } else if (old.equals(spec.id())) {
            return plain;
        }
        RevObject ours = walk.parseAny(spec.id());
        if (spec.target().startsWith(Constants.R_HEADS) && !(ours instanceof RevCommit)) {
            return plain.but(How.REJECTED, "a branch takes a commit only");
        } else if (isNew) {
            return new Result(spec, How.NEW, old, Optional.empty());
        } else if (spec.target().startsWith(Constants.R_TAGS)) {
            return plain.but(How.REJECTED, "the remote has another tag of this name; delete it there first");
        }
        try {
            if (ours instanceof RevCommit commit
                    && walk.parseAny(old) instanceof RevCommit theirs
                    && walk.isMergedInto(theirs, commit)) {
                return new Result(spec, How.FAST_FORWARD, old, Optional.empty());
            }
        } catch (MissingObjectException e) {
            return lease
                    ? plain.but(How.REJECTED, "the remote has commits never fetched; the lease is stale")
                    : plain.but(How.REJECTED, "the remote has commits never fetched; fetch, then merge or rebase");
        }
        return lease
                ? leased(spec, old, How.FORCED)
                : plain.but(How.REJECTED, "no fast-forward; merge or rebase, or replace it with forceWithLease");
    }

    /** Only what was last seen there may go; a tag has no ref that would tell, and so may. */
    private Result leased(PushSpec spec, ObjectId old, How how) throws IOException {
        Optional<String> tracking = remote.trackingOf(spec.target());
        Result result = new Result(spec, how, old, Optional.empty());
        if (tracking.isEmpty()) {
            return how == How.DELETED || spec.target().startsWith("refs/for/")
                    ? result
                    : result.but(How.REJECTED, "nothing tells what was last seen there");
        }
        Ref seen = git.exactRef(tracking.get());
        return seen != null && old.equals(seen.getObjectId())
                ? result
                : result.but(
                        How.REJECTED, "the remote moved since " + tracking.get() + " was fetched; the lease is stale");
    }

    private Pushed send(PushConnection connection, List<Result> decided) throws IOException {
        Map<String, RemoteRefUpdate> updates = new LinkedHashMap<>();
        for (Result result : decided) {
            if (result.isChange()) {
                PushSpec spec = result.spec();
                updates.put(
                        spec.target(),
                        new RemoteRefUpdate(
                                git,
                                spec.isDelete() ? null : spec.id().name(),
                                spec.isDelete() ? null : spec.id(),
                                spec.target(),
                                true,
                                null,
                                result.from()));
            }
        }
        if (updates.isEmpty()) {
            return new Pushed(decided, "");
        }
        connection.push(new CallMonitor(link.call()), updates);
        List<Result> results = decided.stream()
                .map(result -> Optional.ofNullable(updates.get(result.spec().target()))
                        .map(update -> answered(result, update))
                        .orElse(result))
                .toList();
        return new Pushed(results, connection.getMessages());
    }

    private static Result answered(Result result, RemoteRefUpdate update) {
        String said = Optional.ofNullable(update.getMessage())
                .map(message -> RepoText.line(message, 200))
                .orElse("the remote does not say why");
        return switch (update.getStatus()) {
            case OK -> result;
            case UP_TO_DATE -> new Result(result.spec(), How.UP_TO_DATE, result.from(), Optional.empty());
            case REJECTED_NODELETE -> result.but(How.REJECTED, "the remote lets nobody delete refs");
            case REJECTED_REMOTE_CHANGED -> result.but(How.REJECTED, "the remote moved meanwhile");
            case REJECTED_NONFASTFORWARD -> result.but(How.REJECTED, "the remote takes fast-forwards only");
            case NON_EXISTING -> result.but(How.REJECTED, "the remote has no such ref");
            case REJECTED_OTHER_REASON, AWAITING_REPORT, NOT_ATTEMPTED -> result.but(How.REJECTED, said);
        };
    }

    private Result track(RefWrites writes, Result result) {
        Optional<String> tracking = remote.trackingOf(result.spec().target());
        if (result.how() == How.REJECTED || tracking.isEmpty()) {
            return result;
        }
        try {
            ObjectId before = writes.value(tracking.get());
            if (!result.spec().isDelete() && !before.equals(result.spec().id())) {
                writes.put(tracking.get(), before, result.spec().id(), "update by push");
            } else if (result.spec().isDelete() && !before.equals(ObjectId.zeroId())) {
                writes.delete(tracking.get(), before);
            }
            return result;
        } catch (ToolException e) {
            // It is pushed all the same, and the caller has to know.
            return result.but(result.how(), "pushed, but here: " + e.getMessage());
        }
    }
}
