package dev.millwright.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.json.Mismatch;
import dev.millwright.json.Schema;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.api.Patch;
import dev.millwright.k8s.api.Write;
import dev.millwright.k8s.config.K8sConfig;
import dev.millwright.k8s.config.K8sReach;
import dev.millwright.k8s.diagnose.Cause;
import dev.millwright.k8s.diagnose.Fix;
import dev.millwright.k8s.diagnose.Rule;
import dev.millwright.k8s.fabric8.FabricConnector;
import dev.millwright.k8s.fix.CallBy;
import dev.millwright.k8s.fix.Mending;
import dev.millwright.k8s.fix.Planned;
import dev.millwright.k8s.fix.Plans;
import dev.millwright.k8s.fix.TestClock;
import dev.millwright.k8s.reach.Clusters;
import dev.millwright.k8s.reach.Connector;
import dev.millwright.k8s.reach.Roots;
import dev.millwright.k8s.reach.Watches;
import dev.millwright.k8s.snapshot.Snapshots;
import dev.millwright.k8s.stub.StubApiServer;
import dev.millwright.sandbox.Sandboxes;
import dev.millwright.store.Store;
import dev.millwright.store.StoreUrl;
import dev.millwright.tool.Call;
import dev.millwright.tool.Effect;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** The tools that change a cluster, over an API server that a test plays; somebody else may have a hand in it. */
final class Ops implements AutoCloseable {
    /** Somebody who sees each patch after the server: an admission webhook, a controller. */
    @FunctionalInterface
    interface Other {
        /** @return the answer that the client gets */
        JsonNode saw(Kind kind, Patch patch, Write write, JsonNode answer);
    }

    final StubApiServer server = StubApiServer.start();
    final TestClock clock = new TestClock(Instant.parse("2026-11-20T14:30:00Z"));
    final Call ada = new CallBy("ada", Tenant.DEFAULT);
    final List<Other> others = new CopyOnWriteArrayList<>();
    private final Path folder;
    private final List<Rule> rules;
    private final K8sReach reach;
    private Store store;
    Plans plans;
    Mending mending;
    Clusters clusters;
    private List<Tool<?, ?>> tools = List.of();

    Ops(Path folder, List<Rule> rules) {
        this(folder, rules, Json.object());
    }

    /** @param more of the tenant's reach, keys as in the configuration */
    Ops(Path folder, List<Rule> rules, ObjectNode more) {
        this.folder = folder;
        this.rules = rules;
        ObjectNode own = more.deepCopy();
        own.put("kubeconfig", server.kubeconfig(folder).toString());
        this.reach = Schema.of(K8sReach.class, Schema.Keys.KEBAB).bind(own);
        open();
    }

    private void open() {
        store = Store.open(new StoreUrl.Embedded(folder), Plans.MIGRATIONS);
        plans = new Plans(store, clock);
        mending = new Mending(plans, rules, 20_000, clock);
        Connector fabric = new FabricConnector(K8sConfig.defaults(), Map.of(), Sandboxes.plain());
        clusters = new Clusters(Map.of(Tenant.DEFAULT, reach), seen(fabric), values -> {}, Watches.NONE);
        tools = List.of(
                new ApplyFix(clusters, plans, mending),
                new ScaleDeployment(clusters, mending),
                new RestartDeployment(clusters, mending, clock),
                new RecoverWorkload(clusters, plans, mending),
                new K8sApply(clusters),
                new K8sDelete(clusters, mending),
                new K8sExec(clusters),
                new K8sDiagnose(
                        clusters,
                        new Snapshots(new Roots(Map.of(Tenant.DEFAULT, reach), List.of()), values -> {}),
                        plans,
                        K8sConfig.defaults(),
                        clock));
    }

    /** Ends the process and starts another one. */
    void restart() {
        close(false);
        open();
    }

    private Connector seen(Connector connector) {
        return (Connector) Proxy.newProxyInstance(
                Ops.class.getClassLoader(), new Class<?>[] {Connector.class}, (proxy, method, arguments) -> {
                    Object result = invoke(connector, method, arguments);
                    return result instanceof Cluster cluster ? seen(cluster) : result;
                });
    }

    private Cluster seen(Cluster cluster) {
        return (Cluster) Proxy.newProxyInstance(
                Ops.class.getClassLoader(), new Class<?>[] {Cluster.class}, (proxy, method, arguments) -> {
                    Object result = invoke(cluster, method, arguments);
                    boolean scale = method.getName().equals("scale");
                    if (scale || method.getName().equals("patch")) {
                        Patch patch =
                                scale ? new Patch(Patch.Type.MERGE, (JsonNode) arguments[3]) : (Patch) arguments[3];
                        for (Other each : others) {
                            result = each.saw((Kind) arguments[0], patch, (Write) arguments[4], (JsonNode) result);
                        }
                    }
                    return result;
                });
    }

    private static Object invoke(Object target, java.lang.reflect.Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    @Override
    public void close() {
        close(true);
    }

    private void close(boolean all) {
        clusters.close();
        store.close();
        if (all) {
            server.close();
        }
    }

    /** Everything the server holds, to compare. */
    Map<String, List<JsonNode>> everything() {
        Map<String, List<JsonNode>> all = new LinkedHashMap<>();
        Kinds.all().forEach(kind -> all.put(kind.resource(), server.stored(kind)));
        return all;
    }

    /** A plan of all fixes with a patch that a diagnosis of a namespace proposes: f1, f2, … */
    String plan(Call call, String namespace) throws Exception {
        return clusters.use(call, Optional.empty(), cluster -> {
            List<Planned> fixes = new ArrayList<>();
            for (Cause cause : mending.causes(mending.state(cluster, Optional.of(namespace)))) {
                for (Fix fix : cause.finding().fixes()) {
                    if (fix.change().isPresent()) {
                        fixes.add(Planned.of("f" + (fixes.size() + 1), cause.finding(), fix));
                    }
                }
            }
            return plans.keep(call, cluster.context(), fixes);
        });
    }

    /** @param arguments JSON with single quotes */
    JsonNode call(String tool, String arguments) throws Exception {
        return call(ada, tool, arguments);
    }

    JsonNode call(Call call, String tool, String arguments) throws Exception {
        for (Tool<?, ?> each : tools) {
            if (each.spec().name().equals(tool)) {
                return run(each, call, arguments);
            }
        }
        throw new IllegalArgumentException(tool);
    }

    private static <I extends Record, O extends Record> JsonNode run(Tool<I, O> tool, Call call, String arguments)
            throws Exception {
        return Json.tree(tool.call(input(tool, arguments), call));
    }

    private static <I extends Record> I input(Tool<I, ?> tool, String arguments) throws Exception {
        return Schema.of(tool.spec().input()).bind(Json.read(arguments.replace('\'', '"')));
    }

    Effect effect(String tool, String arguments) throws Exception {
        return effect(
                tools.stream()
                        .filter(each -> each.spec().name().equals(tool))
                        .findFirst()
                        .orElseThrow(),
                arguments);
    }

    private static <I extends Record> Effect effect(Tool<I, ?> tool, String arguments) throws Exception {
        return tool.effectOf(input(tool, arguments));
    }

    /** The message of a refusal, once its kind is as expected. */
    String refused(ToolException.Kind kind, String tool, String arguments) {
        return refused(ada, kind, tool, arguments);
    }

    String refused(Call call, ToolException.Kind kind, String tool, String arguments) {
        ToolException refusal = catchThrowableOfType(ToolException.class, () -> {
            try {
                call(call, tool, arguments);
            } catch (Mismatch e) {
                throw ToolException.invalidInput(e.getMessage());
            }
        });
        assertThat(refusal).as("%s %s", tool, arguments).isNotNull();
        assertThat(refusal.kind()).as(refusal.getMessage()).isEqualTo(kind);
        return refusal.getMessage();
    }

    /** What a deployment's controller does at once: all pods new and available. */
    void rollsOut() {
        others.add((kind, patch, write, answer) -> {
            if (!write.dryRun()
                    && Stream.of("Deployment", "StatefulSet", "DaemonSet").anyMatch(kind.name()::equals)) {
                rolledOut(
                        kind,
                        answer.at("/metadata/namespace").asText(),
                        answer.at("/metadata/name").asText());
            }
            return answer;
        });
    }

    void rolledOut(Kind kind, String namespace, String name) {
        server.change(kind, namespace, name, object -> {
            int replicas = object.at("/spec/replicas").asInt(1);
            object.withObjectProperty("status")
                    .put("observedGeneration", object.at("/metadata/generation").asInt())
                    .put("replicas", replicas)
                    .put("updatedReplicas", replicas)
                    .put("readyReplicas", replicas)
                    .put("availableReplicas", replicas);
        });
    }
}
