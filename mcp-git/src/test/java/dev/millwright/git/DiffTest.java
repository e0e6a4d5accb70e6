package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.git.repo.RepoText;
import dev.millwright.json.Json;
import dev.millwright.testing.FakeCall;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiffTest {
    @TempDir
    Path folder;

    private Bench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new Bench(folder);
        bench.git("init", "-q", "-b", "main");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private JsonNode diff(String arguments) throws Exception {
        return bench.call("git_diff", arguments);
    }

    private void commitAll() throws Exception {
        bench.git("add", "-A");
        bench.git("commit", "-qm", "c", "--allow-empty");
    }

    private static String numbers(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(i -> "line " + i + "\n").collect(Collectors.joining());
    }

    private static String patch(JsonNode answer) {
        return StreamSupport.stream(answer.get("files").spliterator(), false)
                .map(file -> file.path("patch").asText())
                .collect(Collectors.joining());
    }

    private static Map<String, String> counts(JsonNode answer) {
        Map<String, String> counts = new TreeMap<>();
        answer.get("files")
                .forEach(file -> counts.put(
                        file.get("path").textValue(),
                        file.path("added").asText("-") + "\t"
                                + file.path("removed").asText("-")));
        return counts;
    }

    private Map<String, String> numstat(String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("-c", "core.quotepath=off", "diff", "--numstat", "--no-renames"));
        command.addAll(List.of(arguments));
        Map<String, String> counts = new TreeMap<>();
        bench.git(command.toArray(String[]::new)).lines().forEach(line -> {
            String[] fields = line.split("\t");
            if (fields.length == 3) {
                counts.put(fields[2], fields[0] + "\t" + fields[1]);
            }
        });
        return counts;
    }

    @Test
    void comparesIndexAndWorkingTreeWithAnything() throws Exception {
        bench.write("staged.txt", numbers(1, 20));
        bench.write("both.txt", numbers(1, 20));
        bench.write("gone.txt", numbers(1, 5));
        bench.write("back.txt", numbers(1, 5));
        bench.write("äö/mode", "x\n");
        bench.write("crlf.txt", "a\r\nb\r\nc\r\n");
        commitAll();
        bench.write("staged.txt", numbers(3, 22));
        bench.write("both.txt", numbers(1, 19));
        bench.write("back.txt", "other\n");
        bench.git("add", "-A");
        bench.write("both.txt", numbers(2, 19) + "no end");
        bench.write("back.txt", numbers(1, 5));
        bench.write("crlf.txt", "a\r\nB\r\nc\r\n");
        Files.delete(bench.root.resolve("gone.txt"));
        Files.setPosixFilePermissions(bench.root.resolve("äö/mode"), PosixFilePermissions.fromString("rwxr-xr-x"));
        bench.write("untracked", "x\n");
        assertThat(counts(diff("{'mode':'stat','renames':'none'}"))).isEqualTo(numstat());
        assertThat(counts(diff("{'mode':'stat','renames':'none','staged':true}")))
                .isEqualTo(numstat("--cached"));
        assertThat(counts(diff("{'mode':'stat','renames':'none','from':'HEAD'}")))
                .isEqualTo(numstat("HEAD"));
        assertThat(diff("{'paths':['äö']}").toString())
                .contains("mode 100644 to 100755")
                .doesNotContain("both");
        String patch = patch(diff("{'from':'HEAD'}"));
        Files.writeString(folder.resolve("p"), patch);
        bench.git("stash", "-q");
        bench.git("apply", folder.resolve("p").toString());
        assertThat(bench.text("both.txt")).isEqualTo(numbers(2, 19) + "no end");
        assertThat(bench.text("crlf.txt")).isEqualTo("a\r\nB\r\nc\r\n");
        assertThat(bench.root.resolve("gone.txt")).doesNotExist();
        assertThat(Files.isExecutable(bench.root.resolve("äö/mode"))).isTrue();
    }

    @Test
    void takesLineEndsOfTheWorkingTreeAsTheRepositoryHasThem() throws Exception {
        bench.write(".gitattributes", "* text=auto\n");
        bench.write("a", "one\ntwo\n");
        commitAll();
        bench.write("a", "one\r\ntwo\r\nthree\r\n");
        assertThat(counts(diff("{}"))).isEqualTo(Map.of("a", "1\t0")).isEqualTo(numstat());
    }

    @Test
    void linksAndChangesOfTypeAreSeen() throws Exception {
        Files.createSymbolicLink(bench.root.resolve("link"), Path.of("one"));
        bench.write("file", "text\n");
        commitAll();
        Files.delete(bench.root.resolve("link"));
        Files.createSymbolicLink(bench.root.resolve("link"), Path.of("../outside/f"));
        Files.delete(bench.root.resolve("file"));
        Files.createSymbolicLink(bench.root.resolve("file"), Path.of("text"));
        JsonNode answer = diff("{}");
        assertThat(answer.toString()).contains("-one", "+../outside/f", "\"T\"").doesNotContain(Bench.SECRET);
        assertThat(counts(answer)).isEqualTo(numstat());
        Files.writeString(folder.resolve("p"), patch(answer));
        bench.git("stash", "-q");
        bench.git("apply", folder.resolve("p").toString());
        assertThat(Files.readSymbolicLink(bench.root.resolve("file"))).isEqualTo(Path.of("text"));
    }

    @Test
    void patchesBetweenRandomCommitsApply() throws Exception {
        int applied = 0;
        for (int seed = 0; seed < 4; seed++) {
            String name = "r" + seed;
            Path repo = new RandomHistory(seed, 30).in(bench.root.resolve(name));
            List<String> commits =
                    Bench.gitIn(repo, "rev-list", "--no-merges", "main").lines().toList();
            for (int i = 1; i < commits.size(); i++) {
                applied += applies(repo, name, commits.get(i), commits.get(i - 1));
            }
        }
        assertThat(applied).isGreaterThan(10);
    }

    private int applies(Path repo, String name, String from, String to) throws Exception {
        ObjectNode input = Json.object().put("repo", name).put("from", from).put("to", to);
        JsonNode answer = bench.run(new FakeCall(Tenant.DEFAULT, 1_000_000), "git_diff", input);
        StringBuilder patch = new StringBuilder();
        List<String> paths = new ArrayList<>();
        for (JsonNode file : answer.get("files")) {
            String text = file.path("patch").asText();
            boolean exact = text.lines()
                            .filter(line -> line.matches("[ +-].*") && !line.matches("(---|[+]{3}) [\"ab/].*"))
                            .allMatch(line -> line.chars().allMatch(c -> c < 0x80))
                    && !text.contains("\\u");
            if (exact && !text.contains("\n# ")) {
                patch.append(text);
                paths.add(file.get("path").textValue());
            } else {
                return 0;
            }
        }
        if (patch.isEmpty()) {
            return 0;
        }
        Path file = folder.resolve("patch");
        Files.writeString(file, patch);
        Bench.gitIn(repo, "read-tree", from);
        Bench.gitIn(repo, "apply", "--cached", "--whitespace=nowarn", file.toString());
        for (String path : paths) {
            if (indexed(repo, to, path).startsWith("040000")) {
                // A file made way for a folder.
                continue;
            }
            assertThat(Bench.gitIn(repo, "ls-files", "-s", "--", ":(literal)" + path))
                    .as("%s %s %s", name, from, path)
                    .isEqualTo(indexed(repo, to, path));
        }
        return paths.size();
    }

    private static String indexed(Path repo, String commit, String path) throws Exception {
        String entry =
                Bench.gitIn(repo, "ls-tree", commit, "--", ":(literal)" + path).stripTrailing();
        return entry.isEmpty() ? "" : entry.replaceFirst(" \\w+ (\\w+)\t", " $1 0\t") + "\n";
    }

    @Test
    void answersStayWithinTheBudgetAndTheCursorLeadsThroughAll() throws Exception {
        Random random = new Random(1);
        for (int i = 0; i < 120; i++) {
            bench.write("d" + i % 7 + "/f" + i + ".txt", numbers(1, 300));
        }
        bench.write("package-lock.json", numbers(1, 500));
        commitAll();
        for (int i = 0; i < 120; i++) {
            String text = numbers(1, 300);
            for (int k = 0; k < 10; k++) {
                text = text.replace("line " + random.nextInt(300) + "\n", "changed \"" + k + "\" \\ é\n");
            }
            bench.write("d" + i % 7 + "/f" + i + ".txt", text);
        }
        bench.write("package-lock.json", numbers(2, 600));
        bench.write("big.txt", numbers(1, 20_000));
        bench.git("add", "-N", ".");
        commitAll();
        for (String mode : List.of("patch", "stat", "names", "words")) {
            TreeSet<String> named = new TreeSet<>();
            String cursor = "";
            int pages = 0;
            do {
                ObjectNode input =
                        Json.object().put("from", "HEAD~1").put("to", "HEAD").put("mode", mode);
                if (!cursor.isEmpty()) {
                    input.put("cursor", cursor);
                }
                JsonNode answer = bench.run(new FakeCall(Tenant.DEFAULT, 2000), "git_diff", input);
                assertThat(Json.size(answer)).as(mode).isLessThanOrEqualTo(8000);
                answer.get("files").forEach(file -> named.add(file.get("path").textValue()));
                cursor = answer.path("cursor").asText();
                assertThat(++pages).isLessThan(1000);
            } while (!cursor.isEmpty());
            assertThat(named).as(mode).hasSize(122);
        }
    }

    @Test
    void aLongFileIsShownInPiecesThatMakeUpTheWhole() throws Exception {
        commitAll();
        bench.write("big.txt", numbers(1, 3000));
        commitAll();
        StringBuilder lines = new StringBuilder();
        String cursor = "";
        do {
            ObjectNode input = Json.object().put("from", "HEAD~1").put("to", "HEAD");
            if (!cursor.isEmpty()) {
                input.put("cursor", cursor);
            }
            JsonNode answer = bench.run(new FakeCall(Tenant.DEFAULT, 1000), "git_diff", input);
            patch(answer)
                    .lines()
                    .filter(line -> line.startsWith("+line"))
                    .forEach(line -> lines.append(line.substring(1)).append('\n'));
            cursor = answer.path("cursor").asText();
        } while (!cursor.isEmpty());
        assertThat(lines.toString()).isEqualTo(numbers(1, 3000));
    }

    @Test
    void aCursorOfOtherChangesIsRefused() throws Exception {
        commitAll();
        bench.write("big.txt", numbers(1, 30_000));
        commitAll();
        String cursor = diff("{'from':'HEAD~1','to':'HEAD'}").get("cursor").textValue();
        bench.write("big.txt", numbers(2, 30_000));
        commitAll();
        assertThat(bench.refused(
                        ToolException.Kind.CONFLICT,
                        "git_diff",
                        "{'from':'HEAD~1','to':'HEAD','cursor':'" + cursor + "'}"))
                .contains("cursor");
        bench.refused(ToolException.Kind.INVALID_INPUT, "git_diff", "{'from':'HEAD~1','to':'HEAD','cursor':'x'}");
    }

    @Test
    void generatedFilesAreNamedAndShownWhenAskedFor() throws Exception {
        bench.write("yarn.lock", "a\n");
        bench.write("made.c", "a\n");
        bench.write("app.js", "var a=1;\n");
        bench.write(".gitattributes", "made.c linguist-generated\n");
        commitAll();
        bench.write("yarn.lock", "b\n");
        bench.write("made.c", "b\n");
        bench.write("app.js", "x".repeat(9000) + "\n");
        JsonNode answer = diff("{}");
        assertThat(patch(answer)).isEmpty();
        assertThat(answer.get("files"))
                .hasSize(3)
                .allMatch(file -> file.get("omitted").asText().startsWith("generated"));
        assertThat(patch(diff("{'paths':['yarn.lock']}"))).contains("-a\n+b\n");
    }

    @Test
    void saysWhatBinaryFilesPointersAndSubmodulesAre() throws Exception {
        bench.write("b.bin", "a\0b");
        bench.write("forced.txt", "text\n");
        bench.write("lfs", "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 5\n");
        bench.write(".gitattributes", "forced.txt -diff\n");
        bench.git("update-index", "--add", "--cacheinfo", "160000,1111111111111111111111111111111111111111,sub");
        commitAll();
        bench.git("update-index", "--add", "--cacheinfo", "160000,1111111111111111111111111111111111111111,sub");
        bench.git("commit", "-qm", "sub");
        bench.write("b.bin", "a\0bc");
        bench.write("forced.txt", "other\n");
        bench.write("lfs", "version https://git-lfs.github.com/spec/v1\noid sha256:2\nsize 6\n");
        bench.git("add", "b.bin", "forced.txt", "lfs");
        bench.git("update-index", "--cacheinfo", "160000,2222222222222222222222222222222222222222,sub");
        JsonNode answer = diff("{'staged':true}");
        assertThat(counts(answer)).isEqualTo(numstat("--cached"));
        assertThat(answer.toString())
                .contains("binary, 3 to 4 bytes", "binary, 5 to 6 bytes", "LFS pointer", "submodule")
                .contains("+Subproject commit 2222222222222222222222222222222222222222");
    }

    @Test
    void wordsAreMarkedWithinLines() throws Exception {
        bench.write("a", "the quick brown fox\njumps\n");
        commitAll();
        bench.write("a", "the slow brown fox\njumps high\n");
        assertThat(patch(diff("{'mode':'words'}")))
                .contains("the [-quick-]{+slow+} brown fox")
                .contains("jumps{+high+}".replace("{", " {"));
    }

    @Test
    void whiteSpaceCanBeIgnored() throws Exception {
        bench.write("a", "if (x) {\n  y();\n}\n");
        bench.write("b", "one\ntwo\n");
        commitAll();
        bench.write("a", "if (x)  {\n\ty();\n}\n");
        bench.write("b", "one \ntwo!\n");
        assertThat(counts(diff("{'ignoreWhitespace':true}")))
                .isEqualTo(numstat("-w"))
                .containsOnlyKeys("b");
    }

    @Test
    void rangesBeginWhereBothSidesParted() throws Exception {
        bench.write("a", "a\n");
        commitAll();
        bench.git("branch", "topic");
        bench.write("main-only", "m\n");
        commitAll();
        bench.git("switch", "-q", "topic");
        bench.write("topic-only", "t\n");
        commitAll();
        for (String range : List.of(
                "{'from':'main...topic','mode':'names'}",
                "{'from':'main','to':'topic','mergeBase':true,'mode':'names'}",
                "{'from':'main...','mode':'names'}")) {
            assertThat(counts(diff(range))).as(range).containsOnlyKeys("topic-only");
        }
        assertThat(counts(diff("{'from':'main..topic','mode':'names'}"))).containsOnlyKeys("main-only", "topic-only");
    }

    @Test
    void nothingThatARepositoryNamesIsRun() throws Exception {
        Path mark = folder.resolve("mark");
        Path script = folder.resolve("evil.sh");
        Files.writeString(script, "#!/bin/sh\ntouch " + mark + "\ncat \"$@\"\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        bench.write("a.txt", "one\n");
        bench.write(".gitattributes", "* diff=evil filter=evil\n");
        commitAll();
        for (String key : List.of(
                "diff.external",
                "diff.evil.command",
                "diff.evil.textconv",
                "filter.evil.clean",
                "filter.evil.process",
                "core.fsmonitor",
                "core.pager")) {
            bench.git("config", key, script.toString());
        }
        Files.writeString(bench.root.resolve("a.txt"), "two\n");
        assertThat(patch(diff("{}"))).contains("-one\n+two\n");
        bench.call("git_show", "{}");
        bench.call("git_blame", "{'path':'a.txt'}");
        bench.call("git_blame", "{'path':'a.txt','rev':'HEAD'}");
        assertThat(mark).doesNotExist();
    }

    @Test
    void aDiffOfFewDifferentLinesEndsSoon() throws Exception {
        Random random = new Random(5);
        bench.write(
                "low",
                IntStream.range(0, 12_000)
                        .mapToObj(i -> (char) ('a' + random.nextInt(2)) + "\n")
                        .collect(Collectors.joining()));
        bench.write(
                "wide",
                IntStream.range(0, 300_000)
                        .mapToObj(i -> random.nextInt(1000) + "\n")
                        .collect(Collectors.joining()));
        commitAll();
        bench.write(
                "low",
                IntStream.range(0, 12_000)
                        .mapToObj(i -> (char) ('a' + random.nextInt(2)) + "\n")
                        .collect(Collectors.joining()));
        bench.write(
                "wide",
                IntStream.range(0, 300_000)
                        .mapToObj(i -> random.nextInt(1000) + "\n")
                        .collect(Collectors.joining()));
        long start = System.nanoTime();
        assertThat(counts(diff("{'paths':['low'],'mode':'stat'}"))).isEqualTo(numstat("low"));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
        start = System.nanoTime();
        assertThat(diff("{'paths':['wide'],'mode':'stat'}").toString()).contains("cost limit");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
    }

    @Test
    void hiddenCharactersAreWrittenOut() throws Exception {
        bench.write("a\u202eb", "x\n");
        commitAll();
        bench.write("a\u202eb", "y\u001b[31m\u200b\n");
        String answer = diff("{}").toString();
        assertThat(answer).contains("\\\\u001b").doesNotContain("\u202e", "\u200b", "\u001b");
        assertThat(answer).contains("\"integrity\":\"" + RepoText.INTEGRITY + "\"");
    }

    @Test
    void wrongVersionsAndPathsAreRefused() throws Exception {
        bench.write("a", "a\n");
        commitAll();
        for (String arguments : List.of(
                "{'to':'HEAD'}",
                "{'mergeBase':true}",
                "{'from':'--output=x'}",
                "{'from':'HEAD:a'}",
                "{'paths':['../x']}",
                "{'paths':['.git/config']}",
                "{'from':'HEAD','to':'HEAD','staged':true}")) {
            bench.refused(ToolException.Kind.INVALID_INPUT, "git_diff", arguments);
        }
        bench.refused(ToolException.Kind.NOT_FOUND, "git_diff", "{'from':'nowhere'}");
    }

    @Test
    void nativeBytesAreKept() throws Exception {
        Files.write(bench.root.resolve("latin"), "caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
        commitAll();
        Files.write(bench.root.resolve("latin"), "caf\u00e9s\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(patch(diff("{}"))).contains("-café\n+cafés\n");
    }
}
