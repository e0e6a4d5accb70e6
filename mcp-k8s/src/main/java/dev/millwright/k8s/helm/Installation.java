package dev.millwright.k8s.helm;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.ApiError;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A chart that becomes a release, or a release's next revision: Helm renders it for the cluster, we roll it out. So the
 * difference that is shown is exactly what is done, it can be interrupted, and it reaches no further than the tenant.
 */
public final class Installation {
    /** Of rendering, which takes milliseconds unless a chart loops or its lookups hang. */
    private static final Duration MOST_RENDERING = Duration.ofSeconds(60);

    /** How far it goes. */
    public enum Mode {
        DRY_RUN,
        FORGET,
        WAIT,
        /** Waits, and takes back what fails. */
        ATOMIC;

        public static Mode of(boolean dryRun, boolean wait, boolean atomic) {
            return dryRun ? DRY_RUN : atomic ? ATOMIC : wait ? WAIT : FORGET;
        }
    }

    /** What came of it. */
    public record Outcome(Release release, List<Difference> changes, List<String> done, List<String> refused) {}

    private final HelmLibrary library;
    private final Clock clock;
    private final String name;
    private final String namespace;
    private final JsonNode values;
    private final Duration patience;
    private final Instant deadline;
    private final Consumer<String> progress;

    public Installation(
            HelmLibrary library,
            Clock clock,
            String name,
            String namespace,
            JsonNode values,
            Duration patience,
            Consumer<String> progress) {
        Release.checkName(name);
        this.library = library;
        this.clock = clock;
        this.name = name;
        this.namespace = namespace;
        this.values = values;
        this.patience = patience;
        this.deadline = clock.instant().plus(patience);
        this.progress = progress;
    }

    /** Values as a caller gives them: an object, YAML of one, or nothing. */
    public static JsonNode values(JsonNode given) {
        JsonNode values = given.isTextual()
                ? Items.documents(given.textValue()).stream().findFirst().orElse(Json.object())
                : given;
        if (values.isNull()) {
            return Json.object();
        } else if (!values.isObject()) {
            throw ToolException.invalidInput("/values must be an object, or YAML text of one");
        }
        return values;
    }

    public Outcome install(Cluster cluster, Charts charts, String chart, Optional<String> version, Mode mode)
            throws IOException, InterruptedException {
        library.require();
        checkNamespace(cluster);
        Rollout rollout = rollout(cluster);
        try (Charts.Chart fetched = charts.fetch(chart, version)) {
            List<Item> definitions = Items.of(cluster, fetched.definitions(), namespace);
            if (mode != Mode.DRY_RUN) {
                rollout.define(definitions);
            }
            Plan plan = Plan.install(render(cluster, fetched, Optional.empty(), Map.of()));
            return outcome(cluster, rollout, plan, mode, definitions);
        }
    }

    public Outcome upgrade(
            Cluster cluster, Charts charts, String chart, Optional<String> version, HelmLibrary.Reuse reuse, Mode mode)
            throws IOException, InterruptedException {
        library.require();
        List<Releases.Entry> history = new Releases(cluster, clock).history(namespace, name);
        Map<String, String> labels = history.getFirst().release().labels();
        try (Charts.Chart fetched = charts.fetch(chart, version)) {
            Plan plan = Plan.upgrade(history, render(cluster, fetched, Optional.of(reuse), labels));
            return outcome(cluster, rollout(cluster), plan, mode, List.of());
        }
    }

    private Rollout rollout(Cluster cluster) {
        return new Rollout(cluster, clock, deadline, progress);
    }

    private Release render(
            Cluster cluster, Charts.Chart chart, Optional<HelmLibrary.Reuse> upgrade, Map<String, String> labels)
            throws InterruptedException {
        progress.accept("rendering the chart");
        return library.render(
                cluster,
                new HelmLibrary.Request(chart.folder(), name, namespace, values, upgrade),
                labels,
                patience.compareTo(MOST_RENDERING) < 0 ? patience : MOST_RENDERING);
    }

    private Outcome outcome(Cluster cluster, Rollout rollout, Plan plan, Mode mode, List<Item> definitions)
            throws InterruptedException {
        List<Difference> changes = plan.differences(cluster);
        List<String> refused = plan.rehearse(rollout, mode == Mode.DRY_RUN);
        if (mode == Mode.DRY_RUN) {
            List<Difference> all = new ArrayList<>(changes);
            definitions.forEach(
                    each -> all.addFirst(new Difference(each.ref().toString(), "added if missing", List.of())));
            return new Outcome(plan.target(), all, List.of(), refused);
        }
        try {
            Release now = plan.run(rollout, mode != Mode.FORGET);
            return new Outcome(now, changes, rollout.done(), List.of());
        } catch (ToolException e) {
            throw mode == Mode.ATOMIC ? takenBack(cluster, plan, e) : e;
        }
    }

    /** As {@code --atomic}: an install is taken out, an upgrade goes back to what was deployed. */
    private ToolException takenBack(Cluster cluster, Plan plan, ToolException why) throws InterruptedException {
        List<Releases.Entry> history = new Releases(cluster, clock).history(namespace, name);
        if (history.getFirst().revision() != plan.target().revision()) {
            // Somebody else was first: nothing of it is ours.
            return why;
        }
        Rollout back = new Rollout(cluster, clock, clock.instant().plus(patience), progress);
        try {
            if (plan.stage() == Stage.INSTALL) {
                back.remove(history.getFirst(), history, false);
                return why.saying(why.getMessage() + ". Atomic: it was uninstalled again");
            }
            int good = plan.current().orElseThrow().revision();
            Release now =
                    Plan.rollback(history, Optional.of(good), patience, clock).run(back, true);
            return why.saying(why.getMessage()
                    + ". Atomic: rolled back to revision %d as revision %d".formatted(good, now.revision()));
        } catch (ToolException | ApiError e) {
            return why.saying(why.getMessage() + ". Atomic: taking it back failed too: " + e.getMessage());
        }
    }

    private void checkNamespace(Cluster cluster) {
        try {
            if (cluster.get(Kinds.NAMESPACE, Optional.empty(), namespace).isEmpty()) {
                throw ToolException.notFound("/namespace %s does not exist; create it first".formatted(namespace));
            }
        } catch (ApiError e) {
            if (!e.isForbidden()) {
                throw e;
            }
            // Who may not look at namespaces may still work in one.
        }
    }
}
