package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import dev.millwright.testing.FakeCall;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GitStatusTest {
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

    private static TreeSet<String> lines(JsonNode answer) {
        return StatusLines.of(answer);
    }

    private TreeSet<String> nativeLines(String untracked) throws Exception {
        return StatusLines.parsed(bench.git(
                "status", "--porcelain=v2", "-z", "--untracked-files=" + untracked, "--ignored=matching", "--renames"));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void saysWhatNativeGitSays(long seed) throws Exception {
        new RandomHistory(seed, 12, false).checkedOutIn(bench.root);
        Random random = new Random(seed);
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.walk(bench.root)) {
            all.filter(path -> !path.startsWith(bench.root.resolve(".git")))
                    .filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .forEach(files::add);
        }
        files.add(bench.write("plain", "text\n"));
        bench.git("add", "plain");
        bench.write(
                Files.isDirectory(bench.root.resolve(".gitignore")) ? ".git/info/exclude" : ".gitignore",
                "*.log\nbuild/\n!keep.log\n/top\n**/deep/*.o\n[a-c]?.tmp\nout/*\n!out/keep\n");
        for (int i = 0; i < 25; i++) {
            Path file = files.get(random.nextInt(files.size()));
            switch (random.nextInt(9)) {
                case 0 -> Files.deleteIfExists(file);
                case 1 -> change(file, random);
                case 2 ->
                    assertThat(file.toFile().setExecutable(random.nextBoolean()) || !Files.exists(file))
                            .isTrue();
                case 3 -> stage(bench.root.relativize(file).toString());
                case 4 -> {
                    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                        Files.move(file, bench.root.resolve("moved" + i + ".txt"));
                        stage(bench.root.relativize(file).toString());
                        stage("moved" + i + ".txt");
                    }
                }
                case 5 ->
                    bench.write(
                            List.of("x.log", "build/a", "s/deep/b.o", "a1.tmp", "out/keep", "out/no", "top")
                                    .get(random.nextInt(7)),
                            "x");
                case 6 -> bench.write("new" + random.nextInt(3) + "/" + random.nextInt(3) + "/f", "n");
                case 7 -> bench.write("s/new" + i + ".c", "n");
                default -> {
                    if (Files.exists(file)) {
                        Files.delete(file);
                        Files.createSymbolicLink(file, Path.of("nowhere"));
                    }
                }
            }
        }
        for (String mode : List.of("normal", "all")) {
            JsonNode answer = bench.call(
                    "git_status",
                    "{'ignored': true, 'untracked': '%s'}".formatted(mode.equals("all") ? "files" : "folders"));
            assertThat(lines(answer)).as("%s %s", seed, mode).isEqualTo(nativeLines(mode));
        }
    }

    private void stage(String path) throws Exception {
        bench.git("update-index", "--add", "--remove", "--", path);
    }

    private static void change(Path file, Random random) throws IOException {
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            byte[] bytes = Files.readAllBytes(file);
            if (bytes.length > 0 && random.nextBoolean()) {
                bytes[random.nextInt(bytes.length)] ^= 1; // same size
                Files.write(file, bytes);
            } else {
                Files.writeString(file, "other\n");
            }
        }
    }

    @Test
    void aChangeWithinTheSameTickAndSizeIsSeen() throws Exception {
        bench.git("init", "-q", "-b", "main");
        for (int i = 0; i < 50; i++) {
            bench.write("f", "a" + i + "\n");
            bench.git("add", "f");
            bench.write("f", "b" + i + "\n");
            assertThat(lines(bench.call("git_status", "{}"))).contains("unstaged M f");
        }
    }

    @Test
    void factsOfHeadAndOfTheOperationInProgressAreTold() throws Exception {
        bench.git("init", "-q", "-b", "main");
        assertThat(bench.call("git_status", "{}").path("head").asText()).isEqualTo("main no commit yet");
        bench.write("f", "1\n");
        bench.git("add", "f");
        bench.git("commit", "-qm", "one");
        bench.git("branch", "other");
        bench.write("f", "2\n");
        bench.git("commit", "-qam", "two");
        bench.git("config", "branch.main.remote", ".");
        bench.git("config", "branch.main.merge", "refs/heads/other");
        JsonNode answer = bench.call("git_status", "{}");
        assertThat(answer.path("head").asText())
                .isEqualTo(
                        "main " + bench.git("rev-parse", "--short=10", "HEAD").strip());
        assertThat(answer.path("upstream").asText()).isEqualTo("other, ahead 1");
        assertThat(answer.path("summary").asText()).isEqualTo("clean");
        bench.write("f", "3\n");
        bench.git("stash", "-q");
        assertThat(bench.call("git_status", "{}").path("stashes").asInt()).isEqualTo(1);
        bench.git("checkout", "-q", "other");
        bench.write("f", "4\n");
        bench.git("commit", "-qam", "four");
        bench.git("-c", "alias.m=!git merge -q main || true", "m");
        answer = bench.call("git_status", "{}");
        assertThat(answer.path("doing").asText()).isEqualTo("merge");
        assertThat(lines(answer)).containsExactly("conflicted UU f");
    }

    @Test
    void aLongListingComesInPagesOfTheSameState() throws Exception {
        bench.git("init", "-q", "-b", "main");
        for (int i = 0; i < 500; i++) {
            bench.write("some file with a name " + i, "x");
        }
        TreeSet<String> all = new TreeSet<>();
        String cursor = "";
        int pages = 0;
        do {
            FakeCall call = new FakeCall(Tenant.DEFAULT, 2000);
            var input = Json.object();
            if (!cursor.isEmpty()) {
                input.put("cursor", cursor);
            }
            JsonNode answer = bench.run(call, "git_status", input);
            assertThat(answer.toString().length()).isLessThan(8000);
            all.addAll(lines(answer));
            cursor = answer.path("cursor").asText();
            pages++;
        } while (!cursor.isEmpty());
        assertThat(all).hasSize(500);
        assertThat(pages).isGreaterThan(2);
        JsonNode first = bench.run(new FakeCall(Tenant.DEFAULT, 2000), "git_status", Json.object());
        bench.write("one more", "x");
        var later = Json.object();
        later.put("cursor", first.path("cursor").asText());
        bench.refused(ToolException.Kind.INVALID_INPUT, "git_status", later);
    }

    @Test
    void onlyThePathsAskedForAreLookedAt() throws Exception {
        bench.git("init", "-q", "-b", "main");
        bench.write("a/b/f", "1\n");
        bench.write("a/bc", "1\n");
        bench.write("g", "1\n");
        assertThat(lines(bench.call("git_status", "{'paths': ['a/b'], 'untracked': 'files'}")))
                .containsExactly("untracked a/b/f");
        bench.refused(ToolException.Kind.INVALID_INPUT, "git_status", "{'paths': ['../outside']}");
        bench.refused(ToolException.Kind.INVALID_INPUT, "git_status", "{'paths': ['/etc']}");
    }

    @Test
    void nestedRepositoriesAndSubmodulesAreEntriesOfTheirOwn() throws Exception {
        bench.git("init", "-q", "-b", "main");
        bench.git("init", "-q", "-b", "main", "nested");
        bench.git("init", "-q", "-b", "main", "sub");
        bench.write("sub/f", "1\n");
        Bench.gitIn(bench.root.resolve("sub"), "add", "f");
        Bench.gitIn(bench.root.resolve("sub"), "commit", "-qm", "one");
        bench.git("-c", "advice.addEmbeddedRepo=false", "add", "sub");
        assertThat(lines(bench.call("git_status", "{'untracked': 'files'}")))
                .containsExactlyInAnyOrder("staged A sub", "untracked nested/");
        Bench.gitIn(bench.root.resolve("sub"), "commit", "-q", "--allow-empty", "-m", "two");
        assertThat(lines(bench.call("git_status", "{}"))).contains("unstaged M sub");
    }

    @Test
    void looksAtNothingThroughALink() throws Exception {
        bench.git("init", "-q", "-b", "main");
        bench.write("d/f", "1\n");
        bench.git("add", ".");
        Files.delete(bench.root.resolve("d/f"));
        Files.delete(bench.root.resolve("d"));
        Files.createSymbolicLink(bench.root.resolve("d"), bench.outside);
        assertThat(lines(bench.call("git_status", "{}")))
                .containsExactlyInAnyOrder("staged A d/f", "unstaged D d/f", "untracked d");
    }

    @Test
    void theIndexIsNotWritten() throws Exception {
        bench.git("init", "-q", "-b", "main");
        bench.write("f", "1\n");
        bench.git("add", ".");
        Files.setLastModifiedTime(bench.root.resolve("f"), java.nio.file.attribute.FileTime.fromMillis(1000));
        byte[] before = Files.readAllBytes(bench.root.resolve(".git/index"));
        bench.call("git_status", "{}");
        assertThat(Files.readAllBytes(bench.root.resolve(".git/index"))).isEqualTo(before);
    }

    @Test
    void aTreeDeeperThanAnyoneMakesIsAnswered() throws Exception {
        bench.git("init", "-q", "-b", "main");
        Path folder = bench.root;
        for (int i = 0; i < 600; i++) {
            folder = folder.resolve("d");
        }
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("f"), "deep");
        assertThat(lines(bench.call("git_status", "{}"))).containsExactly("untracked d/");
        bench.refused(ToolException.Kind.LIMIT, "git_status", "{'untracked': 'files'}");
        bench.refused(ToolException.Kind.LIMIT, "git_add", "{'all': true}");
        assertThat(bench.git("ls-files")).isEmpty();
    }
}
