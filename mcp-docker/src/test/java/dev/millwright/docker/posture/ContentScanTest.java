package dev.millwright.docker.posture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.docker.archive.ArchivedImage;
import dev.millwright.docker.archive.CollectedLayers;
import dev.millwright.docker.archive.ImageArchive;
import dev.millwright.docker.archive.LayerEntry;
import dev.millwright.docker.archive.TestImage;
import dev.millwright.docker.archive.TestLayer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the files of an image's layers tell. */
class ContentScanTest {
    private static final String KEY = "-----BEGIN OPENSSH PRIVATE "
            + "KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ\n-----END OPENSSH PRIVATE KEY-----\n";
    private static final String TOKEN = "ghp_" + "R4nd0mT3xt".repeat(4).substring(0, 36);
    private static final String PASSWD = "root:x:0:0:root:/root:/bin/sh\napp:x:10001:10001::/:/sbin/nologin\n";

    private static Posture posture(TestImage image, List<String> packages) throws IOException {
        ContentScan contents = new ContentScan();
        CollectedLayers layers = new CollectedLayers() {
            @Override
            protected void content(String layer, LayerEntry entry, InputStream content) throws IOException {
                if (contents.wants(entry)) {
                    contents.read(layer, entry, content.readAllBytes());
                }
            }
        };
        ArchivedImage read = ImageArchive.read(new ByteArrayInputStream(image.saved("shop:1")), layers)
                .getFirst();
        return Posture.of(
                ImageFacts.of(read, Optional.empty()),
                read.layers(),
                contents,
                layers.tree(read),
                Optional.of(packages),
                List.of(),
                Instant.now());
    }

    private static Posture posture(TestLayer layer) throws IOException {
        return posture(new TestImage().layer("COPY . /", layer), List.of());
    }

    private static List<Finding> ofFiles(Posture posture) {
        return posture.all().stream()
                .filter(each -> !each.check().matches("CIS-4\\.[16]"))
                .toList();
    }

    @Test
    void findsNothingInGoodFiles() throws IOException {
        assertThat(ofFiles(posture(new TestLayer()
                        .mode(0755)
                        .file("bin/sh", "#!")
                        .mode(0644)
                        .file("etc/passwd", PASSWD)
                        .file("etc/shadow", "root:*:19000:0:99999:7:::\napp:!:19000:0:99999:7:::\n")
                        .file("etc/group", "root:x:0:\nusers:x:100:a,b\n")
                        .file("etc/ssl/certs/ca.pem", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n")
                        .file("app/.env.example", "PASSWORD=example\n")
                        .file("app/config.yml", "password: ${DB_PASSWORD}\ntoken_file: /run/secrets/t\n")
                        .file("app/node_modules/x/test/key.pem", KEY)
                        .file("var/lib/apt/lists/lock", "")
                        .file(".dockerenv", ""))))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"root/.ssh/id_ed25519", "app/server.key", "etc/ssh/ssh_host_ed25519_key", "etc/ssl/private/x.pem"
            })
    void findsPrivateKeys(String path) throws IOException {
        assertThat(posture(new TestLayer().file(path, KEY)).secrets())
                .singleElement()
                .satisfies(found -> {
                    assertThat(found.check()).isEqualTo("secret-in-layer");
                    assertThat(found.severity()).isEqualTo(Severity.HIGH);
                    assertThat(found.path()).contains("/" + path);
                    assertThat(found.layer()).contains(0);
                    assertThat(found.evidence()).isEqualTo("private key in line 1");
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "root/.docker/config.json | {\"auths\":{\"r.example\":{\"auth\":\"dXNlcjpwYXNzd29yZA==\"}}}",
                "root/.netrc | machine git.example login me password s3cret",
                "root/.npmrc | //registry.example/:_authToken=abcdef123456",
                "root/.pypirc | password = hunter2",
                "root/.pgpass | db:5432:*:app:hunter2",
                "root/.my.cnf | password=hunter2",
                "root/.kube/config | token: abcdefghij",
                "root/.vault-token | s.abcdefgh",
                "root/.git-credentials | https://me:hunter2@git.example",
                "root/.m2/settings.xml | <password>hunter2</password>",
                "app/.env | DB_PASSWORD=hunter2",
                "app/prod.env | export API_TOKEN='tok-123456'",
                "app/terraform.tfstate | {\"db_password\": \"hunter22\"}",
                "srv/app.properties | client.secret=x9Kd03lqPz71mVb2Rt5s"
            })
    void findsWhatToolsKeepTheirCredentialsIn(String path, String text) throws IOException {
        Posture posture = posture(new TestLayer().file(path, text));

        assertThat(posture.secrets())
                .extracting(each -> each.path().orElseThrow())
                .containsExactly("/" + path);
        assertThat(posture.toString()).doesNotContain("hunter2", "dXNlcjpw", "abcdef123456", "tok-123456", "x9Kd03lq");
    }

    @Test
    void findsASecretThatALaterLayerDeletes() throws IOException {
        Posture posture = posture(
                new TestImage()
                        .layer(
                                "COPY secret /tmp",
                                new TestLayer().file("tmp/a", "x=" + TOKEN).file("tmp/b", "line\n" + TOKEN))
                        .layer("RUN rm -r /tmp/a", new TestLayer().whiteout("tmp/a"))
                        .layer("RUN true", new TestLayer().file("tmp/b", "line\n" + TOKEN)),
                List.of());

        assertThat(posture.secrets())
                .extracting(
                        each -> each.path().orElseThrow() + " " + each.layer().orElseThrow() + " " + each.evidence())
                .containsExactly(
                        "/tmp/a 0 GitHub token in line 1: a later layer deletes the file, this one still carries it",
                        "/tmp/b 0 GitHub token in line 2");
        assertThat(posture.toString()).doesNotContain(TOKEN);
    }

    @Test
    void findsKeyStoresByTheirName() throws IOException {
        assertThat(posture(new TestLayer().file("app/tls.p12", new byte[] {0, 1, 2}))
                        .secrets())
                .singleElement()
                .satisfies(found -> assertThat(found.severity()).isEqualTo(Severity.MEDIUM));
    }

    @Test
    void leavesBinaryFilesAlone() throws IOException {
        assertThat(posture(new TestLayer().file("app/data", ("\0" + TOKEN))).secrets())
                .isEmpty();
    }

    @Test
    void findsSetUidFilesOfTheFinalImageOnly() throws IOException {
        Posture posture = posture(
                new TestImage()
                        .layer(
                                "COPY a",
                                new TestLayer()
                                        .mode(04755)
                                        .file("usr/bin/su", "su")
                                        .file("usr/bin/passwd", "p")
                                        .mode(02755)
                                        .file("usr/bin/wall", "w"))
                        .layer("RUN chmod", new TestLayer().mode(0755).file("usr/bin/passwd", "p")),
                List.of("bash"));

        assertThat(posture.checks().get(7)).satisfies(check -> {
            assertThat(check.number()).isEqualTo("4.8");
            assertThat(check.detail()).isEqualTo("/usr/bin/su, /usr/bin/wall");
        });
    }

    @Test
    void findsPackagesThatAreNotNeeded() throws IOException {
        assertThat(posture(new TestImage().layer("COPY", new TestLayer()), List.of("libc6", "gcc", "openssh-server"))
                        .checks()
                        .get(2))
                .satisfies(check -> assertThat(check.detail()).isEqualTo("installed: gcc, openssh-server"));
    }

    @Test
    void findsAccountsThatAnyoneMayUse() throws IOException {
        List<Finding> found = ofFiles(posture(new TestLayer()
                .file(
                        "etc/passwd",
                        PASSWD + "toor:x:0:0::/:/bin/sh\nguest::1000:1000::/:/bin/sh\nother:x:10001:1::/:/\n")
                .file("etc/shadow", "root::19000:0:99999:7:::\nadmin:$6$salt$hash:19000:0:99999:7:::\n")
                .file("etc/group", "a:x:5:\nb:x:5:\n")));

        assertThat(found)
                .extracting(each ->
                        each.check() + " " + each.severity() + " " + each.path().orElseThrow() + " " + each.evidence())
                .containsExactlyInAnyOrder(
                        "empty-password HIGH /etc/passwd guest",
                        "empty-password HIGH /etc/shadow root",
                        "password-hash MEDIUM /etc/shadow those of admin can be tried out by all who have it",
                        "duplicate-uid HIGH /etc/passwd root, toor share 0",
                        "duplicate-uid LOW /etc/passwd app, other share 10001",
                        "duplicate-gid LOW /etc/group a, b share 5");
        assertThat(found.toString()).doesNotContain("$6$");
    }

    @Test
    void countsTheAccountsOfTheFinalImage() throws IOException {
        assertThat(ofFiles(posture(
                        new TestImage()
                                .layer("COPY", new TestLayer().file("etc/passwd", "root::0:0::/:/bin/sh\n"))
                                .layer("RUN passwd -l root", new TestLayer().file("etc/passwd", PASSWD)),
                        List.of())))
                .isEmpty();
    }

    @Test
    void findsCachesAndFilesOfAWorkplace() throws IOException {
        List<Finding> found = ofFiles(posture(new TestLayer()
                .file("var/lib/apt/lists/deb_main_Packages", 200_000)
                .file("root/.cache/pip/http/a", 100_000)
                .file("app/.git/HEAD", "ref: refs/heads/main")
                .file("app/Dockerfile", "FROM scratch")
                .file("usr/share/doc/x/Dockerfile", "FROM scratch")));

        assertThat(found)
                .extracting(each -> each.check() + " " + each.evidence())
                .containsExactlyInAnyOrder(
                        "package-cache 0.2 MB in /var/lib/apt/lists/",
                        "package-cache 0.1 MB in /root/.cache/pip/",
                        "workplace-files /app/.git, /app/Dockerfile");
    }
}
