package dev.millwright.k8s;

import static dev.millwright.tool.ToolSpec.changes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Doc;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.diagnose.Fix;
import dev.millwright.k8s.fix.Mended;
import dev.millwright.k8s.fix.Mending;
import dev.millwright.k8s.fix.Planned;
import dev.millwright.k8s.fix.Plans;
import dev.millwright.k8s.fix.Proposal;
import dev.millwright.k8s.fix.Workloads;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.reach.Clusters;
import dev.millwright.k8s.state.Partial;
import dev.millwright.k8s.state.State;
import dev.millwright.mask.SecretText;
import dev.millwright.tool.Call;
import dev.millwright.tool.Effect;
import dev.millwright.tool.Question;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** From a broken workload to a mended one: names the cause and a plan, and once agreed applies and verifies it. */
final class RecoverWorkload implements Tool<RecoverWorkload.Input, RecoverWorkload.Output> {
    enum Mode {
        PLAN,
        APPLY
    }

    record Input(
            String namespace,

            @Doc("As web or statefulset/db.") String name,

            @Doc(value = "", orElse = "plan") Mode mode,

            @Doc(name = "plan_id", value = "") Optional<String> planId,

            Optional<String> context) {}

    record Output(
            String workload,
            String summary,
            Optional<List<String>> evidence,
            @Doc(name = "plan_id", value = "") Optional<String> planId,
            Optional<List<String>> patch,
            Optional<List<String>> other,
            Optional<Mended> fix,
            Optional<List<String>> partial) {}

    static final ToolSpec<Input, Output> SPEC = changes("recover_workload", Input.class, Output.class)
            .description(
                    "Mend a workload: plan names cause and fix; apply with its plan_id asks, applies, verifies or reverts.")
            .scopes("k8s:write")
            .mayDestroy()
            .deadline(Duration.ofMinutes(20));

    private static final Duration PATIENCE = Duration.ofSeconds(180);
    private static final String KEY = "apply";

    private final Clusters clusters;
    private final Plans plans;
    private final Mending mending;

    RecoverWorkload(Clusters clusters, Plans plans, Mending mending) {
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
            case PLAN -> Effect.READS;
            case APPLY -> destroys(input) ? Effect.DESTROYS : Effect.CHANGES;
        };
    }

    private boolean destroys(Input input) {
        return input.planId()
                .flatMap(each -> plans.risk(each, List.of()))
                .filter(each -> each == Fix.Risk.HIGH)
                .isPresent();
    }

    @Override
    public String confirmation(Input input) {
        return "Apply "
                + input.planId()
                        .map(each -> String.join("; ", plans.words(each, List.of())))
                        .orElse("the plan")
                + " to recover %s/%s? It may lose data or access.".formatted(input.namespace(), input.name());
    }

    @Override
    public Output call(Input input, Call call) throws Exception {
        String namespace = clusters.namespace(call, input.context(), Optional.of(input.namespace()));
        return switch (input.mode()) {
            case PLAN -> clusters.use(call, input.context(), cluster -> plan(input, namespace, call, cluster));
            case APPLY -> {
                Plans.Plan plan = plans.find(
                        call,
                        input.planId()
                                .orElseThrow(
                                        () -> ToolException.invalidInput(
                                                "/plan_id is required to apply: get one with mode plan, and show the person what it does")));
                yield clusters.use(
                        call, Optional.of(plan.context()), cluster -> apply(input, namespace, call, cluster, plan));
            }
        };
    }

    private Output plan(Input input, String namespace, Call call, Cluster cluster) {
        State state = mending.state(cluster, Optional.of(namespace));
        K8sObject workload = Workloads.named(state, namespace, input.name());
        Proposal proposal = Proposal.of(state, Workloads.concerning(state, mending.causes(state), workload));
        return new Output(
                workload.ref().toString(),
                proposal.summary(),
                some(proposal.evidence()),
                proposal.fix().map(each -> plans.keep(call, cluster.context(), List.of(each))),
                some(proposal.patch()),
                some(proposal.other()),
                Optional.empty(),
                some(state.partial().stream().map(Partial::toString).toList()));
    }

    private Output apply(Input input, String namespace, Call call, Cluster cluster, Plans.Plan plan)
            throws InterruptedException {
        if (plan.fixes().size() != 1) {
            throw ToolException.conflict(
                    "/plan_id holds %d fixes: choose with k8s_apply_fix, or get a plan with mode plan"
                            .formatted(plan.fixes().size()));
        }
        Planned fix = plan.fixes().getFirst();
        State state = mending.state(cluster, Optional.of(namespace));
        K8sObject workload = Workloads.named(state, namespace, input.name());
        boolean its = Workloads.concerning(state, mending.causes(state), workload).stream()
                .anyMatch(cause -> Stream.concat(Stream.of(cause.finding()), cause.symptoms().stream())
                        .anyMatch(fix::mends));
        if (!its) {
            throw ToolException.conflict("%s of %s is not what is wrong with %s now; nothing was changed. Plan again"
                    .formatted(fix.cause().id(), fix.object(), workload.ref()));
        }
        if (!destroys(input)) {
            agree(call, cluster, fix);
        }
        Mended end = mending.apply(call, cluster, plan, List.of(fix), PATIENCE).getFirst();
        return new Output(
                workload.ref().toString(),
                summary(fix, end),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(end),
                Optional.empty());
    }

    /** The person sees the diff and says yes; who cannot be asked has agreed by bringing the plan. */
    private void agree(Call call, Cluster cluster, Planned fix) throws InterruptedException {
        ObjectNode schema = Json.object().put("type", "object");
        schema.putObject("properties").putObject(KEY).put("type", "boolean").put("title", "Apply");
        schema.putArray("required").add(KEY);
        String diff = String.join(
                "\n", mending.dryRun(cluster, List.of(fix)).getFirst().diff());
        Question question = new Question.Form(
                "%s on %s?\n%s"
                        .formatted(
                                SecretText.text(fix.fix().what()), fix.change().target(), diff),
                schema);
        if (!call.canAsk(question)) {
            return;
        }
        JsonNode answer = call.ask(Map.of(KEY, question)).getOrDefault(KEY, Json.object());
        if (!answer.path("action").asText().equals("accept")
                || !answer.path("content").path(KEY).asBoolean()) {
            throw ToolException.denied(
                    "the person did not agree to: " + SecretText.text(fix.fix().what()) + "; nothing was changed");
        }
    }

    private static String summary(Planned fix, Mended end) {
        String what = SecretText.text(fix.fix().what());
        return switch (end.state()) {
            case VERIFIED ->
                "recovered from %s: %s; verified".formatted(fix.cause().id(), what);
            case REVERTED -> "%s did not help and was taken back: plan again".formatted(what);
            case NOT_REVERTED -> "%s did not help and could not be taken back: a person must look".formatted(what);
            case DRY_RUN, NOT_DONE -> "nothing was changed";
        };
    }

    private static Optional<List<String>> some(List<String> list) {
        return list.isEmpty() ? Optional.empty() : Optional.of(list);
    }
}
