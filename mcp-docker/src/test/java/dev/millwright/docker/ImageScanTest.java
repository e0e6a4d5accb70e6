package dev.millwright.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.docker.archive.ArchiveLimits;
import dev.millwright.docker.archive.ArchivedImage;
import dev.millwright.docker.archive.TestImage;
import dev.millwright.docker.archive.TestLayer;
import dev.millwright.docker.posture.Finding;
import dev.millwright.docker.posture.Posture;
import dev.millwright.docker.sbom.Sbom;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ImageScanTest {
    private static final String BASE = "Package: libc6\nStatus: install ok installed\nVersion: 2.36-9\nSource: glibc\n";
    private static final String KEY =
            "-----BEGIN RSA PRIVATE " + "KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----\n";

    private static TestImage image() {
        TestImage image = new TestImage();
        image.config().putArray("Env").add("NPM_TOKEN=abcdefgh");
        return image.layer(
                        "/bin/sh -c #(nop) ADD file:aa in / ",
                        new TestLayer()
                                .file("var/lib/dpkg/status", BASE)
                                .file("usr/lib/os-release", "ID=debian\nVERSION_ID=\"12\"\n")
                                .link("lib", "usr/lib")
                                .file("app/node_modules/old/package.json", "{\"name\":\"old\",\"version\":\"1.0.0\"}")
                                .file("tmp/key.pem", KEY))
                .step("/bin/sh -c #(nop)  ENV NPM_TOKEN=abcdefgh")
                .layer(
                        "RUN /bin/sh -c apt-get update && apt-get install -y curl && rm -r /app /tmp/key.pem # buildkit",
                        new TestLayer()
                                .file(
                                        "var/lib/dpkg/status",
                                        BASE + "\nPackage: curl\nStatus: install ok installed\nVersion: 7.88.1\n")
                                .whiteout("app/node_modules/old")
                                .whiteout("tmp/key.pem"))
                .layer(
                        "COPY . /app # buildkit",
                        new TestLayer()
                                .file("app/node_modules/new/package.json", "{\"name\":\"new\",\"version\":\"2.0.0\"}")
                                .file("app/node_modules/broken/package.json", "{"));
    }

    private static ImageScan scan() throws IOException {
        return ImageScan.of(new ByteArrayInputStream(image().saved("shop:1")));
    }

    @Test
    void findsThePackagesOfTheFinalImageAndTheLayersThatBroughtThem() throws IOException {
        ImageScan scan = scan();
        ArchivedImage image = scan.images().getFirst();

        Sbom sbom = scan.sbom(image);

        assertThat(sbom.components())
                .extracting(
                        each -> each.name() + " " + each.layer().orElseThrow().index())
                .containsExactly("curl 1", "libc6 0", "new 2");
        assertThat(sbom.components().getFirst().layer().orElseThrow().digest())
                .isEqualTo(image.layers().get(1).diffId());
        assertThat(sbom.components().get(1).purl()).isEqualTo("pkg:deb/debian/libc6@2.36-9?distro=debian-12");
        assertThat(sbom.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.toString())
                        .startsWith("could not read /app/node_modules/broken/package.json: "));
    }

    @Test
    void findsInTheSamePassWhatTheImageShouldNotCarry() throws IOException {
        ImageScan scan = scan();

        Posture posture = scan.posture(
                scan.images().getFirst(),
                Optional.of(scan.sbom(scan.images().getFirst())),
                Optional.empty(),
                List.of(),
                Instant.now());

        assertThat(posture.secrets())
                .extracting(Finding::check)
                .containsExactly("secret-in-env", "secret-in-history", "secret-in-layer");
        assertThat(posture.secrets().getLast()).satisfies(key -> {
            assertThat(key.path()).contains("/tmp/key.pem");
            assertThat(key.layer()).contains(0);
            assertThat(key.evidence()).contains("a later layer deletes the file");
        });
        assertThat(posture.all()).extracting(Finding::check).contains("CIS-4.1", "CIS-4.6", "CIS-4.10");
        assertThat(posture.toString()).doesNotContain("abcdefgh");
    }

    @Test
    void findsThePackagesOfAContainersFiles() throws IOException {
        byte[] export = new TestLayer()
                .file("lib/apk/db/installed", "P:musl\nV:1.2.4-r2\n\n")
                .file("etc/os-release", "ID=alpine\nVERSION_ID=3.18.0\n")
                .tar();

        assertThat(ImageScan.ofContainer(new ByteArrayInputStream(export), ArchiveLimits.DEFAULT, ImageScan.Wanted.ALL)
                        .containerSbom()
                        .components())
                .singleElement()
                .satisfies(musl -> assertThat(musl.purl()).startsWith("pkg:apk/alpine/musl@1.2.4-r2"));
    }
}
