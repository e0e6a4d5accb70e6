package dev.millwright.docker;

import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.serverError;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static dev.millwright.docker.vulnerability.Osv.advisory;
import static dev.millwright.docker.vulnerability.Osv.all;
import static dev.millwright.docker.vulnerability.Osv.fixedIn;
import static dev.millwright.docker.vulnerability.Osv.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.millwright.docker.archive.TestImage;
import dev.millwright.docker.archive.TestLayer;
import dev.millwright.testing.FakeCall;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class CheckSecurityVulnerabilitiesTest {
    private static final String TOOL = "check_security_vulnerabilities";
    private static final String CRITICAL =
            "\"severity\":[{\"type\":\"CVSS_V3\",\"score\":\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\"}]";
    private static final String STATUS = """
            Package: libssl3
            Status: install ok installed
            Source: openssl
            Version: 3.0.11-1~deb12u1

            Package: openssl
            Status: install ok installed
            Version: 3.0.11-1~deb12u1
            """;
    private static final String OS = "ID=debian\nVERSION_ID=\"12\"\n";
    private static final String TOKEN = "ghp_" + "x7Kd93mQpL2vR8sT4wYbN6zA1cEfGhJkUiOq";

    @TempDir
    private Path folder;

    @RegisterExtension
    private final WireMockExtension osv = WireMockExtension.newInstance()
            .options(wireMockConfig().dynamicPort())
            .build();

    private Path root;
    private Docker docker;

    @BeforeEach
    void open() throws IOException {
        root = Files.createDirectories(folder.resolve("project"));
        docker = opened("{}", "unix:///nowhere");
        Path export = root.resolve("osv");
        write(
                "osv/Debian/all.zip",
                all(
                        fixedIn(
                                "DEBIAN-CVE-2023-5678",
                                "Debian:12",
                                "openssl",
                                "3.0.11-1~deb12u2",
                                "\"upstream\":[\"CVE-2023-5678\"]," + CRITICAL),
                        advisory(
                                "DEBIAN-CVE-2023-1",
                                "Debian:12",
                                "openssl",
                                "{\"introduced\":\"0\"}",
                                "\"upstream\":[\"CVE-2023-1111\"]")));
        write(
                "osv/npm/all.zip",
                all(
                        fixedIn("GHSA-1", "npm", "lodash", "4.17.21", "\"aliases\":[\"CVE-2021-23337\"]," + CRITICAL),
                        fixedIn("GHSA-2", "npm", "lodash", "4.17.5", ""),
                        advisory("GHSA-3", "npm", "lodash", "{\"introduced\":\"0\"}", "")));
        assertThat(export).isDirectory();
    }

    private Docker opened(String config, String host) {
        return new Docker(
                folder.resolve("data"),
                config,
                Map.of(
                        Tenant.DEFAULT,
                        RealEngine.reachOf("{'host':'" + host + "','roots':['" + root + "']}"),
                        new Tenant("other"),
                        RealEngine.reachOf("{'host':'" + host + "','roots':['" + root + "']}")));
    }

    @AfterEach
    void close() {
        docker.close();
    }

    private void write(String name, byte[] content) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
    }

    private void lock(String version) throws IOException {
        write(
                "app/package-lock.json",
                utf8(
                        "{\"name\":\"app\",\"lockfileVersion\":3,\"packages\":{\"\":{},\"node_modules/lodash\":{\"version\":\""
                                + version + "\"}}}"));
    }

    @Test
    void importsAnExportAndTellsWhatIsInIt() throws Exception {
        JsonNode answer = docker.call(TOOL, "{'db_path':'osv'}");
        assertThat(answer.path("summary").asText()).startsWith("Imported 5 advisories on 2 ecosystems");
        assertThat(answer.path("database").path("newest").asText()).isEqualTo("2026-05-01T00:00:00Z");
        assertThat(answer.path("database").path("imported").asText()).isNotEmpty();
    }

    @Test
    void findsTheVulnerablePackagesOfALockFile() throws Exception {
        lock("4.17.20");
        JsonNode answer = docker.call(TOOL, "{'path':'app/package-lock.json','db_path':'osv'}");
        assertThat(answer.path("vulnerabilities").findValuesAsText("id")).containsExactly("CVE-2021-23337", "GHSA-3");
        JsonNode first = answer.path("vulnerabilities").path(0);
        assertThat(first.path("fixed").asText()).isEqualTo("4.17.21");
        assertThat(first.path("severity").asText()).isEqualTo("critical");
        assertThat(first.path("score").asDouble()).isEqualTo(9.8);
        assertThat(first.path("where").asText()).isEqualTo("/package-lock.json");
        assertThat(answer.path("summary").asText())
                .isEqualTo("app/package-lock.json: 1 critical, 1 unknown vulnerabilities in 1 packages, 1 with a fix");
        assertThat(answer.path("findings")).isEmpty();
    }

    @Test
    void keepsTheDatabaseForTheNextProcessButForOneTenant() throws Exception {
        docker.call(TOOL, "{'db_path':'osv'}");
        docker.close();
        docker = opened("{}", "unix:///nowhere");
        lock("4.17.4");
        assertThat(docker.call(TOOL, "{'path':'app'}").path("vulnerabilities")).hasSize(3);
        JsonNode other = docker.call(TOOL, Docker.json("{'path':'app'}"), new FakeCall(new Tenant("other"), 10_000));
        assertThat(other.path("vulnerabilities")).isEmpty();
        assertThat(other.path("notes").path(0).asText()).contains("db_path");
    }

    @Test
    void narrowsToWhatCanBeFixedOrIsBadEnough() throws Exception {
        lock("4.17.4");
        docker.call(TOOL, "{'db_path':'osv'}");
        assertThat(docker.call(TOOL, "{'path':'app','only_fixed':true}")
                        .path("vulnerabilities")
                        .findValuesAsText("id"))
                .containsExactly("CVE-2021-23337", "GHSA-2");
        assertThat(docker.call(TOOL, "{'path':'app','min_severity':'high'}")
                        .path("vulnerabilities")
                        .findValuesAsText("id"))
                .containsExactly("CVE-2021-23337");
    }

    @Test
    void heedsAVexDocument() throws Exception {
        lock("4.17.20");
        write(
                "vex.json",
                utf8(
                        "{\"statements\":[{\"vulnerability\":{\"name\":\"CVE-2021-23337\"},\"status\":\"not_affected\","
                                + "\"justification\":\"vulnerable_code_not_present\",\"products\":[{\"@id\":\"pkg:npm/lodash@4.17.20\"}]}]}"));
        JsonNode answer = docker.call(TOOL, "{'path':'app','db_path':'osv','vex':'vex.json'}");
        assertThat(answer.path("vulnerabilities").findValuesAsText("id")).containsExactly("GHSA-3");
        assertThat(answer.path("notes").toString())
                .contains("CVE-2021-23337 in lodash (not_affected vulnerable_code_not_present)");
    }

    @Test
    void givesABillOfMaterialsWhereItFits() throws Exception {
        lock("4.17.20");
        JsonNode answer = docker.call(TOOL, "{'path':'app','scope':[],'sbom':true}");
        assertThat(answer.path("sbom").path("bomFormat").asText()).isEqualTo("CycloneDX");
        assertThat(answer.path("sbom").path("components").findValuesAsText("purl"))
                .contains("pkg:npm/lodash@4.17.20");
        StringBuilder many = new StringBuilder("{\"lockfileVersion\":3,\"packages\":{\"\":{}");
        for (int i = 0; i < 400; i++) {
            many.append(",\"node_modules/p").append(i).append("\":{\"version\":\"1.0.0\"}");
        }
        write("big/package-lock.json", utf8(many + "}}"));
        ToolException refusal = docker.refusal(TOOL, "{'path':'big','scope':[],'sbom':true}");
        assertThat(refusal.kind()).isEqualTo(ToolException.Kind.LIMIT);
        assertThat(refusal).hasMessageContaining("raise max_output_chars");
    }

    @Test
    void staysWithinTheBudgetAndSaysWhatIsLeftOut() throws Exception {
        String[] many = new String[200];
        for (int i = 0; i < many.length; i++) {
            many[i] = fixedIn("GHSA-" + i, "npm", "lodash", "9.0.0", CRITICAL);
        }
        write("osv/npm/all.zip", all(many));
        lock("4.17.20");
        JsonNode answer =
                docker.call(TOOL, Docker.json("{'path':'app','db_path':'osv'}"), new FakeCall(Tenant.DEFAULT, 2000));
        assertThat(answer.toString().length()).isLessThan(8000);
        int shown = answer.path("vulnerabilities").size();
        assertThat(shown).isBetween(5, 100);
        assertThat(answer.path("notes").toString()).contains((200 - shown) + " more vulnerabilities are left out");
    }

    @Test
    void readsAnImageArchiveInOnePass() throws Exception {
        TestImage image = new TestImage();
        image.config().putArray("Env").add("GITHUB_TOKEN=" + TOKEN);
        write(
                "app.tar",
                image.layer(
                                "/bin/sh -c #(nop) ADD file:aa in / ",
                                new TestLayer().file("etc/os-release", OS).file("var/lib/dpkg/status", STATUS))
                        .layer(
                                "COPY . /app # buildkit",
                                new TestLayer()
                                        .file(
                                                "app/node_modules/lodash/package.json",
                                                "{\"name\":\"lodash\",\"version\":\"4.17.20\"}"))
                        .saved("shop:1"));
        JsonNode answer = docker.call(TOOL, "{'path':'app.tar','db_path':'osv','min_severity':'info'}");
        JsonNode rows = answer.path("vulnerabilities");
        assertThat(rows.findValuesAsText("id"))
                .containsExactlyInAnyOrder("CVE-2023-5678", "CVE-2021-23337", "CVE-2023-1111", "GHSA-3");
        for (JsonNode row : rows) {
            assertThat(row.path("where").asText())
                    .isEqualTo(
                            row.path("name").asText().equals("openssl")
                                    ? "layer 0: ADD file:aa in /"
                                    : "/app/node_modules/lodash/package.json, layer 1: COPY . /app");
        }
        assertThat(answer.path("findings").findValuesAsText("check")).contains("secret-in-env", "CIS-4.1");
        assertThat(answer.toString()).doesNotContain(TOKEN);
        assertThat(answer.path("summary").asText()).contains("CIS: ");
    }

    @Test
    void looksIntoImagesAndContainersOfTheEngine() throws Exception {
        String name = "dk-vuln-test:1";
        RealEngine.image(
                name,
                Map.of(
                        "etc/os-release", utf8(OS),
                        "var/lib/dpkg/status", utf8(STATUS),
                        "bin/true", Files.readAllBytes(Path.of("/bin/busybox")),
                        "root/.npmrc",
                                utf8("//registry.npmjs.org/:_authToken=npm_"
                                        + "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5\n")));
        String container = RealEngine.docker(
                        "create", "--label", "dev.millwright.test=dk-vuln", "--privileged", name, "/bin/true")
                .strip();
        docker.close();
        docker = opened("{}", "unix://" + RealEngine.socket());
        try {
            JsonNode image = docker.call(TOOL, "{'image':'" + name + "','db_path':'osv'}");
            assertThat(image.path("vulnerabilities").findValuesAsText("id"))
                    .containsExactly("CVE-2023-5678", "CVE-2023-1111");
            assertThat(image.path("vulnerabilities").path(0).path("components").toString())
                    .isEqualTo("[\"libssl3\"]");
            assertThat(image.path("vulnerabilities").path(0).path("fixed").asText())
                    .isEqualTo("3.0.11-1~deb12u2");
            assertThat(image.path("findings").findValuesAsText("where").toString())
                    .contains("/root/.npmrc");
            JsonNode running = docker.call(TOOL, "{'container':'" + container + "'}");
            assertThat(running.path("vulnerabilities")).hasSize(2);
            assertThat(running.path("findings").findValuesAsText("check")).contains("CIS-5.4");
        } finally {
            RealEngine.docker("rm", "-f", container);
            RealEngine.docker("rmi", "-f", name);
        }
    }

    @Test
    void asksTheServiceWhereOneIsConfiguredAndTheDatabaseWhenItFails() throws Exception {
        lock("4.17.20");
        docker.close();
        docker = opened("{'osv-endpoint':'" + osv.baseUrl() + "'}", "unix:///nowhere");
        osv.stubFor(post("/v1/querybatch").willReturn(okJson("{\"results\":[{\"vulns\":[{\"id\":\"GHSA-9\"}]}]}")));
        osv.stubFor(get("/v1/vulns/GHSA-9").willReturn(okJson(fixedIn("GHSA-9", "npm", "lodash", "5.0.0", ""))));
        assertThat(docker.call(TOOL, "{'path':'app'}").path("vulnerabilities").findValuesAsText("id"))
                .containsExactly("GHSA-9");
        osv.stubFor(post("/v1/querybatch").willReturn(serverError()));
        assertThat(docker.refusal(TOOL, "{'path':'app'}").kind()).isEqualTo(ToolException.Kind.UNAVAILABLE);
        JsonNode fallen = docker.call(TOOL, "{'path':'app','db_path':'osv'}");
        assertThat(fallen.path("vulnerabilities").findValuesAsText("id")).containsExactly("CVE-2021-23337", "GHSA-3");
        assertThat(fallen.path("notes").toString()).contains("the database was asked instead");
    }

    @Test
    void asksNobodyWhereNoServiceIsConfigured() throws Exception {
        lock("4.17.20");
        JsonNode answer = docker.call(TOOL, "{'path':'app'}");
        assertThat(answer.path("notes").toString()).contains("there is no vulnerability database yet");
        assertThat(docker.refusal(TOOL, "{'path':'app','scope':['cve']}").kind())
                .isEqualTo(ToolException.Kind.UNAVAILABLE);
    }

    @Test
    void refusesWhatItCannotLookAt() throws Exception {
        write("notes.txt", utf8("hello"));
        write("broken.tar", utf8("no archive"));
        write("vex.json", utf8("[]"));
        lock("1.0.0");
        assertThat(docker.refusal(TOOL, "{}")).hasMessageContaining("exactly one of image, container and path");
        assertThat(docker.refusal(TOOL, "{'image':'a','path':'app'}")).hasMessageContaining("exactly one");
        assertThat(docker.refusal(TOOL, "{'path':'/etc/passwd'}").kind()).isEqualTo(ToolException.Kind.DENIED);
        assertThat(docker.refusal(TOOL, "{'path':'missing'}").kind()).isEqualTo(ToolException.Kind.NOT_FOUND);
        for (String bad : new String[] {
            "{'path':'notes.txt'}",
            "{'path':'broken.tar'}",
            "{'db_path':'app'}",
            "{'db_path':'notes.txt'}",
            "{'path':'app','vex':'vex.json'}",
            "{'path':'app','scope':['all']}"
        }) {
            assertThat(docker.refusal(TOOL, bad).kind()).as(bad).isEqualTo(ToolException.Kind.INVALID_INPUT);
        }
    }
}
