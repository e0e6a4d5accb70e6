package dev.millwright.git;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import dev.millwright.config.Secret;
import dev.millwright.git.config.CodeHost;
import dev.millwright.git.config.CodeHost.Kind;
import dev.millwright.git.config.GitConfig;
import dev.millwright.git.config.GitReach;
import dev.millwright.git.find.CodeHosts;
import dev.millwright.git.repo.Repositories;
import dev.millwright.json.Json;
import dev.millwright.testing.FakeCall;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract with each host: what is asked, and answers in the shape their documentation gives. */
class CodeHostsTest {
    private static final String TOKEN = "ghp_0123456789abcdefghijABCDEFGHIJ012345";

    @TempDir
    Path root;

    private final WireMockServer server = new WireMockServer(options().dynamicPort());
    private Instant now = Instant.parse("2026-11-20T12:00:00Z");
    private Map<String, String> secrets = Map.of("TOKEN", TOKEN);
    private CodeHosts hosts;
    private Repositories repositories;
    private SearchRepositories tool;

    @BeforeEach
    void start() {
        server.start();
        InstantSource source = () -> now;
        hosts = new CodeHosts(secret -> () -> secrets.get(secret.env().orElseThrow()), clock(source));
        Optional<Secret> token = Optional.of(new Secret(Optional.of("TOKEN"), Optional.empty(), Optional.empty()));
        Map<String, CodeHost> hosting = Map.of(
                "github", new CodeHost(Kind.GITHUB, Optional.of(server.baseUrl()), token),
                "gitlab", new CodeHost(Kind.GITLAB, Optional.of(server.baseUrl() + "/api/v4/"), token),
                "gitea", new CodeHost(Kind.GITEA, Optional.of(server.baseUrl() + "/api/v1"), token),
                "open", new CodeHost(Kind.GITHUB, Optional.of(server.baseUrl()), Optional.empty()),
                "gone", new CodeHost(Kind.GITEA, Optional.of("http://localhost:1/api/v1"), Optional.empty()));
        GitReach reach = new GitReach(List.of(root.toString()), Optional.empty(), Optional.empty(), Map.of(), hosting);
        repositories = new Repositories(Map.of(Tenant.DEFAULT, reach), GitConfig.defaults(), List.of());
        tool = new SearchRepositories(repositories, hosts);
    }

    @AfterEach
    void stop() {
        hosts.close();
        repositories.close();
        server.stop();
    }

    private static Clock clock(InstantSource source) {
        return source.withZone(ZoneOffset.UTC);
    }

    private JsonNode search(String arguments) throws Exception {
        return new FakeCall().run(tool, Json.read(arguments.replace('\'', '"')));
    }

    private String refused(ToolException.Kind kind, String arguments) {
        ToolException refusal = catchThrowableOfType(ToolException.class, () -> search(arguments));
        assertThat(refusal).isNotNull();
        assertThat(refusal.kind()).as(refusal.getMessage()).isEqualTo(kind);
        assertThat(refusal.getMessage()).doesNotContain(TOKEN);
        return refusal.getMessage();
    }

    private static String recorded(String name) throws IOException {
        try (InputStream in = CodeHostsTest.class.getResourceAsStream("/hosts/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static ResponseDefinitionBuilder json(int status, String body) {
        return aResponse()
                .withStatus(status)
                .withHeader("Content-Type", "application/json")
                .withBody(body);
    }

    private static List<String> names(JsonNode answer) {
        List<String> names = new ArrayList<>();
        answer.path("repositories").forEach(each -> names.add(each.path("repo").asText()));
        return names;
    }

    private int requests() {
        return server.getAllServeEvents().size();
    }

    @Test
    void searchesRepositoriesOnGitHub() throws Exception {
        server.stubFor(get(urlPathEqualTo("/search/repositories"))
                .withHeader("Authorization", equalTo("Bearer " + TOKEN))
                .withHeader("Accept", equalTo("application/vnd.github+json"))
                .withHeader("X-GitHub-Api-Version", equalTo("2022-11-28"))
                .withQueryParam("q", equalTo("tetris user:dtrupenn language:\"Assembly\""))
                .withQueryParam("per_page", equalTo("1"))
                .withQueryParam("page", equalTo("1"))
                .willReturn(json(200, recorded("github-repositories.json"))));
        JsonNode answer = search("{'host':'github','query':'tetris user:dtrupenn','language':'Assembly','limit':1}");
        JsonNode hit = answer.path("repositories").path(0);
        assertThat(hit.path("repo").asText()).isEqualTo("dtrupenn/Tetris");
        assertThat(hit.path("url").asText()).isEqualTo("https://github.com/dtrupenn/Tetris.git");
        assertThat(hit.path("branch").asText()).isEqualTo("master");
        assertThat(hit.path("language").asText()).isEqualTo("Assembly");
        assertThat(hit.path("updated").asText()).isEqualTo("2012-01-01T00:31:50Z");
        assertThat(hit.path("about").asText()).isEqualTo("A C implementation of Tetris using Pennsim through LC4");
        assertThat(answer.toString()).doesNotContain(TOKEN);
    }

    @Test
    void goesOnToTheNextPage() throws Exception {
        server.stubFor(get(anyUrl()).willReturn(json(200, recorded("github-repositories.json"))));
        String cursor = search("{'host':'github','query':'tetris','limit':1}")
                .path("cursor")
                .asText();
        search("{'host':'github','query':'tetris','limit':1,'cursor':'" + cursor + "'}");
        server.verify(1, getRequestedFor(urlPathEqualTo("/search/repositories")).withQueryParam("page", equalTo("2")));
        assertThat(search("{'host':'github','query':'tetris','limit':40}").has("cursor"))
                .isFalse();
        assertThat(refused(
                        ToolException.Kind.INVALID_INPUT,
                        "{'host':'github','query':'other','limit':1,'cursor':'" + cursor + "'}"))
                .contains("/cursor");
    }

    @Test
    void searchesCodeOnGitHub() throws Exception {
        server.stubFor(get(urlPathEqualTo("/search/code"))
                .withQueryParam("q", equalTo("addClass repo:jquery/jquery"))
                .willReturn(json(200, recorded("github-code.json"))));
        JsonNode answer = search("{'host':'github','query':'repo:jquery/jquery','content':'addClass'}");
        assertThat(names(answer)).containsExactly("jquery/jquery");
        assertThat(answer.path("repositories").path(0).path("files"))
                .extracting(JsonNode::asText)
                .containsExactly("src/attributes/classes.js", "test/unit/attributes.js");
    }

    @Test
    void searchesProjectsOnGitLab() throws Exception {
        server.stubFor(get(urlPathEqualTo("/api/v4/projects"))
                .withHeader("PRIVATE-TOKEN", equalTo(TOKEN))
                .withQueryParam("search", equalTo("diaspora client"))
                .withQueryParam("with_programming_language", equalTo("ruby"))
                .withQueryParam("per_page", equalTo("20"))
                .willReturn(json(200, recorded("gitlab-projects.json")).withHeader("X-Next-Page", "2")));
        JsonNode answer = search("{'host':'gitlab','query':'diaspora client','language':'ruby'}");
        assertThat(names(answer)).containsExactly("diaspora/diaspora-client", "brightbox/puppet");
        JsonNode hit = answer.path("repositories").path(0);
        assertThat(hit.path("url").asText()).isEqualTo("https://gitlab.example.com/diaspora/diaspora-client.git");
        assertThat(hit.path("branch").asText()).isEqualTo("main");
        assertThat(hit.path("updated").asText()).isEqualTo("2022-06-24T17:11:26.841Z");
        assertThat(hit.has("language")).isFalse();
        assertThat(answer.has("cursor")).isTrue();
        assertThat(refused(ToolException.Kind.INVALID_INPUT, "{'host':'gitlab','content':'x'}"))
                .contains("/content");
    }

    @Test
    void searchesRepositoriesOnGitea() throws Exception {
        server.stubFor(get(urlPathEqualTo("/api/v1/repos/search"))
                .withHeader("Authorization", equalTo("token " + TOKEN))
                .withQueryParam("q", equalTo("tea"))
                .withQueryParam("limit", equalTo("2"))
                .willReturn(json(200, recorded("gitea-repositories.json")).withHeader("X-Total-Count", "3")));
        JsonNode answer = search("{'host':'gitea','query':'tea','limit':2}");
        assertThat(names(answer)).containsExactly("gitea/tea", "ada/tea-timer");
        assertThat(answer.path("repositories").path(0).path("url").asText())
                .isEqualTo("https://gitea.example.com/gitea/tea.git");
        assertThat(answer.has("cursor")).isTrue();
        assertThat(names(search("{'host':'gitea','query':'tea','language':'go','limit':2}")))
                .containsExactly("gitea/tea");
    }

    @Test
    void asksWithoutATokenWhereThereIsNone() throws Exception {
        server.stubFor(get(anyUrl())
                .withHeader("Authorization", absent())
                .willReturn(json(200, recorded("github-repositories.json"))));
        assertThat(names(search("{'host':'open','query':'tetris'}"))).containsExactly("dtrupenn/Tetris");
    }

    @Test
    void waitsAsLongAsGitHubSaysWhenNothingRemains() throws Exception {
        server.stubFor(get(anyUrl())
                .willReturn(json(403, "{\"message\":\"API rate limit exceeded for user ID 1.\"}")
                        .withHeader("X-RateLimit-Limit", "30")
                        .withHeader("X-RateLimit-Remaining", "0")
                        .withHeader("X-RateLimit-Reset", Long.toString(now.getEpochSecond() + 45))));
        assertThat(refused(ToolException.Kind.LIMIT, "{'host':'github','query':'x'}"))
                .contains("github", "in 45 s", "2026-11-20T12:00:45Z");
        now = now.plusSeconds(44);
        assertThat(refused(ToolException.Kind.LIMIT, "{'host':'github','query':'y'}"))
                .contains("in 1 s");
        assertThat(requests()).isEqualTo(1);
        now = now.plusSeconds(2);
        refused(ToolException.Kind.LIMIT, "{'host':'github','query':'y'}");
        assertThat(requests()).isEqualTo(2);
        refused(ToolException.Kind.LIMIT, "{'host':'open','query':'y'}");
        assertThat(requests())
                .as("one without the token has a limit of its own")
                .isEqualTo(3);
    }

    @Test
    void doesNotAskAgainAfterTheLastAnswerAllowed() throws Exception {
        server.stubFor(get(anyUrl())
                .willReturn(json(200, recorded("github-repositories.json"))
                        .withHeader("X-RateLimit-Remaining", "0")
                        .withHeader("X-RateLimit-Reset", Long.toString(now.getEpochSecond() + 30))));
        assertThat(names(search("{'host':'github','query':'x'}"))).hasSize(1);
        assertThat(refused(ToolException.Kind.LIMIT, "{'host':'github','query':'x'}"))
                .contains("in 30 s");
        assertThat(requests()).isEqualTo(1);
    }

    @Test
    void waitsAsLongAsRetryAfterSaysInSecondsOrAsADate() throws Exception {
        server.stubFor(get(urlPathEqualTo("/api/v4/projects"))
                .willReturn(aResponse()
                        .withStatus(429)
                        .withHeader("Retry-After", "90")
                        .withBody("Retry later\n")));
        assertThat(refused(ToolException.Kind.LIMIT, "{'host':'gitlab','query':'x'}"))
                .contains("in 90 s");
        server.stubFor(get(urlPathEqualTo("/api/v1/repos/search"))
                .willReturn(aResponse().withStatus(429).withHeader("Retry-After", "Fri, 20 Nov 2026 12:02:00 GMT")));
        assertThat(refused(ToolException.Kind.LIMIT, "{'host':'gitea','query':'x'}"))
                .contains("in 120 s");
        server.stubFor(get(urlPathEqualTo("/search/repositories"))
                .willReturn(aResponse().withStatus(429).withHeader("Retry-After", "999999999")));
        assertThat(refused(ToolException.Kind.LIMIT, "{'host':'github','query':'x'}"))
                .as("an absurd time is not believed")
                .contains("in 3600 s");
    }

    @Test
    void saysWhoMustActWhenAHostRefuses() throws Exception {
        server.stubFor(get(anyUrl()).willReturn(json(401, "{\"message\":\"Bad credentials\"}")));
        assertThat(refused(ToolException.Kind.DENIED, "{'host':'github','query':'x'}"))
                .contains("401", "Bad credentials", "operator");
        server.stubFor(get(anyUrl()).willReturn(json(422, "{\"message\":\"Validation Failed\"}")));
        assertThat(refused(ToolException.Kind.INVALID_INPUT, "{'host':'github','query':'x'}"))
                .contains("Validation Failed");
        server.stubFor(get(anyUrl()).willReturn(json(500, "<h1>oops</h1>")));
        assertThat(refused(ToolException.Kind.UNAVAILABLE, "{'host':'github','query':'x'}"))
                .contains("500");
        server.stubFor(get(anyUrl()).willReturn(json(200, "<h1>login</h1>")));
        assertThat(refused(ToolException.Kind.UNAVAILABLE, "{'host':'github','query':'x'}"))
                .contains("JSON");
        server.stubFor(get(anyUrl()).willReturn(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)));
        assertThat(refused(ToolException.Kind.UNAVAILABLE, "{'host':'github','query':'x'}"))
                .contains("cannot be reached");
        assertThat(refused(ToolException.Kind.UNAVAILABLE, "{'host':'gone','query':'x'}"))
                .contains("cannot be reached");
        assertThat(refused(ToolException.Kind.NOT_FOUND, "{'host':'elsewhere','query':'x'}"))
                .contains("gitea");
        assertThat(refused(ToolException.Kind.INVALID_INPUT, "{'host':'github'}"))
                .contains("/query");
    }

    @Test
    void takesATokenNowhereElse() throws Exception {
        server.stubFor(get(urlPathEqualTo("/search/repositories"))
                .willReturn(aResponse().withStatus(302).withHeader("Location", server.baseUrl() + "/stolen")));
        server.stubFor(get(urlPathEqualTo("/stolen")).willReturn(json(200, recorded("github-repositories.json"))));
        assertThat(refused(ToolException.Kind.UNAVAILABLE, "{'host':'github','query':'x'}"))
                .contains("302");
        server.verify(0, getRequestedFor(urlPathEqualTo("/stolen")));
        assertThatThrownBy(() -> new CodeHost(
                        Kind.GITHUB,
                        Optional.of("http://github.example.org"),
                        Optional.of(new Secret(Optional.of("TOKEN"), Optional.empty(), Optional.empty()))))
                .hasMessageContaining("https://");
    }

    @Test
    void refusesATokenThatWouldBreakTheHeader() {
        secrets = Map.of("TOKEN", "tok\r\nX-Evil: 1");
        assertThat(refused(ToolException.Kind.UNAVAILABLE, "{'host':'github','query':'x'}"))
                .doesNotContain("Evil");
        assertThat(requests()).isZero();
    }

    @Test
    void believesNoAnswerWithoutEnd() throws Exception {
        server.stubFor(get(anyUrl()).willReturn(json(200, "[" + "1,".repeat(4_500_000) + "1]")));
        assertThat(refused(ToolException.Kind.UNAVAILABLE, "{'host':'github','query':'x'}"))
                .contains("github");
    }

    @Test
    void makesOddAnswersHarmless() throws Exception {
        server.stubFor(
                get(anyUrl())
                        .willReturn(
                                json(
                                        200,
                                        "{\"total_count\":\"many\",\"items\":[{\"full_name\":\"a/\\u001b[2Jb\",\"description\":null,\"clone_url\":7},3]}")));
        JsonNode answer = search("{'host':'github','query':'x'}");
        assertThat(names(answer)).containsExactly("a/\\u001b[2Jb", "?");
        assertThat(answer.path("integrity").asText()).isEqualTo("untrusted");
    }
}
