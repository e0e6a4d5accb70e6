package dev.millwright.k8s;

import static dev.millwright.tool.ToolSpec.changes;

import dev.millwright.json.Doc;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.fix.Edit;
import dev.millwright.k8s.fix.Mending;
import dev.millwright.k8s.fix.Restart;
import dev.millwright.k8s.fix.Rollout;
import dev.millwright.k8s.fix.Workloads;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.reach.Clusters;
import dev.millwright.k8s.state.State;
import dev.millwright.tool.Call;
import dev.millwright.tool.Effect;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolSpec;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** Replaces the pods of a workload one after the other, as its own strategy says. */
final class RestartDeployment implements Tool<RestartDeployment.Input, RestartDeployment.Output> {
    enum Ending {
        DRY_RUN,
        NOTHING_TO_RESTART,
        STARTED,
        RESTARTED,
        FAILED
    }

    record Input(
            String namespace,
            String name,

            @Doc(value = "Or StatefulSet, DaemonSet.", orElse = "Deployment")
            String kind,

            @Doc(name = "wait", value = "Seconds.", min = 0, max = 900, orElse = "120")
            int seconds,

            @Doc(name = "dry_run", value = "", orElse = "false")
            boolean dryRun,

            Optional<String> context) {}

    record Output(String workload, Ending state, String rollout, Optional<String> cause) {}

    static final ToolSpec<Input, Output> SPEC = changes("restart_deployment", Input.class, Output.class)
            .description("Restart by a rolling update, wait, and name the cause when it fails. Deletes no pods.")
            .scopes("k8s:write")
            .deadline(Duration.ofMinutes(20));

    private final Clusters clusters;
    private final Mending mending;
    private final Clock clock;

    RestartDeployment(Clusters clusters, Mending mending, Clock clock) {
        this.clusters = clusters;
        this.mending = mending;
        this.clock = clock;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Effect effectOf(Input input) {
        return input.dryRun() ? Effect.READS : Effect.CHANGES;
    }

    @Override
    public Output call(Input input, Call call) throws Exception {
        String namespace = clusters.namespace(call, input.context(), Optional.of(input.namespace()));
        return clusters.use(call, input.context(), cluster -> restart(input, namespace, call, cluster));
    }

    private Output restart(Input input, String namespace, Call call, Cluster cluster) throws InterruptedException {
        Kind kind = Workloads.kind(input.kind(), Workloads.RESTARTABLE);
        K8sObject workload = Workloads.read(cluster, kind, namespace, input.name());
        Restart.check(workload);
        if (workload.number("/spec/replicas", 1) == 0) {
            return answer(workload, Ending.NOTHING_TO_RESTART, "it has 0 replicas; scale_deployment starts some");
        }
        Edit edit = Edit.of(cluster, kind, workload, Restart.operations(workload, clock.instant()));
        edit.dryRun();
        if (input.dryRun()) {
            return answer(workload, Ending.DRY_RUN, Rollout.of(workload).words());
        }
        K8sObject now = edit.apply();
        if (input.seconds() == 0) {
            return answer(now, Ending.STARTED, Rollout.of(now).words());
        }
        Rollout end = Restart.await(call, cluster, kind, now, Duration.ofSeconds(input.seconds()));
        return switch (end) {
            case Rollout.Done done -> answer(now, Ending.RESTARTED, done.words());
            case Rollout.Failed failed -> explained(cluster, now, Ending.FAILED, failed.words());
            case Rollout.Going going ->
                explained(cluster, now, Ending.STARTED, "not done in " + input.seconds() + " s: " + going.words());
        };
    }

    private static Output answer(K8sObject workload, Ending state, String rollout) {
        return new Output(workload.ref().toString(), state, rollout, Optional.empty());
    }

    private Output explained(Cluster cluster, K8sObject workload, Ending end, String rollout) {
        State state = mending.state(cluster, Optional.of(workload.namespace()));
        return new Output(
                workload.ref().toString(), end, rollout, Workloads.worst(state, mending.causes(state), workload));
    }
}
