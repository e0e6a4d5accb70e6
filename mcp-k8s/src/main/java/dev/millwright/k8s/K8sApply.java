package dev.millwright.k8s;

import static dev.millwright.tool.ToolSpec.changes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Doc;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.fix.Edit;
import dev.millwright.k8s.fix.Manifests;
import dev.millwright.k8s.fix.Targets;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.reach.Clusters;
import dev.millwright.tool.Call;
import dev.millwright.tool.Effect;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Applies whole manifests, or patches one object. */
final class K8sApply implements Tool<K8sApply.Input, K8sApply.Output> {
    record Input(
            @Doc(value = "Whole objects, YAML or JSON; all or none are applied.", max = 1_000_000)
            Optional<String> manifest,

            @Doc("Instead: JSON patch (list) or merge patch (object) of kind and name.")
            JsonNode patch,

            Optional<String> kind,
            Optional<String> name,
            Optional<String> namespace,

            @Doc(name = "dry_run", value = "", orElse = "true")
            boolean dryRun,

            Optional<String> context) {
        Input {
            if (manifest.isPresent() == !patch.isNull()) {
                throw new IllegalArgumentException("give either manifest or patch");
            }
            if (!patch.isNull() && (kind.isEmpty() || name.isEmpty())) {
                throw new IllegalArgumentException("a patch needs kind and name");
            }
        }
    }

    /** @param action created, changed or unchanged */
    record Applied(String object, String action, List<String> diff) {}

    record Output(
            List<Applied> objects,
            @Doc(name = "dry_run", value = "") boolean dryRun) {}

    static final ToolSpec<Input, Output> SPEC = changes("k8s_apply", Input.class, Output.class)
            .description(
                    "Apply whole manifests (server-side, as manager millwright) or patch one object; shows the diff first. Drops and forces nothing.")
            .scopes("k8s:admin")
            .idempotent();

    private static final int MOST_LINES = 30;

    private final Clusters clusters;

    K8sApply(Clusters clusters) {
        this.clusters = clusters;
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
        String namespace = clusters.namespace(call, input.context(), input.namespace());
        return clusters.use(
                call,
                input.context(),
                cluster -> new Output(
                        input.manifest().isPresent()
                                ? manifest(cluster, input.manifest().get(), namespace, input.dryRun())
                                : List.of(patch(cluster, input, namespace)),
                        input.dryRun()));
    }

    private static List<Applied> manifest(Cluster cluster, String manifest, String namespace, boolean dryRun) {
        List<Manifests.Step> steps = new ArrayList<>();
        for (ObjectNode each : Manifests.read(manifest)) {
            steps.add(Manifests.dryRun(cluster, each, namespace));
        }
        if (!dryRun) {
            Manifests.apply(cluster, steps);
        }
        return steps.stream()
                .map(each -> applied(each.ref().toString(), each.creates(), each.diff()))
                .toList();
    }

    private static Applied patch(Cluster cluster, Input input, String namespace) {
        Kind kind = Targets.kind(cluster, input.kind().orElseThrow());
        K8sObject object = Targets.read(cluster, kind, namespace, input.name().orElseThrow());
        Edit edit = input.patch().isArray()
                ? Edit.of(cluster, kind, object, Edit.operations(input.patch(), "/patch"))
                : Edit.merging(cluster, kind, object, mergePatch(input.patch()));
        List<String> diff = edit.dryRun();
        if (!input.dryRun() && !diff.isEmpty()) {
            edit.apply();
        }
        return applied(object.ref().toString(), false, diff);
    }

    private static JsonNode mergePatch(JsonNode patch) {
        if (!patch.isObject()) {
            throw ToolException.invalidInput("/patch must be a list (JSON patch) or an object (merge patch)");
        }
        return patch;
    }

    private static Applied applied(String object, boolean creates, List<String> diff) {
        List<String> lines = new ArrayList<>(diff.stream().limit(MOST_LINES).toList());
        if (diff.size() > MOST_LINES) {
            lines.add("and " + (diff.size() - MOST_LINES) + " more");
        }
        return new Applied(object, creates ? "created" : diff.isEmpty() ? "unchanged" : "changed", lines);
    }
}
