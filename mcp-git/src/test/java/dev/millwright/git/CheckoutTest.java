package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millwright.git.repo.Repo;
import dev.millwright.git.work.WorkTree;
import dev.millwright.testing.FakeCall;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Index and working tree go from commit to commit as native Git would take them. */
class CheckoutTest {
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

    private static ObjectId tree(Repo repo, String revision) throws IOException {
        return revision.isEmpty() ? ObjectId.zeroId() : repo.git().resolve(revision + "^{tree}");
    }

    /** Moves index and files, then HEAD by native Git. */
    private void move(String from, String to, boolean force) throws Exception {
        FakeCall call = new FakeCall();
        try (Repo repo = bench.repositories.open(call, Optional.empty())) {
            WorkTree work = new WorkTree(repo);
            bench.changes.run(call, repo, "test", change -> {
                work.apply(change, tree(repo, from), work.between(tree(repo, from), tree(repo, to)), force);
                return "";
            });
        }
        bench.git("update-ref", "--no-deref", "HEAD", to);
    }

    private String commit(String message) throws Exception {
        bench.git("add", "-A");
        bench.git("commit", "-qm", message);
        return bench.git("rev-parse", "HEAD").strip();
    }

    private void init(String... settings) throws Exception {
        bench.git("init", "-q", "-b", "main");
        for (String setting : settings) {
            bench.git("config", setting.split("=")[0], setting.split("=")[1]);
        }
    }

    private String status() throws Exception {
        return bench.git("status", "--porcelain", "--untracked-files=all", "--ignored");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void nativeGitFindsNothingToDoAfterAnyMove(long seed) throws Exception {
        new RandomHistory(seed, 30, false).in(bench.root);
        List<String> commits = new ArrayList<>();
        for (String commit : bench.git("rev-list", "--all").lines().toList()) {
            if (!bench.git("ls-tree", "-rz", "--name-only", commit).contains("\\")) {
                commits.add(commit); // names with backslashes are refused
            }
        }
        Collections.shuffle(commits, new Random(seed));
        String at = "";
        for (String commit : commits.subList(0, Math.min(8, commits.size()))) {
            move(at, commit, false);
            at = commit;
            assertThat(status())
                    .as("%s to %s\n%s", seed, commit, bench.git("ls-files", "-s"))
                    .isEmpty();
            assertThat(bench.git("diff-files")).as("stat data").isEmpty();
            Path index = bench.root.resolve(".git/index");
            Files.delete(index);
            bench.git("reset", "-q");
            assertThat(status()).as("content of %s", commit).isEmpty();
            assertThat(emptyFolders()).isEmpty();
        }
        assertThat(bench.git("fsck", "--no-dangling")).doesNotContain("error", "missing");
    }

    private List<Path> emptyFolders() throws IOException {
        try (Stream<Path> all = Files.walk(bench.root)) {
            return all.filter(path -> !path.startsWith(bench.root.resolve(".git")))
                    .filter(path -> Files.isDirectory(path, java.nio.file.LinkOption.NOFOLLOW_LINKS))
                    .filter(path -> path.toFile().list().length == 0)
                    .filter(path -> !isSubmodule(path))
                    .toList();
        }
    }

    private boolean isSubmodule(Path path) {
        try {
            return bench.git("-c", "core.quotePath=false", "ls-files", "-sz")
                    .contains("\t" + bench.root.relativize(path) + "\0");
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @CsvSource({"false,native", "true,native", "input,native", "false,crlf", "false,lf", "input,crlf"})
    void lineEndsAreThoseNativeGitWrites(String autocrlf, String eol) throws Exception {
        init("core.autocrlf=false");
        List<String> attributes = List.of(
                "none",
                "text",
                "-text",
                "text=auto",
                "eol=crlf",
                "eol=lf",
                "text eol=crlf",
                "text=auto eol=crlf",
                "text=auto eol=lf",
                "crlf",
                "-crlf",
                "crlf=input",
                "binary",
                "text !text",
                "my");
        StringBuilder rules = new StringBuilder("[attr]my text eol=crlf\n");
        for (int i = 0; i < attributes.size(); i++) {
            rules.append("f").append(i).append("-* ").append(attributes.get(i)).append('\n');
            bench.write("f" + i + "-lf", "one\ntwo\n");
            bench.write("f" + i + "-crlf", "one\r\ntwo\r\n");
            bench.write("f" + i + "-mixed", "one\r\ntwo\nthree\r");
            bench.write("f" + i + "-both", "one\r\ntwo\n");
            bench.write("f" + i + "-nul", "one\n\0two\n");
            bench.write("f" + i + "-cr", "one\rtwo\n");
            bench.write("f" + i + "-empty", "");
            bench.write("sub/f" + i + "-lf", "x\n");
        }
        bench.git("add", ".");
        bench.write(".gitattributes", rules.toString());
        bench.write("sub/.gitattributes", "f3-* -text\n/f5-lf eol=crlf\n");
        bench.git("add", ".gitattributes", "sub/.gitattributes");
        bench.git("commit", "-qm", "all");
        String all = bench.git("rev-parse", "HEAD").strip();
        bench.git("config", "core.autocrlf", autocrlf);
        bench.git("config", "core.eol", eol);
        Path theirs = temporary.resolve("theirs");
        bench.git("-c", "core.autocrlf=" + autocrlf, "clone", "-q", "-n", ".", theirs.toString());
        Bench.gitIn(theirs, "config", "core.autocrlf", autocrlf);
        Bench.gitIn(theirs, "config", "core.eol", eol);
        Bench.gitIn(theirs, "checkout", "-q");
        move("HEAD", "4b825dc642cb6eb9a060e54bf8d69288fbee4904".equals(all) ? all : empty(), true);
        move("HEAD", all, false);
        try (Stream<Path> files = Files.walk(theirs)) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(path -> !path.startsWith(theirs.resolve(".git")))
                    .toList()) {
                Path ours = bench.root.resolve(theirs.relativize(file).toString());
                assertThat(Files.readAllBytes(ours)).as(ours.toString()).isEqualTo(Files.readAllBytes(file));
            }
        }
    }

    private String empty() throws Exception {
        String tree = bench.git("hash-object", "-w", "-t", "tree", "/dev/null").strip();
        return bench.git("commit-tree", "-m", "empty", tree).strip();
    }

    @Test
    void aChangedFileIsInTheWayUnlessForced() throws Exception {
        init();
        bench.write("a", "1\n");
        bench.write("b", "1\n");
        String first = commit("first");
        bench.write("a", "2\n");
        String second = commit("second");
        move(second, first, false);
        bench.write("a", "mine\n");
        bench.write("b", "mine\n");
        assertThatThrownBy(() -> move(first, second, false))
                .isInstanceOf(ToolException.class)
                .hasMessageContaining("in the way: a;");
        assertThat(bench.text("a")).isEqualTo("mine\n");
        assertThat(bench.root.resolve(".git/index.lock")).doesNotExist();
        move(first, second, true);
        assertThat(bench.text("a")).isEqualTo("2\n");
        assertThat(status()).isEqualTo(" M b\n");
    }

    @Test
    void anUntrackedFileIsInTheWayAndAnIgnoredOneIsNot() throws Exception {
        init();
        bench.write(".gitignore", "*.log\n");
        String first = commit("first");
        bench.write("new", "tracked\n");
        bench.write("x.log", "tracked\n");
        bench.write("d", "tracked\n");
        bench.git("add", "-f", "x.log");
        String second = commit("second");
        move(second, first, false);
        bench.write("x.log", "ignored\n");
        bench.write("new", "mine\n");
        bench.write("d/e", "mine\n");
        assertThatThrownBy(() -> move(first, second, false))
                .isInstanceOf(ToolException.class)
                .hasMessageContaining("in the way: d/e, new;");
        Files.delete(bench.root.resolve("new"));
        Files.delete(bench.root.resolve("d/e"));
        move(first, second, false);
        assertThat(bench.text("x.log")).isEqualTo("tracked\n");
        assertThat(status()).isEmpty();
    }

    @Test
    void nothingIsWrittenThroughALinkPutInTheWay() throws Exception {
        init();
        Files.createSymbolicLink(bench.root.resolve("a"), bench.outside);
        String first = commit("link");
        Files.delete(bench.root.resolve("a"));
        bench.write("a/x", "in the folder\n");
        String second = commit("folder");
        move(second, first, false);
        assertThat(bench.root.resolve("a")).isSymbolicLink();
        move(first, second, false);
        assertThat(bench.text("a/x")).isEqualTo("in the folder\n");
        assertThat(bench.root.resolve("a")).isDirectory();
        String empty = empty();
        move(second, empty, false);
        Files.createSymbolicLink(bench.root.resolve("a"), bench.outside);
        assertThatThrownBy(() -> move(empty, second, false)).hasMessageContaining("in the way: a;");
        assertThat(bench.outside.resolve("x")).doesNotExist();
        move(empty, second, true);
        assertThat(bench.outside.resolve("x")).doesNotExist();
        assertThat(bench.text("a/x")).isEqualTo("in the folder\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".git/config",
                ".GIT/config",
                "git~1/config",
                "../x",
                "a/.git/x",
                "a\\b",
                ".git /x",
                ".git::$INDEX_ALLOCATION/x",
                ".g\u200cit/x",
                "."
            })
    void namesThatReachGitOrLeaveAreRefused(String path) throws Exception {
        init();
        bench.write("f", "1\n");
        String first = commit("first");
        String config = bench.text(".git/config");
        String evil = evil(path);
        assertThatThrownBy(() -> move(first, evil, true))
                .isInstanceOfSatisfying(
                        ToolException.class,
                        e -> assertThat(e.kind()).isIn(ToolException.Kind.DENIED, ToolException.Kind.UNAVAILABLE));
        assertThat(bench.text(".git/config")).isEqualTo(config);
        assertThat(temporary.resolve("x")).doesNotExist();
    }

    /** A commit whose tree holds a file of this path, made without Git's own checks. */
    private String evil(String path) throws Exception {
        FakeCall call = new FakeCall();
        try (Repo repo = bench.repositories.open(call, Optional.empty());
                var inserter = repo.git().newObjectInserter()) {
            ObjectId id = inserter.insert(org.eclipse.jgit.lib.Constants.OBJ_BLOB, "evil".getBytes());
            org.eclipse.jgit.lib.FileMode mode = org.eclipse.jgit.lib.FileMode.REGULAR_FILE;
            String[] names = path.split("/");
            for (int i = names.length - 1; i >= 0; i--) {
                byte[] name = names[i].getBytes(java.nio.charset.StandardCharsets.UTF_8);
                var tree = new org.eclipse.jgit.lib.TreeFormatter();
                tree.append(name, 0, name.length, mode, id, true);
                id = inserter.insert(tree);
                mode = org.eclipse.jgit.lib.FileMode.TREE;
            }
            inserter.flush();
            return bench.git("commit-tree", "-m", "evil", id.name()).strip();
        }
    }

    @Test
    void aDeviceNameOfAnotherSystemIsAPlainNameHere() throws Exception {
        init();
        bench.write("f", "1\n");
        String first = commit("first");
        move(first, evil("CON"), false);
        assertThat(bench.text("CON")).isEqualTo("evil");
    }

    @Test
    void theIndexOfALinkedWorkTreeAndOldAndPackedFormatsAreKept() throws Exception {
        init("index.version=4");
        bench.write("d/a", "1\n");
        bench.write("d/b", "1\n");
        bench.write("run", "#!/bin/sh\n");
        assertThat(bench.root.resolve("run").toFile().setExecutable(true)).isTrue();
        String first = commit("first");
        bench.write("d/b", "2\n");
        assertThat(bench.root.resolve("run").toFile().setExecutable(false)).isTrue();
        String second = commit("second");
        bench.git("gc", "-q");
        move(second, first, false);
        assertThat(status()).isEmpty();
        assertThat(Files.readAllBytes(bench.root.resolve(".git/index"))[7]).isEqualTo((byte) 4);
        assertThat(bench.root.resolve("run")).isExecutable();
    }

    @Test
    void aHeldIndexIsAConflictAndTheLockStays() throws Exception {
        init();
        bench.write("a", "1\n");
        String first = commit("first");
        bench.write("a", "2\n");
        String second = commit("second");
        Path lock = Files.createFile(bench.root.resolve(".git/index.lock"));
        assertThatThrownBy(() -> move(second, first, false))
                .isInstanceOfSatisfying(
                        ToolException.class, e -> assertThat(e.kind()).isEqualTo(ToolException.Kind.CONFLICT))
                .hasMessageContaining("index.lock");
        assertThat(lock).exists();
        assertThat(bench.text("a")).isEqualTo("2\n");
    }
}
