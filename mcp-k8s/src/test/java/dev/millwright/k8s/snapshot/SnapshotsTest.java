package dev.millwright.k8s.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millwright.json.Json;
import dev.millwright.json.Schema;
import dev.millwright.k8s.Recorded;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.archive.Tar;
import dev.millwright.k8s.config.K8sReach;
import dev.millwright.k8s.reach.Roots;
import dev.millwright.k8s.state.Source;
import dev.millwright.testing.FakeCall;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotsTest {
    private static final String POD = pod("shop", "web");

    @TempDir
    Path root;

    private Roots roots;
    private final List<String> hidden = new ArrayList<>();

    @BeforeEach
    void open() {
        K8sReach reach = Schema.of(K8sReach.class, Schema.Keys.KEBAB)
                .bind(Json.object().set("roots", Json.array().add(root.toString())));
        roots = new Roots(Map.of(Tenant.DEFAULT, reach), List.of());
    }

    @AfterEach
    void close() {
        roots.close();
    }

    private Snapshot read(String path) {
        return new Snapshots(roots, hidden::addAll).read(new FakeCall(), path);
    }

    private void file(String path, String content) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private static String pod(String namespace, String name) {
        return """
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s","namespace":"%s","uid":"u-%s-%s",
                "creationTimestamp":"2026-11-20T10:00:00Z"},"spec":{},"status":{"startTime":"2026-11-20T11:00:00Z"}}""".formatted(name, namespace, namespace, name);
    }

    private static String list(String... items) {
        return "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[" + String.join(",", items) + "]}";
    }

    private static List<String> pods(Snapshot snapshot) {
        return snapshot.source().list(Kinds.POD, Optional.empty()).items().stream()
                .map(each -> each.namespace() + "/" + each.name())
                .sorted()
                .toList();
    }

    private static boolean whole(Source source, String namespace) {
        return source.list(Kinds.POD, Optional.of(namespace)).missing().isEmpty();
    }

    @Test
    void readsListsAsKubectlWritesThem() throws IOException {
        file("dump/pods.json", list(POD));
        Snapshot snapshot = read("dump");
        assertThat(pods(snapshot)).containsExactly("shop/web");
        assertThat(snapshot.namespace()).contains("shop");
        assertThat(snapshot.source().now()).isEqualTo("2026-11-20T11:00:00Z");
        assertThat(whole(snapshot.source(), "shop")).isTrue();
        assertThat(whole(snapshot.source(), "other")).isFalse();
        assertThat(snapshot.source().list(Kinds.SERVICE, Optional.of("shop")).missing())
                .hasValueSatisfying(each -> assertThat(each).hasToString("list services in shop: not in the snapshot"));
    }

    @Test
    void readsASingleFile() throws IOException {
        file("pods.json", list(POD));
        assertThat(pods(read("pods.json"))).containsExactly("shop/web");
    }

    @Test
    void takesASingleObjectForOneOfMany() throws IOException {
        file("dump/pod.json", POD);
        Snapshot snapshot = read("dump");
        assertThat(pods(snapshot)).containsExactly("shop/web");
        assertThat(whole(snapshot.source(), "shop")).isFalse();
    }

    @Test
    void takesAListOfSeveralNamespacesForAllOfThem() throws IOException {
        file("dump/pods.json", list(POD, pod("other", "db")));
        Snapshot snapshot = read("dump");
        assertThat(snapshot.namespace()).isEmpty();
        assertThat(whole(snapshot.source(), "third")).isTrue();
    }

    @Test
    void leavesManifestsOut() throws IOException {
        file("dump/pods.json", list(POD));
        file("dump/manifest.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: wanted, namespace: shop}\n");
        assertThat(pods(read("dump"))).containsExactly("shop/web");
    }

    @Test
    void readsClusterInfoDumps() throws IOException {
        String bare = POD.replace("\"apiVersion\":\"v1\",\"kind\":\"Pod\",", "");
        file("dump/nodes.json", "{\"kind\":\"NodeList\",\"apiVersion\":\"v1\",\"items\":[]}");
        file("dump/shop/pods.json", "{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"items\":[" + bare + "]}");
        file("dump/shop/services.json", "{\"kind\":\"ServiceList\",\"apiVersion\":\"v1\",\"items\":[]}");
        file(
                "dump/shop/web/logs.txt",
                "==== START logs for container app of pod shop/web ====\nhello\n==== END logs for container app of pod shop/web ====\n");
        Snapshot snapshot = read("dump");
        assertThat(pods(snapshot)).containsExactly("shop/web");
        assertThat(snapshot.source().log("shop", "web", "app", false)).contains("hello\n");
        assertThat(snapshot.source().list(Kinds.SERVICE, Optional.of("shop")).missing())
                .isEmpty();
        assertThat(snapshot.source().list(Kinds.NODE, Optional.empty()).missing())
                .isEmpty();
    }

    @Test
    void readsClusterInfoDumpsThatWentToStandardOutput() throws IOException {
        file(
                "dump.txt",
                "{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"items\":[" + POD + "]}\n"
                        + "{\"kind\":\"ServiceList\",\"apiVersion\":\"v1\",\"items\":[]}\n"
                        + "==== START logs for container app of pod shop/web ====\n{\"level\":\"error\"}\n"
                        + "==== END logs for container app of pod shop/web ====\n");
        Snapshot snapshot = read("dump.txt");
        assertThat(pods(snapshot)).containsExactly("shop/web");
        assertThat(snapshot.source().log("shop", "web", "app", false)).contains("{\"level\":\"error\"}\n");
    }

    @Test
    void readsMustGathers() throws IOException {
        String base = "must-gather/image/namespaces/shop/";
        file(base + "core/pods.yaml", """
                ---
                apiVersion: v1
                kind: PodList
                items:
                - metadata: {name: web, namespace: shop, uid: u-1}
                  status: {phase: Running}
                """);
        file(base + "core/services.yaml", "apiVersion: v1\nkind: ServiceList\nitems: []\n");
        file(
                base + "pods/web/app/app/logs/current.log",
                "2026-11-20T12:00:00.123456789Z first\n2026-11-20T12:00:01.000000001Z second\n");
        file(base + "pods/web/app/app/logs/previous.log", "2026-11-20T11:00:00.1Z gone\n");
        file(
                "must-gather/image/cluster-scoped-resources/core/nodes/n1.yaml",
                "apiVersion: v1\nkind: Node\nmetadata: {name: n1, uid: u-2}\n");
        Snapshot snapshot = read("must-gather");
        assertThat(pods(snapshot)).containsExactly("shop/web");
        assertThat(snapshot.source().log("shop", "web", "app", false)).contains("first\nsecond\n");
        assertThat(snapshot.source().log("shop", "web", "app", true)).contains("gone\n");
        assertThat(snapshot.source().list(Kinds.SERVICE, Optional.of("shop")).missing())
                .isEmpty();
        assertThat(snapshot.source().list(Kinds.NODE, Optional.empty()).items()).hasSize(1);
    }

    @Test
    void readsRecordingsWhoseNamespaceIsWhole() throws IOException {
        file(
                "rec/objects.json",
                Files.readString(Recorded.folder("crash-prisma").resolve("objects.json")));
        file("rec/logs/a__app__previous.log", "unable to retrieve container logs for containerd://1");
        Snapshot snapshot = read("rec");
        assertThat(snapshot.source()
                        .list(Kinds.INGRESS, Optional.of("crash-prisma"))
                        .missing())
                .isEmpty();
        assertThat(snapshot.source()
                        .list(Kinds.SECRET, Optional.of("crash-prisma"))
                        .missing())
                .isPresent();
        assertThat(snapshot.source().log("", "a", "app", true)).isEmpty();
    }

    @Test
    void readsArchivesOfAllKinds() throws IOException {
        byte[] tar = tar(Map.of("x/pods.json", list(POD)));
        Files.write(root.resolve("a.tar"), tar);
        Files.write(root.resolve("a.tar.gz"), gzip(tar));
        Files.write(root.resolve("a.zip"), zip(Map.of("x/pods.json", list(POD))));
        for (String each : List.of("a.tar", "a.tar.gz", "a.zip")) {
            assertThat(pods(read(each))).as(each).containsExactly("shop/web");
        }
    }

    @Test
    void readsNamesOfAnyLength() throws IOException {
        String deep = "n".repeat(90) + "/" + "m".repeat(90) + "/pods.json";
        Files.write(root.resolve("a.tar"), tar(Map.of(deep, list(POD))));
        assertThat(pods(read("a.tar"))).containsExactly("shop/web");
    }

    @Test
    void readsArchivesOfTheTarProgram() throws Exception {
        String path = "in/" + "n".repeat(120) + "/pods.json";
        file(path, list(POD));
        for (String format : List.of("--format=gnu", "--format=pax", "--format=ustar")) {
            Process made = new ProcessBuilder("tar", format, "-czf", "out.tgz", path)
                    .directory(root.toFile())
                    .start();
            assertThat(made.waitFor()).isZero();
            assertThat(pods(read("out.tgz"))).as(format).containsExactly("shop/web");
        }
    }

    @Test
    void leavesOutNamesThatLeadOutsideAndLinks() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Tar.write(out, "../../evil.json", list(pod("shop", "evil")).getBytes(StandardCharsets.UTF_8));
        Tar.write(out, "/etc/evil.json", list(pod("shop", "evil2")).getBytes(StandardCharsets.UTF_8));
        Tar.write(out, "pods.json", list(POD).getBytes(StandardCharsets.UTF_8));
        byte[] link = Arrays.copyOf(tar(Map.of("link.json", "")), Tar.BLOCK);
        link[156] = '2';
        int sum = 0;
        for (int i = 0; i < Tar.BLOCK; i++) {
            sum += i >= 148 && i < 156 ? ' ' : link[i] & 0xff;
        }
        System.arraycopy("%06o\0 ".formatted(sum).getBytes(StandardCharsets.US_ASCII), 0, link, 148, 8);
        out.write(link);
        Tar.end(out);
        Files.write(root.resolve("a.tar"), out.toByteArray());
        Snapshot snapshot = read("a.tar");
        assertThat(pods(snapshot)).containsExactly("shop/web");
        assertThat(snapshot.partial())
                .containsExactly(
                        "read a.tar: left out names that lead outside", "read a.tar: left out links and special files");
    }

    @Test
    void doesNotFollowLinksOutOfAFolder() throws IOException {
        Path outside = Files.createTempDirectory("outside");
        Files.writeString(outside.resolve("pods.json"), list(pod("shop", "evil")));
        file("dump/pods.json", list(POD));
        Files.createSymbolicLink(root.resolve("dump/more"), outside);
        Snapshot snapshot = read("dump");
        assertThat(pods(snapshot)).containsExactly("shop/web");
        assertThat(snapshot.partial()).containsExactly("read dump: left out links and special files");
    }

    @Test
    void endsABomb() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(packed)) {
            byte[] head = Arrays.copyOf(tar(Map.of("pods.json", "x")), Tar.BLOCK);
            byte[] size = "%011o\0".formatted(1L << 32).getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(size, 0, head, 124, 12);
            int sum = 0;
            for (int i = 0; i < Tar.BLOCK; i++) {
                sum += i >= 148 && i < 156 ? ' ' : head[i] & 0xff;
            }
            System.arraycopy("%06o\0 ".formatted(sum).getBytes(StandardCharsets.US_ASCII), 0, head, 148, 8);
            out.write(head);
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 64; i++) {
                out.write(zeros);
            }
        }
        Files.write(root.resolve("bomb.tar.gz"), packed.toByteArray());
        assertThatThrownBy(() -> read("bomb.tar.gz"))
                .isInstanceOfSatisfying(
                        ToolException.class, e -> assertThat(e.kind()).isEqualTo(ToolException.Kind.LIMIT))
                .hasMessage(
                        "/snapshot bomb.tar.gz unpacks to more than 250 times its size: it is no dump of a cluster");
    }

    @Test
    void endsAnArchiveOfTooManyFiles() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i <= 50_000; i++) {
            Tar.write(out, "f" + i + ".json", new byte[0]);
        }
        Tar.end(out);
        Files.write(root.resolve("many.tar"), out.toByteArray());
        assertThatThrownBy(() -> read("many.tar")).hasMessage("/snapshot many.tar has more than 50000 files");
    }

    @Test
    void saysThatAnArchiveIsCutShort() throws IOException {
        byte[] packed = gzip(tar(Map.of("pods.json", list(POD))));
        Files.write(root.resolve("cut.tgz"), Arrays.copyOf(packed, packed.length - 20));
        assertThatThrownBy(() -> read("cut.tgz"))
                .isInstanceOfSatisfying(
                        ToolException.class, e -> assertThat(e.kind()).isEqualTo(ToolException.Kind.INVALID_INPUT))
                .hasMessageContaining("cut.tgz ends too early");
        byte[] tar = tar(Map.of("pods.json", list(POD)));
        Files.write(root.resolve("cut.tar"), Arrays.copyOf(tar, 700));
        assertThatThrownBy(() -> read("cut.tar")).hasMessageContaining("cut.tar ends too early");
        byte[] zip = zip(Map.of("pods.json", list(POD)));
        Files.write(root.resolve("cut.zip"), Arrays.copyOf(zip, 60));
        assertThatThrownBy(() -> read("cut.zip")).hasMessageContaining("cut.zip");
    }

    @Test
    void doesNotOpenArchivesInArchives() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Tar.write(out, "inner.tar", tar(Map.of("pods.json", list(POD))));
        Tar.end(out);
        Files.write(root.resolve("outer.tar"), out.toByteArray());
        assertThatThrownBy(() -> read("outer.tar")).hasMessageStartingWith("/snapshot outer.tar holds no objects");
    }

    @Test
    void saysWhatIsNoJsonAndReadsTheRest() throws IOException {
        file("dump/broken.json", list(POD).substring(0, 80));
        file("dump/deep.json", "[".repeat(100_000));
        file("dump/broken.yaml", "a: [1\n");
        file("dump/aliases.yaml", "a: &a [x]\nb: &b [*a,*a]\nc: [*b,*b]\n");
        file("dump/pods.json", list(POD));
        Snapshot snapshot = read("dump");
        assertThat(pods(snapshot)).containsExactly("shop/web");
        assertThat(snapshot.partial())
                .contains(
                        "read broken.json: is not whole JSON",
                        "read deep.json: is not whole JSON",
                        "read broken.yaml: is not whole YAML");
    }

    @Test
    void saysWhatItTakesWhereThereIsNothing() throws IOException {
        file("empty/readme.md", "nothing");
        assertThatThrownBy(() -> read("empty"))
                .isInstanceOfSatisfying(
                        ToolException.class, e -> assertThat(e.kind()).isEqualTo(ToolException.Kind.INVALID_INPUT))
                .hasMessageContaining("holds no objects of a cluster; it takes lists as kubectl get -o json");
        assertThatThrownBy(() -> read("absent")).isInstanceOf(ToolException.class);
        assertThatThrownBy(() -> read("/etc")).isInstanceOf(ToolException.class);
    }

    @Test
    void tellsTheProcessTheSecretsItMeets() throws IOException {
        file("dump/secrets.json", list("""
                        {"apiVersion":"v1","kind":"Secret","metadata":{"name":"s","namespace":"shop","uid":"u"},
                        "stringData":{"password":"CANARY-12345"}}"""));
        read("dump");
        assertThat(hidden).contains("CANARY-12345");
    }

    private static byte[] tar(Map<String, String> files) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Map.Entry<String, String> each : files.entrySet()) {
            Tar.write(out, each.getKey(), each.getValue().getBytes(StandardCharsets.UTF_8));
        }
        Tar.end(out);
        return out.toByteArray();
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    private static byte[] zip(Map<String, String> files) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, String> each : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(each.getKey()));
                zip.write(each.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        return out.toByteArray();
    }
}
