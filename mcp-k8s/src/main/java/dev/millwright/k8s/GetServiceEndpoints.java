package dev.millwright.k8s;

import static dev.millwright.tool.ToolSpec.reads;

import dev.millwright.json.Doc;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.config.K8sConfig;
import dev.millwright.k8s.diagnose.Targets;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Pod;
import dev.millwright.k8s.reach.Clusters;
import dev.millwright.k8s.state.LiveSource;
import dev.millwright.k8s.state.Partial;
import dev.millwright.k8s.state.State;
import dev.millwright.k8s.trace.Hop;
import dev.millwright.k8s.trace.ServiceTrace;
import dev.millwright.mask.SecretText;
import dev.millwright.tool.Budgeted;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Follows services from ingress to container, with a verdict for each step. */
final class GetServiceEndpoints implements Tool<GetServiceEndpoints.Input, GetServiceEndpoints.Output> {
    record Input(
            String namespace,
            Optional<String> service,

            @Doc(name = "from_pod", value = "Caller, for policies; POD or NAMESPACE/POD.")
            Optional<String> fromPod,

            @Doc(value = "false: endpoints only.", orElse = "true")
            boolean trace,

            Optional<String> context,
            OptionalInt budget)
            implements Budgeted {
        @Override
        public OptionalInt maxTokens() {
            return budget.isPresent() ? budget : OptionalInt.of(1_200);
        }
    }

    record Step(Hop.Step step, String object, Hop.Verdict verdict, String why) {}

    record Service(String name, Hop.Verdict verdict, String endpoints, Optional<List<Step>> steps) {}

    record Output(List<Service> services, OptionalInt more, Optional<List<String>> partial) {}

    static final ToolSpec<Input, Output> SPEC = reads("get_service_endpoints", Input.class, Output.class)
            .description(
                    "Trace ingress, service, pods, slices, port, probe and network policy, with a verdict for each.")
            .scopes("k8s:read");

    private static final int FRAME = 400;
    private static final int LONGEST = 220;

    private final Clusters clusters;
    private final K8sConfig config;
    private final Clock clock;

    GetServiceEndpoints(Clusters clusters, K8sConfig config, Clock clock) {
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
        String namespace = clusters.namespace(call, input.context(), Optional.of(input.namespace()));
        return clusters.use(call, input.context(), cluster -> {
            State state =
                    new State(new LiveSource(cluster, config.maxObjects(), clock).orKept(), Optional.of(namespace));
            Optional<Pod> from = input.fromPod().map(each -> pod(state, namespace, each));
            List<K8sObject> wanted = input.service().isPresent()
                    ? Targets.find(state, "/service", Optional.of("service"), input.service(), Optional.empty())
                    : state.all(Kinds.SERVICE);
            if (wanted.isEmpty()) {
                Asked.checkExists(cluster, namespace);
            }
            List<Service> services = wanted.stream()
                    .map(each -> service(each, ServiceTrace.of(state, each, from), namespace, input))
                    .sorted(Comparator.comparing((Service each) -> rank(each.verdict()))
                            .thenComparing(Service::name))
                    .toList();
            return fitted(services, Partial.fold(state.partial()), call.budget() * 4 - FRAME);
        });
    }

    private static int rank(Hop.Verdict verdict) {
        return switch (verdict) {
            case BROKEN -> 0;
            case WARN -> 1;
            case UNKNOWN -> 2;
            case OK -> 3;
        };
    }

    private static Pod pod(State state, String namespace, String text) {
        int slash = text.indexOf('/');
        String in = slash < 0 ? namespace : text.substring(0, slash);
        String name = text.substring(slash + 1);
        return state.find(Kinds.POD, in, name)
                .map(Pod::new)
                .orElseThrow(() -> ToolException.notFound("/from_pod: there is no pod %s in %s".formatted(name, in)));
    }

    /** All steps where one service was asked for, else those that are not well. */
    private static Service service(K8sObject service, ServiceTrace trace, String namespace, Input input) {
        List<Step> steps = trace.hops().stream()
                .filter(each -> input.service().isPresent() || each.verdict() != Hop.Verdict.OK)
                .map(each -> new Step(
                        each.step(),
                        FoundCause.name(each.object(), Optional.of(namespace)),
                        each.verdict(),
                        FoundCause.clip(SecretText.text(each.why()), LONGEST)))
                .toList();
        return new Service(
                service.name(),
                trace.verdict(),
                trace.endpoints(),
                input.trace() && !steps.isEmpty() ? Optional.of(steps) : Optional.empty());
    }

    private static Output fitted(List<Service> all, List<String> partial, int budget) {
        List<Service> some = new ArrayList<>();
        int room = budget;
        for (Service each : all) {
            room -= Json.size(Json.tree(each)) + 1;
            if (room < 0 && !some.isEmpty()) {
                break;
            }
            some.add(each);
        }
        int more = all.size() - some.size();
        return new Output(
                some,
                more > 0 ? OptionalInt.of(more) : OptionalInt.empty(),
                partial.isEmpty() ? Optional.empty() : Optional.of(partial));
    }
}
