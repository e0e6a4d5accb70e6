package dev.millwright.git;

import static dev.millwright.tool.ToolException.Kind.INVALID_INPUT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GitSearchTest {
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
    void findsTheLinesThatNativeGrepFinds() throws Exception {
        for (int seed = 30; seed < 36; seed++) {
            String repo = "r" + seed;
            Path folder = new RandomHistory(seed, 30, true).checkedOutIn(bench.root.resolve(repo));
            for (String[] query : new String[][] {{"e", "-F"}, {"[rst]e\\w", "-P"}, {"THE", "-Fi"}}) {
                ObjectNode input = Json.object()
                        .put("repo", repo)
                        .put("query", query[0])
                        .put("regex", query[1].equals("-P"))
                        .put("ignoreCase", query[1].endsWith("i"))
                        .put("limit", 1000);
                assertThat(places(bench.run("git_search", input)))
                        .as("%s %s working tree", repo, query[0])
                        .isEqualTo(grep(folder, query, ""));
                input.put("rev", "HEAD~2");
                assertThat(places(bench.run("git_search", input)))
                        .as("%s %s HEAD~2", repo, query[0])
                        .isEqualTo(grep(folder, query, "HEAD~2"));
            }
        }
    }

    private static TreeSet<String> places(JsonNode found) {
        TreeSet<String> places = new TreeSet<>();
        found.path("files")
                .forEach(file -> file.path("lines")
                        .forEach(line -> places.add(
                                file.path("path").asText() + ":" + line.asText().replaceFirst(":.*(?s:.*)", ""))));
        return places;
    }

    private static TreeSet<String> grep(Path folder, String[] query, String rev) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("-c", "core.quotepath=off", "grep", "-nIz", query[1], "-e", query[0]));
        if (!rev.isEmpty()) {
            command.add(rev);
        }
        TreeSet<String> places = new TreeSet<>();
        String output;
        try {
            output = Bench.gitIn(folder, command.toArray(String[]::new));
        } catch (AssertionError e) {
            return places;
        }
        for (String line : output.split("\n")) {
            String[] fields = line.split("\0", 3);
            if (fields.length == 3) {
                places.add(fields[0].substring(rev.isEmpty() ? 0 : rev.length() + 1) + ":" + fields[1]);
            }
        }
        return places;
    }

    @Test
    void findsTheCommitsThatThePickaxeFinds() throws Exception {
        for (int seed = 40; seed < 46; seed++) {
            String repo = "r" + seed;
            Path folder = new RandomHistory(seed, 40, true).in(bench.root.resolve(repo));
            for (String word : List.of("parser", "the", "x")) {
                ObjectNode input = Json.object()
                        .put("repo", repo)
                        .put("kind", "pickaxe")
                        .put("query", word)
                        .put("limit", 1000);
                assertThat(commits(bench.run("git_search", input)))
                        .as("%s -S %s", repo, word)
                        .isEqualTo(lines(Bench.gitIn(folder, "log", "--abbrev=10", "--format=%h", "-S" + word)));
                assertThat(commits(bench.run("git_search", input.put("regex", true))))
                        .as("%s -G %s", repo, word)
                        .isEqualTo(lines(Bench.gitIn(folder, "log", "--abbrev=10", "--format=%h", "-G" + word)));
            }
        }
    }

    @Test
    void findsMessagesAndPaths() throws Exception {
        Path folder = new RandomHistory(7, 40, true).checkedOutIn(bench.root);
        assertThat(commits(bench.call("git_search", "{'kind':'message','query':'THE','ignoreCase':true,'limit':1000}")))
                .isEqualTo(lines(Bench.gitIn(folder, "log", "--abbrev=10", "--format=%h", "-i", "--grep=the")));
        List<String> paths = new ArrayList<>();
        bench.call("git_search", "{'kind':'path','query':'[ab]','regex':true,'limit':1000}")
                .path("paths")
                .forEach(path -> paths.add(path.asText()));
        List<String> expected = new ArrayList<>();
        for (String line : bench.git("ls-files", "-sz").split("\0")) {
            String path = line.substring(line.indexOf('\t') + 1);
            if (line.startsWith("100") && (path.contains("a") || path.contains("b"))) {
                expected.add(path);
            }
        }
        assertThat(paths).isEqualTo(expected).isNotEmpty();
    }

    @Test
    void pagesHaveEveryHitOnce() throws Exception {
        new RandomHistory(7, 40, true).checkedOutIn(bench.root);
        for (String arguments : List.of(
                "'query':'e'",
                "'query':'e','rev':'HEAD'",
                "'query':'a','kind':'path'",
                "'query':'e','kind':'pickaxe'")) {
            JsonNode all = bench.call("git_search", "{" + arguments + ",'limit':1000}");
            List<String> expected = new ArrayList<>();
            hits(all, expected);
            List<String> seen = new ArrayList<>();
            JsonNode page = bench.call("git_search", "{" + arguments + ",'limit':3}");
            hits(page, seen);
            while (page.has("cursor")) {
                page = bench.call(
                        "git_search",
                        "{" + arguments + ",'limit':3,'cursor':'"
                                + page.path("cursor").asText() + "'}");
                hits(page, seen);
            }
            assertThat(seen).as(arguments).isEqualTo(expected).hasSizeGreaterThan(3);
        }
    }

    private static void hits(JsonNode page, List<String> into) {
        page.path("files")
                .forEach(file -> file.path("lines")
                        .forEach(line -> into.add(file.path("path").asText() + line.asText())));
        page.path("paths").forEach(path -> into.add(path.asText()));
        page.path("commits").forEach(commit -> into.add(commit.path("id").asText()));
    }

    @Test
    void namesWhatItDidNotLookInto() throws Exception {
        bench.git("init", "-qb", "main");
        bench.write("text", "needle\n");
        Files.write(bench.root.resolve("binary"), new byte[] {'n', 'e', 'e', 'd', 'l', 'e', 0});
        bench.write(
                "pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0".repeat(64) + "\nsize 1\n");
        Files.createSymbolicLink(bench.root.resolve("link"), bench.outside.resolve("f"));
        bench.git("add", ".");
        Files.delete(bench.root.resolve("pointer"));
        Files.createSymbolicLink(bench.root.resolve("pointer"), bench.outside.resolve("f"));
        JsonNode found = bench.call("git_search", "{'query':'e','regex':true}");
        assertThat(places(found)).containsExactly("text:1");
        assertThat(found.path("skipped").asText()).isEqualTo("1 binary, 1 large or gone");
        bench.git("commit", "-qm", "all");
        assertThat(bench.call("git_search", "{'query':'version','rev':'HEAD'}")
                        .path("skipped")
                        .asText())
                .isEqualTo("1 binary, 1 LFS pointers");
    }

    @Test
    void refusesWhatCannotBeLookedFor() throws Exception {
        bench.git("init", "-qb", "main");
        bench.refused(INVALID_INPUT, "git_search", "{'query':''}");
        bench.refused(INVALID_INPUT, "git_search", "{'query':'(?=x)','regex':true}");
        bench.refused(INVALID_INPUT, "git_search", "{'query':'x','cursor':'AAAA'}");
        bench.refused(INVALID_INPUT, "git_search", "{'query':'x','paths':['../outside']}");
    }

    private static List<String> commits(JsonNode found) {
        List<String> ids = new ArrayList<>();
        found.path("commits").forEach(commit -> ids.add(commit.path("id").asText()));
        return ids;
    }

    private static List<String> lines(String output) {
        return output.lines().toList();
    }
}
