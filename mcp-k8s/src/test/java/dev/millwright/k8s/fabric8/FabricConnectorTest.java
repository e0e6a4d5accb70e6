package dev.millwright.k8s.fabric8;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import dev.millwright.json.Schema;
import dev.millwright.k8s.api.ApiError;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.api.Exec;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.api.ListQuery;
import dev.millwright.k8s.api.LogQuery;
import dev.millwright.k8s.api.Write;
import dev.millwright.k8s.config.K8sConfig;
import dev.millwright.k8s.config.K8sReach;
import dev.millwright.k8s.stub.StubApiServer;
import dev.millwright.k8s.stub.StubApiServer.Failure;
import dev.millwright.sandbox.Sandboxes;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How clusters are found and logged in to, and what is said when they cannot be had. */
class FabricConnectorTest {
    private static final Instant NOW = Instant.parse("2026-11-20T14:00:00Z");

    @TempDir
    Path temp;

    private final Map<String, String> environment = new HashMap<>();
    private StubApiServer server = StubApiServer.start();
    private Optional<FabricConnector> open = Optional.empty();
    private final Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    private final List<String> hidden = new ArrayList<>();
    private int requestSeconds = 60;
    private Duration loginPatience = Duration.ofSeconds(60);

    @AfterEach
    void close() {
        open.ifPresent(FabricConnector::close);
        server.close();
    }

    private static <T extends Record> T bind(Class<T> type, String json) {
        try {
            return Schema.of(type, Schema.Keys.KEBAB).bind(Json.read(json.replace('\'', '"')));
        } catch (IOException e) {
            throw new IllegalArgumentException(json, e);
        }
    }

    private static K8sReach reach(Path kubeconfig) {
        return bind(K8sReach.class, "{'kubeconfig':'" + kubeconfig + "'}");
    }

    private FabricConnector connector() {
        if (open.isEmpty()) {
            environment.putIfAbsent("HOME", temp.toString());
            open = Optional.of(new FabricConnector(
                    bind(K8sConfig.class, "{'request-seconds':" + requestSeconds + "}"),
                    environment,
                    Sandboxes.plain(),
                    hidden::addAll,
                    temp.resolve("serviceaccount"),
                    loginPatience,
                    clock));
        }
        return open.get();
    }

    private Cluster cluster() {
        return connector().connect(reach(server.kubeconfig(temp)), "stub");
    }

    private static JsonNode version(Cluster cluster) {
        return cluster.json("/version");
    }

    @Test
    void asksNothingBeforeACallNeedsIt() {
        connector().contexts(reach(server.kubeconfig(temp)));
        cluster();
        assertThat(server.seen()).isEmpty();
    }

    @Test
    void mergesTheFilesOfKubeconfigAsKubectlDoes() {
        Path one = server.kubeconfig(temp.resolve("one"), "{token: first}");
        Path two = write("two", """
                current-context: other
                contexts:
                - {name: other, context: {cluster: stub, user: another, namespace: billing}}
                users:
                - {name: stub, user: {token: second}}
                - {name: another, user: {token: third}}
                """);
        environment.put("KUBECONFIG", one + ":" + temp.resolve("absent") + ":" + two);
        K8sReach reach = K8sReach.defaults();
        assertThat(connector().contexts(reach)).containsExactly("stub", "other");
        assertThat(connector().current(reach)).hasValue("stub");
        assertThat(connector().namespace(reach, "other")).isEqualTo("billing");
        version(connector().connect(reach, "stub"));
        version(connector().connect(reach, "other"));
        assertThat(server.seen())
                .extracting(each -> each.headers().get("authorization").getFirst())
                .containsExactly("Bearer first", "Bearer third");
    }

    private Path write(String name, String text) {
        try {
            return Files.writeString(temp.resolve(name), text);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void pod() throws IOException {
        Path account = Files.createDirectories(temp.resolve("serviceaccount"));
        Files.writeString(account.resolve("token"), "inside\n");
        Files.writeString(account.resolve("namespace"), "tools");
        environment.put("KUBERNETES_SERVICE_HOST", "10.0.0.1");
    }

    @Test
    void neverTakesTheIdentityOfAPodWhereKubeconfigIsSet() throws IOException {
        pod();
        environment.put("KUBECONFIG", temp.resolve("absent").toString());
        assertThatThrownBy(() -> connector().contexts(K8sReach.defaults()))
                .isInstanceOf(ToolException.class)
                .hasMessageContaining("KUBECONFIG names")
                .hasMessageContaining("absent");
    }

    @Test
    void takesTheIdentityOfAPodWhereThereIsNoFile() throws IOException {
        pod();
        assertThat(connector().contexts(K8sReach.defaults())).containsExactly("in-cluster");
        assertThat(connector().namespace(K8sReach.defaults(), "in-cluster")).isEqualTo("tools");
    }

    @Test
    void saysWhatIsMissingWhereThereIsNoCluster() {
        assertThatThrownBy(() -> connector().contexts(K8sReach.defaults()))
                .isInstanceOf(ToolException.class)
                .hasMessageContaining("no kubeconfig is configured")
                .hasMessageContaining(".kube/config does not exist")
                .hasMessageContaining("--kubeconfig");
    }

    @Test
    void neverQuotesAKubeconfigThatIsBroken() {
        Path file = write("kubeconfig", "users:\n- name: x\n  user: {token: sup3rs3cr3t\n contexts: [");
        assertThatThrownBy(() -> connector().contexts(reach(file)))
                .hasMessageContaining("is no YAML")
                .hasMessageNotContaining("sup3rs3cr3t");
    }

    @Test
    void followsAChangeOfTheFileWhileACallGoesOn() throws Exception {
        server.token("old", "old-user").token("new", "new-user").load(configMap("a"));
        Path file = server.kubeconfig(temp.resolve("kubeconfig"), "{token: old}");
        CountDownLatch held = new CountDownLatch(1);
        server.fail("list", "configmaps", 1, new Failure.Held(held));
        Cluster before = connector().connect(reach(file), "stub");
        Thread running =
                Thread.ofVirtual().start(() -> before.list(Kinds.CONFIG_MAP, ListQuery.in(Optional.of("shop"))));
        server.kubeconfig(file, "{token: new}");
        version(connector().connect(reach(file), "stub"));
        held.countDown();
        running.join();
        version(before);
        assertThat(server.seen()).extracting(StubApiServer.Seen::user).contains("new-user", "old-user");
    }

    private static String configMap(String name) {
        return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\n".formatted(name);
    }

    @Test
    void actsAsWhoTheTenantIs() {
        Path file = server.kubeconfig(temp);
        K8sReach reach = bind(
                K8sReach.class, "{'kubeconfig':'" + file + "','impersonate':{'user':'alice','groups':['dev','ops']}}");
        version(connector().connect(reach, "stub"));
        version(connector().connect(reach(file), "stub"));
        assertThat(server.seen()).extracting(StubApiServer.Seen::user).containsExactly("alice", "kubernetes-admin");
        assertThat(server.seen().getFirst().headers().get("impersonate-group")).containsExactly("dev", "ops");
    }

    @Test
    void speaksTlsAndShowsItsCertificate() {
        server.close();
        server = StubApiServer.startSecure(temp.resolve("tls")).certificateNeeded();
        version(cluster());
        assertThat(server.seen()).extracting(StubApiServer.Seen::user).containsExactly("alice");
    }

    @Test
    void saysThatACertificateIsNotTrusted() throws IOException {
        server.close();
        server = StubApiServer.startSecure(temp.resolve("tls"));
        Path file = server.kubeconfig(temp);
        Files.writeString(file, Files.readString(file).replaceAll(", certificate-authority-data: [^}]+", ""));
        ApiError error =
                catchThrowableOfType(ApiError.class, () -> version(connector().connect(reach(file), "stub")));
        assertThat(error.toToolException().kind()).isEqualTo(ToolException.Kind.UNAVAILABLE);
        assertThat(error).hasMessageContaining("no TLS with").hasMessageContaining("certificate-authority-data");
    }

    @Test
    void saysThatNobodyListens() {
        Path file = write("kubeconfig", """
                contexts: [{name: stub, context: {cluster: c}}]
                clusters: [{name: c, cluster: {server: "http://localhost:%d"}}]
                """.formatted(StubApiServer.deadPort()));
        ApiError error =
                catchThrowableOfType(ApiError.class, () -> version(connector().connect(reach(file), "stub")));
        assertThat(error).hasMessageContaining("nobody listens at http://localhost");
    }

    @Test
    void saysThatAHostIsUnknown() {
        Path file = write("kubeconfig", """
                contexts: [{name: stub, context: {cluster: c}}]
                clusters: [{name: c, cluster: {server: "https://no-such-host.invalid"}}]
                """);
        ApiError error =
                catchThrowableOfType(ApiError.class, () -> version(connector().connect(reach(file), "stub")));
        assertThat(error)
                .hasMessageContaining("the host of https://no-such-host.invalid is unknown")
                .hasMessageContaining("cluster c in the kubeconfig");
    }

    @Test
    void saysThatAContextNamesNoClusterThereIs() {
        Path file = write("kubeconfig", "contexts: [{name: stub, context: {cluster: gone}}]\n");
        assertThatThrownBy(() -> version(connector().connect(reach(file), "stub")))
                .hasMessage("the kubeconfig has no cluster named \"gone\"");
    }

    @Test
    void triesAReadAgainThatWasThrottledOrFellThrough() {
        server.load(configMap("a"))
                .fail("list", "configmaps", 1, Failure.throttled(0))
                .fail("list", "configmaps", 1, Failure.status(503, "", "service unavailable"));
        assertThat(cluster()
                        .list(Kinds.CONFIG_MAP, ListQuery.in(Optional.of("shop")))
                        .items())
                .hasSize(1);
        assertThat(server.calls("list")).isEqualTo(3);
    }

    @Test
    void triesAReadAgainWhoseAnswerBrokeOff() {
        server.load(configMap("a")).fail("list", "configmaps", 1, new Failure.Cut());
        assertThat(cluster()
                        .list(Kinds.CONFIG_MAP, ListQuery.in(Optional.of("shop")))
                        .items())
                .hasSize(1);
    }

    @Test
    void givesUpAReadThatKeepsBeingThrottled() {
        server.fail("list", "configmaps", 9, Failure.throttled(0));
        ApiError error = catchThrowableOfType(
                ApiError.class, () -> cluster().list(Kinds.CONFIG_MAP, ListQuery.in(Optional.of("shop"))));
        assertThat(error.code()).isEqualTo(429);
        assertThat(error.toToolException().kind()).isEqualTo(ToolException.Kind.LIMIT);
        assertThat(server.calls("list")).isEqualTo(3);
    }

    @Test
    void doesNotWaitLongerThanARequestMayTake() {
        server.fail("list", "configmaps", 9, Failure.throttled(3_600));
        assertThatThrownBy(() -> cluster().list(Kinds.CONFIG_MAP, ListQuery.in(Optional.of("shop"))))
                .isInstanceOf(ApiError.class);
        assertThat(server.calls("list")).isEqualTo(1);
    }

    @Test
    void neverRepeatsAWriteThatMayHaveArrived() throws Exception {
        server.load(configMap("seed")).fail("create", "configmaps", 9, new Failure.Drop());
        JsonNode map = Json.read("{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"c\"}}");
        ApiError error = catchThrowableOfType(
                ApiError.class, () -> cluster().create(Kinds.CONFIG_MAP, Optional.of("shop"), map, Write.FOR_REAL));
        assertThat(error).hasMessageContaining("the connection to");
        assertThat(server.calls("create")).isEqualTo(1);
    }

    @Test
    void endsAtTheTimeOfARequest() {
        requestSeconds = 2;
        CountDownLatch held = new CountDownLatch(1);
        server.fail("list", "configmaps", 9, new Failure.Held(held));
        assertThatThrownBy(() -> cluster().list(Kinds.CONFIG_MAP, ListQuery.in(Optional.of("shop"))))
                .hasMessageContaining("no answer from")
                .hasMessageContaining("within 2 s (request-seconds)");
        held.countDown();
    }

    @Test
    void endsWhenItsThreadIsInterrupted() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        server.fail("list", "configmaps", 9, new Failure.Held(held));
        Cluster cluster = cluster();
        Thread caller = Thread.currentThread();
        Thread.ofVirtual().start(() -> {
            while (server.calls("list") == 0) {
                Thread.onSpinWait();
            }
            caller.interrupt();
        });
        assertThatThrownBy(() -> cluster.list(Kinds.CONFIG_MAP, ListQuery.in(Optional.of("shop"))))
                .hasMessage("the call was cancelled or its time was up");
        assertThat(Thread.interrupted()).isTrue();
        held.countDown();
    }

    @Test
    void saysThatCredentialsAreMissingOrExpired() {
        server.token("valid", "reader");
        Path file = server.kubeconfig(temp.resolve("kubeconfig"), "{token: expired}");
        ApiError error =
                catchThrowableOfType(ApiError.class, () -> version(connector().connect(reach(file), "stub")));
        assertThat(error.toToolException())
                .hasMessageContaining("Unauthorized at " + server.url())
                .hasMessageContaining("missing or expired: renew them")
                .extracting(ToolException::kind)
                .isEqualTo(ToolException.Kind.DENIED);
    }

    @Test
    void readsATokenFileAgainWhenItWasRenewed() throws IOException {
        server.token("one", "reader");
        Path token = write("token", "one\n");
        Path file = server.kubeconfig(temp.resolve("kubeconfig"), "{tokenFile: token}");
        Cluster cluster = connector().connect(reach(file), "stub");
        version(cluster);
        server.revoke("one").token("two", "reader");
        Files.writeString(token, "two");
        Files.setLastModifiedTime(token, FileTime.from(NOW));
        version(cluster);
        assertThat(server.seen()).hasSize(2);
    }

    /** A program that logs in; each of its runs adds a line to the file {@code runs}. */
    private Path plugin(String body) throws IOException {
        Path program = write(
                "login.sh",
                "#!/bin/sh\necho \"$*|$ROLE|$KUBERNETES_EXEC_INFO\" >> '" + temp.resolve("runs") + "'\n" + body + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return server.kubeconfig(temp.resolve("kubeconfig"), """
                {exec: {apiVersion: client.authentication.k8s.io/v1, command: ./login.sh, args: ["a b", "$(id)"],
                  env: [{name: ROLE, value: reader}], interactiveMode: Never, provideClusterInfo: true,
                  installHint: "install login.sh first"}}""".replace("\n", " "));
    }

    private static String credential(String token, String expiry) {
        return "echo '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",\"status\":{\"token\":\"%s\"%s}}'"
                .formatted(token, expiry.isEmpty() ? "" : ",\"expirationTimestamp\":\"" + expiry + "\"");
    }

    private int runs() throws IOException {
        return Files.readAllLines(temp.resolve("runs")).size();
    }

    @Test
    void logsInByAProgramWithoutAShellAndKeepsItsAnswer() throws IOException {
        server.token("minted", "reader");
        Path file = plugin(credential("minted", "2026-11-20T15:00:00Z"));
        Cluster cluster = connector().connect(reach(file), "stub");
        version(cluster);
        version(cluster);
        assertThat(Files.readAllLines(temp.resolve("runs")))
                .singleElement()
                .asString()
                .startsWith("a b $(id)|reader|{")
                .contains("\"interactive\":false")
                .contains("\"server\":\"" + server.url() + "\"");
    }

    @Test
    void logsInAgainAMinuteBeforeTheAnswerExpires() throws IOException {
        server.token("minted", "reader");
        Path file = plugin(credential("minted", "2026-11-20T14:00:59Z"));
        Cluster cluster = connector().connect(reach(file), "stub");
        version(cluster);
        assertThat(runs())
                .as("asked again by each request, for it always has less than a minute")
                .isGreaterThan(1);
    }

    @Test
    void logsInAgainOnceWhenTheAnswerIsRefused() throws IOException {
        server.token("minted-1", "reader");
        Path file = plugin("n=$(wc -l < '" + temp.resolve("runs") + "')\n" + credential("minted-'$(($n))'", ""));
        Cluster cluster = connector().connect(reach(file), "stub");
        version(cluster);
        server.revoke("minted-1").token("minted-2", "reader");
        version(cluster);
        assertThat(runs()).isEqualTo(2);
        server.revoke("minted-2");
        assertThatThrownBy(() -> version(cluster)).hasMessageContaining("Unauthorized");
        assertThat(runs()).isEqualTo(3);
    }

    @Test
    void keepsTheTokensItShowsOutOfAnswers() throws IOException {
        server.token("minted-secret", "reader");
        version(connector().connect(reach(plugin(credential("minted-secret", ""))), "stub"));
        assertThat(hidden).containsExactly("minted-secret");
    }

    @Test
    void showsTheCertificateThatAProgramMade() throws IOException {
        server.close();
        server = StubApiServer.startSecure(temp.resolve("tls")).certificateNeeded();
        JsonNode made = Json.object()
                .put("apiVersion", "client.authentication.k8s.io/v1beta1")
                .put("kind", "ExecCredential")
                .set(
                        "status",
                        Json.object()
                                .put("clientCertificateData", server.clientCertificate())
                                .put("clientKeyData", server.clientKey()));
        Path file = plugin("cat '" + write("made.json", Json.write(made)) + "'");
        Files.writeString(
                file,
                Files.readString(file)
                        .replace("client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"));
        version(connector().connect(reach(file), "stub"));
        assertThat(server.seen()).extracting(StubApiServer.Seen::user).containsExactly("alice");
    }

    @Test
    void endsALoginProgramThatHangs() throws IOException {
        loginPatience = Duration.ofSeconds(1);
        Path file = plugin("echo 'waiting for the browser' >&2; exec sleep 600");
        assertThatThrownBy(() -> version(connector().connect(reach(file), "stub")))
                .hasMessageContaining("login.sh did not end within 1 s: waiting for the browser");
    }

    @Test
    void refusesAnAnswerOfALoginProgramThatIsNone() throws IOException {
        assertThatThrownBy(() -> version(connector().connect(reach(plugin("echo Hello")), "stub")))
                .hasMessageContaining("answered no JSON");
        assertThatThrownBy(() -> version(connector()
                        .connect(reach(plugin("echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"v2\"}'")), "stub")))
                .hasMessageContaining(
                        "answered ExecCredential v2, expected ExecCredential client.authentication.k8s.io/v1");
    }

    @Test
    void saysWhatALoginProgramSaidWithoutItsSecrets() throws IOException {
        Path file = plugin("echo 'token: AbCdEf123456 has expired, run login' >&2; exit 3");
        ApiError error =
                catchThrowableOfType(ApiError.class, () -> version(connector().connect(reach(file), "stub")));
        assertThat(error)
                .hasMessageContaining("login.sh ended with 3")
                .hasMessageContaining("has expired, run login")
                .hasMessageNotContaining("AbCdEf123456");
        assertThat(error.what()).isEqualTo("log in as user stub of the kubeconfig");
    }

    @Test
    void saysHowToInstallALoginProgramThatIsMissing() throws IOException {
        Path file = plugin("exit 0");
        Files.delete(temp.resolve("login.sh"));
        assertThatThrownBy(() -> version(connector().connect(reach(file), "stub")))
                .hasMessageContaining("cannot start")
                .hasMessageContaining("install login.sh first");
    }

    @Test
    void refusesALoginProgramThatWantsATerminal() throws IOException {
        Path file = plugin("exit 0");
        Files.writeString(file, Files.readString(file).replace("interactiveMode: Never", "interactiveMode: Always"));
        assertThatThrownBy(() -> version(connector().connect(reach(file), "stub")))
                .hasMessageContaining("wants a terminal");
    }

    @Test
    void fallsBackToPollingWhereAWatchIsForbidden() throws Exception {
        server.load(configMap("a")).deny("watch", "configmaps", "*");
        int[] asked = new int[1];
        JsonNode found = cluster()
                .await(Kinds.CONFIG_MAP, Optional.of("shop"), "a", each -> ++asked[0] == 2, Duration.ofSeconds(60));
        assertThat(found.at("/metadata/name").asText()).isEqualTo("a");
        assertThat(server.calls("watch")).isEqualTo(1);
    }

    @Test
    void goesOnWatchingWhenTheVersionIsTooOld() throws Exception {
        server.load(configMap("a"));
        Thread.ofVirtual().start(() -> {
            while (server.calls("watch") == 0) {
                Thread.onSpinWait();
            }
            server.expire();
            server.change(
                    Kinds.CONFIG_MAP,
                    "shop",
                    "a",
                    each -> each.putObject("data").put("k", "v"));
        });
        JsonNode found = cluster()
                .await(
                        Kinds.CONFIG_MAP,
                        Optional.of("shop"),
                        "a",
                        each -> each.path("data").has("k"),
                        Duration.ofSeconds(60));
        assertThat(found.at("/data/k").asText()).isEqualTo("v");
    }

    @Test
    void goesOnWaitingWhileTheApiServerIsAway() throws Exception {
        server.load(configMap("a")).fail("watch", "configmaps", 1, Failure.status(503, "", "service unavailable"));
        int[] asked = new int[1];
        JsonNode found = cluster()
                .await(
                        Kinds.CONFIG_MAP,
                        Optional.of("shop"),
                        "a",
                        each -> {
                            if (++asked[0] == 1) {
                                server.fail("list", "configmaps", 4, Failure.status(503, "", "service unavailable"));
                            }
                            return asked[0] == 2;
                        },
                        Duration.ofSeconds(60));
        assertThat(found.at("/metadata/name").asText()).isEqualTo("a");
        assertThat(server.calls("list")).isGreaterThan(4);
    }

    @Test
    void logsInAgainForALogAndAProgram() throws Exception {
        server.token("minted-1", "reader").load("""
                apiVersion: v1
                kind: Pod
                metadata: {name: p}
                spec: {containers: [{name: app}]}
                status: {phase: Running, containerStatuses: [{name: app, state: {running: {}}}]}
                """).logs("shop", "p", "app", false, "hello");
        Path file = plugin("n=$(wc -l < '" + temp.resolve("runs") + "')\n" + credential("minted-'$(($n))'", ""));
        Cluster cluster = connector().connect(reach(file), "stub");
        version(cluster);
        server.revoke("minted-1").token("minted-2", "reader");
        LogQuery query = new LogQuery(
                "shop", "p", "app", false, false, OptionalInt.empty(), Optional.empty(), OptionalInt.of(5), 1_000);
        assertThat(cluster.logs(query)).hasValue("hello\n");
        server.revoke("minted-2").token("minted-3", "reader");
        server.program(started -> new StubApiServer.Ended(0, "ran", ""));
        Exec exec = new Exec("shop", "p", "app", List.of("id"), new byte[0], Duration.ofSeconds(60), 100);
        assertThat(cluster.exec(exec).stdout()).isEqualTo("ran");
    }

    @Test
    void worksWithEachVersionOfKubernetes() {
        for (int minor : new int[] {28, 29, 30, 36}) {
            server.version(minor);
            open.ifPresent(FabricConnector::close);
            open = Optional.empty();
            assertThat(cluster().kinds()).contains(Kinds.POD, Kinds.DEPLOYMENT);
        }
    }
}
