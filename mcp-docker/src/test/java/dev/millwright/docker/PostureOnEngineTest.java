package dev.millwright.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.docker.archive.ArchivedImage;
import dev.millwright.docker.posture.ContainerFacts;
import dev.millwright.docker.posture.Finding;
import dev.millwright.docker.posture.ImageFacts;
import dev.millwright.docker.posture.Outcome;
import dev.millwright.docker.posture.Posture;
import dev.millwright.docker.sbom.Component;
import dev.millwright.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Posture and packages of what a real engine makes. */
class PostureOnEngineTest {
    private static final String LABEL = "dev.millwright.test=posture";
    private static final String IMAGE = "millwright-test/posture:1";

    private final List<String> containers = new ArrayList<>();
    private boolean built;

    @TempDir
    private Path folder;

    @AfterEach
    void clean() {
        containers.forEach(each -> RealEngine.docker("rm", "-f", each));
        if (built) {
            RealEngine.docker("rmi", "-f", IMAGE);
        }
    }

    private static JsonNode json(String text) {
        try {
            return Json.read(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(text, e);
        }
    }

    private Posture created(String... options) {
        List<String> words = new ArrayList<>(List.of("create", "--label", LABEL));
        words.addAll(List.of(options));
        words.addAll(List.of(RealEngine.BASE, "sh", "-c", "sleep 60"));
        String id = RealEngine.docker(words.toArray(String[]::new)).strip();
        containers.add(id);
        JsonNode inspect = json(RealEngine.docker("inspect", id)).path(0);
        JsonNode image =
                json(RealEngine.docker("image", "inspect", RealEngine.BASE)).path(0);
        JsonNode info = json(RealEngine.docker("info", "--format", "{{json .}}"));
        return Posture.of(new ContainerFacts(
                inspect,
                Optional.of(info),
                Optional.of(image),
                List.of(),
                List.of(),
                Optional.of(image.path("Id").asText())));
    }

    @Test
    void findsNothingInAContainerMadeAsTheBenchmarkAsks() {
        Posture posture = created(
                "--network",
                "none",
                "--read-only",
                "--cap-drop",
                "ALL",
                "--security-opt",
                "no-new-privileges",
                "--pids-limit",
                "100",
                "--memory",
                "64m",
                "--cpus",
                "1",
                "--ulimit",
                "nofile=1024:2048",
                "--user",
                "10001:10001",
                "--health-cmd",
                "true",
                "--restart",
                "on-failure:5");

        assertThat(posture.all()).isEmpty();
        assertThat(posture.checks()).extracting(Outcome::verdict).containsOnly(Outcome.Verdict.PASS);
    }

    @Test
    void findsAllThatAContainerSharesWithItsHost() {
        Posture posture = created(
                "--privileged",
                "--network",
                "host",
                "--pid",
                "host",
                "--ipc",
                "host",
                "--uts",
                "host",
                "-v",
                RealEngine.socket() + ":/run/engine.sock",
                "-v",
                "/etc:/host:ro",
                "--restart",
                "always",
                "--device",
                "/dev/null:/dev/n",
                "-e",
                "API_TOKEN=not-to-be-told");

        assertThat(posture.all())
                .extracting(Finding::check)
                .contains(
                        "CIS-5.4",
                        "CIS-5.5",
                        "CIS-5.6",
                        "CIS-5.10",
                        "CIS-5.11",
                        "CIS-5.12",
                        "CIS-5.13",
                        "CIS-5.15",
                        "CIS-5.16",
                        "CIS-5.17",
                        "CIS-5.18",
                        "CIS-5.21",
                        "CIS-5.22",
                        "CIS-5.26",
                        "CIS-5.27",
                        "CIS-5.29",
                        "CIS-5.32",
                        "root-user",
                        "secret-in-env")
                .doesNotContain("CIS-5.14", "CIS-5.28", "CIS-5.31");
        assertThat(posture.all().getFirst().severity()).hasToString("CRITICAL");
        assertThat(posture.toString()).doesNotContain("not-to-be-told");
    }

    @Test
    void findsWhatABuildLeftBehindAndTheLayersOfItsPackages() throws IOException {
        Files.writeString(folder.resolve("secret.env"), "DB_PASSWORD=not-to-be-told\n");
        Files.createDirectories(folder.resolve("node_modules/left-pad"));
        Files.writeString(
                folder.resolve("node_modules/left-pad/package.json"), "{\"name\":\"left-pad\",\"version\":\"1.3.0\"}");
        Files.writeString(folder.resolve("Dockerfile"), """
                FROM %s
                ARG NPM_TOKEN=not-to-be-told
                COPY secret.env /app/secret.env
                RUN rm /app/secret.env && touch /bin/tool && chmod 4755 /bin/tool
                ADD node_modules /app/node_modules
                EXPOSE 22
                """.formatted(RealEngine.BASE));
        built = true;
        RealEngine.docker("build", "-q", "--force-rm", "--label", LABEL, "-t", IMAGE, folder.toString());
        Path archive = folder.resolve("image.tar");
        RealEngine.docker("save", "-o", archive.toString(), IMAGE);
        ImageScan scan;
        try (InputStream in = Files.newInputStream(archive)) {
            scan = ImageScan.of(in);
        }
        ArchivedImage image = scan.images().getFirst();
        Posture posture =
                scan.posture(image, Optional.of(scan.sbom(image)), Optional.empty(), List.of(), Instant.now());

        assertThat(posture.all())
                .extracting(Finding::check)
                .contains("CIS-4.1", "CIS-4.6", "CIS-4.8", "CIS-4.9", "CIS-4.10", "exposed-port", "secret-in-layer")
                .doesNotContain("CIS-4.7", "CIS-4.11");
        assertThat(posture.secrets())
                .filteredOn(each -> each.check().equals("secret-in-layer"))
                .singleElement()
                .satisfies(each -> {
                    assertThat(each.path()).contains("/app/secret.env");
                    assertThat(each.evidence()).contains("a later layer deletes the file");
                });
        assertThat(posture.checks().get(7).detail()).isEqualTo("/bin/tool");
        assertThat(posture.toString()).doesNotContain("not-to-be-told");
        assertThat(scan.sbom(image).components()).singleElement().satisfies(leftPad -> {
            assertThat(leftPad.fullName()).isEqualTo("left-pad");
            assertThat(leftPad.layer().map(Component.Layer::index))
                    .contains(image.layers().size() - 1);
        });
        assertThat(Posture.of(
                                ImageFacts.of(
                                        json(RealEngine.docker("image", "inspect", IMAGE))
                                                .path(0),
                                        Json.array()),
                                List.of(),
                                Instant.now())
                        .all())
                .extracting(Finding::check)
                .contains("CIS-4.1", "CIS-4.6", "exposed-port");
    }
}
