package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.tool.ToolException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GitAddTest {
    @TempDir
    Path temporary;

    private Bench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new Bench(temporary);
        bench.git("init", "-q", "-b", "main");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private String staged() throws Exception {
        return bench.git("-c", "core.quotePath=false", "ls-files", "-s");
    }

    @Test
    void stagesThePathsNamedAndNothingElse() throws Exception {
        bench.write("a", "1\n");
        bench.write("d/b", "1\n");
        bench.write("d/e/c", "1\n");
        bench.write("z", "1\n");
        JsonNode answer = bench.call("git_add", "{'paths': ['d', 'a']}");
        assertThat(answer.path("staged").asInt()).isEqualTo(3);
        assertThat(bench.git("status", "--porcelain")).isEqualTo("A  a\nA  d/b\nA  d/e/c\n?? z\n");
        assertThat(bench.git("diff-files")).isEmpty();
        bench.call("git_undo", "{'opId': '%s'}".formatted(answer.path("opId").asText()));
        assertThat(staged()).isEmpty();
    }

    @Test
    void pathsAreLiteral() throws Exception {
        bench.write("a", "1\n");
        bench.write("*", "1\n");
        bench.call("git_add", "{'paths': ['*']}");
        assertThat(bench.git("ls-files")).isEqualTo("*\n");
        for (String path : List.of(":/", "--pathspec-from-file=x", "nothing", ":(top)a")) {
            bench.refused(Kind.NOT_FOUND, "git_add", "{'paths': ['a', '%s']}".formatted(path));
        }
        for (String path : List.of("../outside/f", "/etc/hostname", ".git/config", "x/../../y", "")) {
            bench.refused(Kind.INVALID_INPUT, "git_add", "{'paths': ['a', '%s']}".formatted(path));
        }
        assertThat(bench.git("ls-files")).isEqualTo("*\n");
    }

    @Test
    void ignoredFilesAreRefusedByNameAndPassedOverInFolders() throws Exception {
        bench.write(".gitignore", "*.log\nout/\n");
        bench.write("d/a", "1\n");
        bench.write("d/x.log", "1\n");
        bench.write("out/f", "1\n");
        assertThat(bench.refused(Kind.INVALID_INPUT, "git_add", "{'paths': ['d/a', 'd/x.log']}"))
                .contains("d/x.log is ignored");
        bench.refused(Kind.INVALID_INPUT, "git_add", "{'paths': ['out/f']}");
        assertThat(staged()).isEmpty();
        bench.call("git_add", "{'paths': ['d']}");
        assertThat(bench.git("ls-files")).isEqualTo("d/a\n");
        bench.call("git_add", "{'paths': ['d/x.log', 'out'], 'force': true}");
        assertThat(bench.git("ls-files")).isEqualTo("d/a\nd/x.log\nout/f\n");
    }

    @Test
    void updateStagesChangesAndDeletionsOfWhatIsTracked() throws Exception {
        bench.write("a", "1\n");
        bench.write("b", "1\n");
        bench.call("git_add", "{'all': true}");
        Files.delete(bench.root.resolve("a"));
        bench.write("b", "2\n");
        bench.write("c", "1\n");
        bench.call("git_add", "{'update': true}");
        assertThat(bench.git("status", "--porcelain")).isEqualTo("A  b\n?? c\n");
    }

    @Test
    void linksModesAndFoldersThatBecameFilesAreTaken() throws Exception {
        bench.write("d/f", "1\n");
        bench.write("run", "1\n");
        bench.call("git_add", "{'all': true}");
        Files.delete(bench.root.resolve("d/f"));
        Files.delete(bench.root.resolve("d"));
        Files.createSymbolicLink(bench.root.resolve("d"), Path.of("/etc/passwd"));
        assertThat(bench.root.resolve("run").toFile().setExecutable(true)).isTrue();
        bench.call("git_add", "{'all': true}");
        assertThat(staged()).contains("120000").contains("100755").doesNotContain("d/f");
        assertThat(bench.git("cat-file", "-p", ":d")).isEqualTo("/etc/passwd");
        bench.refused(Kind.NOT_FOUND, "git_add", "{'paths': ['d/passwd']}");
    }

    @ParameterizedTest
    @CsvSource({"false", "true", "input"})
    void lineEndsAreThoseNativeGitWouldStage(String autocrlf) throws Exception {
        bench.git("config", "core.autocrlf", autocrlf);
        bench.git("config", "core.safecrlf", "false");
        List<String> rules =
                List.of("none", "text", "-text", "text=auto", "eol=crlf", "eol=lf", "text=auto eol=crlf", "crlf=input");
        List<String> contents =
                List.of("a\nb\n", "a\r\nb\r\n", "a\r\nb\n", "a\rb\r\n", "\0a\r\n", "", "a\r\n\r", "\u001a\r\n");
        StringBuilder attributes = new StringBuilder();
        for (int i = 0; i < rules.size(); i++) {
            attributes.append("f").append(i).append("-* ").append(rules.get(i)).append('\n');
            for (int j = 0; j < contents.size(); j++) {
                bench.write("f" + i + "-" + j, contents.get(j));
            }
        }
        bench.write(".gitattributes", attributes.toString());
        check();
        // Once more over an index that has CRLF: what has it keeps it where line ends are guessed.
        bench.git("-c", "core.autocrlf=false", "-c", "core.attributesFile=/dev/null", "add", ".");
        for (int i = 0; i < rules.size(); i++) {
            bench.git(
                    "update-index",
                    "--cacheinfo",
                    "100644,%s,f%d-0"
                            .formatted(
                                    bench.git("hash-object", "-w", "--no-filters", "f0-1")
                                            .strip(),
                                    i));
            bench.write("f" + i + "-0", "other\r\nlines\r\n");
        }
        check();
    }

    private void check() throws Exception {
        Path index = bench.root.resolve(".git/index");
        Path before = temporary.resolve("before");
        if (Files.exists(index)) {
            Files.copy(index, before);
        }
        bench.call("git_add", "{'all': true}");
        String ours = staged();
        assertThat(bench.git("status", "--porcelain")).doesNotContain("\n M").doesNotContain("??");
        Files.delete(index);
        if (Files.exists(before)) {
            Files.move(before, index);
        }
        bench.git("add", "-A");
        assertThat(ours).isEqualTo(staged());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void allOfARandomTreeIsStagedAsNativeGitDoes(long seed) throws Exception {
        Path from = new RandomHistory(seed, 20).checkedOutIn(temporary.resolve("from"));
        Random random = new Random(seed);
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path :
                    all.filter(each -> !each.startsWith(from.resolve(".git"))).toList()) {
                if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                    Path to = bench.root.resolve(from.relativize(path).toString());
                    Files.createDirectories(to.getParent());
                    Files.copy(path, to);
                    assertThat(to.toFile().setExecutable(random.nextBoolean())).isTrue();
                }
            }
        }
        bench.call("git_add", "{'all': true}");
        String ours = staged();
        assertThat(bench.git("diff-files")).isEmpty();
        Files.delete(bench.root.resolve(".git/index"));
        bench.git("add", "-A");
        assertThat(ours).isEqualTo(staged());
        assertThat(bench.git("fsck")).doesNotContain("error");
    }

    @Test
    void singleHunksAreStaged() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 1; i <= 60; i++) {
            lines.append("line ").append(i).append('\n');
        }
        bench.write("f", lines.toString());
        bench.git("add", ".");
        bench.git("commit", "-qm", "one");
        bench.write(
                "f",
                lines.toString()
                        .replace("line 3\n", "three\n")
                        .replace("line 30\n", "")
                        .replace("line 58\n", "line 58\nmore\n"));
        bench.call("git_add", "{'hunks': [{'path': 'f', 'numbers': [1, 3]}]}");
        assertThat(bench.git("diff", "--cached", "-U0"))
                .contains("+three", "+more")
                .doesNotContain("-line 30");
        assertThat(bench.git("diff", "-U0")).contains("-line 30").doesNotContain("three");
        assertThat(bench.refused(Kind.NOT_FOUND, "git_add", "{'hunks': [{'path': 'f', 'numbers': [2]}]}"))
                .contains("1 unstaged hunks");
    }

    @Test
    void aConflictIsResolvedByStaging() throws Exception {
        bench.write("f", "1\n");
        bench.git("add", ".");
        bench.git("commit", "-qm", "one");
        bench.git("checkout", "-qb", "other");
        bench.write("f", "2\n");
        bench.git("commit", "-qam", "two");
        bench.git("checkout", "-q", "main");
        bench.write("f", "3\n");
        bench.git("commit", "-qam", "three");
        bench.git("-c", "alias.m=!git merge -q other || true", "m");
        bench.write("f", "4\n");
        bench.call("git_add", "{'paths': ['f']}");
        assertThat(bench.git("status", "--porcelain")).isEqualTo("M  f\n");
    }

    @Test
    void aHeldIndexIsAConflictAndTheLockStays() throws Exception {
        bench.write("f", "1\n");
        Path lock = Files.createFile(bench.root.resolve(".git/index.lock"));
        assertThat(bench.refused(Kind.CONFLICT, "git_add", "{'all': true}")).contains("index.lock");
        assertThat(lock).exists();
    }

    @Test
    void nativeGitMayWorkAtTheSameTime() throws Exception {
        for (int i = 0; i < 20; i++) {
            bench.write("ours" + i, "x");
            bench.write("theirs" + i, "x");
            Thread theirs = Thread.ofPlatform().start(addingNatively("theirs" + i));
            for (boolean done = false; !done; ) {
                try {
                    bench.call("git_add", "{'paths': ['ours%d']}".formatted(i));
                    done = true;
                } catch (dev.millwright.tool.ToolException e) {
                    assertThat(e.kind()).isEqualTo(Kind.CONFLICT);
                }
            }
            theirs.join();
        }
        assertThat(bench.git("ls-files").lines()).hasSize(40);
    }

    private Runnable addingNatively(String path) {
        return () -> {
            while (true) {
                try {
                    bench.git("add", path);
                    return;
                } catch (AssertionError e) {
                    assertThat(e).hasMessageContaining("index.lock");
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
    }

    @Test
    void aFolderThatBecameAFileOfItsNameIsNoFolderInTheIndexEither() throws Exception {
        bench.write("a/f", "in a folder\n");
        bench.git("add", ".");
        bench.git("commit", "-qm", "with a folder");
        Files.delete(bench.root.resolve("a/f"));
        Files.delete(bench.root.resolve("a"));
        bench.write("a", "a file\n");
        bench.call("git_add", "{'all':true}");
        bench.call("git_commit", "{'message':'with a file'}");
        assertThat(bench.git("ls-tree", "--name-only", "HEAD", "a")).isEqualTo("a\n");
        assertThat(bench.git("status", "--porcelain")).isEmpty();
    }
}
