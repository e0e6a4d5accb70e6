package dev.millwright.k8s;

import static dev.millwright.tool.ToolSpec.reads;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Doc;
import dev.millwright.json.Json;
import dev.millwright.k8s.config.K8sConfig;
import dev.millwright.k8s.reach.Clusters;
import dev.millwright.k8s.state.LiveSource;
import dev.millwright.k8s.state.State;
import dev.millwright.k8s.usage.Meter;
import dev.millwright.k8s.usage.Sizing;
import dev.millwright.k8s.usage.Sizings;
import dev.millwright.tool.Budgeted;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolSpec;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Says what containers should ask for, by what they use. */
final class OptimizeResources implements Tool<OptimizeResources.Input, OptimizeResources.Output> {
    record Input(
            Optional<String> context,
            String namespace,
            Optional<String> workload,

            @Doc(value = "Seconds.", min = 0, max = 900, orElse = "30")
            int window,

            @Doc(value = "", orElse = "auto") Meter.Source source,

            @Doc(value = "Percent above use.", min = 0, max = 500, orElse = "15")
            int headroom,

            OptionalInt budget)
            implements Budgeted {
        @Override
        public OptionalInt maxTokens() {
            return budget.isPresent() ? budget : OptionalInt.of(1_200);
        }
    }

    record Output(
            Meter.Source source,
            List<Sizing> containers,
            Map<String, JsonNode> patches,
            List<String> notes,
            OptionalInt omitted,
            List<String> partial) {}

    static final ToolSpec<Input, Output> SPEC = reads("optimize_resources", Input.class, Output.class)
            .description("Requests and limits by measured use (p95 CPU, peak memory), as patches to review.")
            .scopes("k8s:read")
            .deadline(Duration.ofMinutes(16));

    private static final int FRAME = 400;

    private final Clusters clusters;
    private final K8sConfig config;

    OptimizeResources(Clusters clusters, K8sConfig config) {
        this.clusters = clusters;
        this.config = config;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) throws Exception {
        String namespace = clusters.namespace(call, input.context(), Optional.of(input.namespace()));
        return clusters.use(call, input.context(), cluster -> {
            State state =
                    new State(new LiveSource(cluster, config.maxObjects(), Clock.systemUTC()), Optional.of(namespace));
            Meter meter = new Meter(cluster, namespace, input.source());
            Sizings sizings = new Sizings(state, meter);
            List<Sizing> all = sizings.measure(
                    input.workload(),
                    Duration.ofSeconds(input.window()),
                    input.headroom(),
                    (done, whole) -> call.progress(done, whole, "measuring"));
            List<String> notes = new ArrayList<>(sizings.autoscaled(all));
            if (input.window() < 600) {
                notes.add("measured for %d s: peaks outside of it are not seen".formatted(input.window()));
            }
            List<String> partial = new ArrayList<>(meter.missing());
            state.partial().forEach(each -> partial.add(each.toString()));
            return fitted(meter.source(), all, notes, partial, call.budget() * 4 - FRAME);
        });
    }

    /** Those that change first; patches only of those that are told whole. */
    private static Output fitted(
            Meter.Source source, List<Sizing> all, List<String> notes, List<String> partial, int room) {
        List<Sizing> sorted = all.stream()
                .sorted(Comparator.comparing((Sizing each) -> !each.changes())
                        .thenComparing(Sizing::workload)
                        .thenComparing(Sizing::container))
                .toList();
        int left = room - Json.size(Json.tree(notes)) - Json.size(Json.tree(partial));
        List<Sizing> some = new ArrayList<>();
        for (Sizing each : sorted) {
            left -= Json.size(Json.tree(each)) + Json.size(Json.tree(Sizings.patches(List.of(each))));
            if (left < 0 && !some.isEmpty()) {
                break;
            }
            some.add(each);
        }
        int omitted = all.size() - some.size();
        return new Output(
                source,
                some,
                Sizings.patches(some),
                notes,
                omitted > 0 ? OptionalInt.of(omitted) : OptionalInt.empty(),
                partial);
    }
}
