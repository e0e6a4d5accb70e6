package dev.millwright.filesystem;

import static dev.millwright.tool.ToolException.Kind.DENIED;
import static dev.millwright.tool.ToolException.Kind.INVALID_INPUT;
import static dev.millwright.tool.ToolException.Kind.NOT_FOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.testing.FakeCall;
import dev.millwright.tool.Tenant;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchFilesTest {
    @TempDir
    Path temporary;

    private Bench bench;

    @BeforeEach
    void open() throws IOException {
        bench = new Bench(temporary);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void showsLinesWithNumberColumnAndContextInTheOrderOfPaths() throws Exception {
        bench.write("b.txt", "one\ntwo needle\nthree\n");
        bench.write("a/x.txt", "é needle needle\n");
        bench.write("a.txt", "nothing\n");
        JsonNode found = bench.call("search_files", "{'query':'needle','context':1}");
        assertThat(found.path("files")).isEqualTo(Json.read("""
                [{"path":"a/x.txt","matches":1,"lines":[{"line":1,"column":3,"text":"é needle needle"}]},
                 {"path":"b.txt","matches":1,"lines":[
                   {"line":1,"text":"one"},{"line":2,"column":5,"text":"two needle"},{"line":3,"text":"three"}]}]"""));
        assertThat(found.path("totals")).hasToString("{\"matches\":2,\"files\":2,\"searched\":3,\"binary\":0}");
        assertThat(found.path("integrity").asText()).isEqualTo("untrusted");
    }

    @Test
    void doesNotRepeatContextThatTwoMatchesShare() throws Exception {
        bench.write("f", "1\nx\n3\nx\n5\n6\n7\nx\n");
        assertThat(numbers(bench.call("search_files", "{'query':'x','context':1}")))
                .containsExactly(1, 2, 3, 4, 5, 7, 8);
    }

    @Test
    void showsTheSurroundingsOfAMatchInALongLine() throws Exception {
        bench.write("f", "é".repeat(50_000) + "needle" + "y".repeat(50_000) + "\n");
        JsonNode line = bench.call("search_files", "{'query':'needle'}").at("/files/0/lines/0");
        assertThat(line.path("text").asText())
                .contains("needle")
                .startsWith("…")
                .endsWith("…")
                .hasSizeLessThan(400);
        assertThat(line.path("column").asInt()).isEqualTo(50_001);
    }

    @Test
    void countsBinaryFilesAndShowsNothingOfThem() throws Exception {
        bench.write("bin", "needle\0needle");
        bench.write("txt", "needle");
        JsonNode found = bench.call("search_files", "{'query':'needle'}");
        assertThat(found.at("/totals/binary").asInt()).isEqualTo(1);
        assertThat(found.at("/totals/matches").asInt()).isEqualTo(1);
    }

    @Test
    void readsUtf16WithAMarkAndComesThroughLatin1() throws Exception {
        bench.write("le", "\uFEFFa\nNädel\n".getBytes(StandardCharsets.UTF_16LE));
        bench.write("be", "\uFEFFNädel\n".getBytes(StandardCharsets.UTF_16BE));
        bench.write("latin1", "caf\u00e9 N\u00e4del\n".getBytes(StandardCharsets.ISO_8859_1));
        bench.write("bom", "\uFEFFNädel\n");
        JsonNode found = bench.call("search_files", "{'query':'N.del$','regex':true}");
        assertThat(paths(found)).containsExactly("be", "bom", "latin1", "le");
        assertThat(found.at("/files/3/path").asText()).isEqualTo("le");
        assertThat(found.at("/files/3/lines/0").toString()).isEqualTo("{\"line\":2,\"column\":1,\"text\":\"Nädel\"}");
        assertThat(found.at("/files/1/lines/0/column").asInt()).isEqualTo(1);
    }

    @Test
    void leavesOutWhatIgnoreFilesNameUnlessAskedNotTo() throws Exception {
        bench.write(".gitignore", "*.log\n/build/\n");
        bench.write("a.log", "x");
        bench.write("build/b", "x");
        bench.write("src/build/c", "x");
        bench.write(".git/config", "x");
        assertThat(paths(bench.call("search_files", "{'query':'x'}"))).containsExactly("src/build/c");
        assertThat(paths(bench.call("search_files", "{'query':'x','path':'src'}")))
                .containsExactly("src/build/c");
        assertThat(paths(bench.call("search_files", "{'query':'x','respectIgnore':false}")))
                .containsExactlyInAnyOrder(".git/config", "a.log", "build/b", "src/build/c");
    }

    @Test
    void findsMatchesAcrossLinesWhenAsked() throws Exception {
        bench.write("f", "a {\n  b\n}\nc\n");
        JsonNode found = bench.call("search_files", "{'query':'\\\\{[^}]*\\\\}','regex':true,'multiline':true}");
        assertThat(numbers(found)).containsExactly(1, 2, 3);
        assertThat(bench.call("search_files", "{'query':'\\\\{[^}]*\\\\}','regex':true}")
                        .at("/totals/matches")
                        .asInt())
                .isZero();
    }

    @Test
    void onlyCountsWhenAsked() throws Exception {
        bench.write("f", "x\nx\ny\n");
        assertThat(bench.call("search_files", "{'query':'x','counts':true}").path("files"))
                .isEqualTo(Json.read("[{\"path\":\"f\",\"matches\":2,\"lines\":[]}]"));
    }

    @Test
    void neverFollowsLinksNorOpensWhatIsNoFile() throws Exception {
        Files.createSymbolicLink(bench.root.resolve("out"), bench.outside);
        Files.createSymbolicLink(bench.root.resolve("f"), bench.outside.resolve("f"));
        run(bench.root, "mkfifo", "fifo");
        JsonNode found = Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(5), () -> bench.call("search_files", "{'query':'secret'}"));
        assertThat(found.at("/totals/searched").asInt()).isZero();
        assertThat(found.at("/totals/matches").asInt()).isZero();
    }

    @Test
    void answersAnExplosiveExpressionWithinASecond() throws Exception {
        bench.write("f", "a".repeat(100_000) + "b");
        JsonNode found = Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(1), () -> bench.call("search_files", "{'query':'(a+)+$','regex':true}"));
        assertThat(found.at("/totals/matches").asInt()).isZero();
    }

    @Test
    void refusesWhatCannotBeAnswered() throws Exception {
        assertThat(bench.refused(INVALID_INPUT, "search_files", "{'query':'a(?=b)','regex':true}"))
                .contains("lookaround");
        bench.refused(INVALID_INPUT, "search_files", "{'query':''}");
        bench.refused(INVALID_INPUT, "search_files", "{'query':'a','globs':['[']}");
        bench.refused(INVALID_INPUT, "search_files", "{'query':'a','cursor':'bm9wZQ'}");
        bench.refused(NOT_FOUND, "search_files", "{'query':'a','path':'nope'}");
        bench.refused(DENIED, "search_files", "{'query':'a','path':'..'}");
    }

    @Test
    void pagesLeadThroughEveryLineOnceAndInOrder() throws Exception {
        StringBuilder expected = new StringBuilder();
        TreeMap<String, Integer> files = new TreeMap<>(Map.of("a", 700, "b/a", 3, "b/b", 1, "c", 400, "d", 1));
        for (Map.Entry<String, Integer> file : files.entrySet()) {
            StringBuilder text = new StringBuilder();
            for (int i = 1; i <= file.getValue(); i++) {
                text.append(i % 2 == 0 ? "other\n" : "needle number " + i + "\n");
                expected.append(i % 2 == 0 ? "" : file.getKey() + ":" + i + "\n");
            }
            bench.write(file.getKey(), text.toString());
        }
        StringBuilder seen = new StringBuilder();
        ObjectNode input = Json.object().put("query", "needle");
        int pages = 0;
        for (JsonNode page = null; page == null || page.has("cursor"); pages++) {
            if (page != null) {
                input.set("cursor", page.get("cursor"));
            }
            page = bench.run(new FakeCall(Tenant.DEFAULT, 1_500), "search_files", input);
            assertThat(page.toString().length()).isLessThan(1_500 * 4);
            assertThat(page.at("/totals/matches").asInt()).isEqualTo(554);
            page.path("files")
                    .forEach(file -> file.path("lines")
                            .forEach(line -> seen.append(file.path("path").asText())
                                    .append(':')
                                    .append(line.path("line").asInt())
                                    .append('\n')));
        }
        assertThat(pages).isGreaterThan(3);
        assertThat(seen).hasToString(expected.toString());
    }

    @Test
    void refusesACursorOfAnotherQuestion() throws Exception {
        for (int i = 0; i < 200; i++) {
            bench.write("f" + i, "needle\n".repeat(20));
        }
        String cursor =
                bench.call("search_files", "{'query':'needle'}").path("cursor").asText();
        assertThat(cursor).isNotEmpty();
        bench.refused(
                INVALID_INPUT,
                "search_files",
                Json.object().put("query", "other").put("cursor", cursor));
        bench.refused(
                INVALID_INPUT,
                "search_files",
                Json.object().put("query", "needle").put("cursor", cursor + "x"));
    }

    @Test
    void isInterruptedWithinALongWalk() throws Exception {
        bench.write("f", "x");
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> bench.call("search_files", "{'query':'x'}")).isInstanceOf(InterruptedException.class);
    }

    @Test
    void findsTheSameLinesAsRipgrep() throws Exception {
        Random random = new Random(5);
        String[] words = {"alpha", "beta", "Alpha", "x1", "", "  ", "éa", "foo(bar)", "α", "end;"};
        for (int i = 0; i < 150; i++) {
            StringBuilder text = new StringBuilder();
            int lines = random.nextInt(i % 25 == 0 ? 9_000 : 40);
            for (int j = 0; j < lines; j++) {
                for (int k = random.nextInt(5); k >= 0; k--) {
                    text.append(words[random.nextInt(words.length)]).append(' ');
                }
                text.append('\n');
            }
            bench.write(
                    "d" + random.nextInt(6) + "/e" + random.nextInt(3) + "/f" + i + (i % 3 == 0 ? ".c" : ".h"),
                    text.toString());
        }
        for (List<String> query : List.of(
                List.of("-F", "alpha"),
                List.of("-F", "foo(bar)"),
                List.of("-Fi", "ALPHA x1"),
                List.of("-e", "^\\s*$"),
                List.of("-e", "(alpha|beta) +x\\d"),
                List.of("-e", "\\bend;\\s+.a"),
                List.of("-ie", "É[a-c] α"),
                List.of("-e", "[^a-z ]{3,}"))) {
            TreeMap<String, Integer> theirs = new TreeMap<>();
            for (String line : run(bench.root, "rg", "--count", query.get(0), query.get(1))
                    .lines()
                    .toList()) {
                theirs.put(
                        line.substring(0, line.lastIndexOf(':')),
                        Integer.parseInt(line.substring(line.lastIndexOf(':') + 1)));
            }
            ObjectNode input = Json.object()
                    .put("query", query.get(1))
                    .put("regex", query.get(0).contains("e"))
                    .put("ignoreCase", query.get(0).contains("i"));
            assertThat(counts(input.deepCopy().put("counts", true)))
                    .as(query.toString())
                    .isEqualTo(theirs);
            assertThat(counts(input.put("context", 2))).as(query + " shown").isEqualTo(theirs);
        }
    }

    /** Matches by file; where lines are shown, those shown. */
    private TreeMap<String, Integer> counts(ObjectNode input) throws Exception {
        JsonNode found = bench.run(new FakeCall(Tenant.DEFAULT, 10_000_000), "search_files", input);
        TreeMap<String, Integer> counts = new TreeMap<>();
        for (JsonNode file : found.path("files")) {
            int shown = 0;
            for (JsonNode line : file.path("lines")) {
                shown += line.has("column") ? 1 : 0;
            }
            counts.put(
                    file.path("path").asText(),
                    input.path("counts").asBoolean() ? file.path("matches").asInt() : shown);
        }
        return counts;
    }

    private static List<Integer> numbers(JsonNode found) {
        List<Integer> numbers = new ArrayList<>();
        found.at("/files/0/lines").forEach(line -> numbers.add(line.path("line").asInt()));
        return numbers;
    }

    private static List<String> paths(JsonNode found) {
        List<String> paths = new ArrayList<>();
        found.path("files").forEach(file -> paths.add(file.path("path").asText()));
        return paths;
    }

    private static String run(Path folder, String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(String.join(" ", command)).isIn(0, 1);
        return output;
    }
}
