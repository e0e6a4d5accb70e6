package dev.millwright.k8s;

import static dev.millwright.tool.ToolSpec.changes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Doc;
import dev.millwright.k8s.helm.HelmCharts;
import dev.millwright.k8s.helm.HelmLibrary;
import dev.millwright.k8s.helm.Installation;
import dev.millwright.k8s.reach.Clusters;
import dev.millwright.tool.Budgeted;
import dev.millwright.tool.Call;
import dev.millwright.tool.Effect;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolSpec;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** Installs a chart as a new release. */
final class HelmInstall implements Tool<HelmInstall.Input, ReleaseAnswer> {
    record Input(
            String name,

            @Doc("Path, https://HOST/PATH/NAME or oci://HOST/PATH/NAME; @sha256:DIGEST pins it.")
            String chart,

            Optional<String> version,
            String namespace,
            @Doc("Object or YAML text.") JsonNode values,

            @Doc(value = "", orElse = "false") boolean atomic,

            @Doc(name = "wait", value = "", orElse = "false")
            boolean waits,

            @Doc(name = "dry_run", value = "", orElse = "false")
            boolean dryRun,

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

    static final ToolSpec<Input, ReleaseAnswer> SPEC = changes("helm_install", Input.class, ReleaseAnswer.class)
            .description("Install a chart from a folder, archive, repository or registry as a new Helm release.")
            .scopes("k8s:helm")
            .openWorld()
            .deadline(Duration.ofSeconds(3_660));

    private final Clusters clusters;
    private final HelmCharts charts;
    private final HelmLibrary library;
    private final Clock clock;

    HelmInstall(Clusters clusters, HelmCharts charts, HelmLibrary library, Clock clock) {
        this.clusters = clusters;
        this.charts = charts;
        this.library = library;
        this.clock = clock;
    }

    @Override
    public ToolSpec<Input, ReleaseAnswer> spec() {
        return SPEC;
    }

    @Override
    public Effect effectOf(Input input) {
        return input.dryRun() ? Effect.READS : Effect.CHANGES;
    }

    @Override
    public ReleaseAnswer call(Input input, Call call) throws Exception {
        String namespace = clusters.namespace(call, input.context(), Optional.of(input.namespace()));
        Installation installation = new Installation(
                library,
                clock,
                input.name(),
                namespace,
                Installation.values(input.values()),
                Duration.ofSeconds(input.timeout()),
                what -> call.progress(0, 0, what));
        return clusters.use(call, input.context(), cluster -> {
            Installation.Outcome outcome = installation.install(
                    cluster, charts.of(call.tenant()), input.chart(), input.version(), mode(input));
            return ReleaseAnswer.of(call, outcome.release(), outcome.changes(), outcome.done(), outcome.refused());
        });
    }

    private static Installation.Mode mode(Input input) {
        return Installation.Mode.of(input.dryRun(), input.waits(), input.atomic());
    }
}
