package dev.millwright.k8s;

import static dev.millwright.tool.ToolSpec.changes;

import dev.millwright.json.Doc;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.fix.Mending;
import dev.millwright.k8s.fix.Scale;
import dev.millwright.k8s.fix.Scaling;
import dev.millwright.k8s.fix.Workloads;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.reach.Clusters;
import dev.millwright.k8s.state.Partial;
import dev.millwright.k8s.state.State;
import dev.millwright.tool.Call;
import dev.millwright.tool.Effect;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Sets how many replicas a workload has, where nothing undoes or prevents it. */
final class ScaleDeployment implements Tool<ScaleDeployment.Input, ScaleDeployment.Output> {
    record Input(
            String namespace,
            String name,
            @Doc(value = "", min = 0) int replicas,

            @Doc(value = "Or StatefulSet, ReplicaSet, custom.", orElse = "Deployment")
            String kind,

            @Doc("Replicas now, else refused.") OptionalInt from,

            @Doc(name = "dry_run", value = "", orElse = "false")
            boolean dryRun,

            Optional<String> reason,
            Optional<String> context) {}

    record Output(String workload, int from, int to, boolean changed, Optional<List<String>> warnings) {}

    static final ToolSpec<Input, Output> SPEC = changes("scale_deployment", Input.class, Output.class)
            .description(
                    "Set replicas. Refuses what an autoscaler undoes or a quota prevents; 0 and large jumps are confirmed.")
            .scopes("k8s:write")
            .idempotent()
            .mayDestroy();

    private final Clusters clusters;
    private final Mending mending;

    ScaleDeployment(Clusters clusters, Mending mending) {
        this.clusters = clusters;
        this.mending = mending;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    /** A large jump is to more than twice as many and more than ten more: it ends above ten. */
    @Override
    public Effect effectOf(Input input) {
        if (input.dryRun()) {
            return Effect.READS;
        }
        boolean small = input.from().isPresent()
                && input.replicas()
                        <= Math.max(2L * input.from().getAsInt(), input.from().getAsInt() + 10L);
        return input.replicas() == 0 || input.replicas() > 10 && !small ? Effect.DESTROYS : Effect.CHANGES;
    }

    @Override
    public String confirmation(Input input) {
        return "Scale %s %s/%s to %d replicas?%s"
                .formatted(
                        input.kind(),
                        input.namespace(),
                        input.name(),
                        input.replicas(),
                        input.reason().map(each -> " Reason: " + each).orElse(""));
    }

    @Override
    public Output call(Input input, Call call) throws Exception {
        int most = clusters.reach(call.tenant()).maxReplicas();
        if (input.replicas() > most) {
            throw ToolException.invalidInput("/replicas must be between 0 and %d (max-replicas of the tenant), got %d"
                    .formatted(most, input.replicas()));
        }
        String namespace = clusters.namespace(call, input.context(), Optional.of(input.namespace()));
        return clusters.use(call, input.context(), cluster -> scale(input, namespace, cluster));
    }

    private Output scale(Input input, String namespace, Cluster cluster) {
        Kind kind = Workloads.scalable(cluster, input.kind());
        K8sObject workload = Workloads.read(cluster, kind, namespace, input.name());
        Scale scale = Scale.of(cluster, kind, workload);
        int from = scale.replicas();
        if (input.from().isPresent() && input.from().getAsInt() != from) {
            throw ToolException.conflict("/from %d: %s has %d replicas; nothing was changed"
                    .formatted(input.from().getAsInt(), workload.ref(), from));
        }
        State state = mending.state(cluster, Optional.of(namespace));
        Scaling scaling = Scaling.of(state, workload, from, input.replicas());
        if (!input.dryRun() && !scaling.obstacles().isEmpty()) {
            throw ToolException.conflict(String.join("; ", scaling.obstacles()) + ". Nothing was changed");
        }
        boolean changes = from != input.replicas();
        if (changes) {
            scale.set(input.replicas(), input.dryRun());
        }
        List<String> warnings = Stream.concat(
                        scaling.told().stream(), state.partial().stream().map(Partial::toString))
                .toList();
        return new Output(
                workload.ref().toString(),
                from,
                input.replicas(),
                changes && !input.dryRun(),
                warnings.isEmpty() ? Optional.empty() : Optional.of(warnings));
    }
}
