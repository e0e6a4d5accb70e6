package dev.millwright.k8s.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millwright.tool.ToolException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChartArchiveTest {
    private static final byte[] TEXT = "name: web".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path folder;

    @Test
    void unpacksTheFilesOfAChart() throws IOException {
        Path chart = ChartArchive.unpack(
                Tar.of(Map.of("web/Chart.yaml", "name: web", "web/templates/a.yaml", "kind: A")), folder);

        assertThat(chart).isEqualTo(folder.resolve("web"));
        assertThat(chart.resolve("templates/a.yaml")).hasContent("kind: A");
    }

    @Test
    void readsLongNames() throws IOException {
        String name = "web/templates/" + "long".repeat(40) + ".yaml";
        String pax = "path=" + name + "\n";
        int length = pax.length() + 5;
        byte[] gnu = new Tar()
                .entry("././@LongLink", 'L', "", (name + "\0").getBytes(StandardCharsets.UTF_8))
                .entry("web/short", '0', "", TEXT)
                .packed();
        byte[] posix = new Tar()
                .entry("web/pax", 'x', "", (length + " " + pax).getBytes(StandardCharsets.UTF_8))
                .entry("web/short", '0', "", TEXT)
                .packed();

        ChartArchive.unpack(gnu, Files.createDirectory(folder.resolve("gnu")));
        ChartArchive.unpack(posix, Files.createDirectory(folder.resolve("posix")));

        assertThat(folder.resolve("gnu").resolve(name)).exists();
        assertThat(folder.resolve("posix").resolve(name)).exists();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../escape",
                "web/../../escape",
                "/etc/escape",
                "web/..",
                "C:/escape",
                "web\\..\\escape",
                "web/./../../escape",
                "escape"
            })
    void refusesPathsThatLeaveTheChart(String name) throws IOException {
        byte[] archive = new Tar()
                .entry("web/Chart.yaml", '0', "", TEXT)
                .entry(name, '0', "", TEXT)
                .packed();
        Path into = Files.createDirectory(folder.resolve("into"));

        assertThatThrownBy(() -> ChartArchive.unpack(archive, into))
                .isInstanceOfSatisfying(
                        ToolException.class, e -> assertThat(e.kind()).isEqualTo(ToolException.Kind.INVALID_INPUT))
                .hasMessageContaining("/chart is refused");
        try (Stream<Path> beside = Files.list(folder)) {
            assertThat(beside).containsExactly(into);
        }
    }

    @ParameterizedTest
    @ValueSource(chars = {'1', '2', '3', '4', '6'})
    void refusesLinksAndDevices(char type) {
        byte[] archive = new Tar()
                .entry("web/Chart.yaml", '0', "", TEXT)
                .entry("web/templates", type, "/etc", new byte[0])
                .packed();

        assertThatThrownBy(() -> ChartArchive.unpack(archive, folder)).hasMessageContaining("a link or a device");
    }

    @Test
    void refusesAFileThatIsTooLarge() {
        byte[] archive = new Tar()
                .entry("web/big", '0', "", new byte[(int) ChartArchive.MOST_FILE + 1])
                .packed();

        assertThat(archive.length).isLessThan(20_000);
        assertThatThrownBy(() -> ChartArchive.unpack(archive, folder)).hasMessageContaining("bytes in web/big");
        assertThat(folder.resolve("web")).doesNotExist();
    }

    @Test
    void refusesMoreThanAChartHas() {
        Tar tar = new Tar();
        for (int i = 0; i < 21; i++) {
            tar.entry("web/part-" + i, '0', "", new byte[(int) ChartArchive.MOST_FILE]);
        }

        assertThatThrownBy(() -> ChartArchive.unpack(tar.packed(), folder)).hasMessageContaining("bytes in all");
    }

    @Test
    void refusesTwoCharts() {
        assertThatThrownBy(() -> ChartArchive.unpack(Tar.of(Map.of("a/Chart.yaml", "", "b/Chart.yaml", "")), folder))
                .hasMessageContaining("several folders at its top");
    }

    @Test
    void saysThatAnArchiveIsDamaged() {
        byte[] whole = Tar.of(Map.of("web/Chart.yaml", "x".repeat(100_000)));

        assertThatThrownBy(() -> ChartArchive.unpack(java.util.Arrays.copyOf(whole, whole.length / 2), folder))
                .hasMessageContaining("damaged");
        assertThatThrownBy(() -> ChartArchive.unpack(TEXT, folder)).hasMessageContaining("damaged");
    }

    @Test
    void boundsAReleaseThatUnfoldsTooFar() throws IOException {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bomb)) {
            for (int i = 0; i < Payload.MOST_BYTES / 1024 + 2; i++) {
                out.write(new byte[1024]);
            }
        }
        String payload = java.util.Base64.getEncoder().encodeToString(bomb.toByteArray());

        assertThat(payload.length()).isLessThan(200_000);
        assertThatThrownBy(() -> Payload.read(payload))
                .isInstanceOfSatisfying(
                        ToolException.class, e -> assertThat(e.kind()).isEqualTo(ToolException.Kind.LIMIT));
    }

    @Test
    void boundsYamlThatUnfoldsTooFar() {
        StringBuilder laughs = new StringBuilder("a0: &a0 [lol, lol]\n");
        for (int i = 1; i < 40; i++) {
            laughs.append("a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d]\n"
                    .formatted(i, i, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1));
        }

        assertThatThrownBy(() -> Items.documents(laughs.toString())).isInstanceOf(ToolException.class);
    }
}
