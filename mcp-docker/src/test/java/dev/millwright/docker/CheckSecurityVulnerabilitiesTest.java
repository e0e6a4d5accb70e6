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
import dev.millwright.docker.config.DockerConfig;
import dev.millwright.docker.engine.Engines;
import dev.millwright.docker.engine.Roots;
import dev.millwright.docker.vulnerability.Databases;
import dev.millwright.docker.vulnerability.KnownVulnerabilities;
import dev.millwright.json.Json;
import dev.millwright.json.Schema;
import dev.millwright.testing.FakeCall;
import dev.millwright.tool.Effect;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
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
        JsonNode answer = docker.call(TOOL, "{'target':'app/package-lock.json','db_path':'osv'}");
        assertThat(answer.path("vulnerabilities").findValuesAsText("id")).containsExactly("CVE-2021-23337", "GHSA-3");
        JsonNode first = answer.path("vulnerabilities").path(0);
        assertThat(first.path("fixed").asText()).isEqualTo("4.17.21");
        assertThat(first.path("severity").asText()).isEqualTo("critical");
        assertThat(first.path("score").asDouble()).isEqualTo(9.8);
        assertThat(first.path("where").asText()).isEqualTo("/package-lock.json");
        assertThat(answer.path("next_action").asText())
                .isEqualTo("raise lodash 4.17.20 to 4.17.21: ask for that version where it is asked for, and build anew"
                        + " (/package-lock.json); that ends CVE-2021-23337");
        assertThat(answer.path("summary").asText())
                .isEqualTo(
                        "file app/package-lock.json: 1 critical, 1 unknown vulnerabilities in 1 packages, 1 with a fix");
        assertThat(answer.path("findings")).isEmpty();
    }

    @Test
    void keepsTheDatabaseForTheNextProcessButForOneTenant() throws Exception {
        docker.call(TOOL, "{'db_path':'osv'}");
        docker.close();
        docker = opened("{}", "unix:///nowhere");
        lock("4.17.4");
        assertThat(docker.call(TOOL, "{'target':'app'}").path("vulnerabilities"))
                .hasSize(3);
        JsonNode other = docker.call(TOOL, Docker.json("{'target':'app'}"), new FakeCall(new Tenant("other"), 10_000));
        assertThat(other.path("vulnerabilities")).isEmpty();
        assertThat(other.path("notes").path(0).asText()).contains("db_path");
    }

    @Test
    void narrowsToWhatCanBeFixedOrIsBadEnough() throws Exception {
        lock("4.17.4");
        docker.call(TOOL, "{'db_path':'osv'}");
        assertThat(docker.call(TOOL, "{'target':'app','only_fixed':true}")
                        .path("vulnerabilities")
                        .findValuesAsText("id"))
                .containsExactly("CVE-2021-23337", "GHSA-2");
        assertThat(docker.call(TOOL, "{'target':'app','min_severity':'high'}")
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
        JsonNode answer = docker.call(TOOL, "{'target':'app','db_path':'osv','vex':'vex.json'}");
        assertThat(answer.path("vulnerabilities").findValuesAsText("id")).containsExactly("GHSA-3");
        assertThat(answer.path("notes").toString())
                .contains("CVE-2021-23337 in lodash (not_affected vulnerable_code_not_present)");
    }

    @Test
    void givesABillOfMaterialsWhereItFits() throws Exception {
        lock("4.17.20");
        JsonNode answer = docker.call(TOOL, "{'target':'app','scope':[],'sbom_out':'inline'}");
        assertThat(answer.path("sbom").path("bomFormat").asText()).isEqualTo("CycloneDX");
        assertThat(answer.path("sbom").path("components").findValuesAsText("purl"))
                .contains("pkg:npm/lodash@4.17.20");
        assertThat(answer.path("summary").asText()).isEqualTo("folder app: 1 packages, not matched");
        StringBuilder many = new StringBuilder("{\"lockfileVersion\":3,\"packages\":{\"\":{}");
        for (int i = 0; i < 400; i++) {
            many.append(",\"node_modules/p").append(i).append("\":{\"version\":\"1.0.0\"}");
        }
        write("big/package-lock.json", utf8(many + "}}"));
        ToolException refusal = docker.refusal(TOOL, "{'target':'big','scope':[],'sbom_out':'inline'}");
        assertThat(refusal.kind()).isEqualTo(ToolException.Kind.LIMIT);
        assertThat(refusal).hasMessageContaining("raise max_output_chars");
        assertThat(docker.call(TOOL, "{'target':'big','scope':[],'sbom_out':'big/bom.json'}")
                        .path("summary")
                        .asText())
                .isEqualTo("folder big: 400 packages, not matched; bill of materials written to big/bom.json");
        assertThat(Json.read(Files.readString(root.resolve("big/bom.json"))).path("components"))
                .hasSize(400);
    }

    @Test
    void writesABillOfMaterialsOverNothingButAnEarlierOne() throws Exception {
        lock("4.17.20");
        write("app/package.json", utf8("{\"name\":\"app\"}"));
        write("app/broken.json", utf8("{"));
        docker.call(TOOL, "{'target':'app/package-lock.json','db':'none','sbom_out':'bom.json'}");
        lock("4.17.21");
        docker.call(TOOL, "{'target':'app/package-lock.json','db':'none','sbom_out':'bom.json'}");
        assertThat(Files.readString(root.resolve("bom.json")))
                .contains("pkg:npm/lodash@4.17.21")
                .doesNotContain("4.17.20");
        try (Stream<Path> files = Files.list(root)) {
            assertThat(files.map(each -> each.getFileName().toString()))
                    .containsExactlyInAnyOrder("app", "osv", "bom.json");
        }
        for (String taken : new String[] {"app/package.json", "app/broken.json"}) {
            ToolException refusal = docker.refusal(TOOL, "{'target':'app','sbom_out':'" + taken + "'}");
            assertThat(refusal.kind()).as(taken).isEqualTo(ToolException.Kind.CONFLICT);
            assertThat(refusal).hasMessageContaining("/sbom_out " + taken);
        }
        Files.createSymbolicLink(root.resolve("out.json"), folder.resolve("outside.json"));
        assertThat(docker.refusal(TOOL, "{'target':'app','sbom_out':'out.json'}"))
                .isNotNull();
        assertThat(folder.resolve("outside.json")).doesNotExist();
        for (String bad : new String[] {"Dockerfile", "yes", "", "/etc/bom.json", "../bom.json", "no/such/bom.json"}) {
            assertThat(docker.refusal(TOOL, "{'target':'app','sbom_out':'" + bad + "'}"))
                    .as(bad)
                    .isNotNull();
        }
    }

    @Test
    void declaresWhatChangesSomething() {
        assertThat(effect("{'target':'app'}")).isEqualTo(Effect.READS);
        assertThat(effect("{'target':'app','sbom_out':'inline'}")).isEqualTo(Effect.READS);
        assertThat(effect("{'target':'app','sbom_out':'bom.json'}")).isEqualTo(Effect.CHANGES);
        assertThat(effect("{'target':'app','db_path':'osv'}")).isEqualTo(Effect.CHANGES);
    }

    private static Effect effect(String arguments) {
        CheckSecurityVulnerabilities.Input input =
                Schema.of(CheckSecurityVulnerabilities.Input.class).bind(Docker.json(arguments));
        return new CheckSecurityVulnerabilities(
                        new Examination(
                                new Engines(Map.of(), RealEngine.connector(Path.of("/nonexistent"))),
                                new Roots(Map.of(), List.of()),
                                DockerConfig.defaults(),
                                Clock.systemUTC()),
                        new KnownVulnerabilities(
                                new Databases(Path.of("/nonexistent"), Clock.systemUTC()),
                                Optional.empty(),
                                Duration.ZERO,
                                Clock.systemUTC()))
                .effectOf(input);
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
                docker.call(TOOL, Docker.json("{'target':'app','db_path':'osv'}"), new FakeCall(Tenant.DEFAULT, 2000));
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
        JsonNode answer = docker.call(TOOL, "{'target':'app.tar','db_path':'osv','min_severity':'info'}");
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
            JsonNode image = docker.call(TOOL, "{'target':'image:" + name + "','db_path':'osv'}");
            assertThat(docker.call(TOOL, "{'target':'" + name + "'}").path("vulnerabilities"))
                    .isEqualTo(image.path("vulnerabilities"));
            assertThat(image.path("summary").asText()).startsWith("image " + name + ": ");
            assertThat(image.path("next_action").asText())
                    .isEqualTo(
                            "raise openssl 3.0.11-1~deb12u1 to 3.0.11-1~deb12u2: take a newer base image, or upgrade it"
                                    + " in a RUN of its own (layer 0: (Imported from -)); that ends CVE-2023-5678");
            assertThat(image.path("vulnerabilities").findValuesAsText("id"))
                    .containsExactly("CVE-2023-5678", "CVE-2023-1111");
            assertThat(image.path("vulnerabilities").path(0).path("components").toString())
                    .isEqualTo("[\"libssl3\"]");
            assertThat(image.path("vulnerabilities").path(0).path("fixed").asText())
                    .isEqualTo("3.0.11-1~deb12u2");
            assertThat(image.path("findings").findValuesAsText("where").toString())
                    .contains("/root/.npmrc");
            JsonNode running = docker.call(TOOL, "{'target':'container:" + container + "'}");
            assertThat(running.path("vulnerabilities")).hasSize(2);
            assertThat(running.path("findings").findValuesAsText("check")).contains("CIS-5.4", "secret-in-layer");
            JsonNode secrets = docker.call(TOOL, "{'target':'" + container + "','scope':['secrets']}");
            assertThat(secrets.path("findings").findValuesAsText("where")).containsExactly("/root/.npmrc");
            assertThat(secrets.path("summary").asText())
                    .startsWith("container ")
                    .endsWith(": 1 high findings of secrets");
            ToolException nothing = docker.refusal(TOOL, "{'target':'dk-vuln-test:2'}");
            assertThat(nothing.kind()).isEqualTo(ToolException.Kind.NOT_FOUND);
            assertThat(nothing)
                    .hasMessageStartingWith("/target \"dk-vuln-test:2\" was not found; as path: ")
                    .hasMessageContaining("; as image: there is no image dk-vuln-test:2; did you mean " + name + "?")
                    .hasMessageContaining("; as container: ");
            Files.createDirectories(root.resolve("dk-vuln-test:1"));
            assertThat(docker.call(TOOL, "{'target':'" + name + "'}")
                            .path("summary")
                            .asText())
                    .startsWith("folder " + name);
        } finally {
            RealEngine.docker("rm", "-f", container);
            RealEngine.docker("rmi", "-f", name);
        }
    }

    @Test
    void tellsHowCommandsRunInAContainerAndWhichChecksCannotBeTold() throws Exception {
        String container = RealEngine.docker(
                        "run", "-d", "--label", "dev.millwright.test=dk-vuln", RealEngine.BASE, "sleep", "100")
                .strip();
        docker.close();
        docker = opened("{}", "unix://" + RealEngine.socket());
        try {
            String checks = "{'target':'container:" + container + "','scope':['cis']}";
            assertThat(docker.call(TOOL, checks).path("findings").findValuesAsText("check"))
                    .doesNotContain("CIS-5.23", "CIS-5.24");
            RealEngine.docker("exec", "-d", "--user", "root", container, "sleep", "100");
            JsonNode answer = docker.call(TOOL, checks);
            assertThat(answer.path("findings").findValuesAsText("check")).contains("CIS-5.24");
            assertThat(answer.path("notes")).isEmpty();
            assertThat(answer.path("next_action").asText()).startsWith("CIS-5.");
        } finally {
            RealEngine.docker("rm", "-f", container);
        }
        JsonNode image = docker.call(TOOL, "{'target':'" + RealEngine.BASE + "','scope':['cis']}");
        assertThat(image.path("notes").toString())
                .contains("CIS checks that cannot be told: 4.2 (the image does not say what it was built from)");
    }

    @Test
    void asksTheServiceWhereOneIsConfiguredAndTheDatabaseWhenItFails() throws Exception {
        lock("4.17.20");
        docker.close();
        docker = opened("{'osv-endpoint':'" + osv.baseUrl() + "'}", "unix:///nowhere");
        osv.stubFor(post("/v1/querybatch").willReturn(okJson("{\"results\":[{\"vulns\":[{\"id\":\"GHSA-9\"}]}]}")));
        osv.stubFor(get("/v1/vulns/GHSA-9").willReturn(okJson(fixedIn("GHSA-9", "npm", "lodash", "5.0.0", ""))));
        assertThat(docker.call(TOOL, "{'target':'app'}").path("vulnerabilities").findValuesAsText("id"))
                .containsExactly("GHSA-9");
        osv.stubFor(post("/v1/querybatch").willReturn(serverError()));
        assertThat(docker.refusal(TOOL, "{'target':'app'}").kind()).isEqualTo(ToolException.Kind.UNAVAILABLE);
        JsonNode fallen = docker.call(TOOL, "{'target':'app','db_path':'osv'}");
        assertThat(fallen.path("vulnerabilities").findValuesAsText("id")).containsExactly("CVE-2021-23337", "GHSA-3");
        assertThat(fallen.path("notes").toString()).contains("the database was asked instead");
    }

    @Test
    void asksOnlyWhomTheCallerWants() throws Exception {
        lock("4.17.20");
        docker.call(TOOL, "{'db_path':'osv'}");
        docker.close();
        docker = opened("{'osv-endpoint':'" + osv.baseUrl() + "/'}", "unix:///nowhere");
        osv.stubFor(post("/v1/querybatch").willReturn(okJson("{\"results\":[{\"vulns\":[{\"id\":\"GHSA-9\"}]}]}")));
        osv.stubFor(get("/v1/vulns/GHSA-9").willReturn(okJson(fixedIn("GHSA-9", "npm", "lodash", "5.0.0", ""))));
        assertThat(ids("{'target':'app','db':'offline'}")).containsExactly("CVE-2021-23337", "GHSA-3");
        assertThat(ids("{'target':'app','db':'none'}")).isEmpty();
        assertThat(osv.getAllServeEvents()).isEmpty();
        assertThat(ids("{'target':'app','db':'api'}")).containsExactly("GHSA-9");
        assertThat(ids("{'target':'app','api_endpoint':'" + osv.baseUrl() + "'}"))
                .containsExactly("GHSA-9");
        int asked = osv.getAllServeEvents().size();
        for (String other : new String[] {"https://api.osv.dev", osv.baseUrl() + "/other", "x", ""}) {
            ToolException refusal = docker.refusal(TOOL, "{'target':'app','api_endpoint':'" + other + "'}");
            assertThat(refusal.kind()).isEqualTo(ToolException.Kind.DENIED);
            assertThat(refusal).hasMessageContaining("servers.docker.osv-endpoint");
        }
        assertThat(osv.getAllServeEvents()).hasSize(asked);
        osv.stubFor(post("/v1/querybatch").willReturn(serverError()));
        assertThat(docker.refusal(TOOL, "{'target':'app','db':'api'}").kind())
                .isEqualTo(ToolException.Kind.UNAVAILABLE);
        assertThat(docker.refusal(TOOL, "{'target':'app','db':'offline','api_endpoint':'x'}"))
                .hasMessageContaining("/api_endpoint goes with /db api");
    }

    private List<String> ids(String arguments) throws Exception {
        return docker.call(TOOL, arguments).path("vulnerabilities").findValuesAsText("id");
    }

    @Test
    void asksNobodyWhereNoServiceIsConfigured() throws Exception {
        lock("4.17.20");
        JsonNode answer = docker.call(TOOL, "{'target':'app'}");
        assertThat(answer.path("notes").toString()).contains("there is no vulnerability database yet");
        assertThat(docker.refusal(TOOL, "{'target':'app','scope':['cve']}").kind())
                .isEqualTo(ToolException.Kind.UNAVAILABLE);
        assertThat(docker.refusal(TOOL, "{'target':'app','db':'offline'}")).hasMessageContaining("/db_path");
        ToolException api = docker.refusal(TOOL, "{'target':'app','db':'api'}");
        assertThat(api.kind()).isEqualTo(ToolException.Kind.DENIED);
        assertThat(api).hasMessageContaining("servers.docker.osv-endpoint names none");
    }

    @Test
    void refusesWhatItCannotLookAt() throws Exception {
        write("notes.txt", utf8("hello"));
        write("broken.tar", utf8("no archive"));
        write("vex.json", utf8("[]"));
        lock("1.0.0");
        assertThat(docker.refusal(TOOL, "{'target':'missing'}"))
                .hasMessageStartingWith("/target \"missing\" was not found; as path: ");
        for (String bad :
                new String[] {"", " ", "path:", "image:", "image:a b", "container:", "container:a b", "a b"}) {
            assertThat(docker.refusal(TOOL, "{'target':'" + bad + "'}")).as(bad).hasMessageStartingWith("/target ");
        }
        for (String field : new String[] {"vex", "db_path"}) {
            assertThat(docker.refusal(TOOL, "{'target':'app','" + field + "':'missing.json'}"))
                    .hasMessageStartingWith("/" + field + ": missing.json does not exist");
        }
        write("empty/README.md", utf8("none"));
        assertThat(docker.call(TOOL, "{'target':'empty','db_path':'osv'}")
                        .path("summary")
                        .asText())
                .isEqualTo("folder empty: no packages found");
        assertThat(docker.refusal(TOOL, "{'target':'app','scope':[]}")).hasMessageContaining("/scope []");
        assertThat(docker.refusal(TOOL, "{'db_path':'osv','sbom_out':'inline'}"))
                .hasMessageContaining("need a /target");
        assertThat(docker.refusal(TOOL, "{}")).hasMessageContaining("give /target");
        assertThat(docker.refusal(TOOL, "{'target':'/etc/passwd'}").kind()).isEqualTo(ToolException.Kind.DENIED);
        assertThat(docker.refusal(TOOL, "{'target':'path:missing'}").kind()).isEqualTo(ToolException.Kind.NOT_FOUND);
        for (String bad : new String[] {
            "{'target':'notes.txt'}",
            "{'target':'broken.tar'}",
            "{'db_path':'app'}",
            "{'db_path':'notes.txt'}",
            "{'target':'app','vex':'vex.json'}",
            "{'target':'app','scope':['all']}"
        }) {
            assertThat(docker.refusal(TOOL, bad).kind()).as(bad).isEqualTo(ToolException.Kind.INVALID_INPUT);
        }
    }
}
