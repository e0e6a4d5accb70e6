package dev.millwright.k8s;

import static dev.millwright.tool.ToolSpec.reads;

import dev.millwright.json.Doc;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.config.K8sConfig;
import dev.millwright.k8s.reach.Clusters;
import dev.millwright.k8s.state.Listing;
import dev.millwright.k8s.state.LiveSource;
import dev.millwright.k8s.state.Partial;
import dev.millwright.k8s.state.Source;
import dev.millwright.k8s.state.State;
import dev.millwright.k8s.state.Together;
import dev.millwright.k8s.status.Overview;
import dev.millwright.k8s.status.Overview.Item;
import dev.millwright.k8s.status.Overview.Part;
import dev.millwright.k8s.view.HelmObjects;
import dev.millwright.mask.SecretText;
import dev.millwright.tool.Budgeted;
import dev.millwright.tool.Call;
import dev.millwright.tool.Cursor;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolSpec;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** How a cluster is as a whole. */
final class K8sClusterStatus implements Tool<K8sClusterStatus.Input, K8sClusterStatus.Output> {
    record Input(
            Optional<List<Part>> include,

            @Doc(name = "only_problems", value = "", orElse = "true")
            boolean onlyProblems,

            @Doc(value = "", min = 1, max = 200, orElse = "30")
            int limit,

            Optional<String> cursor,
            Optional<String> namespace,
            Optional<String> context,
            OptionalInt budget)
            implements Budgeted {
        @Override
        public OptionalInt maxTokens() {
            return budget.isPresent() ? budget : OptionalInt.of(1_200);
        }
    }

    record Row(String object, String is) {}

    record Output(
            Map<String, String> counts,

            List<Row> items,
            OptionalInt more,
            Optional<String> cursor,
            Optional<List<String>> partial) {}

    record Place(int from) {}

    static final ToolSpec<Input, Output> SPEC = reads("k8s_cluster_status", Input.class, Output.class)
            .description("Nodes, workloads, pods, storage and Helm releases: counts, and what is not well.")
            .scopes("k8s:read");

    private static final int FRAME = 900;

    private final Clusters clusters;
    private final K8sConfig config;
    private final Clock clock;

    K8sClusterStatus(Clusters clusters, K8sConfig config, Clock clock) {
        this.clusters = clusters;
        this.config = config;
        this.clock = clock;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) throws Exception {
        List<Part> parts = input.include().filter(each -> !each.isEmpty()).orElse(List.of(Part.values()));
        return clusters.use(call, input.context(), cluster -> {
            Optional<String> namespace = input.namespace().isEmpty()
                            && clusters.reach(call.tenant()).namespaces().isEmpty()
                    ? Optional.empty()
                    : Optional.of(clusters.namespace(call, input.context(), input.namespace()));
            List<Partial> partial = new ArrayList<>();
            Overview overview = overview(cluster, namespace, parts, partial);
            String question = String.join(
                    "\n",
                    SPEC.name(),
                    call.tenant().name(),
                    cluster.context(),
                    namespace.orElse("*"),
                    parts.toString(),
                    String.valueOf(input.onlyProblems()));
            List<String> partly = new ArrayList<>(Partial.fold(partial));
            if (input.namespace().isEmpty() && namespace.isPresent()) {
                partly.addAll(Asked.onlyPart(clusters, call, namespace.get()));
            }
            return answer(input, call, overview, namespace, partly, question);
        });
    }

    private Overview overview(Cluster cluster, Optional<String> namespace, List<Part> parts, List<Partial> partial) {
        Source live = new LiveSource(cluster, config.maxObjects(), clock, Overview.READ).orKept();
        try (Together together = new Together(live, Overview.kinds(parts), namespace)) {
            Listing releases = parts.contains(Part.RELEASES)
                    ? HelmObjects.list(cluster, namespace, true)
                    : new Listing(List.of(), Optional.empty());
            State state = new State(together, namespace);
            Overview overview = Overview.of(state, parts, releases.items());
            partial.addAll(state.partial());
            releases.missing().ifPresent(partial::add);
            return overview;
        }
    }

    private static Output answer(
            Input input,
            Call call,
            Overview overview,
            Optional<String> namespace,
            List<String> partial,
            String question) {
        int from = input.cursor()
                .map(each -> Cursor.read(each, Place.class, question).from())
                .orElse(0);
        List<Item> wanted = overview.items().stream()
                .filter(each -> !input.onlyProblems() || each.weight() > 0)
                .toList();
        List<Row> rows = new ArrayList<>();
        int room = call.budget() * 4 - FRAME;
        for (Item each : wanted.subList(Math.min(from, wanted.size()), wanted.size())) {
            Row row = new Row(FoundCause.name(each.object(), namespace), SecretText.text(each.is()));
            room -= Json.size(Json.tree(row)) + 1;
            if (rows.size() == input.limit() || room < 0 && !rows.isEmpty()) {
                break;
            }
            rows.add(row);
        }
        int more = Math.max(0, wanted.size() - from - rows.size());
        Map<String, String> counts = new LinkedHashMap<>();
        overview.counts().forEach((part, count) -> counts.put(Json.name(part), count));
        return new Output(
                counts,
                rows,
                more > 0 ? OptionalInt.of(more) : OptionalInt.empty(),
                more > 0 ? Optional.of(Cursor.of(new Place(from + rows.size()), question)) : Optional.empty(),
                partial.isEmpty() ? Optional.empty() : Optional.of(partial));
    }
}
