package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.Revisions;
import dev.millwright.server.McpServer;
import dev.millwright.testing.FakeCall;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is opened, and what is refused at the door. */
final class OpeningTest {
    @TempDir
    private Path temporary;

    private Bench bench;
    private Path r;

    @BeforeEach
    void aRepository() throws Exception {
        bench = new Bench(temporary);
        r = repository(bench.root.resolve("r"));
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private static Path repository(Path at) throws Exception {
        Files.createDirectories(at);
        Bench.gitIn(at, "init", "-q", "-b", "main", ".");
        Files.writeString(at.resolve("f.txt"), "one\n");
        Bench.gitIn(at, "add", ".");
        Bench.gitIn(at, "commit", "-qm", "first");
        return at;
    }

    private String head(String repo) {
        try (Repo open = bench.repositories.open(new FakeCall(), Optional.of(repo))) {
            return Revisions.object(open, "rev", "HEAD").name();
        }
    }

    private String refused(ToolException.Kind kind, String repo) {
        ToolException refusal = catchThrowableOfType(ToolException.class, () -> head(repo));
        assertThat(refusal).as(repo).isNotNull();
        assertThat(refusal.kind()).as(refusal.getMessage()).isEqualTo(kind);
        assertThat(refusal.getMessage()).doesNotContain(Bench.SECRET);
        return refusal.getMessage();
    }

    private String denied() {
        return refused(ToolException.Kind.DENIED, "r");
    }

    private String nativeHead(Path at) throws Exception {
        return Bench.gitIn(at, "rev-parse", "HEAD").strip();
    }

    private void config(String key, String value) throws Exception {
        Bench.gitIn(r, "config", key, value);
    }

    @Test
    void opensTheTopOfAWorkingTree() throws Exception {
        assertThat(head("r")).isEqualTo(nativeHead(r));
        assertThat(head(r.toString())).isEqualTo(nativeHead(r));
    }

    @Test
    void opensTheRootItselfWhenNoRepositoryIsNamed() throws Exception {
        repository(bench.root);
        try (Repo open = bench.repositories.open(new FakeCall(), Optional.empty())) {
            assertThat(Revisions.object(open, "rev", "HEAD").name()).isEqualTo(nativeHead(bench.root));
            assertThat(open.shown()).isEqualTo(".");
        }
    }

    @Test
    void opensABareRepositoryByItsPath() throws Exception {
        bench.git("clone", "-q", "--bare", "r", "b.git");
        try (Repo open = bench.repositories.open(new FakeCall(), Optional.of("b.git"))) {
            assertThat(open.isBare()).isTrue();
            assertThat(open.git().resolve("main").name()).isEqualTo(nativeHead(r));
            assertThatThrownBy(open::work).hasMessageContaining("bare");
        }
    }

    @Test
    void opensALinkedWorkingTreeWithTheObjectsOfItsRepository() throws Exception {
        Bench.gitIn(r, "worktree", "add", "-q", "-b", "side", "../linked");
        Bench.gitIn(bench.root.resolve("linked"), "commit", "-q", "--allow-empty", "-m", "second");
        assertThat(head("linked")).isEqualTo(nativeHead(bench.root.resolve("linked")));
        try (Repo open = bench.repositories.open(new FakeCall(), Optional.of("linked"))) {
            assertThat(open.git().getFullBranch()).isEqualTo("refs/heads/side");
            assertThat(open.git().exactRef("refs/heads/main").getObjectId().name())
                    .isEqualTo(nativeHead(r));
        }
    }

    @Test
    void opensASubmoduleWhoseRepositoryLiesInTheOneAbove() throws Exception {
        Path inner = repository(bench.root.resolve("inner"));
        Bench.gitIn(r, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../inner", "sub");
        assertThat(head("r/sub")).isEqualTo(nativeHead(inner));
    }

    @Test
    void namesTheTopForAFolderInsideOfIt() throws Exception {
        Files.createDirectories(r.resolve("a/b"));
        assertThat(refused(ToolException.Kind.INVALID_INPUT, "r/a/b")).contains("r/a/b", "the repository r;");
        assertThat(refused(ToolException.Kind.INVALID_INPUT, "r/.git")).contains("name the folder that holds it");
    }

    @Test
    void namesRepositoriesBelowAFolderThatIsNone() throws Exception {
        Files.createDirectories(bench.root.resolve("group"));
        repository(bench.root.resolve("group/one"));
        assertThat(refused(ToolException.Kind.NOT_FOUND, "group")).contains("group/one");
        assertThat(refused(ToolException.Kind.NOT_FOUND, "rr")).contains("rr");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"config", "objects", "refs", "HEAD", "index", "logs", "info", "packed-refs", "COMMIT_EDITMSG"})
    void refusesASymbolicLinkInTheRepository(String name) throws Exception {
        Path outside = repository(bench.outside.resolve("repo"));
        Bench.gitIn(outside, "pack-refs", "--all");
        Path there = r.resolve(".git").resolve(name);
        Path moved = temporary.resolve("moved");
        if (Files.exists(there)) {
            Files.move(there, moved);
        }
        Files.createSymbolicLink(there, outside.resolve(".git").resolve(name));
        assertThat(denied()).contains(".git/" + name, "symbolic link");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "refs/heads/evil",
                "refs/heads/deep/er/evil",
                "logs/refs/heads/evil",
                "objects/pack/pack-evil.pack",
                "objects/info/alternates",
                "objects/ab/cdef",
                "objects/cd",
                "info/attributes",
                "rebase-merge/done",
                "worktrees/w/HEAD"
            })
    void refusesASymbolicLinkThatComesWhileTheRepositoryIsOpen(String path) throws Exception {
        Files.createDirectories(r.resolve(".git/" + path).getParent());
        Files.deleteIfExists(r.resolve(".git/" + path));
        assertThat(head("r")).isEqualTo(nativeHead(r));
        Thread.sleep(40);
        assertThat(head("r")).isEqualTo(nativeHead(r));
        Path link = Files.createSymbolicLink(r.resolve(".git/" + path), bench.outside.resolve("f"));
        assertThat(denied()).contains(path, "symbolic link");
        Files.delete(link);
        assertThat(head("r")).isEqualTo(nativeHead(r));
    }

    @Test
    void refusesASymbolicLinkForTheRepositoryItself() throws Exception {
        Files.move(r.resolve(".git"), bench.root.resolve("elsewhere"));
        Files.createSymbolicLink(r.resolve(".git"), Path.of("../elsewhere"));
        assertThat(denied()).contains(".git");
    }

    @Test
    void doesNotWaitForAFifo() throws Exception {
        Files.delete(r.resolve(".git/COMMIT_EDITMSG"));
        assertThat(new ProcessBuilder("mkfifo", r.resolve(".git/COMMIT_EDITMSG").toString())
                        .start()
                        .waitFor())
                .isZero();
        assertThat(denied()).contains("COMMIT_EDITMSG", "no file");
    }

    @Test
    void followsAGitFileOnlyInsideOfTheRoots() throws Exception {
        Files.move(r.resolve(".git"), bench.root.resolve("elsewhere"));
        Files.writeString(r.resolve(".git"), "gitdir: ../elsewhere\n");
        assertThat(head("r")).isEqualTo(nativeHead(r));
        repository(bench.outside.resolve("repo"));
        Files.writeString(r.resolve(".git"), "gitdir: " + bench.outside + "/repo/.git\n");
        assertThat(denied()).contains("out of the roots");
        Files.writeString(r.resolve(".git"), "gitdir: ../../outside/repo/.git\n");
        assertThat(denied()).contains("out of the roots");
    }

    @Test
    void wantsBothEndsOfALinkedWorkingTreeToAgree() throws Exception {
        Bench.gitIn(r, "worktree", "add", "-q", "../linked");
        Files.writeString(r.resolve(".git/worktrees/linked/gitdir"), bench.root + "/other/.git\n");
        assertThat(refused(ToolException.Kind.DENIED, "linked")).contains("git worktree repair");
        Files.writeString(r.resolve(".git/worktrees/linked/gitdir"), bench.root + "/linked/.git\n");
        head("linked");
        Files.writeString(r.resolve(".git/worktrees/linked/commondir"), bench.outside + "\n");
        assertThat(refused(ToolException.Kind.DENIED, "linked")).contains("commondir");
    }

    @Test
    void refusesAWorkingTreeElsewhere() throws Exception {
        config("core.worktree", "/etc");
        assertThat(denied()).contains("core.worktree", "out of the roots");
        Files.createDirectories(bench.root.resolve("other"));
        config("core.worktree", "../../other");
        assertThat(denied()).contains("core.worktree", "other");
        config("core.worktree", r.toString());
        assertThat(head("r")).isEqualTo(nativeHead(r));
    }

    @Test
    void borrowsObjectsOnlyFromInsideOfTheRoots() throws Exception {
        Path lender = repository(bench.root.resolve("lender"));
        Bench.gitIn(lender, "commit", "-q", "--allow-empty", "-m", "lent");
        ObjectId lent = ObjectId.fromString(nativeHead(lender));
        Path alternates = r.resolve(".git/objects/info/alternates");
        Files.writeString(alternates, "../../../lender/.git/objects\n");
        try (Repo open = bench.repositories.open(new FakeCall(), Optional.of("r"))) {
            assertThat(open.git().getObjectDatabase().has(lent)).isTrue();
        }
        repository(bench.outside.resolve("repo"));
        Files.writeString(lender.resolve(".git/objects/info/alternates"), bench.outside + "/repo/.git/objects\n");
        assertThat(denied()).contains("alternates", "out of the roots");
        Files.writeString(alternates, bench.outside + "/repo/.git/objects\n");
        assertThat(denied()).contains("alternates", "out of the roots");
    }

    @ParameterizedTest
    @CsvSource({
        "core.repositoryformatversion, 2, format 2",
        "extensions.objectformat, sha256, sha256",
        "extensions.refstorage, reftable, reftable",
        "extensions.compatobjectformat, sha256, compatobjectformat",
        "extensions.surprise, true, surprise"
    })
    void refusesAFormatThatWouldBeMisread(String key, String value, String named) throws Exception {
        if (!key.startsWith("core")) {
            config("core.repositoryformatversion", "1");
        }
        Files.writeString(
                r.resolve(".git/config"),
                "[%s]\n\t%s = %s\n"
                        .formatted(key.substring(0, key.indexOf('.')), key.substring(key.indexOf('.') + 1), value),
                java.nio.file.StandardOpenOption.APPEND);
        assertThat(denied()).containsIgnoringCase(named);
    }

    @Test
    void refusesARepositoryWithOtherObjectNames() throws Exception {
        Path other = Files.createDirectories(bench.root.resolve("other"));
        Bench.gitIn(other, "init", "-q", "--object-format=sha256", ".");
        assertThat(refused(ToolException.Kind.DENIED, "other")).contains("sha256");
    }

    @Test
    void refusesASplitIndexAndASparseOneButReadsEveryVersion() throws Exception {
        for (String version : new String[] {"2", "3", "4"}) {
            Bench.gitIn(r, "update-index", "--index-version", version);
            assertThat(head("r")).isEqualTo(nativeHead(r));
        }
        Bench.gitIn(r, "update-index", "--split-index");
        assertThat(denied()).contains("split index", "--no-split-index");
        Bench.gitIn(r, "update-index", "--no-split-index");
        Files.createDirectories(r.resolve("a"));
        Files.writeString(r.resolve("a/x"), "x");
        Bench.gitIn(r, "add", "a");
        Bench.gitIn(r, "commit", "-qm", "a");
        Bench.gitIn(r, "sparse-checkout", "set", "--cone", "--sparse-index", "none");
        assertThat(denied()).contains("sparse index");
    }

    @Test
    void refusesARepositoryOfAnotherUserUntilTheOperatorTrustsIt() throws Exception {
        assertThat(new ProcessBuilder("chown", "-R", "1234", r.toString())
                        .start()
                        .waitFor())
                .isZero();
        assertThat(denied()).contains("1234", "trusted-repositories");
    }

    @Test
    void noticesWhatAnotherProgramChanges() throws Exception {
        head("r");
        Bench.gitIn(r, "commit", "-q", "--allow-empty", "-m", "second");
        assertThat(head("r")).isEqualTo(nativeHead(r));
        Bench.gitIn(r, "commit", "-q", "--allow-empty", "-m", "third");
        Bench.gitIn(r, "gc", "-q", "--prune=now");
        assertThat(head("r")).isEqualTo(nativeHead(r));
        config("user.name", "Grace");
        try (Repo open = bench.repositories.open(new FakeCall(), Optional.of("r"))) {
            assertThat(open.git().getConfig().getString("user", null, "name")).isEqualTo("Grace");
        }
        Path other = repository(bench.root.resolve("other"));
        Bench.gitIn(other, "commit", "-q", "--allow-empty", "-m", "other");
        Files.move(r.resolve(".git"), temporary.resolve("old"));
        Files.move(other.resolve(".git"), r.resolve(".git"));
        assertThat(head("r")).isEqualTo(nativeHead(r));
    }

    @Test
    void takesNothingOverFromTheConfigurationThatNamesAProgram() throws Exception {
        config("core.fsmonitor", "/bin/x");
        config("filter.e.clean", "/bin/x");
        config("core.hooksPath", "h");
        config("core.autocrlf", "input");
        config("remote.origin.url", "https://example.invalid/x");
        config("remote.origin.uploadpack", "/bin/x");
        Files.writeString(bench.root.resolve("inc"), "[user]\n\tname = Included\n");
        config("include.path", bench.root + "/inc");
        FakeCall call = new FakeCall();
        try (Repo open = bench.repositories.open(call, Optional.of("r"))) {
            var config = open.git().getConfig();
            assertThat(config.getString("core", null, "fsmonitor")).isNull();
            assertThat(config.getString("core", null, "hookspath")).isNull();
            assertThat(config.getString("filter", "e", "clean")).isNull();
            assertThat(config.getString("remote", "origin", "uploadpack")).isNull();
            assertThat(config.getString("user", null, "name")).isNull();
            assertThat(config.getString("core", null, "autocrlf")).isEqualTo("input");
            assertThat(config.getString("remote", "origin", "url")).isEqualTo("https://example.invalid/x");
        }
    }

    @Test
    void tellsTheOperatorWhatIsInTheRoots() throws Exception {
        repository(bench.root.resolve("group/deep/two"));
        bench.git("init", "-q", "--bare", "b.git");
        assertThat(RootsCheck.of(bench.repositories, Tenant.DEFAULT, bench.repositories.reach(Tenant.DEFAULT)))
                .satisfies(check -> assertThat(check.state()).isEqualTo(McpServer.Check.State.OK))
                .satisfies(check -> assertThat(check.finding()).contains("3 repositories, confined by kernel"));
    }

    @Test
    void leavesNoFileOfItsOwnInTheRepository() throws Exception {
        String before = listing();
        head("r");
        Thread.sleep(200);
        assertThat(listing()).isEqualTo(before);
    }

    private String listing() throws Exception {
        try (var files = Files.walk(r)) {
            return files.map(Path::toString).sorted().toList().toString();
        }
    }
}
