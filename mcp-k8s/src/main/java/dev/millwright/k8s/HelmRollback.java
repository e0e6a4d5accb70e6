package dev.millwright.k8s;

import static dev.millwright.tool.ToolSpec.destroys;

import dev.millwright.json.Doc;
import dev.millwright.k8s.helm.Difference;
import dev.millwright.k8s.helm.Plan;
import dev.millwright.k8s.helm.Release;
import dev.millwright.k8s.helm.Releases;
import dev.millwright.k8s.helm.Rollout;
import dev.millwright.k8s.reach.Clusters;
import dev.millwright.tool.Budgeted;
import dev.millwright.tool.Call;
import dev.millwright.tool.Effect;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolSpec;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Takes a release back to a revision it had, as the next revision. */
final class HelmRollback implements Tool<HelmRollback.Input, ReleaseAnswer> {
    record Input(
            String name,
            String namespace,

            @Doc(value = "", min = 1) OptionalInt revision,

            @Doc(name = "dry_run", value = "", orElse = "false")
            boolean dryRun,

            @Doc(name = "wait", value = "", orElse = "true") boolean waits,

            @Doc(value = "Seconds.", min = 1, max = 3_600, orElse = "300")
            int timeout,

            Optional<String> context,

            OptionalInt budget)
            implements Budgeted {
        @Override
        public OptionalInt maxTokens() {
            return budget.isPresent() ? budget : OptionalInt.of(1_200);
        }
    }

    static final ToolSpec<Input, ReleaseAnswer> SPEC = destroys("helm_rollback", Input.class, ReleaseAnswer.class)
            .description(
                    "Roll a Helm release back to a revision: hooks, patches, removal of what the revision had not.")
            .scopes("k8s:helm")
            .deadline(Duration.ofSeconds(3_660));

    private final Clusters clusters;
    private final Clock clock;

    HelmRollback(Clusters clusters, Clock clock) {
        this.clusters = clusters;
        this.clock = clock;
    }

    @Override
    public ToolSpec<Input, ReleaseAnswer> spec() {
        return SPEC;
    }

    @Override
    public Effect effectOf(Input input) {
        return input.dryRun() ? Effect.READS : Effect.DESTROYS;
    }

    @Override
    public String confirmation(Input input) {
        String target =
                input.revision().isPresent() ? "revision " + input.revision().getAsInt() : "the revision before";
        return "Roll release %s in %s back to %s? What only the newest revision has is deleted."
                .formatted(input.name(), input.namespace(), target);
    }

    @Override
    public ReleaseAnswer call(Input input, Call call) throws Exception {
        String namespace = clusters.namespace(call, input.context(), Optional.of(input.namespace()));
        Duration patience = Duration.ofSeconds(input.timeout());
        return clusters.use(call, input.context(), cluster -> {
            Optional<Integer> revision =
                    input.revision().isPresent() ? Optional.of(input.revision().getAsInt()) : Optional.empty();
            Plan plan = Plan.rollback(
                    new Releases(cluster, clock).history(namespace, input.name()), revision, patience, clock);
            List<Difference> changes = plan.differences(cluster);
            Rollout rollout =
                    new Rollout(cluster, clock, clock.instant().plus(patience), what -> call.progress(0, 0, what));
            List<String> refused = plan.rehearse(rollout, input.dryRun());
            if (input.dryRun()) {
                return ReleaseAnswer.of(call, plan.target(), changes, List.of(), refused);
            }
            Release now = plan.run(rollout, input.waits());
            return ReleaseAnswer.of(call, now, changes, rollout.done(), List.of());
        });
    }
}
