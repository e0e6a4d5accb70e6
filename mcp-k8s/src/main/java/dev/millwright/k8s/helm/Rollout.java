package dev.millwright.k8s.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.ApiError;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.api.Deletion;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Patch;
import dev.millwright.k8s.api.Write;
import dev.millwright.tool.ToolException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Brings a release from one revision to another, in the order and with the records that Helm keeps (helm {@code
 * pkg/action}: {@code install.go}, {@code upgrade.go}, {@code rollback.go}, {@code uninstall.go}), so that the Helm
 * command line can go on from whatever state this ends in.
 */
public final class Rollout {
    /** How often a patch is made anew because somebody else changed the object in between. */
    private static final int MOST_TRIES = 4;

    /** How far a run came: what is recorded of its failure depends on it. */
    private enum Reached {
        RECORDED,
        /** Hooks have run; objects are being changed. */
        PREPARED,
        PATCHED
    }

    private final Cluster cluster;
    private final Releases releases;
    private final Clock clock;
    private final Instant deadline;
    private final Consumer<String> progress;
    private final List<String> done = new ArrayList<>();

    /** @param deadline for hooks and waiting; what is being written then is still finished */
    public Rollout(Cluster cluster, Clock clock, Instant deadline, Consumer<String> progress) {
        this.cluster = cluster;
        this.releases = new Releases(cluster, clock);
        this.clock = clock;
        this.deadline = deadline;
        this.progress = progress;
    }

    /** What was done so far, as in {@code patched Deployment shop/web}. */
    public List<String> done() {
        return List.copyOf(done);
    }

    /**
     * Asks the server what would come of it, object by object, and changes nothing.
     *
     * @return what the server refuses, as in {@code Deployment shop/web: field is immutable}
     */
    public List<String> rehearse(Optional<Release> current, Release target) {
        List<String> refused = new ArrayList<>();
        Confidential confidential = Confidential.of(target);
        List<Item> old = items(current);
        for (Item item : owned(target)) {
            try {
                write(item, old, Write.DRY_RUN);
            } catch (ApiError e) {
                if (e.isNotFound()) {
                    // Its namespace is made by the same release.
                    continue;
                }
                refused.add(item.ref() + ": " + confidential.hide(String.valueOf(e.getMessage())));
            }
        }
        return refused;
    }

    /**
     * Does it: records the target as pending, runs hooks, patches, prunes, waits, and records what has become of it.
     *
     * @param current the newest revision; empty for a new release
     * @param target the next one, in a {@code pending-} state
     * @param history revisions there are
     * @return the target as it is recorded now
     * @throws ToolException {@code CONFLICT} when somebody else is at it; otherwise what went wrong, recorded as failed
     */
    public Release run(
            Stage stage,
            Kind kept,
            Optional<Release> current,
            Release target,
            List<Releases.Entry> history,
            boolean wait)
            throws InterruptedException {
        releases.create(kept, target);
        Reached reached = Reached.RECORDED;
        try {
            hooks(kept, target, stage.before());
            reached = Reached.PREPARED;
            List<Item> old = items(current);
            List<Item> wanted = owned(target);
            for (Item item : wanted) {
                write(item, old, Write.FOR_REAL).ifPresent(did -> note(did + " " + item.ref()));
            }
            prune(old, wanted);
            reached = Reached.PATCHED;
            if (wait) {
                await(wanted);
            }
            hooks(kept, target, stage.after());
        } catch (ApiError | ToolException e) {
            throw failed(stage, kept, current, target, reached, e);
        } catch (InterruptedException e) {
            failed(stage, kept, current, target, reached, ToolException.limit("it was cancelled, or its time was up"));
            throw e;
        }
        supersede(history, target);
        Release deployed = target.in(
                Release.DEPLOYED, stage == Stage.ROLLBACK ? target.description() : stage.title() + " complete");
        releases.update(kept, deployed);
        return deployed;
    }

    /** Records the failure as Helm does, and says it. */
    private ToolException failed(
            Stage stage, Kind kept, Optional<Release> current, Release target, Reached reached, RuntimeException why) {
        String reason = Confidential.of(target)
                .hide(
                        why instanceof ApiError e
                                ? "cannot " + e.what() + ": " + e.getMessage()
                                : String.valueOf(why.getMessage()));
        String said = reached == Reached.PATCHED
                ? "Release \"%s\" failed: %s".formatted(target.name(), reason)
                : "%s \"%s\" failed: %s".formatted(stage.title(), target.name(), reason);
        boolean interrupted = Thread.interrupted();
        try {
            releases.update(kept, target.in(Release.FAILED, said));
            if (stage == Stage.ROLLBACK && reached == Reached.PREPARED && current.isPresent()) {
                releases.update(kept, current.get().in(Release.SUPERSEDED));
            }
        } catch (ApiError e) {
            said += "; and it could not be recorded: cannot " + e.what() + ": " + e.getMessage();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        String all = said
                + "; revision %d is recorded as failed. Done before: %s"
                        .formatted(target.revision(), done.isEmpty() ? "nothing" : String.join(", ", done));
        return switch (why) {
            case ToolException e -> e.saying(all);
            case ApiError e -> e.toToolException().saying(all);
            default -> throw why;
        };
    }

    private void supersede(List<Releases.Entry> history, Release target) {
        for (Releases.Entry each : history) {
            if (each.status().equals(Release.DEPLOYED) && each.revision() != target.revision()) {
                releases.update(each.kind(), each.release().in(Release.SUPERSEDED));
            }
        }
    }

    /**
     * Takes a release out of the cluster.
     *
     * @param keep whether its records stay, so that it can be rolled back
     * @return objects left, because they say so
     */
    public List<String> remove(Releases.Entry last, List<Releases.Entry> history, boolean keep)
            throws InterruptedException {
        Release leaving = last.release().in(Release.UNINSTALLING, "Deletion in progress (or silently failed)");
        leaving.json().withObjectProperty("info").put("deleted", clock.instant().toString());
        hooks(last.kind(), leaving, "pre-delete");
        releases.update(last.kind(), leaving);
        List<String> left = new ArrayList<>();
        List<Item> items = new ArrayList<>(items(Optional.of(leaving)));
        items.sort(
                Comparator.comparingInt((Item item) -> Items.order(item.kind().name()))
                        .reversed());
        for (Item item : items) {
            if (item.isKept()) {
                left.add(item.ref().toString());
            } else {
                delete(item);
            }
        }
        hooks(last.kind(), leaving, "post-delete");
        if (keep) {
            releases.update(last.kind(), leaving.in(Release.UNINSTALLED, "Uninstallation complete"));
        } else {
            history.forEach(releases::delete);
        }
        return left;
    }

    /** Objects of {@code crds} folders: created where they are missing, never changed (helm {@code installCRDs}). */
    public void define(List<Item> definitions) throws InterruptedException {
        List<Item> made = new ArrayList<>();
        for (Item item : definitions) {
            if (cluster.get(item.kind(), item.namespace(), item.name()).isEmpty()) {
                cluster.create(item.kind(), item.namespace(), item.json(), Write.FOR_REAL);
                note("created " + item.ref());
                made.add(item);
            }
        }
        await(made);
    }

    private List<Item> items(Optional<Release> release) {
        return release.map(each -> Items.of(cluster, each.manifest(), each.namespace()))
                .orElse(List.of());
    }

    /** Objects with the marks by which Helm knows that they are its own. */
    private List<Item> owned(Release target) {
        List<Item> items = items(Optional.of(target));
        for (Item item : items) {
            ObjectNode metadata = item.json().withObjectProperty("metadata");
            metadata.withObjectProperty("labels").put("app.kubernetes.io/managed-by", "Helm");
            metadata.withObjectProperty("annotations")
                    .put("meta.helm.sh/release-name", target.name())
                    .put("meta.helm.sh/release-namespace", target.namespace());
        }
        return items;
    }

    /** @return what was done, empty where the object is as it should be */
    private Optional<String> write(Item item, List<Item> old, Write how) {
        JsonNode before = old.stream()
                .filter(each -> each.names(item))
                .findFirst()
                .<JsonNode>map(Item::json)
                .orElseGet(Json::object);
        for (int tries = 1; ; tries++) {
            Optional<JsonNode> live = cluster.get(item.kind(), item.namespace(), item.name());
            try {
                if (live.isEmpty()) {
                    cluster.create(item.kind(), item.namespace(), item.json(), how);
                    return Optional.of("created");
                }
                ObjectNode now = (ObjectNode) live.get();
                ArrayNode patch = Merge.patch(now, Merge.of(before, item.json(), now));
                if (patch.isEmpty()) {
                    return Optional.empty();
                }
                cluster.patch(item.kind(), item.namespace(), item.name(), new Patch(Patch.Type.JSON, patch), how);
                return Optional.of("patched");
            } catch (ApiError e) {
                if (tries == MOST_TRIES || !changedMeanwhile(item, live, e)) {
                    throw e;
                }
            }
        }
    }

    /** Whether a write failed only because the object is no longer the one that was read. */
    private boolean changedMeanwhile(Item item, Optional<JsonNode> read, ApiError e) {
        return (e.isConflict() || e.code() == 422)
                && !version(read).equals(version(cluster.get(item.kind(), item.namespace(), item.name())));
    }

    private static String version(Optional<JsonNode> object) {
        return object.map(each -> each.at("/metadata/resourceVersion").asText()).orElse("");
    }

    private void prune(List<Item> old, List<Item> wanted) {
        for (Item item : old.reversed()) {
            if (wanted.stream().noneMatch(each -> each.names(item)) && !item.isKept()) {
                Optional<JsonNode> live = cluster.get(item.kind(), item.namespace(), item.name());
                if (live.isPresent()
                        && !new Item(item.kind(), item.namespace(), item.name(), (ObjectNode) live.get()).isKept()) {
                    delete(item);
                }
            }
        }
    }

    private void delete(Item item) {
        try {
            cluster.delete(item.kind(), item.namespace(), item.name(), Deletion.BACKGROUND);
            note("deleted " + item.ref());
        } catch (ApiError e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }

    private void await(List<Item> items) throws InterruptedException {
        for (Item item : items) {
            if (Ready.takesTime(item.kind().name())
                    && !item.json().at("/spec/paused").asBoolean()) {
                progress.accept("waiting for " + item.ref());
                JsonNode ended = cluster.await(
                        item.kind(), item.namespace(), item.name(), Ready::is, patience("wait for " + item.ref()));
                if (ended.isMissingNode() || !Ready.is(ended)) {
                    throw ToolException.limit("timed out waiting for " + item.ref() + " to become ready");
                }
            }
        }
    }

    private Duration patience(String what) {
        Duration left = Duration.between(clock.instant(), deadline);
        if (!left.isPositive()) {
            throw ToolException.limit("no time left to " + what + "; give a longer timeout");
        }
        return left;
    }

    private void hooks(Kind kept, Release release, String event) throws InterruptedException {
        List<Hook> hooks = release.hooks().stream()
                .filter(each -> each.runsAt(event))
                .sorted(Hook.ORDER)
                .toList();
        for (Hook hook : hooks) {
            progress.accept("hook " + event + " " + hook.kind() + " " + hook.name());
            List<Item> items = Items.of(cluster, hook.manifest(), release.namespace());
            clear(hook, items, Hook.BEFORE);
            hook.began(clock.instant());
            releases.update(kept, release);
            try {
                run(event, items);
                hook.ended(clock.instant(), true);
                note("ran " + event + " hook " + hook.kind() + " " + hook.name());
            } catch (ApiError | ToolException e) {
                hook.ended(clock.instant(), false);
                clear(hook, items, Hook.FAILED);
                throw e;
            }
        }
        for (Hook hook : hooks.reversed()) {
            clear(hook, Items.of(cluster, hook.manifest(), release.namespace()), Hook.SUCCEEDED);
        }
    }

    private void run(String event, List<Item> items) throws InterruptedException {
        for (Item item : items) {
            cluster.create(item.kind(), item.namespace(), item.json(), Write.FOR_REAL);
        }
        for (Item item : items) {
            if (item.kind().name().equals("Job") || item.kind().name().equals("Pod")) {
                JsonNode ended = cluster.await(
                        item.kind(),
                        item.namespace(),
                        item.name(),
                        Ready::isOver,
                        patience("wait for the " + event + " hook " + item.ref()));
                if (ended.isMissingNode() || !Ready.succeeded(ended)) {
                    throw ToolException.conflict("the %s hook %s %s"
                            .formatted(
                                    event,
                                    item.ref(),
                                    ended.isMissingNode()
                                            ? "was deleted while it ran"
                                            : Ready.failed(ended)
                                                    ? "failed; its logs say why"
                                                    : "did not end in time"));
                }
            }
        }
    }

    /** Deletes the objects of a hook where its policy says so, and waits until they are gone; definitions always stay. */
    private void clear(Hook hook, List<Item> items, String policy) throws InterruptedException {
        if (!hook.goes(policy) || hook.kind().equals("CustomResourceDefinition")) {
            return;
        }
        for (Item item : items) {
            if (cluster.get(item.kind(), item.namespace(), item.name()).isPresent()) {
                delete(item);
                cluster.await(
                        item.kind(),
                        item.namespace(),
                        item.name(),
                        JsonNode::isMissingNode,
                        patience("wait until " + item.ref() + " is gone"));
            }
        }
    }

    private void note(String what) {
        done.add(what);
        progress.accept(what);
    }
}
