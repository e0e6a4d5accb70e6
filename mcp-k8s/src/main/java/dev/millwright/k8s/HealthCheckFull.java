package dev.millwright.k8s;

import static dev.millwright.tool.ToolSpec.reads;

import dev.millwright.json.Doc;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.ApiError;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.config.K8sConfig;
import dev.millwright.k8s.diagnose.Cause;
import dev.millwright.k8s.diagnose.Diagnosis;
import dev.millwright.k8s.diagnose.Finding;
import dev.millwright.k8s.diagnose.Rule;
import dev.millwright.k8s.reach.Clusters;
import dev.millwright.k8s.rules.Rules;
import dev.millwright.k8s.state.LiveSource;
import dev.millwright.k8s.state.Narrowed;
import dev.millwright.k8s.state.Partial;
import dev.millwright.k8s.state.State;
import dev.millwright.k8s.status.Check;
import dev.millwright.mask.SecretText;
import dev.millwright.tool.Budgeted;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/** Looks at everything, and says how well it is. */
final class HealthCheckFull implements Tool<HealthCheckFull.Input, HealthCheckFull.Output> {
    record Input(
            Optional<List<Check>> checks,
            Optional<List<String>> namespaces,

            @Doc(name = "deadline_ms", value = "", min = 1_000, max = 600_000, orElse = "60000")
            int deadlineMs,

            Optional<String> context,
            OptionalInt budget)
            implements Budgeted {
        @Override
        public OptionalInt maxTokens() {
            return budget.isPresent() ? budget : OptionalInt.of(1_200);
        }
    }

    record Found(Check check, String id, String object, Optional<String> severity, String why) {}

    record Output(
            int score,
            String verdict,
            List<Found> findings,
            OptionalInt more,

            Optional<List<String>> skipped,
            Optional<List<String>> partial) {}

    static final ToolSpec<Input, Output> SPEC = reads("health_check_full", Input.class, Output.class)
            .description("Score (0 to 100) and findings of control plane, nodes and namespaces.")
            .scopes("k8s:read")
            .deadline(Duration.ofMinutes(10));

    /** What a broken control plane or node takes from 100, another broken thing, and a warning. */
    private static final int GRAVE = 25;

    private static final int BROKEN = 10;
    private static final int WARNING = 2;
    private static final int FRAME = 600;
    private static final int LONGEST = 200;

    private final Clusters clusters;
    private final K8sConfig config;
    private final Clock clock;

    HealthCheckFull(Clusters clusters, K8sConfig config, Clock clock) {
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
        return clusters.use(call, input.context(), cluster -> {
            Instant until = clock.instant().plusMillis(input.deadlineMs());
            List<Optional<String>> places = places(input, call);
            List<Cause> causes = new ArrayList<>();
            Set<Partial> partial = new LinkedHashSet<>();
            Set<String> skipped = new LinkedHashSet<>();
            int step = 0;
            int steps = places.size() * Rules.ALL.size() + 1;
            String plane = controlPlane(cluster, partial);
            call.progress(++step, steps, plane);
            for (Optional<String> place : places) {
                State state = new State(
                        new Narrowed(
                                new LiveSource(cluster, config.maxObjects(), clock).orKept(),
                                Optional.empty(),
                                true,
                                false),
                        place);
                int begun = step;
                causes.addAll(Diagnosis.of(state, timed(place, until, skipped, call, begun, steps)));
                step += Rules.ALL.size();
                partial.addAll(state.partial());
            }
            List<String> partly = new ArrayList<>(Partial.fold(partial));
            if (input.namespaces().orElse(List.of()).isEmpty()) {
                places.getFirst().ifPresent(each -> partly.addAll(Asked.onlyPart(clusters, call, each)));
            }
            return answer(input, call, causes, plane, skipped, partly);
        });
    }

    private List<Optional<String>> places(Input input, Call call) {
        List<String> named = input.namespaces().orElse(List.of());
        if (named.isEmpty() && clusters.reach(call.tenant()).namespaces().isEmpty()) {
            return List.of(Optional.empty());
        }
        return named.isEmpty()
                ? List.of(Optional.of(clusters.namespace(call, input.context(), Optional.empty())))
                : named.stream()
                        .distinct()
                        .map(each -> Optional.of(clusters.namespace(call, input.context(), Optional.of(each))))
                        .toList();
    }

    /** The rules, each of which looks only while there is time. */
    private List<Rule> timed(
            Optional<String> place, Instant until, Set<String> skipped, Call call, int begun, int steps) {
        List<Rule> timed = new ArrayList<>();
        String where = place.orElse("all namespaces");
        for (int i = 0; i < Rules.ALL.size(); i++) {
            Rule rule = Rules.ALL.get(i);
            int step = begun + i + 1;
            timed.add((state, found) -> {
                if (clock.instant().isAfter(until)) {
                    skipped.add(where + ": " + rule.getClass().getSimpleName());
                } else {
                    rule.look(state, found);
                    call.progress(step, steps, where);
                }
            });
        }
        return timed;
    }

    /** What {@code /readyz?verbose} says: Kubernetes documentation, "API health endpoints". */
    private static String controlPlane(Cluster cluster, Set<Partial> partial) {
        try {
            String failing = cluster.text("/readyz?verbose")
                    .lines()
                    .filter(each -> each.startsWith("[-]"))
                    .map(each -> each.substring(3).replaceFirst(" .*", ""))
                    .collect(Collectors.joining(", "));
            return failing.isEmpty() ? "control plane ready" : "control plane not ready: " + failing;
        } catch (ApiError e) {
            if (e.isForbidden() || e.isNotFound()) {
                partial.add(
                        new Partial("get", "/readyz", Optional.empty(), e.isForbidden() ? "forbidden" : "not served"));
                return "control plane not asked";
            }
            throw e;
        }
    }

    private static Output answer(
            Input input, Call call, List<Cause> causes, String plane, Set<String> skipped, List<String> partial) {
        Set<Check> wanted =
                Set.copyOf(input.checks().filter(each -> !each.isEmpty()).orElse(List.of(Check.values())));
        List<Found> all = causes.stream()
                .map(Cause::finding)
                .filter(each -> wanted.contains(Check.of(each.id())))
                .sorted(Comparator.comparing(Finding::severity)
                        .thenComparing(each -> -each.affects().size()))
                .map(HealthCheckFull::found)
                .distinct()
                .toList();
        int score = plane.contains("not ready") && wanted.contains(Check.CONTROLPLANE) ? 100 - GRAVE : 100;
        for (Found each : all) {
            boolean grave = each.check() == Check.CONTROLPLANE || each.check() == Check.NODES;
            score -= each.severity().isPresent() ? WARNING : grave ? GRAVE : BROKEN;
        }
        List<Found> some = new ArrayList<>();
        int room = call.budget() * 4 - FRAME;
        for (Found each : all) {
            room -= Json.size(Json.tree(each)) + 1;
            if (room < 0 && !some.isEmpty()) {
                break;
            }
            some.add(each);
        }
        long broken = all.stream().filter(each -> each.severity().isEmpty()).count();
        int more = all.size() - some.size();
        return new Output(
                Math.max(0, score),
                "%d broken, %d warnings; %s".formatted(broken, all.size() - broken, plane),
                some,
                more > 0 ? OptionalInt.of(more) : OptionalInt.empty(),
                skipped.isEmpty()
                        ? Optional.empty()
                        : Optional.of(skipped.stream().limit(10).toList()),
                partial.isEmpty() ? Optional.empty() : Optional.of(partial.subList(0, Math.min(8, partial.size()))));
    }

    private static Found found(Finding finding) {
        return new Found(
                Check.of(finding.id()),
                finding.id().id(),
                finding.object().toString(),
                finding.severity() == Finding.Severity.ERROR
                        ? Optional.empty()
                        : Optional.of(Json.name(finding.severity())),
                FoundCause.clip(SecretText.text(finding.why()), LONGEST));
    }
}
