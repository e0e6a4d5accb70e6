package dev.millwright.k8s;

import static dev.millwright.tool.ToolSpec.reads;

import dev.millwright.json.Doc;
import dev.millwright.json.Json;
import dev.millwright.k8s.config.K8sConfig;
import dev.millwright.k8s.reach.Clusters;
import dev.millwright.k8s.state.LiveSource;
import dev.millwright.k8s.state.State;
import dev.millwright.k8s.usage.Claims;
import dev.millwright.mask.SecretText;
import dev.millwright.tool.Budgeted;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Compares claims with their volumes and classes, and says how full they are. */
final class CheckPvcStorage implements Tool<CheckPvcStorage.Input, CheckPvcStorage.Output> {
    record Input(
            Optional<String> context,
            Optional<String> namespace,
            Optional<String> name,

            @Doc(value = "Ask the kubelets how full.", orElse = "true")
            boolean usage,

            OptionalInt budget)
            implements Budgeted {
        @Override
        public OptionalInt maxTokens() {
            return budget.isPresent() ? budget : OptionalInt.of(1_200);
        }
    }

    record Output(String verdict, List<Claims.Claim> claims, OptionalInt omitted, List<String> partial) {}

    static final ToolSpec<Input, Output> SPEC = reads("check_pvc_storage", Input.class, Output.class)
            .description("Volume claims beside volumes, classes and pods, how full they are and what is wrong.")
            .scopes("k8s:read");

    private static final int FRAME = 300;

    private final Clusters clusters;
    private final K8sConfig config;

    CheckPvcStorage(Clusters clusters, K8sConfig config) {
        this.clusters = clusters;
        this.config = config;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) throws Exception {
        String namespace = clusters.namespace(call, input.context(), input.namespace());
        return clusters.use(call, input.context(), cluster -> {
            State state = new State(
                    new LiveSource(cluster, config.maxObjects(), Clock.systemUTC()).orKept(), Optional.of(namespace));
            Claims claims = new Claims(state, cluster);
            List<Claims.Claim> all = claims.all(input.name(), input.usage());
            if (all.isEmpty() && input.name().isPresent() && state.partial().isEmpty()) {
                throw ToolException.notFound("/name %s: there is no such claim in %s"
                        .formatted(input.name().get(), namespace));
            }
            return fitted(all, claims.missing(), call.budget() * 4 - FRAME);
        });
    }

    private static Output fitted(List<Claims.Claim> all, List<String> missing, int room) {
        List<Claims.Claim> some = new ArrayList<>();
        int left = room - Json.size(Json.tree(missing));
        for (Claims.Claim each : all) {
            Claims.Claim masked = masked(each);
            left -= Json.size(Json.tree(masked)) + 1;
            if (left < 0 && !some.isEmpty()) {
                break;
            }
            some.add(masked);
        }
        long wrong = all.stream().filter(each -> each.problem().isPresent()).count();
        int omitted = all.size() - some.size();
        return new Output(
                "%d claims, %d with a problem".formatted(all.size(), wrong),
                some,
                omitted > 0 ? OptionalInt.of(omitted) : OptionalInt.empty(),
                missing.stream().map(SecretText::text).toList());
    }

    private static Claims.Claim masked(Claims.Claim claim) {
        return new Claims.Claim(
                claim.namespace(),
                claim.name(),
                claim.phase(),
                claim.storageClass(),
                claim.requested(),
                claim.capacity(),
                claim.volume(),
                claim.used(),
                claim.percent(),
                claim.pods(),
                claim.problem().map(SecretText::text));
    }
}
