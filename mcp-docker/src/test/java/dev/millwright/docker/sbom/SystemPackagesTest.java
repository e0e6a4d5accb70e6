package dev.millwright.docker.sbom;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millwright.docker.sbom.Component.Distro;
import dev.millwright.docker.sbom.Component.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SystemPackagesTest {
    private static final String STATUS = """
            Package: libssl3
            Status: install ok installed
            Architecture: amd64
            Multi-Arch: same
            Source: openssl
            Version: 3.0.11-1~deb12u2
            Description: Secure Sockets Layer toolkit
             Version: 9.9 is not a field here
             .
             more

            Package: gone
            Status: deinstall ok config-files
            Version: 1.0-1

            Package: libgcc-s1
            Status: install ok installed
            Source: gcc-12 (12.2.0-14)
            Version: 12.2.0-14+deb12u1

            Package: held
            Status: hold ok installed
            Version: 2:1.0-3+b4
            """;

    private static final String INSTALLED = """
            C:Q1abc=
            P:musl
            V:1.2.4-r2
            A:x86_64
            L:MIT
            o:musl
            F:lib
            R:ld-musl-x86_64.so.1
            a:0:0:755

            P:ssl_client
            V:1.36.1-r15
            L:GPL-2.0-only
            o:busybox
            """;

    @Test
    void readsWhatDpkgSaysIsInstalledAndItsSource() {
        List<Component> components = Reading.of("var/lib/dpkg/status", STATUS).components();

        assertThat(components.stream()
                        .map(each -> each.name() + " " + each.version() + " "
                                + each.source().orElseThrow()))
                .containsExactly(
                        "held 2:1.0-3+b4 " + new Source("held", "2:1.0-3"),
                        "libgcc-s1 12.2.0-14+deb12u1 " + new Source("gcc-12", "12.2.0-14"),
                        "libssl3 3.0.11-1~deb12u2 " + new Source("openssl", "3.0.11-1~deb12u2"));
    }

    /** Of a copy: somebody may install something meanwhile. */
    @Test
    void agreesWithDpkgQueryOnThisMachine(@TempDir Path admin) throws IOException, InterruptedException {
        Path status = Path.of("/var/lib/dpkg/status");
        assumeTrue(Files.exists(status), "this machine has no dpkg");
        Files.copy(status, admin.resolve("status"));
        Process query = new ProcessBuilder(
                        "dpkg-query",
                        "--admindir=" + admin,
                        "-W",
                        "-f",
                        "${db:Status-Status} ${Package} ${Version} ${source:Package} ${source:Version}\\n")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<String> expected = new String(query.getInputStream().readAllBytes(), UTF_8)
                .lines()
                .filter(line -> line.startsWith("installed "))
                .map(line -> line.substring("installed ".length()))
                .distinct()
                .sorted()
                .toList();
        query.waitFor();

        assertThat(Reading.of("var/lib/dpkg/status", Files.readAllBytes(admin.resolve("status"))).components().stream()
                        .map(each -> each.name() + " " + each.version() + " "
                                + each.source().orElseThrow().name() + " "
                                + each.source().orElseThrow().version())
                        .sorted())
                .hasSizeGreaterThan(50)
                .isEqualTo(expected);
    }

    @Test
    void readsPackagesOfDistrolessImages() {
        Sbom sbom = Reading.of(Map.of(
                "var/lib/dpkg/status.d/tzdata",
                Reading.bytes("Package: tzdata\nVersion: 2024a-0+deb12u1\nArchitecture: all\n"),
                "var/lib/dpkg/status.d/tzdata.md5sums",
                Reading.bytes("d41d8cd98f00b204e9800998ecf8427e  usr/share/zoneinfo/UTC\n"),
                "etc/os-release",
                Reading.bytes("ID=debian\nVERSION_ID=\"12\"\n")));

        assertThat(sbom.components()).singleElement().satisfies(tzdata -> {
            assertThat(tzdata.purl())
                    .startsWith("pkg:deb/debian/tzdata@2024a-0")
                    .endsWith("distro=debian-12");
            assertThat(tzdata.path()).contains("/var/lib/dpkg/status.d/tzdata");
        });
        assertThat(sbom.problems()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"lib/apk/db/installed", "usr/lib/apk/db/installed"})
    void readsAlpinesPackages(String path) {
        List<Component> components = Reading.of(path, INSTALLED).components();

        assertThat(components)
                .extracting(
                        Component::name,
                        Component::version,
                        each -> each.source().orElseThrow().name(),
                        Component::licences)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("musl", "1.2.4-r2", "musl", List.of("MIT")),
                        org.assertj.core.groups.Tuple.tuple(
                                "ssl_client", "1.36.1-r15", "busybox", List.of("GPL-2.0-only")));
    }

    /** The databases hold the same packages: made by rpm 4.18, loaded into Berkeley DB 5.3, laid out as ndb. */
    @ParameterizedTest
    @CsvSource({
        "var/lib/rpm/rpmdb.sqlite, rpmdb.sqlite.gz",
        "usr/lib/sysimage/rpm/rpmdb.sqlite, rpmdb.sqlite.gz",
        "var/lib/rpm/Packages, Packages.gz",
        "usr/lib/sysimage/rpm/Packages.db, Packages.db.gz"
    })
    void readsWhatRpmItselfLists(String path, String resource) {
        Sbom sbom = Reading.of(path, Reading.resource("rpm/" + resource));
        List<String> expected = new String(Reading.resource("rpm/expected.txt"), UTF_8)
                .lines()
                .map(line -> line.replace(" 0:", " "))
                .toList();

        assertThat(sbom.problems()).isEmpty();
        assertThat(sbom.components().stream()
                        .map(each -> each.name() + " " + each.version() + " " + sourceRpm(each))
                        .sorted())
                .isEqualTo(expected);
        assertThat(sbom.components().getLast().licences()).containsExactly("MIT AND Apache-2.0");
    }

    private static String sourceRpm(Component each) {
        Source source = each.source().orElseThrow();
        return source.name() + "-" + source.version().replaceFirst("^\\d+:", "") + ".src.rpm";
    }

    @ParameterizedTest
    @CsvSource({
        "var/lib/rpm/rpmdb.sqlite, rpmdb.sqlite.gz",
        "var/lib/rpm/Packages, Packages.gz",
        "var/lib/rpm/Packages.db, Packages.db.gz"
    })
    void tellsOfADatabaseThatIsCutOffOrDamaged(String path, String resource) {
        byte[] whole = Reading.resource("rpm/" + resource);

        assertThat(Reading.of(path, Arrays.copyOf(whole, whole.length / 2)).problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.toString()).startsWith("could not read /" + path + ": it"));
        for (int seed = 0; seed < 100; seed++) {
            java.util.Random random = new java.util.Random(seed);
            byte[] damaged = whole.clone();
            for (int i = 0; i < 40; i++) {
                damaged[random.nextInt(i < 20 ? 4096 : damaged.length)] = (byte) random.nextInt();
            }
            Sbom sbom = Reading.of(path, damaged);
            assertThat(sbom.components().size()).isLessThanOrEqualTo(20);
        }
    }

    @Test
    void tellsOfChangesThatAreNotInTheDatabaseYet() {
        assertThat(Reading.of("var/lib/rpm/rpmdb.sqlite-wal", "x").problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("not yet in rpmdb.sqlite"));
        assertThat(Reading.of("var/lib/rpm/rpmdb.sqlite-wal", "").problems()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "etc/os-release, 'ID=\"rocky\"\nVERSION_ID=\"9.3\"\nVERSION=\"9.3 (Blue Onyx)\"\n', rocky:9.3",
        "usr/lib/os-release, '# comment\nNAME=Alpine\nID=alpine\nVERSION_ID=3.19.1\n', alpine:3.19.1",
        "etc/os-release, 'ID=wolfi\n', wolfi",
        "etc/redhat-release, 'CentOS release 6.10 (Final)\n', centos:6.10",
        "etc/redhat-release, 'Red Hat Enterprise Linux Server release 7.9 (Maipo)\n', rhel:7.9",
        "etc/debian_version, '8.11\n', debian:8.11",
        "etc/alpine-release, '3.2.0\n', alpine:3.2.0"
    })
    void readsTheDistribution(String path, String content, String expected) {
        assertThat(Reading.of(path, content).distro().map(Distro::toString)).contains(expected);
    }

    @Test
    void saysNothingOfADistributionThatHasNoNumber() {
        assertThat(Reading.of("etc/debian_version", "trixie/sid\n").distro()).isEmpty();
    }

    @Test
    void keepsWhatIsReadableOfADamagedFile() {
        Sbom sbom = Reading.of("var/lib/dpkg/status", "Package: half\nStatus: install ok installed\n\n" + STATUS);

        assertThat(sbom.components()).hasSize(3);
        assertThat(sbom.problems())
                .containsExactly(
                        new Sbom.Problem("/var/lib/dpkg/status", "a paragraph in it has no package or version"));
    }
}
