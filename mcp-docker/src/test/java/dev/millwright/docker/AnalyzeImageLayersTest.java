package dev.millwright.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.docker.archive.TestImage;
import dev.millwright.docker.archive.TestImage.Packing;
import dev.millwright.docker.archive.TestLayer;
import dev.millwright.testing.FakeCall;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An image with known waste, built by a real engine; and archives that no engine here writes. */
class AnalyzeImageLayersTest {
    private static final String IMAGE =
            "millwright-test/waste-" + UUID.randomUUID().toString().substring(0, 8) + ":1";

    @TempDir
    static Path context;

    @TempDir
    Path data;

    @TempDir
    Path root;

    private Docker docker;

    @BeforeAll
    static void build() throws IOException {
        Files.createDirectory(context.resolve("app"));
        Files.writeString(context.resolve("app/run"), "r".repeat(10_000));
        Files.writeString(context.resolve("app/model"), "m".repeat(20_000));
        Files.writeString(context.resolve("app/log"), "l".repeat(5_000));
        Files.writeString(context.resolve("Dockerfile"), """
                FROM %s
                LABEL dev.millwright.test=dk-layers
                COPY app /app
                RUN chmod 755 /app/run
                RUN head -c 300000 /dev/zero > /tmp/junk
                RUN rm /tmp/junk
                RUN cp /app/model /app/copy
                RUN echo more >> /app/log
                ENV DONE=1
                """.formatted(RealEngine.BASE));
        RealEngine.socket();
        RealEngine.docker("build", "-q", "--force-rm", "-t", IMAGE, context.toString());
    }

    @AfterAll
    static void remove() {
        RealEngine.docker("rmi", "-f", IMAGE);
    }

    @BeforeEach
    void open() {
        docker = new Docker(data, RealEngine.reach("{'roots':['" + root + "']}"));
    }

    @AfterEach
    void close() throws Exception {
        docker.close();
    }

    private JsonNode analyze(String arguments) throws Exception {
        return docker.call("analyze_image_layers", arguments);
    }

    private static List<String> causes(JsonNode findings) {
        List<String> causes = new ArrayList<>();
        findings.forEach(each -> causes.add("%s %d @%d"
                .formatted(
                        each.path("cause").asText(),
                        each.path("bytes").asLong(),
                        each.path("layer").asInt())));
        return causes;
    }

    @Test
    void findsKnownWasteOfABuiltImageToTheByte() throws Exception {
        JsonNode answer = analyze("{'image':'" + IMAGE + "'}");
        int copy = answer.path("layers").size() - 6;
        assertThat(answer.path("exact").path("wasted").asLong()).isEqualTo(300_000 + 10_000 + 5_000);
        assertThat(causes(answer.path("wasted")))
                .containsExactly(
                        "deleted-later 300000 @" + (copy + 2), "same-content 10000 @" + copy, "changed 5000 @" + copy);
        assertThat(answer.path("wasted").path(1).path("fix").asText()).startsWith("COPY --chmod=755 in layer " + copy);
        assertThat(causes(answer.path("avoidable"))).containsExactly("duplicate 20000 @" + (copy + 4));
        assertThat(answer.path("layers").path(copy).path("instruction").asText())
                .startsWith("COPY");
        assertThat(answer.path("layers").path(copy + 2).path("instruction").asText())
                .isEqualTo("RUN head -c 300000 /dev/zero > /tmp/junk");
        assertThat(answer.path("summary").asText()).contains("315 kB of it never seen");
    }

    /** Of the base one layer has nothing but links, whose targets the engine counts as bytes and a tar does not. */
    @Test
    void layersAreAsLargeAsTheEngineSays() throws Exception {
        JsonNode answer = analyze("{'image':'" + IMAGE + "'}");
        List<Long> ours = new ArrayList<>();
        answer.path("layers").forEach(each -> ours.add(each.path("bytes").asLong()));
        List<Long> engines = RealEngine.docker("history", "--no-trunc", "--human=false", "--format", "{{.Size}}", IMAGE)
                .lines()
                .map(Long::parseLong)
                .toList()
                .reversed();
        assertThat(engines.stream().filter(each -> each > 0))
                .containsAll(ours.stream().filter(each -> each > 0).toList());
        assertThat(ours.subList(ours.size() - 6, ours.size()))
                .containsExactly(35_000L, 10_000L, 300_000L, 0L, 20_000L, 5_005L);
    }

    @Test
    void saysOfAnArchiveWhatItSaysOfTheEnginesImage() throws Exception {
        RealEngine.docker("save", "-o", root.resolve("image.tar").toString(), IMAGE);
        JsonNode fromEngine = analyze("{'image':'" + IMAGE + "','mode':'both'}");
        JsonNode fromArchive = analyze("{'tar':'image.tar','mode':'both'}");
        assertThat(fromArchive).isEqualTo(fromEngine);
        // run 10,000 twice, log 5,000 and 5,005; junk once; of the rest nothing
        assertThat(fromArchive.path("dive").path("wasted_bytes").asLong()).isEqualTo(20_000 + 10_005 + 300_000);
    }

    @Test
    void passesOrFailsLimits() throws Exception {
        assertThat(analyze("{'image':'" + IMAGE + "'}").has("ci")).isFalse();
        JsonNode failed = analyze("{'image':'" + IMAGE + "','max_wasted':314999,'min_efficiency':0.1}");
        assertThat(failed.path("ci").path("passed").asBoolean(true)).isFalse();
        assertThat(failed.path("ci").path("failed").path(0).asText())
                .isEqualTo("wasted 315000 bytes are more than 314999");
        assertThat(analyze("{'image':'" + IMAGE + "','max_wasted':315000}")
                        .path("ci")
                        .path("passed")
                        .asBoolean())
                .isTrue();
        assertThat(analyze("{'image':'" + IMAGE + "','mode':'dive','max_wasted':330004}")
                        .path("ci")
                        .path("passed")
                        .asBoolean(true))
                .isFalse();
        assertThat(analyze("{'image':'" + IMAGE + "','mode':'dive','max_wasted':330005}")
                        .path("ci")
                        .path("passed")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void groupsTheBytesByWhatIsAskedFor() throws Exception {
        JsonNode answer = analyze("{'image':'" + IMAGE + "','group_by':'instruction'}");
        JsonNode worst = answer.path("groups").path(0);
        assertThat(worst.path("key").asText()).isEqualTo("RUN head -c 300000 /dev/zero > /tmp/junk");
        assertThat(worst.path("wasted").asLong()).isEqualTo(300_000);
        assertThat(analyze("{'image':'" + IMAGE + "'}").has("groups")).isFalse();
        for (String by : List.of("instruction", "layer", "cause", "directory", "package")) {
            JsonNode each = analyze("{'image':'" + IMAGE + "','group_by':'" + by + "','top':100}");
            long bytes = 0;
            long wasted = 0;
            for (JsonNode row : each.path("groups")) {
                bytes += row.path("bytes").asLong();
                wasted += row.path("wasted").asLong();
            }
            assertThat(bytes).as(by).isEqualTo(each.path("exact").path("bytes").asLong());
            assertThat(wasted).as(by).isEqualTo(315_000);
        }
        assertThat(docker.refusal("analyze_image_layers", "{'image':'" + IMAGE + "','group_by':'file'}"))
                .hasMessageContaining("/group_by")
                .hasMessageContaining("directory");
    }

    @Test
    void leavesContentsAloneWhenAsked() throws Exception {
        JsonNode answer = analyze("{'image':'" + IMAGE + "','hash_duplicates':false,'max_wasted':314999}");
        assertThat(answer.path("exact").path("wasted").asLong()).isEqualTo(315_000);
        assertThat(causes(answer.path("wasted")).stream().map(each -> each.replaceAll(" @.*", "")))
                .containsExactly("deleted-later 300000", "changed 10000", "changed 5000");
        assertThat(answer.path("avoidable")).isEmpty();
        assertThat(answer.has("duplicates")).isFalse();
        assertThat(answer.path("ci").path("passed").asBoolean(true)).isFalse();
        assertThat(answer.path("summary").asText()).contains("Contents were not compared.");
    }

    @Test
    void saysOfEveryArchiveTheSameWithoutContents() throws Exception {
        TestImage image = new TestImage()
                .layer("COPY . /a", new TestLayer().file("a", 500).file("b", 70).file("c", 70))
                .layer("RUN chmod 600 /a", new TestLayer().mode(0600).file("a", 500))
                .layer("RUN rm /b", new TestLayer().whiteout("b"));
        Files.write(root.resolve("saved.tar"), image.saved("shop:2"));
        Files.write(root.resolve("plain.tar"), image.layout(Packing.PLAIN, true, "shop:2"));
        Files.write(root.resolve("gzip.tar"), image.layout(Packing.GZIP, false, "shop:2"));
        Files.write(root.resolve("zstd.tar"), image.layout(Packing.ZSTD, false, "shop:2"));
        Files.write(root.resolve("all.tar.gz"), TestImage.packed(image.saved("shop:2"), Packing.GZIP));
        JsonNode saved = analyze("{'tar':'saved.tar','hash_duplicates':false,'group_by':'cause','mode':'both'}");
        assertThat(saved.path("exact").path("wasted").asLong()).isEqualTo(570);
        for (String each : List.of("plain.tar", "gzip.tar", "zstd.tar", "all.tar.gz")) {
            JsonNode other = analyze("{'tar':'" + each + "','hash_duplicates':false,'group_by':'cause','mode':'both'}");
            assertThat(other).as(each).isEqualTo(saved);
            assertThat(analyze("{'tar':'" + each + "'}")
                            .path("exact")
                            .path("wasted")
                            .asLong())
                    .isEqualTo(570);
        }
    }

    @Test
    void refusesLimitsThatNoImageCanMean() {
        String call = "{'image':'" + IMAGE + "',%s}";
        assertThat(docker.refusal("analyze_image_layers", call.formatted("'min_efficiency':90")))
                .hasMessage("/min_efficiency must be a share from 0 to 1, got 90.0; 0.1 is 10 %");
        assertThat(docker.refusal("analyze_image_layers", call.formatted("'max_wasted_share':-0.5")))
                .hasMessageContaining("/max_wasted_share");
        assertThat(docker.refusal("analyze_image_layers", call.formatted("'max_wasted':-1")))
                .hasMessage("/max_wasted must be at least 0, got -1");
    }

    @Test
    void readsLayoutsAndChoosesOneOfSeveralImages() throws Exception {
        TestImage image = new TestImage()
                .layer("COPY . /a", new TestLayer().file("a", 500))
                .layer("RUN rm /a", new TestLayer().whiteout("a"));
        Files.write(root.resolve("layout.tar"), image.layout(Packing.ZSTD, false, "docker.io/library/shop:2"));
        assertThat(analyze("{'tar':'layout.tar','image':'shop:2'}")
                        .path("exact")
                        .path("wasted")
                        .asLong())
                .isEqualTo(500);
        ToolException other = docker.refusal("analyze_image_layers", "{'tar':'layout.tar','image':'shop:3'}");
        assertThat(other.kind()).isEqualTo(ToolException.Kind.NOT_FOUND);
        assertThat(other).hasMessageContaining("docker.io/library/shop:2 (linux/amd64)");
    }

    @Test
    void staysWithinItsBudgetAndSaysWhatIsLeftOut() throws Exception {
        TestImage image = new TestImage();
        for (int i = 0; i < 120; i++) {
            image.layer("RUN make step-" + i + " " + "x".repeat(100), new TestLayer().file("f" + i % 7, 100 + i));
        }
        Files.write(root.resolve("many.tar"), image.saved("many:1"));
        JsonNode answer = docker.call(
                "analyze_image_layers",
                Docker.json("{'tar':'many.tar','top':100}"),
                new FakeCall(Tenant.DEFAULT, 1_000));
        assertThat(answer.toString().length()).isLessThan(4_400);
        assertThat(answer.path("more").asText()).contains("more of wasted").contains("more of layers");
    }

    @Test
    void saysWhatIsMissing() {
        assertThat(docker.refusal("analyze_image_layers", "{}"))
                .hasMessageContaining("/image")
                .hasMessageContaining("/tar");
        assertThat(docker.refusal("analyze_image_layers", "{'image':'not-there:1'}")
                        .kind())
                .isEqualTo(ToolException.Kind.NOT_FOUND);
        assertThat(docker.refusal("analyze_image_layers", "{'tar':'../etc/passwd'}"))
                .isNotNull();
    }
}
