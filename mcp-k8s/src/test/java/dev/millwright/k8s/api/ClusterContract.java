package dev.millwright.k8s.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.stub.StubApiServer;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every {@link Cluster} does, over the objects of a {@link StubApiServer}. */
public abstract class ClusterContract {
    private static final Optional<String> SHOP = Optional.of("shop");

    protected static final String DEPLOYMENT = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, labels: {app: web}}
            spec:
              replicas: 2
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  containers:
                  - {name: app, image: "web:1", resources: {limits: {memory: 64Mi}}}
            """;

    protected static final String POD = """
            apiVersion: v1
            kind: Pod
            metadata: {name: web-1, labels: {app: web}}
            spec:
              nodeName: node-1
              containers: [{name: app, image: "web:1"}]
            status:
              phase: Running
              containerStatuses:
              - {name: app, ready: true, restartCount: 1, state: {running: {startedAt: "2026-11-20T14:00:00Z"}}}
            """;

    protected abstract StubApiServer server();

    protected abstract Cluster cluster();

    private static String configMaps(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> """
                        apiVersion: v1
                        kind: ConfigMap
                        metadata: {name: c-%04d, labels: {parity: %s}}
                        """.formatted(i, i % 2 == 0 ? "even" : "odd"))
                .collect(Collectors.joining("---\n"));
    }

    private static List<String> names(Page page) {
        return page.items().stream()
                .map(each -> each.at("/metadata/name").asText())
                .toList();
    }

    private static JsonNode json(String quoted) throws Exception {
        return Json.read(quoted.replace('\'', '"'));
    }

    @Test
    void listsInPagesThatEachSayWhatTheirObjectsAre() {
        server().load(configMaps(25));
        List<String> all = new ArrayList<>();
        ListQuery query = ListQuery.in(SHOP).limit(10);
        Page page = cluster().list(Kinds.CONFIG_MAP, query);
        assertThat(page.remaining()).hasValue(15);
        assertThat(page.items()).allSatisfy(each -> {
            assertThat(each.path("kind").asText()).isEqualTo("ConfigMap");
            assertThat(each.path("apiVersion").asText()).isEqualTo("v1");
        });
        all.addAll(names(page));
        while (!page.next().isEmpty()) {
            page = cluster().list(Kinds.CONFIG_MAP, query.after(page.next()));
            all.addAll(names(page));
        }
        assertThat(all).hasSize(25).doesNotHaveDuplicates().isSorted();
        assertThat(server().calls("list", "configmaps")).isEqualTo(3);
    }

    @Test
    void keepsOfEachObjectOnlyTheMembersAskedForAndWhichItIs() throws Exception {
        server().load(POD);
        ListQuery query = ListQuery.in(SHOP)
                .members(Members.only("metadata.labels.none", "spec.containers.image", "status.phase"));
        JsonNode pod = cluster().list(Kinds.POD, query).items().getFirst();
        JsonNode expected =
                json("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'web-1','namespace':'shop','labels':{}},"
                        + "'spec':{'containers':[{'image':'web:1'}]},'status':{'phase':'Running'}}");
        ((ObjectNode) expected.path("metadata")).set("resourceVersion", pod.at("/metadata/resourceVersion"));
        assertThat(pod).isEqualTo(expected);
    }

    @Test
    void tellsTheTokenOfTheNextPageAndNoneAfterTheLast() {
        server().load(configMaps(15));
        ListQuery query = ListQuery.in(SHOP).limit(10);
        List<String> told = new ArrayList<>();
        Page first = cluster().list(Kinds.CONFIG_MAP, query, told::add);
        assertThat(told).containsExactly(first.next());
        cluster().list(Kinds.CONFIG_MAP, query.after(first.next()), told::add);
        assertThat(told).hasSize(1);
    }

    @Test
    void pagesAreOfOneMomentAlsoWhenObjectsComeAndGo() {
        server().load(configMaps(6));
        Page first = cluster().list(Kinds.CONFIG_MAP, ListQuery.in(SHOP).limit(3));
        server().vanish(Kinds.CONFIG_MAP, "shop", "c-0004").load(configMaps(8));
        Page second =
                cluster().list(Kinds.CONFIG_MAP, ListQuery.in(SHOP).limit(10).after(first.next()));
        assertThat(names(second)).containsExactly("c-0003", "c-0004", "c-0005");
        assertThat(second.resourceVersion()).isEqualTo(first.resourceVersion());
    }

    @Test
    void saysThatAPageTokenHasExpired() {
        server().load(configMaps(6));
        Page first = cluster().list(Kinds.CONFIG_MAP, ListQuery.in(SHOP).limit(3));
        server().expire();
        ApiError error = catchThrowableOfType(
                ApiError.class,
                () -> cluster()
                        .list(Kinds.CONFIG_MAP, ListQuery.in(SHOP).limit(3).after(first.next())));
        assertThat(error.isGone()).isTrue();
        assertThat(error.reason()).isEqualTo("Expired");
        assertThat(error).hasMessageStartingWith("The provided continue parameter is too old");
    }

    @Test
    void selectsByLabelsAndFields() {
        server().load(configMaps(6)).load(POD);
        assertThat(names(cluster().list(Kinds.CONFIG_MAP, ListQuery.in(SHOP).labels("parity in (odd)"))))
                .containsExactly("c-0001", "c-0003", "c-0005");
        assertThat(names(cluster().list(Kinds.CONFIG_MAP, ListQuery.in(SHOP).labels("parity!=odd"))))
                .containsExactly("c-0000", "c-0002", "c-0004");
        assertThat(names(cluster()
                        .list(
                                Kinds.POD,
                                ListQuery.in(Optional.empty()).fields("spec.nodeName=node-1,status.phase!=Failed"))))
                .containsExactly("web-1");
        assertThat(catchThrowableOfType(
                        ApiError.class,
                        () -> cluster().list(Kinds.POD, ListQuery.in(SHOP).fields("spec.colour=red"))))
                .hasMessageContaining("field label not supported: spec.colour")
                .extracting(ApiError::code)
                .isEqualTo(400);
    }

    @Test
    void readsOneObjectOrNone() {
        server().load(DEPLOYMENT);
        assertThat(cluster().get(Kinds.DEPLOYMENT, SHOP, "web"))
                .get()
                .satisfies(each -> assertThat(each.at("/spec/replicas").asInt()).isEqualTo(2));
        assertThat(cluster().get(Kinds.DEPLOYMENT, SHOP, "wbe")).isEmpty();
    }

    @Test
    void knowsAllKindsThatAreServedCustomOnesToo() {
        server().load("""
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: widgets.example.org}
                spec:
                  group: example.org
                  scope: Namespaced
                  names: {kind: Widget, plural: widgets}
                  versions: [{name: v1, served: true, storage: true}]
                """).load("""
                apiVersion: example.org/v1
                kind: Widget
                metadata: {name: one}
                """);
        Kind widget = cluster().kinds().stream()
                .filter(each -> each.name().equals("Widget"))
                .findFirst()
                .orElseThrow();
        assertThat(names(cluster().list(widget, ListQuery.in(SHOP)))).containsExactly("one");
        assertThat(cluster().kinds()).contains(Kinds.POD, Kinds.DEPLOYMENT, Kinds.NODE);
        assertThat(server().seen().stream()
                        .filter(each -> each.path().startsWith("/api")
                                && each.resource().isEmpty()))
                .as("asked once, over /api and /apis")
                .hasSize(2);
    }

    @Test
    void createsOnceAndSaysWhatIsThereAlready() throws Exception {
        server().load(DEPLOYMENT);
        JsonNode map = json("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'c'},'data':{'k':'v'}}");
        assertThat(cluster()
                        .create(Kinds.CONFIG_MAP, SHOP, map, Write.DRY_RUN)
                        .at("/data/k")
                        .asText())
                .isEqualTo("v");
        assertThat(server().stored(Kinds.CONFIG_MAP, "shop", "c")).isEmpty();
        cluster().create(Kinds.CONFIG_MAP, SHOP, map, Write.FOR_REAL);
        assertThat(server().stored(Kinds.CONFIG_MAP, "shop", "c")).isPresent();
        ApiError again = catchThrowableOfType(
                ApiError.class, () -> cluster().create(Kinds.CONFIG_MAP, SHOP, map, Write.FOR_REAL));
        assertThat(again.isConflict()).isTrue();
        assertThat(again).hasMessage("configmaps \"c\" already exists");
        assertThat(again.reason()).isEqualTo("AlreadyExists");
    }

    @Test
    void replacesOnlyWhatNobodyElseChanged() {
        server().load(DEPLOYMENT);
        ObjectNode read =
                cluster().get(Kinds.DEPLOYMENT, SHOP, "web").orElseThrow().deepCopy();
        server().change(
                        Kinds.DEPLOYMENT,
                        "shop",
                        "web",
                        each -> each.withObjectProperty("spec").put("replicas", 5));
        read.withObjectProperty("spec").put("replicas", 3);
        ApiError error = catchThrowableOfType(
                ApiError.class, () -> cluster().replace(Kinds.DEPLOYMENT, SHOP, "web", read, Write.FOR_REAL));
        assertThat(error.isConflict()).isTrue();
        assertThat(error).hasMessageContaining("the object has been modified");
        read.withObjectProperty("metadata").remove("resourceVersion");
        JsonNode replaced = cluster().replace(Kinds.DEPLOYMENT, SHOP, "web", read, Write.FOR_REAL);
        assertThat(replaced.at("/spec/replicas").asInt()).isEqualTo(3);
        assertThat(replaced.at("/metadata/managedFields/0/manager").asText()).isEqualTo("millwright");
    }

    @Test
    void patchesInEachWayAndChangesNothingInADryRun() throws Exception {
        server().load(DEPLOYMENT);
        String image = "/spec/template/spec/containers/0/image";
        JsonNode dry = cluster()
                .patch(
                        Kinds.DEPLOYMENT,
                        SHOP,
                        "web",
                        new Patch(
                                Patch.Type.JSON,
                                json("[{'op':'test','path':'" + image + "','value':'web:1'},{'op':'replace','path':'"
                                        + image + "','value':'web:2'}]")),
                        Write.DRY_RUN);
        assertThat(dry.at(image).asText()).isEqualTo("web:2");
        assertThat(server().stored(Kinds.DEPLOYMENT, "shop", "web")
                        .orElseThrow()
                        .at(image)
                        .asText())
                .isEqualTo("web:1");
        JsonNode strategic = cluster()
                .patch(
                        Kinds.DEPLOYMENT,
                        SHOP,
                        "web",
                        new Patch(
                                Patch.Type.STRATEGIC,
                                json("{'spec':{'template':{'spec':{'containers':[{'name':'app','image':'web:3'}]}}}}")),
                        Write.FOR_REAL);
        assertThat(strategic.at(image).asText()).isEqualTo("web:3");
        assertThat(strategic
                        .at("/spec/template/spec/containers/0/resources/limits/memory")
                        .asText())
                .as("a list merged by its key loses nothing")
                .isEqualTo("64Mi");
        JsonNode merged = cluster()
                .patch(
                        Kinds.DEPLOYMENT,
                        SHOP,
                        "web",
                        new Patch(Patch.Type.MERGE, json("{'spec':{'replicas':4}}")),
                        Write.FOR_REAL);
        assertThat(merged.at("/spec/replicas").asInt()).isEqualTo(4);
        assertThat(merged.at("/metadata/generation").asInt()).isEqualTo(3);
    }

    @Test
    void saysThatAJsonPatchDoesNotFitAnyMore() throws Exception {
        server().load(DEPLOYMENT);
        Patch patch = new Patch(Patch.Type.JSON, json("[{'op':'test','path':'/spec/replicas','value':9}]"));
        ApiError error = catchThrowableOfType(
                ApiError.class, () -> cluster().patch(Kinds.DEPLOYMENT, SHOP, "web", patch, Write.FOR_REAL));
        assertThat(error.code()).isEqualTo(422);
        assertThat(error).hasMessageContaining("a test of it does not hold");
    }

    @Test
    void appliesUnlessAnotherManagerOwnsTheField() throws Exception {
        server().load(DEPLOYMENT);
        Patch patch = new Patch(
                Patch.Type.APPLY,
                json("{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'web'},'spec':{'replicas':7}}"));
        ApiError error = catchThrowableOfType(
                ApiError.class, () -> cluster().patch(Kinds.DEPLOYMENT, SHOP, "web", patch, Write.FOR_REAL));
        assertThat(error.isConflict()).isTrue();
        assertThat(error).hasMessageContaining("Apply failed with 1 conflict").hasMessageContaining(".spec.replicas");
        JsonNode forced = cluster().patch(Kinds.DEPLOYMENT, SHOP, "web", patch, new Write(false, true));
        assertThat(forced.at("/spec/replicas").asInt()).isEqualTo(7);
        assertThat(forced.at("/spec/template/spec/containers/0/image").asText()).isEqualTo("web:1");
    }

    @Test
    void refusesFieldsThatDoNotExist() throws Exception {
        server().load(DEPLOYMENT);
        Patch patch = new Patch(Patch.Type.MERGE, json("{'spec':{'replica':4}}"));
        assertThat(catchThrowableOfType(
                        ApiError.class, () -> cluster().patch(Kinds.DEPLOYMENT, SHOP, "web", patch, Write.FOR_REAL)))
                .hasMessageContaining("unknown field \"spec.replica\"");
    }

    @Test
    void deletesOnlyTheVeryObject() {
        server().load(DEPLOYMENT);
        assertThat(catchThrowableOfType(
                        ApiError.class,
                        () -> cluster()
                                .delete(
                                        Kinds.DEPLOYMENT,
                                        SHOP,
                                        "web",
                                        new Deletion(
                                                Optional.of("another"),
                                                Optional.empty(),
                                                "Background",
                                                OptionalInt.empty(),
                                                false))))
                .hasMessageContaining("does not match the UID in record");
        cluster()
                .delete(
                        Kinds.DEPLOYMENT,
                        SHOP,
                        "web",
                        new Deletion(Optional.empty(), Optional.empty(), "Background", OptionalInt.empty(), true));
        assertThat(server().stored(Kinds.DEPLOYMENT, "shop", "web")).isPresent();
        cluster().delete(Kinds.DEPLOYMENT, SHOP, "web", Deletion.BACKGROUND);
        assertThat(server().stored(Kinds.DEPLOYMENT, "shop", "web")).isEmpty();
        assertThat(catchThrowableOfType(
                                ApiError.class,
                                () -> cluster().delete(Kinds.DEPLOYMENT, SHOP, "web", Deletion.BACKGROUND))
                        .isNotFound())
                .isTrue();
    }

    private static LogQuery log(boolean previous, OptionalInt tail, int maxBytes) {
        return new LogQuery(
                "shop", "web-1", "app", previous, false, OptionalInt.empty(), Optional.empty(), tail, maxBytes);
    }

    @Test
    void readsTheNewestOfALogWithinItsBytes() {
        String text =
                IntStream.range(0, 1_000).mapToObj(i -> "line " + i + "\n").collect(Collectors.joining());
        server().load(POD).logs("shop", "web-1", "app", false, text);
        assertThat(cluster().logs(log(false, OptionalInt.of(3), 10_000))).hasValue("line 997\nline 998\nline 999\n");
        assertThat(cluster().logs(log(false, OptionalInt.of(500), 30)))
                .as("cut at its start, to whole lines")
                .hasValue("line 997\nline 998\nline 999\n");
        assertThat(cluster().logs(log(false, OptionalInt.empty(), 14))).hasValue("line 0\nline 1\n");
    }

    @Test
    void readsALogFromATimeOnWithItsTimes() {
        server().at(Instant.parse("2026-11-20T14:10:00Z"))
                .load(POD)
                .logs("shop", "web-1", "app", false, "2026-11-20T14:00:00Z old\n2026-11-20T14:09:30.5Z new\n");
        assertThat(cluster()
                        .logs(new LogQuery(
                                "shop",
                                "web-1",
                                "app",
                                false,
                                true,
                                OptionalInt.of(60),
                                Optional.empty(),
                                OptionalInt.empty(),
                                1_000)))
                .hasValue("2026-11-20T14:09:30.500Z new\n");
    }

    @Test
    void hasNoLogWhereTheKubeletHasNone() {
        server().load(POD);
        assertThat(cluster().logs(log(true, OptionalInt.of(10), 1_000))).isEmpty();
        server().logs("shop", "web-1", "app", true, "unable to retrieve container logs for containerd://5d1cafe");
        assertThat(cluster().logs(log(true, OptionalInt.of(10), 1_000))).isEmpty();
        assertThat(cluster().logs(log(true, OptionalInt.empty(), 1_000))).isEmpty();
        assertThat(cluster().logs(log(false, OptionalInt.of(10), 1_000)))
                .as("a container that has written nothing has an empty log")
                .hasValue("");
    }

    @Test
    void readsAnyPathAsJsonOrText() {
        server().version(31).unready("etcd");
        assertThat(cluster().json("/version").path("minor").asText()).isEqualTo("31");
        assertThat(cluster().text("/readyz?verbose")).contains("[-]etcd failed").contains("readyz check failed");
        assertThat(catchThrowableOfType(ApiError.class, () -> cluster().json("/apis/metrics.k8s.io/v1beta1/nodes"))
                        .isNotFound())
                .isTrue();
    }

    @Test
    void waitsUntilAnObjectIsAsWanted() throws Exception {
        server().load(DEPLOYMENT);
        CountDownLatch watching = new CountDownLatch(1);
        Thread changing = Thread.ofVirtual().start(() -> {
            try {
                watching.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            server().change(
                            Kinds.DEPLOYMENT,
                            "shop",
                            "web",
                            each -> each.withObjectProperty("status").put("readyReplicas", 2));
        });
        JsonNode ready = cluster()
                .await(
                        Kinds.DEPLOYMENT,
                        SHOP,
                        "web",
                        each -> {
                            watching.countDown();
                            return each.at("/status/readyReplicas").asInt() == 2;
                        },
                        Duration.ofSeconds(60));
        assertThat(ready.at("/status/readyReplicas").asInt()).isEqualTo(2);
        changing.join();
    }

    @Test
    void waitsUntilAnObjectIsGone() throws Exception {
        server().load(DEPLOYMENT);
        CountDownLatch looked = new CountDownLatch(1);
        Thread.ofVirtual().start(() -> {
            try {
                looked.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            server().vanish(Kinds.DEPLOYMENT, "shop", "web");
        });
        JsonNode gone = cluster()
                .await(
                        Kinds.DEPLOYMENT,
                        SHOP,
                        "web",
                        each -> {
                            looked.countDown();
                            return false;
                        },
                        Duration.ofSeconds(60));
        assertThat(gone.isMissingNode()).isTrue();
    }

    @Test
    void givesTheObjectAsItIsWhenTimeIsUp() throws Exception {
        server().load(DEPLOYMENT);
        assertThat(cluster()
                        .await(Kinds.DEPLOYMENT, SHOP, "web", each -> false, Duration.ofMillis(50))
                        .at("/spec/replicas")
                        .asInt())
                .isEqualTo(2);
    }

    private static Exec exec(byte[] stdin, int maxBytes, String... argv) {
        return new Exec("shop", "web-1", "app", List.of(argv), stdin, Duration.ofSeconds(60), maxBytes);
    }

    @Test
    void runsAProgramWithItsArgumentsAsTheyAre() throws Exception {
        server().load(POD)
                .program(started -> new StubApiServer.Ended(3, String.join("|", started.argv()), "to stderr"));
        assertThat(cluster().exec(exec(new byte[0], 1_000, "echo", "a b", "$HOME; rm")))
                .isEqualTo(new Exec.Ended(3, "echo|a b|$HOME; rm", "to stderr", false));
    }

    @Test
    void givesAProgramItsInputToTheEnd() throws Exception {
        server().load(POD).program(started -> new StubApiServer.Ended(0, Integer.toString(started.stdin().length), ""));
        assertThat(cluster().exec(exec(new byte[50_000], 1_000, "wc", "-c")).stdout())
                .isEqualTo("50000");
    }

    @Test
    void keepsNoMoreOfAnOutputThanAsked() throws Exception {
        server().load(POD).program(started -> new StubApiServer.Ended(0, "x".repeat(200_000), ""));
        Exec.Ended ended = cluster().exec(exec(new byte[0], 70_000, "yes"));
        assertThat(ended.stdout()).hasSize(70_000);
        assertThat(ended.truncated()).isTrue();
    }

    @Test
    void saysThatAProgramIsNotThere() throws Exception {
        server().load(POD);
        Exec.Ended ended = cluster().exec(exec(new byte[0], 1_000, "bsah"));
        assertThat(ended.exitCode()).isEqualTo(127);
        assertThat(ended.stderr()).contains("\"bsah\": executable file not found in $PATH");
    }

    @Test
    void stopsWaitingForAProgramWhenInterrupted() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        server().load(POD).program(each -> {
            started.countDown();
            try {
                new CountDownLatch(1).await();
            } finally {
                stopped.countDown();
            }
            return new StubApiServer.Ended(0, "", "");
        });
        Thread caller = Thread.currentThread();
        Thread.ofVirtual().start(() -> {
            try {
                started.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            caller.interrupt();
        });
        assertThat(catchThrowableOfType(
                        InterruptedException.class, () -> cluster().exec(exec(new byte[0], 1_000, "sleep"))))
                .isNotNull();
        assertThat(stopped.await(60, TimeUnit.SECONDS))
                .as("the stream is closed")
                .isTrue();
    }

    @Test
    void leadsToAPortOfAPod() throws Exception {
        try (ServerSocket database = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        Socket socket = database.accept();
                        Thread.ofVirtual().start(() -> echo(socket));
                    }
                } catch (java.io.IOException e) {
                    // The test is over.
                    return;
                }
            });
            server().load(POD).port("shop", "web-1", 5432, database.getLocalPort());
            try (Tunnel tunnel = cluster().forward("shop", "web-1", 5432)) {
                for (int i = 0; i < 2; i++) {
                    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), tunnel.port())) {
                        byte[] sent = ("x".repeat(20_000) + i).getBytes(StandardCharsets.UTF_8);
                        OutputStream out = socket.getOutputStream();
                        out.write(sent);
                        out.flush();
                        assertThat(socket.getInputStream().readNBytes(sent.length))
                                .isEqualTo(sent);
                    }
                }
            }
        }
    }

    private static void echo(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[4_096];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                socket.getOutputStream().write(buffer, 0, n);
            }
        } catch (java.io.IOException e) {
            // The other side is gone.
            return;
        }
    }

    @Test
    void refusesAPortOfAPodThatDoesNotRun() {
        server().load(POD)
                .change(
                        Kinds.POD,
                        "shop",
                        "web-1",
                        each -> each.withObjectProperty("status").put("phase", "Pending"));
        assertThat(catchThrowableOfType(ApiError.class, () -> cluster().forward("shop", "web-1", 5432)))
                .hasMessage("the pod is Pending, not Running");
    }

    @Test
    void namesWhatIsForbidden() {
        server().user("system:serviceaccount:shop:reader").deny("list", "configmaps", "shop");
        ApiError error =
                catchThrowableOfType(ApiError.class, () -> cluster().list(Kinds.CONFIG_MAP, ListQuery.in(SHOP)));
        assertThat(error.isForbidden()).isTrue();
        assertThat(error)
                .hasMessage(
                        "configmaps is forbidden: User \"system:serviceaccount:shop:reader\" cannot list resource \"configmaps\" in API group \"\" in the namespace \"shop\"");
        assertThat(error.what()).isEqualTo("list configmaps in shop");
    }
}
