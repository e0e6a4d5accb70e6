package dev.millwright.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.call.Client;
import dev.millwright.call.Reply;
import dev.millwright.call.Who;
import dev.millwright.identity.Caller;
import dev.millwright.json.Json;
import dev.millwright.json.Schema;
import dev.millwright.k8s.stub.StubApiServer;
import dev.millwright.protocol.Endpoint;
import dev.millwright.protocol.ProtocolException;
import dev.millwright.server.Assembly;
import dev.millwright.server.Settings;
import dev.millwright.tool.Prompt;
import dev.millwright.tool.Question;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.Unanswerable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets planted wherever a cluster keeps some are in no answer, error, resource, prompt or file of any tool. */
class CanaryTest {
    /** By the place it is planted in. */
    private static final Map<String, String> CANARIES = new LinkedHashMap<>();

    static {
        for (String place : List.of(
                "secret",
                "string",
                "url",
                "last",
                "env",
                "argument",
                "flag",
                "log",
                "event",
                "status",
                "exec",
                "error",
                "values",
                "manifest",
                "notes",
                "config")) {
            CANARIES.put(place, "cnry%s7Qx9%dzK4".formatted(place, place.hashCode() & 0xffff));
        }
    }

    private static final List<String> CALLS = List.of(
            "k8s_diagnose {'namespace':'shop','max_causes':20,'budget':20000}",
            "k8s_diagnose {'kind':'cluster','depth':'deep','budget':20000}",
            "k8s_diagnose {'snapshot':'kept','budget':20000}",
            "k8s_cluster_status {'only_problems':false,'budget':20000}",
            "k8s_get {'kind':'secrets','namespace':'shop'}",
            "k8s_get {'kind':'secrets','namespace':'shop','format':'json','budget':20000}",
            "k8s_get {'kind':'secrets','namespace':'shop','format':'yaml','budget':20000}",
            "k8s_get {'kind':'secret','name':'login','namespace':'shop','format':'yaml','budget':20000}",
            "k8s_get {'kind':'secret','name':'login','namespace':'shop','format':'compact','budget':20000}",
            "k8s_get {'kind':'secret','name':'login','namespace':'shop','fields':['/data','/data/password','data.url']}",
            "k8s_get {'kind':'secrets','namespace':'shop','columns':['PW:data.password','S:/stringData']}",
            "k8s_get {'kind':'configmap','name':'settings','namespace':'shop','format':'yaml','budget':20000}",
            "k8s_get {'kind':'pods','namespace':'shop','format':'json','budget':20000}",
            "k8s_get {'kind':'deploy','name':'web','namespace':'shop','format':'json','budget':20000}",
            "k8s_get {'kind':'deploy','name':'web','namespace':'shop','format':'yaml','budget':20000}",
            "k8s_get {'kind':'deploy','namespace':'shop','columns':['E:spec.template.spec.containers[*].env[*].value']}",
            "k8s_get {'kind':'deploy','name':'web','namespace':'shop','fields':['/metadata/annotations','spec.template.spec.containers[*].args']}",
            "k8s_get {'kind':'events','namespace':'shop','format':'json','budget':20000}",
            "k8s_timeline {'namespace':'shop','since':'9999h','budget':20000}",
            "analyze_pod_logs {'namespace':'shop','workload':'web','mode':'raw','budget':20000}",
            "analyze_pod_logs {'namespace':'shop','pod':'web-1','mode':'summary','budget':20000}",
            "analyze_pod_logs {'namespace':'shop','pod':'web-1','mode':'patterns','budget':20000}",
            "analyze_pod_logs {'namespace':'shop','pod':'web-1','mode':'errors','budget':20000}",
            "analyze_pod_logs {'namespace':'shop','pod':'web-1','grep':'pass','budget':20000}",
            "get_service_endpoints {'namespace':'shop','budget':20000}",
            "check_pvc_storage {'namespace':'shop'}",
            "health_check_full {'namespaces':['shop'],'budget':20000}",
            "db_query_stats {'namespace':'shop','target':'pod/web-1','engine':'postgresql','secret':'login'}",
            "optimize_resources {'namespace':'shop','window':0}",
            "k8s_snapshot {'path':'taken','namespace':'shop'}",
            "k8s_snapshot {'path':'taken.tar.gz','namespace':'shop'}",
            "k8s_diagnose {'snapshot':'taken','budget':20000}",
            "scale_deployment {'namespace':'shop','name':'web','replicas':2,'dry_run':true}",
            "scale_deployment {'namespace':'shop','name':'web','replicas':2}",
            "restart_deployment {'namespace':'shop','name':'web','wait':0}",
            "k8s_apply_fix {'plan_id':'none','fix_ids':['f1']}",
            "recover_workload {'namespace':'shop','name':'web'}",
            "k8s_apply {'manifest':'apiVersion: v1\\nkind: Secret\\nmetadata: {name: login, namespace: shop}\\nstringData: {password: changed}\\n'}",
            "k8s_apply {'kind':'deployment','name':'web','namespace':'shop','patch':[{'op':'replace','path':'/spec/replicas','value':2}]}",
            "k8s_delete {'kind':'secret','name':'login','namespace':'shop','dry_run':true}",
            "k8s_exec {'namespace':'shop','pod':'web-1','argv':['env']}",
            "helm_releases {'action':'list','namespace':'shop','budget':20000}",
            "helm_releases {'action':'status','name':'app','namespace':'shop','budget':20000}",
            "helm_releases {'action':'history','name':'app','namespace':'shop','budget':20000}",
            "helm_releases {'action':'values','name':'app','namespace':'shop','budget':20000}",
            "helm_releases {'action':'values','name':'app','namespace':'shop','format':'yaml','budget':20000}",
            "helm_releases {'action':'manifest','name':'app','namespace':'shop','budget':20000}",
            "helm_releases {'action':'manifest','name':'app','namespace':'shop','format':'json','budget':20000}",
            "helm_releases {'action':'notes','name':'app','namespace':'shop','budget':20000}",
            "helm_releases {'action':'diff','name':'app','namespace':'shop','budget':20000}",
            "helm_releases {'action':'drift','name':'app','namespace':'shop','budget':20000}",
            "helm_rollback {'name':'app','namespace':'shop','dry_run':true}",
            "helm_uninstall {'name':'app','namespace':'shop','dry_run':true}",
            "helm_install {'name':'new','chart':'nosuch','namespace':'shop','values':{'password':'%s'}}",
            "helm_upgrade {'name':'app','chart':'nosuch','namespace':'shop','values':{'password':'%s'}}");

    @TempDir
    Path temp;

    private StubApiServer server;
    private Settings settings;

    @BeforeEach
    void plant() throws IOException {
        server = StubApiServer.start().at(Instant.parse("2026-11-20T14:30:00Z"));
        server.load(yaml());
        server.load(List.of(release(1, "old-"), release(2, "")));
        String log = """
                2026-11-20T14:29:00Z INFO starting with password=%1$s
                2026-11-20T14:29:01Z INFO connecting to postgres://app:%2$s@db:5432/shop
                2026-11-20T14:29:02Z ERROR {"level":"error","msg":"login failed","token":"%1$s"}
                2026-11-20T14:29:03Z ERROR cannot log in with %3$s
                java.lang.IllegalStateException: secret %3$s was refused, api_key: %1$s
                \tat com.acme.Main.main(Main.java:1)
                """.formatted(canary("log"), canary("url"), canary("secret"));
        server.logs("shop", "web-1", "app", false, log).logs("shop", "web-1", "app", true, log);
        server.program(started -> new StubApiServer.Ended(
                1,
                "DB_PASSWORD=%s\nNAME=%s\n".formatted(canary("exec"), canary("secret")),
                "password is %s".formatted(canary("exec"))));
        Path roots = Files.createDirectories(temp.resolve("roots"));
        snapshot(Files.createDirectories(roots.resolve("kept")));
        ObjectNode all =
                Json.object().put("data-dir", temp.resolve("data").toString()).put("unconfirmed", true);
        all.withObject("/servers/k8s")
                .putArray("toolsets")
                .add("read")
                .add("ops")
                .add("helm")
                .add("admin");
        ObjectNode reach = all.withObject("/tenants/default/reach/k8s");
        reach.put("kubeconfig", server.kubeconfig(temp).toString())
                .putArray("roots")
                .add(roots.toString());
        settings = Schema.of(Settings.class, Schema.Keys.KEBAB).bind(all);
    }

    @AfterEach
    void close() {
        server.close();
    }

    @FunctionalInterface
    private interface Asking<T> {
        T of(Endpoint endpoint) throws Exception;
    }

    /** A new process each time, which has learned nothing yet. */
    private <T> T ask(Asking<T> asking) throws Exception {
        try (Assembly assembly =
                new Assembly(settings, List.of(new K8sServer()), "test", (operation, outcome, nanos) -> {})) {
            return asking.of(assembly.endpoint("k8s", assembly.servers()));
        }
    }

    private static String canary(String place) {
        return Optional.ofNullable(CANARIES.get(place)).orElseThrow();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String yaml() {
        return """
                apiVersion: v1
                kind: Secret
                metadata:
                  name: login
                  annotations:
                    kubectl.kubernetes.io/last-applied-configuration: '{"kind":"Secret","stringData":{"password":"%3$s"}}'
                data:
                  password: %1$s
                  url: %2$s
                stringData: {token: %12$s}
                ---
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings}
                data:
                  app.properties: |
                    db.password=%11$s
                    color=blue
                ---
                apiVersion: apps/v1
                kind: Deployment
                metadata:
                  name: web
                  annotations:
                    kubectl.kubernetes.io/last-applied-configuration: '{"spec":{"env":[{"name":"API_KEY","value":"%3$s"}]}}'
                spec:
                  replicas: 1
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec:
                      containers:
                      - name: app
                        image: acme/web:1
                        args: ["--port=80", "--api-token=%5$s", "--password", "%6$s"]
                        env:
                        - {name: DB_PASSWORD, value: %4$s}
                        - {name: DATABASE_URL, value: "postgres://app:%4$s@db/shop"}
                status:
                  replicas: 1
                  unavailableReplicas: 1
                  conditions:
                  - {type: Progressing, status: "False", reason: ProgressDeadlineExceeded, message: "password=%7$s refused"}
                ---
                apiVersion: apps/v1
                kind: ReplicaSet
                metadata:
                  name: web-1
                  labels: {app: web}
                  annotations: {deployment.kubernetes.io/revision: "1"}
                  ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, uid: deployment-web, controller: true}]
                spec: {replicas: 1, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app, image: "acme/web:1"}]}}}
                status: {replicas: 1}
                ---
                apiVersion: v1
                kind: Pod
                metadata:
                  name: web-1
                  labels: {app: web}
                  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web-1, uid: replicaset-web-1, controller: true}]
                spec:
                  containers:
                  - name: app
                    image: acme/web:1
                    args: ["--api-token=%5$s", "--password", "%6$s"]
                    env:
                    - {name: DB_PASSWORD, value: %4$s}
                status:
                  phase: Running
                  conditions: [{type: Ready, status: "False", reason: ContainersNotReady}]
                  containerStatuses:
                  - name: app
                    ready: false
                    restartCount: 7
                    state: {waiting: {reason: CrashLoopBackOff, message: "back-off, secret: %8$s"}}
                    lastState: {terminated: {reason: Error, exitCode: 1, message: "token=%8$s", finishedAt: "2026-11-20T14:29:30Z"}}
                ---
                apiVersion: v1
                kind: Event
                metadata: {name: web-1.1}
                involvedObject: {kind: Pod, name: web-1, namespace: shop, uid: pod-web-1}
                type: Warning
                reason: BackOff
                message: "Back-off restarting, password: %9$s"
                lastTimestamp: "2026-11-20T14:29:40Z"
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: web}
                spec: {selector: {app: web}, ports: [{port: 80}]}
                """.formatted(
                        base64(canary("secret")),
                        base64("postgres://app:" + canary("url") + "@db/shop"),
                        canary("last"),
                        canary("env"),
                        canary("argument"),
                        canary("flag"),
                        canary("status"),
                        canary("status"),
                        canary("event"),
                        "",
                        canary("config"),
                        canary("string"));
    }

    /** A release as Helm writes it. */
    private static JsonNode release(int revision, String prefix) {
        ObjectNode release =
                Json.object().put("name", "app").put("namespace", "shop").put("version", revision);
        release.putObject("info")
                .put("status", revision == 2 ? "deployed" : "superseded")
                .put("first_deployed", "2026-11-20T10:00:00Z")
                .put("last_deployed", "2026-11-20T11:00:00Z")
                .put("description", "Upgrade complete")
                .put("notes", "Log in with password is " + canary("notes"));
        ObjectNode chart = release.putObject("chart");
        chart.putObject("metadata")
                .put("name", "app")
                .put("version", "1.0." + revision)
                .put("apiVersion", "v2");
        chart.putObject("values").put("adminPassword", prefix + canary("values"));
        chart.putArray("templates");
        release.putObject("config").put("password", prefix + canary("values")).put("replicas", revision);
        release.put("manifest", """
                ---
                apiVersion: v1
                kind: Secret
                metadata: {name: app}
                stringData: {password: %1$s%2$s}
                ---
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: app}
                data: {app.ini: "api_key = %1$s%2$s"}
                """.formatted(prefix, canary("manifest")));
        release.putArray("hooks");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(Json.bytes(release));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String payload = Base64.getEncoder().encodeToString(bytes.toByteArray());
        ObjectNode secret =
                Json.object().put("apiVersion", "v1").put("kind", "Secret").put("type", "helm.sh/release.v1");
        secret.putObject("metadata")
                .put("name", "sh.helm.release.v1.app.v" + revision)
                .put("namespace", "shop")
                .put("uid", "release-" + revision)
                .put("resourceVersion", "1")
                .putObject("labels")
                .put("owner", "helm")
                .put("name", "app")
                .put("status", revision == 2 ? "deployed" : "superseded")
                .put("version", String.valueOf(revision));
        secret.putObject("data").put("release", base64(payload));
        return secret;
    }

    /** What {@code kubectl get -o json} would have written, unmasked. */
    private static void snapshot(Path folder) throws IOException {
        ObjectNode list = Json.object().put("apiVersion", "v1").put("kind", "List");
        Yaml.objects(yaml()).forEach(list.putArray("items")::add);
        Files.writeString(folder.resolve("objects.json"), Json.write(list));
        Files.createDirectories(folder.resolve("logs"));
        Files.writeString(
                folder.resolve("logs").resolve("web-1__app.log"), "ERROR password=" + canary("log") + " refused\n");
    }

    @Test
    void noAnswerErrorResourceOrPromptHoldsASecret() throws Exception {
        Set<String> called = new TreeSet<>();
        List<String> said = new ArrayList<>();
        for (String each : CALLS) {
            int space = each.indexOf(' ');
            called.add(each.substring(0, space));
            said.add(each + "\n" + call(each.substring(0, space), each.substring(space + 1)));
        }
        server.fail(
                "*",
                "*",
                1_000,
                StubApiServer.Failure.status(
                        403, "Forbidden", "admission webhook refused password=" + canary("error")));
        for (String each : CALLS) {
            int space = each.indexOf(' ');
            said.add("refused " + each + "\n" + call(each.substring(0, space), each.substring(space + 1)));
        }

        assertThat(called)
                .containsExactlyInAnyOrderElementsOf(ask(endpoint ->
                        endpoint.allTools().stream().map(tool -> tool.name()).toList()));
        assertThat(said).allSatisfy(CanaryTest::holdsNone);
    }

    @Test
    void answersStillSaySomething() throws Exception {
        assertThat(call("k8s_diagnose", "{'namespace':'shop'}"))
                .contains("crash.app_error")
                .contains("web");
        assertThat(call("k8s_get", "{'kind':'configmap','name':'settings','namespace':'shop','format':'yaml'}"))
                .contains("color=blue");
    }

    @Test
    void resourcesAndPromptsHoldNone() throws Exception {
        List<String> read = new ArrayList<>();
        for (String kind : List.of("Secret", "Deployment", "Pod", "ConfigMap", "secrets", "deployments")) {
            for (String name : List.of("login", "web", "web-1", "settings")) {
                String uri = "k8s:///stub/shop/%s/%s".formatted(kind, name);
                ask(endpoint -> {
                    try {
                        String contents = Json.write(Json.tree(endpoint.read(who(), uri, new Silent())));
                        holdsNone(contents);
                        read.add(uri);
                    } catch (ToolException | ProtocolException e) {
                        holdsNone(String.valueOf(e.getMessage()));
                    }
                    return uri;
                });
            }
        }
        assertThat(read).isNotEmpty();
        ask(endpoint -> {
            for (Prompt prompt : endpoint.prompts(who())) {
                Map<String, String> arguments = new LinkedHashMap<>();
                prompt.arguments()
                        .forEach(each -> arguments.put(each.name(), each.name().contains("space") ? "shop" : "web"));
                holdsNone(Json.write(Json.tree(endpoint.prompt(who(), prompt.name(), arguments, new Silent()))));
            }
            return "";
        });
    }

    @Test
    void snapshotsAndTheDataFolderHoldNone() throws Exception {
        call("k8s_snapshot", "{'path':'taken','namespace':'shop'}");
        call("k8s_diagnose", "{'namespace':'shop'}");
        call("helm_releases", "{'action':'values','name':'app','namespace':'shop'}");
        for (Path folder : List.of(temp.resolve("roots").resolve("taken"), temp.resolve("data"))) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    holdsNone(file + " " + new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
                }
            }
        }
    }

    private static void holdsNone(String text) {
        CANARIES.forEach((place, canary) -> {
            assertThat(text).as("planted in " + place).doesNotContain(canary);
            assertThat(text).as("planted in " + place + ", base64").doesNotContain(base64(canary));
        });
    }

    private static Who who() {
        return new Who(Caller.local(), Tenant.DEFAULT);
    }

    private String call(String tool, String arguments) throws Exception {
        return ask(endpoint -> {
            try {
                Reply.Answer answer = endpoint.call(
                        who(),
                        tool,
                        Json.read(arguments.formatted(canary("values")).replace('\'', '"')),
                        new Silent());
                return answer.structured().map(Json::write).orElse("") + "\n" + answer.content() + "\n" + answer.meta();
            } catch (ToolException | ProtocolException e) {
                return "error: " + e.getMessage();
            }
        });
    }

    /** A client that cannot be asked; what it is told must hold no secret either. */
    private static final class Silent implements Client {
        @Override
        public boolean canAsk(Question question) {
            return false;
        }

        @Override
        public Map<String, JsonNode> ask(Map<String, Question> questions) {
            throw new Unanswerable("elicitation");
        }

        @Override
        public void progress(double done, double total, String message) {
            holdsNone(message);
        }

        @Override
        public void log(String level, String logger, String message) {
            holdsNone(message);
        }

        @Override
        public ObjectNode meta() {
            return Json.object();
        }
    }
}
