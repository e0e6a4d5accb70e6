package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.testing.FakeCall;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Repositories below the roots, as native Git made them. */
class SearchRepositoriesTest {
    @TempDir
    Path temporary;

    private Bench bench;

    @BeforeEach
    void start() throws Exception {
        bench = new Bench(temporary);
        repository("shop/api", "src/Main.java", "class Main { /* basket */ }", "Sell things");
        Bench.gitIn(bench.root.resolve("shop/api"), "remote", "add", "fork", "https://example.org/grace/fork.git");
        Bench.gitIn(
                bench.root.resolve("shop/api"),
                "remote",
                "add",
                "origin",
                "https://ada:hunter2@example.org/shop/api-server.git");
        repository("shop/web", "index.ts", "let basket = 1\nlet needle = 2\n", "Show things");
        repository("tools", "build.py", "print('needle')\n", "Größe messen");
        Bench.gitIn(bench.root, "clone", "-q", "--bare", "tools", "mirror/tools.git");
        Bench.gitIn(bench.root, "init", "-q", "-b", "trunk", "empty");
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    private void repository(String path, String file, String text, String message) throws Exception {
        bench.write(path + "/" + file, text);
        Path folder = bench.root.resolve(path);
        Bench.gitIn(folder, "init", "-q", "-b", "main");
        Bench.gitIn(folder, "add", ".");
        Bench.gitIn(folder, "commit", "-q", "-m", message);
    }

    private List<String> found(String arguments) throws Exception {
        return paths(bench.call("search_repositories", arguments));
    }

    private static List<String> paths(JsonNode answer) {
        List<String> paths = new ArrayList<>();
        answer.path("repositories").forEach(each -> paths.add(each.path("repo").asText()));
        return paths;
    }

    @Test
    void listsAllBelowTheRootInTheOrderOfTheirPaths() throws Exception {
        assertThat(found("{}")).containsExactly("empty", "mirror/tools.git", "shop/api", "shop/web", "tools");
    }

    @Test
    void findsByAnyOfWhatIsKnown() throws Exception {
        assertThat(found("{'query':'SHOP'}")).containsExactly("shop/api", "shop/web");
        assertThat(found("{'query':'api-server'}")).containsExactly("shop/api");
        assertThat(found("{'query':'grace'}")).containsExactly("shop/api");
        assertThat(found("{'query':'trunk'}")).containsExactly("empty");
        assertThat(found("{'query':'python'}")).containsExactly("mirror/tools.git", "tools");
        assertThat(found("{'query':'größe mirror'}")).containsExactly("mirror/tools.git");
        assertThat(found("{'query':'shop typescript'}")).containsExactly("shop/web");
        assertThat(found("{'query':'nothing has this'}")).isEmpty();
    }

    @Test
    void tellsWhatAModelChoosesBy() throws Exception {
        JsonNode hit = bench.call("search_repositories", "{'query':'shop/api'}")
                .path("repositories")
                .path(0);
        assertThat(hit.path("url").asText()).isEqualTo("https://***@example.org/shop/api-server.git");
        assertThat(hit.path("branch").asText()).isEqualTo("main");
        assertThat(hit.path("language").asText()).isEqualTo("Java");
        assertThat(hit.path("about").asText()).isEqualTo("Sell things");
        assertThat(hit.path("updated").asText()).matches("2[0-9]{3}-.*Z");
    }

    @Test
    void findsByContentOfTheLastCommit() throws Exception {
        bench.write("shop/api/late.txt", "needle, not committed");
        JsonNode answer = bench.call("search_repositories", "{'content':'needle'}");
        assertThat(paths(answer)).containsExactly("mirror/tools.git", "shop/web", "tools");
        assertThat(answer.path("repositories").path(1).path("files").path(0).asText())
                .isEqualTo("index.ts:2");
        assertThat(found("{'content':'basket','language':'java'}")).containsExactly("shop/api");
        assertThat(bench.refused(ToolException.Kind.INVALID_INPUT, "search_repositories", "{'content':''}"))
                .contains("/content");
    }

    @Test
    void looksOnlyBelowTheFoldersAskedFor() throws Exception {
        assertThat(found("{'roots':['shop','mirror']}")).containsExactly("mirror/tools.git", "shop/api", "shop/web");
        bench.refused(ToolException.Kind.NOT_FOUND, "search_repositories", "{'roots':['nowhere']}");
        bench.refused(ToolException.Kind.DENIED, "search_repositories", "{'roots':['../outside']}");
    }

    @Test
    void pagesByLimitAndByBudget() throws Exception {
        List<String> all = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = bench.call("search_repositories", "{'limit':2" + cursor + "}");
            assertThat(page.path("repositories").size()).isLessThanOrEqualTo(2);
            all.addAll(paths(page));
            cursor = page.has("cursor") ? ",'cursor':'" + page.path("cursor").asText() + "'" : "";
        } while (!cursor.isEmpty());
        assertThat(all).containsExactly("empty", "mirror/tools.git", "shop/api", "shop/web", "tools");

        JsonNode small =
                bench.run(new FakeCall(Tenant.DEFAULT, 200), "search_repositories", dev.millwright.json.Json.object());
        assertThat(small.path("repositories").size()).isBetween(1, 4);
        assertThat(small.path("cursor").asText()).isNotEmpty();
        assertThat(small.toString().length()).isLessThan(1200);
        String other = "{'query':'shop','cursor':'" + small.path("cursor").asText() + "'}";
        assertThat(bench.refused(ToolException.Kind.INVALID_INPUT, "search_repositories", other))
                .contains("/cursor belongs to another question");
    }

    @Test
    void followsNoLinksAndSkipsWhatToolsFetched() throws Exception {
        Files.createDirectories(bench.outside.resolve("r"));
        Bench.gitIn(bench.outside.resolve("r"), "init", "-q");
        Files.createSymbolicLink(bench.root.resolve("link"), bench.outside);
        Files.createSymbolicLink(bench.root.resolve("loop"), bench.root);
        repository("tools/node_modules/dep", "x.js", "1", "Be fetched");
        assertThat(found("{}")).containsExactly("empty", "mirror/tools.git", "shop/api", "shop/web", "tools");
    }

    @Test
    void findsWorkTreesAndRepositoriesInRepositories() throws Exception {
        Bench.gitIn(bench.root.resolve("tools"), "worktree", "add", "-q", "../tools-next");
        repository("tools/plugins/one", "x.js", "1", "Nest");
        assertThat(found("{'query':'tools'}"))
                .containsExactly("mirror/tools.git", "tools", "tools-next", "tools/plugins/one");
    }

    @Test
    void namesWhatCannotBeOpenedWithTheReason() throws Exception {
        Bench.gitIn(bench.root, "init", "-q", "--object-format=sha256", "odd");
        JsonNode answer = bench.call("search_repositories", "{'query':'odd'}");
        assertThat(paths(answer)).containsExactly("odd");
        assertThat(answer.path("repositories").path(0).path("problem").asText()).containsIgnoringCase("sha256");
        assertThat(found("{'language':'Java'}")).containsExactly("shop/api");
    }

    @Test
    void writesOutWhatWouldHide() throws Exception {
        repository("odd", "a.c", "x", "ev\u001bil \u202e name");
        JsonNode answer = bench.call("search_repositories", "{'query':'odd'}");
        assertThat(answer.path("repositories").path(0).path("about").asText()).isEqualTo("ev\\u001bil \\u202e name");
        assertThat(answer.path("integrity").asText()).isEqualTo("untrusted");
    }
}
