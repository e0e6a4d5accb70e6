package dev.millwright.k8s;

import static dev.millwright.tool.ToolSpec.destroys;

import dev.millwright.json.Doc;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.api.Deletion;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.fix.Mending;
import dev.millwright.k8s.fix.Targets;
import dev.millwright.k8s.fix.Uses;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Ref;
import dev.millwright.k8s.reach.Clusters;
import dev.millwright.k8s.state.Partial;
import dev.millwright.k8s.state.State;
import dev.millwright.tool.Call;
import dev.millwright.tool.Effect;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** Deletes one object: the very one that was looked at. */
final class K8sDelete implements Tool<K8sDelete.Input, K8sDelete.Output> {
    enum Propagation {
        BACKGROUND,
        FOREGROUND,
        ORPHAN
    }

    record Input(
            @Doc(value = "", min = 1) String kind,
            @Doc(value = "", min = 1) String name,
            Optional<String> namespace,

            @Doc(value = "", orElse = "background") Propagation propagation,

            @Doc(name = "dry_run", value = "", orElse = "false")
            boolean dryRun,

            Optional<String> context) {}

    record Output(
            String object,
            boolean deleted,
            List<String> owns,
            @Doc(name = "used_by", value = "") List<String> usedBy,
            Optional<List<String>> partial) {}

    static final ToolSpec<Input, Output> SPEC = destroys("k8s_delete", Input.class, Output.class)
            .description("Delete one object, if unchanged since looked at. dry_run says what it owns and what uses it.")
            .scopes("k8s:admin");

    private static final int MOST = 15;

    private final Clusters clusters;
    private final Mending mending;

    K8sDelete(Clusters clusters, Mending mending) {
        this.clusters = clusters;
        this.mending = mending;
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
        return "Delete %s %s%s%s for good?"
                .formatted(
                        input.kind(),
                        input.namespace().map(each -> each + "/").orElse(""),
                        input.name(),
                        input.propagation() == Propagation.ORPHAN ? "" : " and all that it owns");
    }

    @Override
    public Output call(Input input, Call call) throws Exception {
        String namespace = clusters.namespace(call, input.context(), input.namespace());
        return clusters.use(call, input.context(), cluster -> delete(input, namespace, cluster));
    }

    private Output delete(Input input, String namespace, Cluster cluster) {
        Kind kind = Targets.kind(cluster, input.kind());
        K8sObject object = Targets.read(cluster, kind, namespace, input.name());
        Optional<String> around = kind.equals(Kinds.NAMESPACE)
                ? Optional.of(object.name())
                : kind.namespaced() ? Optional.of(namespace) : Optional.empty();
        State state = mending.state(cluster, around);
        List<String> owns = kind.equals(Kinds.NAMESPACE)
                ? List.of("everything in it: %d pods, %d claims"
                        .formatted(state.pods().size(), state.all(Kinds.CLAIM).size()))
                : some(Uses.owned(state, object));
        List<String> users = some(Uses.users(state, kind, object));
        cluster.delete(
                kind,
                object.ref().namespace(),
                object.name(),
                new Deletion(
                        Optional.of(object.uid()),
                        Optional.of(object.resourceVersion()),
                        word(input.propagation()),
                        OptionalInt.empty(),
                        input.dryRun()));
        List<String> partial = state.partial().stream().map(Partial::toString).toList();
        return new Output(
                object.ref().toString(),
                !input.dryRun(),
                owns,
                users,
                partial.isEmpty() ? Optional.empty() : Optional.of(partial));
    }

    private static String word(Propagation propagation) {
        String name = propagation.name();
        return name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT);
    }

    private static List<String> some(List<K8sObject> objects) {
        List<String> names = new ArrayList<>(objects.stream()
                .map(K8sObject::ref)
                .map(Ref::toString)
                .distinct()
                .limit(MOST)
                .toList());
        if (objects.size() > MOST) {
            names.add("and " + (objects.size() - MOST) + " more");
        }
        return names;
    }
}
