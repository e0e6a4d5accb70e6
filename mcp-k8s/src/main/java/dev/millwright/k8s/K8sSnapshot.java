package dev.millwright.k8s;

import static dev.millwright.tool.ToolSpec.adds;

import dev.millwright.json.Doc;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.config.K8sConfig;
import dev.millwright.k8s.diagnose.Diagnosis;
import dev.millwright.k8s.model.Container;
import dev.millwright.k8s.model.Pod;
import dev.millwright.k8s.reach.Clusters;
import dev.millwright.k8s.rules.Rules;
import dev.millwright.k8s.snapshot.SnapshotWriter;
import dev.millwright.k8s.snapshot.Snapshots;
import dev.millwright.k8s.state.Listing;
import dev.millwright.k8s.state.LiveSource;
import dev.millwright.k8s.state.Narrowed;
import dev.millwright.k8s.state.Partial;
import dev.millwright.k8s.state.Recording;
import dev.millwright.k8s.state.State;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolSpec;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes the state of a namespace or a cluster to files, masked, so that it can be diagnosed elsewhere. */
final class K8sSnapshot implements Tool<K8sSnapshot.Input, K8sSnapshot.Output> {
    record Input(
            @Doc("New folder or .tar.gz below a root.") String path,

            @Doc(value = "Every namespace.", orElse = "false")
            boolean all,

            Optional<String> namespace,
            Optional<String> context) {}

    record Output(String path, int objects, int logs, long bytes, Optional<List<String>> partial) {}

    static final ToolSpec<Input, Output> SPEC = adds("k8s_snapshot", Input.class, Output.class)
            .description("Write objects and logs to files, secrets masked, for k8s_diagnose with snapshot.")
            .scopes("k8s:read")
            .deadline(Duration.ofMinutes(10));

    private static final int MOST_LOGS = 100;

    private final Clusters clusters;
    private final Snapshots snapshots;
    private final K8sConfig config;
    private final Clock clock;

    K8sSnapshot(Clusters clusters, Snapshots snapshots, K8sConfig config, Clock clock) {
        this.clusters = clusters;
        this.snapshots = snapshots;
        this.config = config;
        this.clock = clock;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) throws Exception {
        snapshots.checkFree(call, input.path());
        return clusters.use(call, input.context(), cluster -> {
            List<String> partial = new ArrayList<>();
            Optional<String> namespace =
                    input.all() && clusters.reach(call.tenant()).namespaces().isEmpty()
                            ? Optional.empty()
                            : Optional.of(clusters.namespace(call, input.context(), input.namespace()));
            Recording recording = new Recording(new LiveSource(cluster, config.maxObjects(), clock));
            State state = new State(new Narrowed(recording, Optional.empty(), true, false), namespace);
            // What a diagnosis reads is all that it needs to come to the same result again.
            Diagnosis.of(state, Rules.ALL);
            call.progress(1, 3, "diagnosed");
            List<Partial> missing = new ArrayList<>();
            for (Kind kind : Kinds.all()) {
                Listing listing = recording.list(kind, kind.namespaced() ? namespace : Optional.empty());
                listing.missing().ifPresent(missing::add);
            }
            call.progress(2, 3, "listed");
            logs(state.pods(), recording);
            if (input.all() && namespace.isPresent()) {
                partial.addAll(Asked.onlyPart(clusters, call, namespace.get()));
            }
            partial.addAll(Partial.fold(missing));
            SnapshotWriter.Written written = snapshots.write(
                    call, input.path(), new SnapshotWriter.Made(recording, cluster.context(), namespace, partial));
            return new Output(
                    written.path(),
                    written.objects(),
                    written.logs(),
                    written.bytes(),
                    partial.isEmpty() ? Optional.empty() : Optional.of(partial));
        });
    }

    /** Those of containers that failed or do not serve. */
    private static void logs(List<Pod> pods, Recording recording) {
        int read = 0;
        for (Pod pod : pods) {
            for (Container each : pod.containers()) {
                boolean failed =
                        each.lastEnd().filter(end -> end.exitCode() != 0).isPresent();
                boolean begun = each.running() || each.lastEnd().isPresent();
                if (begun && (failed || !each.ready() && !pod.finished()) && read < MOST_LOGS) {
                    recording.log(pod.namespace(), pod.name(), each.name(), false);
                    read++;
                    if (each.restarts() > 0) {
                        recording.log(pod.namespace(), pod.name(), each.name(), true);
                        read++;
                    }
                }
            }
        }
    }
}
