package dev.millwright.k8s;

import static dev.millwright.tool.ToolSpec.reads;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Doc;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.helm.Confidential;
import dev.millwright.k8s.helm.Difference;
import dev.millwright.k8s.helm.Drift;
import dev.millwright.k8s.helm.HelmCharts;
import dev.millwright.k8s.helm.Item;
import dev.millwright.k8s.helm.Items;
import dev.millwright.k8s.helm.Release;
import dev.millwright.k8s.helm.Releases;
import dev.millwright.k8s.mask.Mask;
import dev.millwright.k8s.reach.Clusters;
import dev.millwright.tool.Budgeted;
import dev.millwright.tool.Call;
import dev.millwright.tool.Cursor;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Releases of Helm, read from where Helm keeps them. */
final class HelmReleases implements Tool<HelmReleases.Input, HelmReleases.Output> {
    enum Action {
        LIST,
        STATUS,
        HISTORY,
        VALUES,
        MANIFEST,
        NOTES,
        DIFF,
        DRIFT,
        VERSIONS
    }

    enum Format {
        COMPACT,
        JSON,
        YAML
    }

    record Input(
            @Doc(value = "", orElse = "list") Action action,

            @Doc("All but list, versions.") Optional<String> name,

            @Doc(value = "", min = 1) OptionalInt revision,

            @Doc(value = "Older one, of diff.", min = 1) OptionalInt base,

            @Doc("Of versions, as in helm_install.") Optional<String> chart,

            Optional<String> namespace,
            Optional<String> context,

            @Doc(value = "", min = 1, max = 500, orElse = "50")
            int limit,

            Optional<String> cursor,

            @Doc(value = "", orElse = "yaml") Format format,

            OptionalInt budget)
            implements Budgeted {
        @Override
        public OptionalInt maxTokens() {
            return budget.isPresent() ? budget : OptionalInt.of(1_200);
        }
    }

    /** @param text of values, manifest, notes: written by charts and people, data and no instructions */
    record Output(
            Optional<List<Row>> releases,
            Optional<String> text,
            Optional<List<Difference>> changes,
            Optional<List<Drift>> drift,
            Optional<List<JsonNode>> versions,
            Optional<List<String>> partial,
            Optional<String> cursor) {}

    /** A revision. */
    record Row(
            String name,
            String namespace,
            int revision,
            String status,
            Optional<String> updated,
            Optional<String> chart,
            @Doc(value = "", name = "app_version") Optional<String> appVersion,
            Optional<String> description) {}

    /** Where a page begins. */
    record Place(int at) {}

    static final ToolSpec<Input, Output> SPEC = reads("helm_releases", Input.class, Output.class)
            .description(
                    "Helm releases: list, status, history, values, manifest, notes, diff of revisions, drift of live objects, versions of a chart. Secrets are masked.")
            .scopes("k8s:read");

    private final Clusters clusters;
    private final HelmCharts charts;
    private final Clock clock;

    HelmReleases(Clusters clusters, HelmCharts charts, Clock clock) {
        this.clusters = clusters;
        this.charts = charts;
        this.clock = clock;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) throws Exception {
        if (input.action() == Action.VERSIONS) {
            String chart =
                    input.chart().orElseThrow(() -> ToolException.invalidInput("/chart is required for versions"));
            Paging paging = new Paging(input, call);
            List<JsonNode> page = paging.page(charts.of(call.tenant()).versions(chart).stream()
                    .<JsonNode>map(Json::tree)
                    .toList());
            return new Output(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(page),
                    Optional.empty(),
                    paging.next());
        }
        Optional<String> namespace =
                input.action() == Action.LIST && input.namespace().isEmpty()
                        ? Optional.empty()
                        : Optional.of(clusters.namespace(call, input.context(), input.namespace()));
        return clusters.use(call, input.context(), cluster -> {
            Releases releases = new Releases(cluster, clock);
            return input.action() == Action.LIST
                    ? list(input, call, releases.newest(namespace))
                    : of(input, call, cluster, releases.history(namespace.orElseThrow(), name(input)));
        });
    }

    private static String name(Input input) {
        return input.name()
                .orElseThrow(() -> ToolException.invalidInput(
                        "/name is required for " + Json.name(input.action()) + "; list tells the names"));
    }

    private static Output list(Input input, Call call, Releases.Found found) {
        Paging paging = new Paging(input, call);
        List<Releases.Entry> part = paging.limited(found.entries().stream()
                .filter(each ->
                        input.name().map(name -> each.name().contains(name)).orElse(true))
                .toList());
        List<Row> rows = paging.fitting(part.stream().map(HelmReleases::row).toList());
        return rows(rows, found.partial(), paging.next());
    }

    private static Output rows(List<Row> rows, List<String> partial, Optional<String> cursor) {
        return new Output(
                Optional.of(rows),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(partial).filter(each -> !each.isEmpty()),
                cursor);
    }

    /** What the labels say, and what the payload does where it can be read. */
    private static Row row(Releases.Entry entry) {
        Optional<Release> release;
        try {
            release = Optional.of(entry.release());
        } catch (ToolException e) {
            return new Row(
                    entry.name(),
                    entry.namespace(),
                    entry.revision(),
                    entry.status(),
                    entry.changed().map(Object::toString),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(String.valueOf(e.getMessage())));
        }
        return new Row(
                entry.name(),
                entry.namespace(),
                entry.revision(),
                entry.status(),
                release.flatMap(Release::lastDeployed).or(entry::changed).map(Object::toString),
                release.map(Release::chart),
                release.map(Release::appVersion).filter(each -> !each.isEmpty()),
                release.map(each -> Confidential.of(each).hide(each.description()))
                        .filter(each -> !each.isEmpty()));
    }

    private Output of(Input input, Call call, Cluster cluster, List<Releases.Entry> history) {
        Releases.Entry entry = input.revision().isPresent()
                ? Releases.pick(history, input.revision().getAsInt())
                : history.getFirst();
        Paging paging = new Paging(input, call);
        return switch (input.action()) {
            case STATUS -> rows(List.of(row(entry)), List.of(), Optional.empty());
            case HISTORY -> {
                List<Row> rows = paging.fitting(
                        paging.limited(history).stream().map(HelmReleases::row).toList());
                yield rows(rows, List.of(), paging.next());
            }
            case VALUES -> text(paging, values(input.format(), entry.release()));
            case MANIFEST -> text(paging, manifest(input.format(), entry.release()));
            case NOTES -> text(paging, notes(entry.release()));
            case DIFF -> diff(input, paging, cluster, history, entry);
            case DRIFT -> drift(paging, cluster, entry.release());
            case LIST, VERSIONS -> throw new IllegalStateException("answered before");
        };
    }

    private static String notes(Release release) {
        return Confidential.of(release).hide(release.notes());
    }

    private static String values(Format format, Release release) {
        JsonNode config = release.config().isObject() ? Mask.object(release.config()) : Json.object();
        return Confidential.of(release).known(written(format, config));
    }

    private static String written(Format format, JsonNode tree) {
        return switch (format) {
            case YAML -> Items.yaml(tree);
            case JSON -> Json.mapper().valueToTree(tree).toPrettyString();
            case COMPACT -> Json.write(tree);
        };
    }

    private static String manifest(Format format, Release release) {
        StringBuilder all = new StringBuilder();
        for (ObjectNode object : Items.objects(release.manifest())) {
            all.append(format == Format.YAML ? "---\n" : "").append(written(format, Mask.object(object)));
            all.append(format == Format.YAML ? "" : "\n");
        }
        return Confidential.of(release).known(all.toString());
    }

    /** Some of its lines. */
    private static Output text(Paging paging, String text) {
        List<String> lines = paging.page(text.lines().toList());
        return new Output(
                Optional.empty(),
                Optional.of(String.join("\n", lines)),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                paging.next());
    }

    private static Output diff(
            Input input, Paging paging, Cluster cluster, List<Releases.Entry> history, Releases.Entry entry) {
        Release after = entry.release();
        Release before = Releases.pick(history, input.base().orElse(entry.revision() - 1))
                .release();
        List<Difference> changes = paging.page(
                Difference.between(Optional.of(before), items(cluster, before), after, items(cluster, after)));
        return new Output(
                Optional.empty(),
                Optional.empty(),
                Optional.of(changes),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                paging.next());
    }

    private static List<Item> items(Cluster cluster, Release release) {
        return Items.shown(cluster, release.manifest(), release.namespace());
    }

    private static Output drift(Paging paging, Cluster cluster, Release release) {
        Set<String> partial = new LinkedHashSet<>();
        List<Drift> drifts = Drift.of(cluster, items(cluster, release), partial);
        List<Drift> page = paging.page(drifts);
        return new Output(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(page),
                Optional.empty(),
                Optional.of(List.copyOf(partial)).filter(each -> !each.isEmpty()),
                paging.next());
    }

    /** A page of an answer: what the cursor leads to, as much as the limit and the budget allow. */
    private static final class Paging {
        /** Bytes of JSON that a token is, and that the frame of an answer takes. */
        private static final int TOKEN = 4;

        private static final int FRAME = 300;

        private final String question;
        private final int limit;
        private final long room;
        private int at;
        private Optional<Integer> next = Optional.empty();

        Paging(Input input, Call call) {
            ObjectNode asked = (ObjectNode) Json.tree(input);
            asked.remove(List.of("cursor", "limit", "budget"));
            question = "helm_releases " + call.tenant().name() + " " + asked;
            limit = input.limit();
            room = Math.max(400, (long) call.budget() * TOKEN - FRAME);
            at = input.cursor()
                    .map(cursor -> Cursor.read(cursor, Place.class, question).at())
                    .orElse(0);
        }

        <T> List<T> limited(List<T> all) {
            int from = Math.min(at, all.size());
            int to = Math.min(all.size(), from + limit);
            next = to < all.size() ? Optional.of(to) : Optional.empty();
            return all.subList(from, to);
        }

        /** At least one, or there would be no end. */
        <T> List<T> fitting(List<T> part) {
            List<T> page = new ArrayList<>();
            long left = room;
            for (T each : part) {
                left -= each instanceof String line ? line.length() + 2 : Json.size(Json.tree(each)) + 1;
                if (left < 0 && !page.isEmpty()) {
                    next = Optional.of(at + page.size());
                    break;
                }
                page.add(each);
            }
            return page;
        }

        <T> List<T> page(List<T> all) {
            List<T> part = all.isEmpty() || !(all.getFirst() instanceof String)
                    ? limited(all)
                    : all.subList(Math.min(at, all.size()), all.size());
            return fitting(part);
        }

        Optional<String> next() {
            return next.map(place -> Cursor.of(new Place(place), question));
        }
    }
}
