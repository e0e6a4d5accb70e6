package dev.millwright.k8s;

import static dev.millwright.tool.ToolSpec.changes;

import dev.millwright.json.Doc;
import dev.millwright.k8s.diagnose.Fix;
import dev.millwright.k8s.fix.Mended;
import dev.millwright.k8s.fix.Mending;
import dev.millwright.k8s.fix.Planned;
import dev.millwright.k8s.fix.Plans;
import dev.millwright.k8s.reach.Clusters;
import dev.millwright.tool.Call;
import dev.millwright.tool.Effect;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Applies fixes of a diagnosis: dry run, minimal patch, verification, and back again when it does not hold. */
final class ApplyFix implements Tool<ApplyFix.Input, ApplyFix.Output> {
    enum Mode {
        DRY_RUN,
        APPLY
    }

    record Input(
            @Doc(name = "plan_id", value = "Of a diagnosis.", min = 1)
            String planId,

            @Doc(name = "fix_ids", value = "As f1; one of a cause.", min = 1, max = 10)
            List<String> fixIds,

            @Doc(value = "", orElse = "dry-run") Mode mode,

            @Doc(name = "verify_timeout", value = "Seconds.", min = 1, max = 900, orElse = "120")
            int verifyTimeout) {
        Input {
            fixIds = List.copyOf(fixIds);
        }
    }

    record Output(List<Mended> fixes, Optional<String> next) {}

    static final ToolSpec<Input, Output> SPEC = changes("k8s_apply_fix", Input.class, Output.class)
            .description(
                    "Show or apply fixes of a diagnosis: patches no more than shown, verifies, reverts what does not help.")
            .scopes("k8s:write")
            .mayDestroy()
            .deadline(Duration.ofMinutes(20));

    private final Clusters clusters;
    private final Plans plans;
    private final Mending mending;

    ApplyFix(Clusters clusters, Plans plans, Mending mending) {
        this.clusters = clusters;
        this.plans = plans;
        this.mending = mending;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Effect effectOf(Input input) {
        return switch (input.mode()) {
            case DRY_RUN -> Effect.READS;
            case APPLY ->
                plans.risk(input.planId(), input.fixIds())
                                .filter(each -> each == Fix.Risk.HIGH)
                                .isPresent()
                        ? Effect.DESTROYS
                        : Effect.CHANGES;
        };
    }

    @Override
    public String confirmation(Input input) {
        return "Apply " + String.join("; ", plans.words(input.planId(), input.fixIds()))
                + "? It may lose data or access.";
    }

    @Override
    public Output call(Input input, Call call) throws Exception {
        Plans.Plan plan = plans.find(call, input.planId());
        List<Planned> chosen = plan.choose(input.fixIds());
        return clusters.use(call, Optional.of(plan.context()), cluster -> switch (input.mode()) {
            case DRY_RUN ->
                new Output(
                        mending.dryRun(cluster, chosen),
                        Optional.of("Show the diff to the person; once they agree, the same call with mode apply."));
            case APPLY ->
                new Output(
                        mending.apply(call, cluster, plan, chosen, Duration.ofSeconds(input.verifyTimeout())),
                        Optional.empty());
        });
    }
}
