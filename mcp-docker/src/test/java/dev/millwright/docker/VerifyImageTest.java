package dev.millwright.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.docker.config.DockerReach;
import dev.millwright.docker.dockerjava.DockerJavaConnector;
import dev.millwright.docker.engine.Engines;
import dev.millwright.docker.engine.Roots;
import dev.millwright.docker.release.Vulnerabilities;
import dev.millwright.json.Json;
import dev.millwright.testing.FakeCall;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class VerifyImageTest {
    @TempDir
    Path folder;

    private final String prefix = "verify-" + UUID.randomUUID().toString().substring(0, 8) + "-";
    private final List<String> images = new ArrayList<>();
    private Vulnerabilities.Count count = new Vulnerabilities.Count(0, 2, "CVE-2026-1 in openssl");
    private DockerJavaConnector connector;
    private Roots roots;
    private VerifyImage tool;

    @BeforeEach
    void open() {
        DockerReach reach = RealEngine.reach("{'name-prefix':'" + prefix + "','roots':['" + folder + "']}");
        connector = RealEngine.connector(folder.resolve("ssh"));
        roots = new Roots(Map.of(Tenant.DEFAULT, reach), List.of());
        tool = new VerifyImage(
                new Engines(Map.of(Tenant.DEFAULT, reach), connector),
                roots,
                (build, call) -> {
                    if (build.context().equals("broken")) {
                        throw ToolException.invalidInput("step 2 failed: exit code 1");
                    }
                    return RealEngine.BASE;
                },
                (image, call) -> count);
    }

    @AfterEach
    void leavesNothingBehind() {
        roots.close();
        connector.close();
        assertThat(RealEngine.docker("ps", "-aq", "--filter", "name=" + prefix)).isEmpty();
        images.forEach(image -> RealEngine.docker("rmi", image));
    }

    private String image(String name, String... changes) {
        List<String> words = new ArrayList<>(List.of("commit"));
        for (String change : changes) {
            words.add("-c");
            words.add(change);
        }
        String id = RealEngine.docker("create", "--label", "dev.millwright.test=dk-run", RealEngine.BASE)
                .strip();
        String tag = "millwright-test/" + prefix + name + ":1";
        words.add(id);
        words.add(tag);
        RealEngine.docker(words.toArray(String[]::new));
        RealEngine.docker("rm", id);
        images.add(tag);
        return tag;
    }

    private JsonNode verify(String image, String checklist) throws Exception {
        Files.writeString(folder.resolve("list.yaml"), checklist);
        return new FakeCall().run(tool, Json.object().put("image", image).put("checklist", "list.yaml"));
    }

    private static String evidence(JsonNode answer, String name, String status) {
        for (JsonNode item : answer.path("items")) {
            if (item.path("name").asText().equals(name)) {
                assertThat(item.path("status").asText()).as(item.toString()).isEqualTo(status);
                return item.path("evidence").asText();
            }
        }
        throw new AssertionError("no item " + name + " in " + answer);
    }

    @Test
    void passesAnImageThatIsAndDoesWhatItMust() throws Exception {
        String good = image(
                "good",
                "USER 1000",
                "EXPOSE 8080",
                "LABEL org.opencontainers.image.version=1.0",
                "LABEL org.opencontainers.image.source=https://example.org/shop",
                "HEALTHCHECK --interval=60s CMD test -f /tmp/ready",
                "CMD sleep 1; touch /tmp/ready; sleep 100");
        JsonNode answer = verify(good, """
                start: {running-seconds: 2}
                healthy: {within-seconds: 20}
                non-root: true
                no-secrets: true
                max-size-mb: 50
                max-critical: 0
                files: [/bin/busybox, /bin/bus*]
                ports: [8080]
                labels: {org.opencontainers.image.version: "1.*"}
                """);
        assertThat(answer.path("summary").asText()).as(answer.toString()).isEqualTo("ready: all 11 items pass");
        assertThat(answer.path("exit_code").asInt()).isZero();
        assertThat(evidence(answer, "healthy", "pass")).startsWith("healthy after ");
        assertThat(evidence(answer, "file /bin/bus*", "pass")).isEqualTo("found /bin/busybox");
        assertThat(evidence(answer, "non-root processes", "pass")).isEqualTo("no process runs as root");
        assertThat(new FakeCall()
                        .run(tool, Json.object().put("image", good))
                        .path("exit_code")
                        .asInt())
                .isZero();
    }

    @Test
    void saysWhatAnImageLacks() throws Exception {
        String bad = image("bad", "ENV API_TOKEN=n0t-f0r-all-3112", "CMD echo starting; echo no database >&2; exit 3");
        count = new Vulnerabilities.Count(2, 0, "CVE-2026-1 in openssl");
        JsonNode answer = new FakeCall().run(tool, Json.object().put("image", bad));
        assertThat(answer.path("exit_code").asInt()).isEqualTo(1);
        assertThat(answer.path("summary").asText()).startsWith("not ready: 7 of 8 items do not pass: ");
        assertThat(evidence(answer, "starts", "fail")).contains("exit code 3", "starting", "! no database");
        assertThat(evidence(answer, "healthy", "fail")).startsWith("it declares no HEALTHCHECK");
        assertThat(evidence(answer, "non-root", "fail")).isEqualTo("no USER: it runs as root");
        assertThat(evidence(answer, "no-secrets", "fail")).isEqualTo("a secret is in variable API_TOKEN");
        assertThat(evidence(answer, "vulnerabilities", "fail")).isEqualTo("2 critical, 0 high: CVE-2026-1 in openssl");
        assertThat(answer.toString()).doesNotContain("n0t-f0r-all");
    }

    @Test
    void seesThroughAUserThatIsRootByAnotherName() throws Exception {
        String other = image("alias", "USER 00", "CMD sleep 100");
        JsonNode answer = verify(other, "non-root: true\nstart: {running-seconds: 1}\n");
        assertThat(evidence(answer, "non-root processes", "fail")).contains("root runs", "sleep 100");
    }

    @Test
    void startsItHardened() throws Exception {
        String nosy = image("nosy", "CMD (echo x > /x) 2>&1; ls /sys/class/net; grep CapEff /proc/self/status; exit 1");
        String said = evidence(verify(nosy, "start: {running-seconds: 2}"), "starts", "fail");
        assertThat(said)
                .contains("Read-only file system", "CapEff:\t0000000000000000")
                .doesNotContain("eth0");
        String writer = image("writer", "CMD echo x > /x && exit 0");
        assertThat(verify(writer, "start: {running-seconds: 2, exits: true, read-only: false}")
                        .path("exit_code")
                        .asInt())
                .isZero();
    }

    @Test
    void doesNotWaitForeverForHealth() throws Exception {
        String sick = image("sick", "HEALTHCHECK CMD echo broken inside; exit 1", "CMD sleep 100");
        JsonNode answer = verify(sick, "healthy: {within-seconds: 3}\nstart: {running-seconds: 1}\n");
        assertThat(evidence(answer, "healthy", "fail"))
                .startsWith("not within 3 s")
                .contains("broken inside");
        assertThat(evidence(verify(sick, "healthy: {within-seconds: 20, command: [/bin/true]}"), "healthy", "pass"))
                .startsWith("healthy after");
    }

    @Test
    void buildsWhatTheChecklistSays() throws Exception {
        JsonNode built = verify(RealEngine.BASE, "build: {context: shop}\nmax-size-mb: 100\n");
        assertThat(evidence(built, "builds", "pass")).isEqualTo("built " + RealEngine.BASE);
        JsonNode broken = verify(RealEngine.BASE, "build: {context: broken}\nmax-size-mb: 100\n");
        assertThat(broken.path("summary").asText()).isEqualTo("not ready: 1 of 1 items do not pass: builds");
        assertThat(evidence(broken, "builds", "fail")).contains("step 2 failed");
    }

    @Test
    void refusesWhatItCannotCheck() throws Exception {
        Files.writeString(folder.resolve("list.yaml"), "non-root: true");
        assertThat(catchThrowableOfType(
                        ToolException.class,
                        () -> new FakeCall().run(tool, Json.object().put("checklist", "list.yaml"))))
                .hasMessage("/image or a checklist with image must be given");
        assertThat(catchThrowableOfType(ToolException.class, () -> verify("no/such:1", "non-root: true"))
                        .kind())
                .isEqualTo(ToolException.Kind.NOT_FOUND);
    }
}
