package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millwright.git.repo.Locks;
import dev.millwright.git.repo.RefNames;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.Revisions;
import dev.millwright.testing.FakeCall;
import dev.millwright.tool.ToolException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a caller may write for a revision and for a name, with native Git as oracle. */
final class RevisionsTest {
    @TempDir
    private static Path temporary;

    private static Bench bench;
    private static Repo repo;

    @BeforeAll
    static void aHistory() throws Exception {
        bench = new Bench(temporary);
        bench.git("init", "-q", "-b", "main", ".");
        for (int i = 0; i < 4; i++) {
            bench.write("a/f.txt", "version " + i + "\n");
            bench.git("add", ".");
            bench.git("commit", "-qm", "commit " + i);
        }
        bench.git("tag", "v1", "HEAD~2");
        bench.git("tag", "-a", "-m", "annotated", "v2", "HEAD~1");
        bench.git("branch", "side", "HEAD~1");
        bench.git("branch", "config", "HEAD~3");
        bench.git("branch", "deep/er/name", "HEAD~2");
        bench.git("checkout", "-q", "side");
        bench.git("commit", "-q", "--allow-empty", "-m", "aside");
        bench.git("checkout", "-q", "main");
        bench.git("merge", "-q", "--no-edit", "side");
        bench.git("update-ref", "refs/remotes/origin/main", "HEAD~1");
        bench.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main");
        bench.git("config", "remote.origin.url", "https://example.invalid/x");
        bench.git("config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*");
        bench.git("config", "branch.main.remote", "origin");
        bench.git("config", "branch.main.merge", "refs/heads/main");
        repo = bench.repositories.open(new FakeCall(), Optional.empty());
    }

    @AfterAll
    static void close() {
        repo.close();
        bench.close();
    }

    private ToolException refused(String revision) {
        ToolException refusal =
                catchThrowableOfType(ToolException.class, () -> Revisions.object(repo, "rev", revision));
        assertThat(refusal).as(revision).isNotNull();
        return refusal;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HEAD",
                "@",
                "main",
                "HEAD~2",
                "main^",
                "main^2",
                "HEAD^{tree}",
                "v2",
                "v2^{commit}",
                "v2^{}",
                "v2~1",
                "heads/side",
                "refs/heads/side",
                "tags/v1",
                "config",
                "deep/er/name",
                "origin",
                "origin/main",
                "@{upstream}",
                "main@{u}",
                "main@{UPSTREAM}~1",
                "HEAD:a/f.txt",
                "main:a",
                "HEAD@{1}",
                "main@{0}",
                "v1-0-gHEAD",
                "HEAD^0",
                "HEAD^1~1"
            })
    void meansWhatItMeansToGit(String revision) throws Exception {
        String asked = revision.equals("v1-0-gHEAD")
                ? "v1-0-g" + bench.git("rev-parse", "--short", "HEAD").strip()
                : revision;
        assertThat(Revisions.object(repo, "rev", asked).name())
                .isEqualTo(bench.git("rev-parse", asked).strip());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--output=x",
                "-x",
                "",
                " ",
                "a b",
                "x..y",
                "HEAD\nx",
                "a\u0000b",
                "../../x",
                "refs/heads/../../x",
                "/etc/passwd",
                "x.lock",
                "main@{yesterday",
                "HEAD^{wrong}",
                "HEAD^{/x",
                "~",
                "^",
                ":",
                "@{-9}",
                "@{",
                "HEAD@{one}"
            })
    void refusesWhatIsNoRevision(String revision) {
        assertThat(refused(revision).kind())
                .as("%s: %s", revision, refused(revision).getMessage())
                .isIn(ToolException.Kind.INVALID_INPUT, ToolException.Kind.NOT_FOUND);
    }

    @Test
    void namesTheRefThatComesClose() {
        assertThat(refused("mian")).hasMessageContaining("did you mean main?");
        assertThat(refused("index")).satisfies(e -> assertThat(e.kind()).isEqualTo(ToolException.Kind.NOT_FOUND));
        assertThat(refused("side@{upstream}")).hasMessageContaining("no upstream");
        assertThat(refused("main..side")).hasMessageContaining("range");
    }

    @Test
    void answersAnyTextWithARevisionOrATypedRefusal() {
        String[] pieces = {
            "HEAD",
            "main",
            "^",
            "~",
            "@",
            "{",
            "}",
            ":",
            "/",
            "..",
            "1",
            "9999999999",
            "-",
            "tree",
            "commit",
            "a",
            "f.txt",
            " ",
            "u",
            "g",
            "v1",
            "^{",
            "@{",
            "\\",
            "*",
            "é",
            "\u202e",
            "^{/",
            "^!",
            "^@"
        };
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(6); n >= 0; n--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            try {
                Revisions.object(repo, "rev", text.toString());
            } catch (ToolException e) {
                assertThat(e.kind())
                        .as("%s: %s", text, e.getMessage())
                        .isIn(ToolException.Kind.INVALID_INPUT, ToolException.Kind.NOT_FOUND);
            }
        }
    }

    @Test
    void readsARangeInEachOfItsForms() throws Exception {
        String head = bench.git("rev-parse", "HEAD").strip();
        String v1 = bench.git("rev-parse", "v1").strip();
        assertThat(Revisions.range(repo, "range", "v1..main")).hasValueSatisfying(range -> {
            assertThat(range.from().name()).isEqualTo(v1);
            assertThat(range.to().name()).isEqualTo(head);
            assertThat(range.symmetric()).isFalse();
        });
        assertThat(Revisions.range(repo, "range", "v1...")).hasValueSatisfying(range -> {
            assertThat(range.to().name()).isEqualTo(head);
            assertThat(range.symmetric()).isTrue();
        });
        assertThat(Revisions.range(repo, "range", "..v1"))
                .hasValueSatisfying(range -> assertThat(range.from().name()).isEqualTo(head));
        assertThat(Revisions.range(repo, "range", "main")).isEmpty();
        assertThat(Revisions.range(repo, "range", "HEAD:a/../b")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HEAD",
                "@",
                "FETCH_HEAD",
                "-x",
                "--force",
                "x.lock",
                "a..b",
                "a b",
                "refs/heads/../../x",
                "refs/heads/x",
                "../x",
                "/x",
                "x/",
                "x//y",
                ".x",
                "a/.b",
                "x~1",
                "x^",
                "x:y",
                "x?",
                "x*",
                "x[",
                "x\\y",
                "x@{1}",
                "x\ny",
                "ma\u200bin",
                "ma\u202ein",
                "ma\u3164in",
                "ma\u00a0in",
                "x\ud800",
                "0123456789012345678901234567890123456789",
                "",
                " "
            })
    void letsNobodyMakeABranchOfThatName(String name) {
        assertThat(catchThrowableOfType(ToolException.class, () -> RefNames.newBranch("name", name)))
                .as(name)
                .isNotNull()
                .satisfies(e -> assertThat(e.kind()).isEqualTo(ToolException.Kind.INVALID_INPUT));
        assertThat(catchThrowableOfType(ToolException.class, () -> RefNames.newTag("name", name)))
                .isNotNull();
    }

    @Test
    void letsNobodyMakeABranchOfAVeryLongName() {
        assertThat(catchThrowableOfType(ToolException.class, () -> RefNames.newBranch("name", "a".repeat(4096))))
                .isNotNull()
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "feature/one", "x;touch", "$(touch)", "größe", "日本", "v1.0", "a@b", "x{1}", "f😀"})
    void takesAnyOtherName(String name) throws Exception {
        assertThat(RefNames.newBranch("name", name)).isEqualTo("refs/heads/" + name);
        bench.git("check-ref-format", "--branch", name);
    }

    @Test
    void tellsOfABranchThatLooksTheSame() {
        assertThat(RefNames.lookalike(repo, "refs/heads/Main")).contains("refs/heads/main");
        assertThat(RefNames.lookalike(repo, "refs/heads/m\uff41in")).contains("refs/heads/main");
        assertThat(RefNames.lookalike(repo, "refs/heads/main")).isEmpty();
        assertThat(RefNames.lookalike(repo, "refs/heads/maintain")).isEmpty();
    }

    @Test
    void tellsWhoHoldsALock() throws Exception {
        Path index = bench.root.resolve(".git/index");
        Path lock = Files.createFile(bench.root.resolve(".git/index.lock"));
        assertThat(Locks.held(repo, index))
                .hasMessageContaining("index.lock")
                .hasMessageContaining("since 0 s")
                .hasMessageContaining("no running process");
        try (FileChannel open = FileChannel.open(lock, StandardOpenOption.WRITE)) {
            assertThat(open.isOpen()).isTrue();
            assertThat(Locks.held(repo, index))
                    .hasMessageContaining("process " + ProcessHandle.current().pid() + " (java)");
        }
        Files.delete(lock);
        assertThat(Locks.held(repo, index)).hasMessageContaining("try again");
    }
}
