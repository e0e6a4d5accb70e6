package dev.millwright.docker;

import static dev.millwright.docker.vulnerability.Osv.all;
import static dev.millwright.docker.vulnerability.Osv.fixedIn;
import static dev.millwright.docker.vulnerability.Osv.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import dev.millwright.testing.FakeCall;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
    private static final String TOOL = "verify_image";

    @TempDir
    Path folder;

    private static final String CRITICAL =
            "\"severity\":[{\"type\":\"CVSS_V3\",\"score\":\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\"}]";

    private final String prefix = "verify-" + UUID.randomUUID().toString().substring(0, 8) + "-";
    private final List<String> images = new ArrayList<>();
    private Path root;
    private Docker docker;

    @BeforeEach
    void open() throws Exception {
        root = Files.createDirectories(folder.resolve("project"));
        docker = new Docker(
                folder.resolve("data"), RealEngine.reach("{'name-prefix':'" + prefix + "','roots':['" + root + "']}"));
        write(
                "osv/Debian/all.zip",
                all(
                        fixedIn(
                                "DEBIAN-CVE-2026-1",
                                "Debian:12",
                                "openssl",
                                "3.1",
                                "\"upstream\":[\"CVE-2026-1\"]," + CRITICAL),
                        fixedIn("DEBIAN-CVE-2026-2", "Debian:12", "zlib", "0.1", CRITICAL)));
        docker.call("check_security_vulnerabilities", "{'db_path':'osv'}");
    }

    @AfterEach
    void leavesNothingBehind() {
        docker.close();
        assertThat(RealEngine.docker("ps", "-aq", "--filter", "name=" + prefix)).isEmpty();
        images.forEach(image -> RealEngine.docker("rmi", "-f", image));
    }

    private void write(String name, byte[] content) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
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

    /** An image of a Dockerfile whose first line is given. */
    private String built(String name, String steps) throws IOException {
        Path context = Files.createDirectories(folder.resolve(name));
        Files.writeString(context.resolve("Dockerfile"), "FROM " + RealEngine.BASE + "\n" + steps);
        String tag = "millwright-test/" + prefix + name + ":1";
        RealEngine.docker("build", "-q", "--force-rm", "-t", tag, context.toString());
        images.add(tag);
        return tag;
    }

    private static String packages(String... names) {
        StringBuilder steps = new StringBuilder("RUN mkdir -p /var/lib/dpkg /etc"
                + " && printf 'ID=debian\\nVERSION_ID=12\\n' > /etc/os-release && touch /var/lib/dpkg/status");
        for (String name : names) {
            steps.append(" && printf 'Package: ")
                    .append(name)
                    .append("\\nStatus: install ok installed\\nVersion: 3.0\\n\\n' >> /var/lib/dpkg/status");
        }
        return steps + "\n";
    }

    private JsonNode verify(String checklist) throws Exception {
        write("list.yaml", utf8(checklist));
        return docker.call(TOOL, "{'checklist':'list.yaml'}");
    }

    private JsonNode verify(String image, String checklist) throws Exception {
        write("list.yaml", utf8(checklist));
        return docker.call(TOOL, "{'image':'" + image + "','checklist':'list.yaml'}");
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
        JsonNode usual = docker.call(TOOL, "{'image':'" + good + "'}");
        assertThat(usual.path("exit_code").asInt()).isZero();
        assertThat(usual.has("build_sh")).isFalse();
    }

    @Test
    void saysWhatAnImageLacks() throws Exception {
        String bad = built("bad", packages("openssl", "zlib") + """
                RUN echo API_PASSWORD=n0t-f0r-all-3113 > /tmp/.env
                RUN rm /tmp/.env
                ENV API_TOKEN=n0t-f0r-all-3112
                CMD ["sh", "-c", "echo starting; echo no database >&2; exit 3"]
                """);
        JsonNode answer = docker.call(TOOL, "{'image':'" + bad + "'}");
        assertThat(answer.path("exit_code").asInt()).isEqualTo(1);
        assertThat(answer.path("summary").asText()).startsWith("not ready: 7 of 8 items do not pass: ");
        assertThat(evidence(answer, "starts", "fail")).contains("exit code 3", "starting", "! no database");
        assertThat(evidence(answer, "healthy", "fail")).startsWith("it declares no HEALTHCHECK");
        assertThat(evidence(answer, "non-root", "fail")).isEqualTo("no USER: it runs as root");
        assertThat(evidence(answer, "no-secrets", "fail"))
                .contains("in the variable API_TOKEN", "a later layer deletes the file", "/tmp/.env (layer ");
        assertThat(evidence(answer, "vulnerabilities", "fail"))
                .isEqualTo("1 critical, 0 high: CVE-2026-1 in openssl (fixed in 3.1)");
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
    void looksForWhatTheChecklistAsksOnly() throws Exception {
        String known = built("known", packages("openssl"));
        JsonNode secrets = verify(known, "no-secrets: true\n");
        assertThat(evidence(secrets, "no-secrets", "pass")).contains("files of any layer");
        assertThat(secrets.path("items")).hasSize(1);
        assertThat(evidence(verify(known, "max-critical: 1\n"), "vulnerabilities", "pass"))
                .startsWith("1 critical, 0 high");
        assertThat(verify(known, "max-size-mb: 100\n").path("items")).hasSize(1);
    }

    @Test
    void tellsSecretsWhereNoVulnerabilitiesCanBeTold() throws Exception {
        String carries = built("carries", "RUN echo API_PASSWORD=n0t-f0r-all-3113 > /srv.env\n");
        docker.close();
        docker = new Docker(folder.resolve("fresh"), RealEngine.reach("{'roots':['" + root + "']}"));
        JsonNode answer = verify(carries, "no-secrets: true\nmax-critical: 0\n");
        assertThat(evidence(answer, "no-secrets", "fail")).contains("/srv.env");
        assertThat(evidence(answer, "vulnerabilities", "unknown")).contains("db_path");
        assertThat(answer.path("exit_code").asInt()).isEqualTo(1);
    }

    @Test
    void buildsWhatTheChecklistSaysUnlessTheCallNamesAnImage() throws Exception {
        write("shop/Dockerfile", utf8("FROM " + RealEngine.BASE + "\nUSER 1000\n"));
        String name = prefix + "shop:1";
        images.add(name);
        JsonNode built = verify("image: " + name + "\nbuild: {context: shop}\nnon-root: true\n");
        assertThat(evidence(built, "builds", "pass")).isEqualTo("built " + name);
        assertThat(evidence(built, "non-root", "pass")).isEqualTo("USER 1000");
        JsonNode other = verify(RealEngine.BASE, "build: {context: shop}\nnon-root: true\n");
        assertThat(other.path("summary").asText()).isEqualTo("not ready: 1 of 1 items do not pass: non-root");
        write("shop/Dockerfile", utf8("FROM " + RealEngine.BASE + "\nRUN echo no such thing; exit 7\n"));
        JsonNode broken = verify("build: {context: shop}\nmax-size-mb: 100\n");
        assertThat(broken.path("summary").asText()).isEqualTo("not ready: 1 of 1 items do not pass: builds");
        assertThat(evidence(broken, "builds", "fail")).contains("it does not build");
        assertThat(broken.path("build_sh").asText()).contains("docker build");
    }

    @Test
    void namesWhatItBuildsForATenantOfSomeImages() throws Exception {
        write("shop/Dockerfile", utf8("FROM " + RealEngine.BASE + "\nUSER 1000\n"));
        docker.close();
        docker = new Docker(
                folder.resolve("data"),
                RealEngine.reach("{'images':['" + prefix + "*','" + RealEngine.BASE + "'],'roots':['" + root + "']}"));
        write("list.yaml", utf8("build: {context: shop}\nnon-root: true\nno-secrets: true\n"));
        assertThat(docker.refusal(TOOL, "{'checklist':'list.yaml'}"))
                .hasMessageStartingWith("/checklist with build must name the image too, as one of " + prefix + "*");
        images.add(prefix + "some:1");
        assertThat(verify("image: " + prefix + "some:1\nbuild: {context: shop}\nnon-root: true\nno-secrets: true\n")
                        .path("summary")
                        .asText())
                .isEqualTo("ready: all 3 items pass");
    }

    @Test
    void givesAScriptThatDoesTheSameInAPipeline() throws Exception {
        String context = "it's $(touch PWNED) `touch PWNED`; \"a\"\n-f x";
        write(context + "/my 'Dockerfile'", utf8("FROM " + RealEngine.BASE + "\nUSER 1000\n"));
        write(
                "list's.yaml",
                utf8(Json.write(Json.object()
                        .put("non-root", true)
                        .set("build", Json.object().put("context", context).put("dockerfile", "my 'Dockerfile'")))));
        JsonNode answer = docker.call(TOOL, Json.object().put("checklist", "list's.yaml"), new FakeCall());
        assertThat(answer.path("exit_code").asInt()).as(answer.toString()).isZero();
        images.add(answer.path("id").asText());
        Path script = root.resolve("build.sh");
        Files.writeString(script, answer.path("build_sh").asText());
        assertThat(run("sh", "-n", "build.sh")).isEqualTo("0 ");

        Path millwright = folder.resolve("millwright");
        Files.writeString(millwright, """
                #!/bin/sh
                for word in "$@"; do printf '<%s>' "$word" >> "$0.words"; done
                printf '%s\n' "$ANSWER"
                exit "$CODE"
                """);
        assertThat(millwright.toFile().setExecutable(true)).isTrue();
        assertThat(run("sh", "build.sh")).startsWith("0 {\"summary\":\"x\",\"exit_code\":0,");
        String words = Files.readString(folder.resolve("millwright.words"));
        images.add(words.replaceFirst("(?s).*\"image\":\"([^\"]*)\".*", "$1"));
        assertThat(words)
                .matches("<call><docker><verify_image><--root><\\.><--json><\\{\"image\":\"sha256:[0-9a-f]{64}\","
                        + "\"checklist\":\"list's\\.yaml\"}>");
        assertThat(run(Map.of("ANSWER", "{\"summary\":\"\\\"exit_code\\\":0,\",\"exit_code\":1,}"), "sh", "build.sh"))
                .startsWith("1 {");
        assertThat(run(Map.of("CODE", "3", "ANSWER", "no engine"), "sh", "build.sh"))
                .isEqualTo("3 no engine\n");
        assertThat(root.resolve("PWNED")).doesNotExist();
        write(context + "/my 'Dockerfile'", utf8("FROM " + RealEngine.BASE + "\nRUN exit 7\n"));
        assertThat(run("sh", "build.sh")).isEqualTo("7 ");
    }

    private String run(String... words) throws Exception {
        return run(Map.of(), words);
    }

    /** Exit code and standard output. */
    private String run(Map<String, String> more, String... words) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(words).directory(root.toFile());
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("DOCKER_HOST", "unix://" + RealEngine.socket());
        builder.environment().put("MILLWRIGHT", folder.resolve("millwright").toString());
        builder.environment().put("ANSWER", "{\"summary\":\"x\",\"exit_code\":0,\"items\":[]}");
        builder.environment().put("CODE", "0");
        builder.environment().putAll(more);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() + " " + said;
    }

    @Test
    void refusesWhatItCannotCheck() throws Exception {
        write("list.yaml", utf8("non-root: true"));
        assertThat(docker.refusal(TOOL, "{'checklist':'list.yaml'}"))
                .hasMessage("/image or a checklist with image or build must be given");
        assertThat(docker.refusal(TOOL, "{'image':'no/such:1','checklist':'list.yaml'}")
                        .kind())
                .isEqualTo(ToolException.Kind.NOT_FOUND);
        assertThat(docker.refusal(TOOL, "{'image':'a b'}")).hasMessageContaining("/image must be an image's name");
        assertThat(docker.refusal(TOOL, "{'checklist':'missing.yaml'}").kind()).isEqualTo(ToolException.Kind.NOT_FOUND);
        write("list.yaml", utf8("image: \"a'; touch PWNED\"\nnon-root: true"));
        assertThat(docker.refusal(TOOL, "{'checklist':'list.yaml'}"))
                .hasMessageStartingWith("/checklist image must be an image's name");
        write("list.yaml", utf8("build: {context: ../..}\nnon-root: true"));
        assertThat(docker.refusal(TOOL, "{'checklist':'list.yaml'}")).hasMessageStartingWith("/checklist build: ");
        write("list.yaml", utf8("image: elsewhere/shop:1\nbuild: {context: osv}\nnon-root: true"));
        assertThat(docker.refusal(TOOL, "{'checklist':'list.yaml'}")).hasMessageStartingWith("/checklist build: ");
    }
}
