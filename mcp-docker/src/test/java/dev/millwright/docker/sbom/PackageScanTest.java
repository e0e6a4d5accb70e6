package dev.millwright.docker.sbom;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.docker.sbom.Component.Layer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PackageScanTest {
    private static final List<Layer> LAYERS =
            List.of(new Layer(0, "sha256:base"), new Layer(1, "sha256:mid"), new Layer(2, "sha256:top"));

    private static final List<String> KEYS = LAYERS.stream().map(Layer::digest).toList();

    private final PackageScan scan = PackageScan.ofImage();

    private static byte[] status(String... packages) {
        StringBuilder text = new StringBuilder();
        for (String each : packages) {
            text.append("Package: ").append(each).append("\nStatus: install ok installed\nVersion: 1\n\n");
        }
        return Reading.bytes(text.toString());
    }

    private static String layers(Sbom sbom) {
        return String.join(
                " ",
                sbom.components().stream()
                        .map(each ->
                                each.name() + "=" + each.layer().orElseThrow().index())
                        .toList());
    }

    @Test
    void saysWhichLayerBroughtAPackageWhateverOrderTheLayersComeIn() {
        Reading.show(scan, "sha256:top", "var/lib/dpkg/status", status("base", "curl", "jq"));
        Reading.show(scan, "sha256:base", "var/lib/dpkg/status", status("base", "removed"));
        Reading.show(scan, "sha256:mid", "var/lib/dpkg/status", status("base", "curl"));

        assertThat(layers(scan.image(LAYERS, KEYS, (layer, path) -> layer == 2)))
                .isEqualTo("base=0 curl=1 jq=2");
    }

    @Test
    void leavesOutWhatALaterLayerDeletedOrReplaced() {
        Reading.show(
                scan,
                "sha256:base",
                "app/node_modules/a/package.json",
                Reading.bytes("{\"name\":\"a\",\"version\":\"1.0.0\"}"));
        Reading.show(
                scan,
                "sha256:mid",
                "app/node_modules/a/package.json",
                Reading.bytes("{\"name\":\"a\",\"version\":\"2.0.0\"}"));
        Reading.show(
                scan,
                "sha256:base",
                "app/node_modules/b/package.json",
                Reading.bytes("{\"name\":\"b\",\"version\":\"1.0.0\"}"));

        assertThat(Reading.names(scan.image(LAYERS, KEYS, (layer, path) -> layer == 1)))
                .containsExactly("a 2.0.0");
    }

    @Test
    void tellsOnceOfAPackageInSeveralPlaces() {
        for (String path : List.of("z/node_modules/a/package.json", "b/node_modules/a/package.json")) {
            Reading.show(scan, "sha256:mid", path, Reading.bytes("{\"name\":\"a\",\"version\":\"1.0.0\"}"));
        }

        assertThat(scan.image(LAYERS, KEYS, (layer, path) -> true).components())
                .singleElement()
                .satisfies(each -> assertThat(each.path()).contains("/b/node_modules/a/package.json"));
    }

    @Test
    void leavesOutWhatAPackageOfTheDistributionBrought() {
        Sbom sbom = Reading.of(Map.of(
                "var/lib/dpkg/status", status("python3-yaml", "libfoo-java"),
                "var/lib/dpkg/info/python3-yaml.list",
                        Reading.bytes("/.\n/usr\n/usr/lib/python3/dist-packages/PyYAML-6.0.egg-info/PKG-INFO\n"),
                "var/lib/dpkg/info/libfoo-java.list", Reading.bytes("/lib/foo-1.0.jar\n"),
                "usr/lib/python3/dist-packages/PyYAML-6.0.egg-info/PKG-INFO",
                        Reading.bytes("Name: PyYAML\nVersion: 6.0\n"),
                "usr/lib/foo-1.0.jar", Reading.zip(Map.of("x", new byte[1])),
                "usr/local/lib/python3.11/site-packages/six-1.0.dist-info/METADATA",
                        Reading.bytes("Name: six\nVersion: 1.0\n")));

        assertThat(Reading.names(sbom)).containsExactly("libfoo-java 1", "python3-yaml 1", "six 1.0");
    }

    @Test
    void readsLockFilesOfFoldersOnly() {
        assertThat(PackageScan.ofImage().wants("app/package-lock.json", 0644)).isFalse();
        assertThat(PackageScan.ofFolder().wants("app/package-lock.json", 0644)).isTrue();
    }

    @Test
    void looksIntoProgramsOnly() {
        assertThat(scan.wants("usr/bin/tool", 0755)).isTrue();
        assertThat(scan.wants("usr/bin/tool", 0644)).isFalse();
        assertThat(scan.wants("usr/bin/tool.sh", 0755)).isFalse();
        assertThat(scan.wants("usr/lib/libc.so.6", 0755)).isFalse();
    }

    @Test
    void refusesNamesThatAreNone() {
        Sbom sbom = Reading.of("node_modules/a/package.json", "{\"name\":\"a\\u001b[31m\",\"version\":\"1.0.0\"}");

        assertThat(sbom.components()).isEmpty();
        assertThat(sbom.problems()).hasSize(1);
    }
}
