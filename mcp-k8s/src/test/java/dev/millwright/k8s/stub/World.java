package dev.millwright.k8s.stub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.json.Redactor;
import dev.millwright.json.Schema;
import dev.millwright.k8s.config.K8sConfig;
import dev.millwright.k8s.config.K8sReach;
import dev.millwright.k8s.fabric8.FabricConnector;
import dev.millwright.k8s.reach.Clusters;
import dev.millwright.k8s.reach.Watches;
import dev.millwright.sandbox.Sandboxes;
import dev.millwright.server.Platform;
import dev.millwright.store.Store;
import dev.millwright.store.StoreUrl;
import dev.millwright.testing.FakeCall;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/** A stub API server and everything that tools need to reach it: JSON in, JSON out. */
public final class World implements AutoCloseable {
    private final StubApiServer server;
    private final K8sConfig config;
    private final K8sReach reach;
    private final FabricConnector connector;
    private final Clusters clusters;
    private final Platform platform;
    private final Redactor redactor = new Redactor(List.of());
    private final List<String> hidden = new ArrayList<>();
    private final Deque<AutoCloseable> closing = new ArrayDeque<>();
    private FakeCall call = new FakeCall();

    /** @param temp an empty folder: kubeconfig, store and data of the server are put there */
    public World(Path temp) {
        this(temp, "{}");
    }

    /** @param reach of the tenant, besides the kubeconfig: JSON with single quotes, {@code {'namespaces':['shop']}} */
    public World(Path temp, String reach) {
        this(temp, StubApiServer.start(), "{}", reach);
    }

    public World(Path temp, StubApiServer server, String config, String reach) {
        this.server = server;
        this.config = bind(K8sConfig.class, json(config));
        Path kubeconfig = server.kubeconfig(temp);
        JsonNode whole = json(reach);
        if (!whole.has("kubeconfig")) {
            ((ObjectNode) whole).put("kubeconfig", kubeconfig.toString());
        }
        this.reach = bind(K8sReach.class, whole);
        Store store = Store.open(new StoreUrl.Embedded(temp.resolve("store")));
        closing.push(store);
        this.platform = new Platform(
                temp.resolve("k8s"),
                store,
                Sandboxes::plain,
                secret -> () -> {
                    throw new AssertionError("no test configures a secret");
                },
                values -> {
                    hidden.addAll(values);
                    redactor.learn(values);
                },
                Map.of("HOME", temp.toString()),
                false,
                closing::push);
        this.connector = new FabricConnector(this.config, platform.environment(), Sandboxes.plain(), platform.hide());
        this.clusters = new Clusters(Map.of(Tenant.DEFAULT, this.reach), connector, platform.hide(), Watches.NONE);
        closing.push(clusters);
    }

    private static JsonNode json(String quoted) {
        try {
            return Json.read(quoted.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(quoted, e);
        }
    }

    private static <T extends Record> T bind(Class<T> type, JsonNode json) {
        return Schema.of(type, Schema.Keys.KEBAB).bind(json);
    }

    public World load(List<? extends JsonNode> objects) {
        server.load(objects);
        return this;
    }

    /** Objects in YAML, completed as {@link dev.millwright.k8s.Yaml} does. */
    public World load(String yaml) {
        server.load(yaml);
        return this;
    }

    /** A recorded scenario, whose namespace has its name. */
    public World recorded(String scenario) {
        server.recorded(scenario);
        return this;
    }

    public StubApiServer server() {
        return server;
    }

    public Clusters clusters() {
        return clusters;
    }

    public FabricConnector connector() {
        return connector;
    }

    public Platform platform() {
        return platform;
    }

    public K8sConfig config() {
        return config;
    }

    public K8sReach reach() {
        return reach;
    }

    public Map<Tenant, K8sReach> reaches() {
        return Map.of(Tenant.DEFAULT, reach);
    }

    /** Values of Secrets that were met and told to the process. */
    public List<String> hidden() {
        return List.copyOf(hidden);
    }

    public FakeCall call() {
        return call;
    }

    /** From now on answers may have so many tokens. */
    public World budget(int tokens) {
        call = new FakeCall(Tenant.DEFAULT, tokens);
        return this;
    }

    /** @param arguments JSON with single quotes */
    public <I extends Record, O extends Record> JsonNode run(Tool<I, O> tool, String arguments) throws Exception {
        return call.run(tool, json(arguments));
    }

    /** The same as the caller sees it: without secrets that were met, in answers and errors alike. */
    public <I extends Record, O extends Record> JsonNode shown(Tool<I, O> tool, String arguments) throws Exception {
        try {
            return redactor.redact(run(tool, arguments)).value();
        } catch (ToolException e) {
            throw e.saying(redactor.redact(String.valueOf(e.getMessage())).value());
        }
    }

    @Override
    public void close() {
        try {
            while (!closing.isEmpty()) {
                closing.pop().close();
            }
        } catch (Exception e) {
            throw new IllegalStateException("a resource of the platform could not be closed", e);
        } finally {
            server.close();
        }
    }
}
