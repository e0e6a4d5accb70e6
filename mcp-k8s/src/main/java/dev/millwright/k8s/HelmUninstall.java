package dev.millwright.k8s;

import static dev.millwright.tool.ToolSpec.destroys;

import dev.millwright.json.Doc;
import dev.millwright.k8s.helm.Item;
import dev.millwright.k8s.helm.Items;
import dev.millwright.k8s.helm.Release;
import dev.millwright.k8s.helm.Releases;
import dev.millwright.k8s.helm.Rollout;
import dev.millwright.k8s.reach.Clusters;
import dev.millwright.tool.Call;
import dev.millwright.tool.Effect;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Takes a release out of the cluster. */
final class HelmUninstall implements Tool<HelmUninstall.Input, HelmUninstall.Output> {
    record Input(
            String name,
            String namespace,

            @Doc(name = "keep_history", value = "", orElse = "false")
            boolean keepHistory,

            @Doc(name = "dry_run", value = "", orElse = "false")
            boolean dryRun,

            @Doc(value = "", min = 1, max = 3_600, orElse = "300")
            int timeout,

            Optional<String> context) {}

    /**
     * @param deleted objects; for a dry run those that would be
     * @param kept objects that stay, because they say so
     */
    record Output(String release, List<String> deleted, List<String> kept) {}

    static final ToolSpec<Input, Output> SPEC = destroys("helm_uninstall", Input.class, Output.class)
            .description("Delete the objects of a Helm release, and its history.")
            .scopes("k8s:helm")
            .deadline(Duration.ofSeconds(3_660));

    private final Clusters clusters;
    private final Clock clock;

    HelmUninstall(Clusters clusters, Clock clock) {
        this.clusters = clusters;
        this.clock = clock;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Effect effectOf(Input input) {
        return input.dryRun() ? Effect.READS : Effect.DESTROYS;
    }

    @Override
    public String confirmation(Input input) {
        return "Uninstall release %s in %s: delete its objects%s?"
                .formatted(input.name(), input.namespace(), input.keepHistory() ? "" : " and its history");
    }

    @Override
    public Output call(Input input, Call call) throws Exception {
        String namespace = clusters.namespace(call, input.context(), Optional.of(input.namespace()));
        return clusters.use(call, input.context(), cluster -> {
            List<Releases.Entry> history = new Releases(cluster, clock).history(namespace, input.name());
            Releases.Entry last = history.getFirst();
            String shown = namespace + "/" + input.name();
            if (last.status().equals(Release.UNINSTALLED) && input.keepHistory()) {
                throw ToolException.conflict(shown + " is uninstalled already, its history kept");
            }
            if (input.dryRun()) {
                List<String> goes = new ArrayList<>();
                List<String> stays = new ArrayList<>();
                for (Item item : Items.shown(cluster, last.release().manifest(), namespace)) {
                    (item.isKept() ? stays : goes).add(item.ref().toString());
                }
                return new Output(shown, goes, stays);
            }
            Rollout rollout = new Rollout(
                    cluster, clock, clock.instant().plusSeconds(input.timeout()), what -> call.progress(0, 0, what));
            List<String> kept = rollout.remove(last, history, input.keepHistory());
            return new Output(shown, rollout.done(), kept);
        });
    }
}
