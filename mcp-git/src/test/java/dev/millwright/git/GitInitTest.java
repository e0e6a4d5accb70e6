package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.tool.ToolException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Repositories of our making, as native Git sees them. */
final class GitInitTest {
    @TempDir
    private Path temporary;

    private Bench bench;

    @BeforeEach
    void bench() throws Exception {
        bench = new Bench(temporary);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private String listing(Path folder) throws Exception {
        try (var files = Files.walk(folder)) {
            return files.map(Path::toString).sorted().toList().toString();
        }
    }

    @Test
    void makesARepositoryThatNativeGitWorksIn() throws Exception {
        assertThat(bench.call("git_init", "{'path': 'a/b/new'}").at("/repo").asText())
                .isEqualTo("a/b/new");
        Path made = bench.root.resolve("a/b/new");
        assertThat(Bench.gitIn(made, "fsck", "--strict")).contains("notice: HEAD points to an unborn branch");
        Files.writeString(made.resolve("f"), "x");
        Bench.gitIn(made, "add", ".");
        Bench.gitIn(made, "commit", "-qm", "first");
        assertThat(Bench.gitIn(made, "status", "--porcelain=v2", "--branch")).contains("branch.head main");
        assertThat(Bench.gitIn(made, "reflog")).contains("first");
    }

    @Test
    void beginsOnTheBranchAskedFor() throws Exception {
        bench.call("git_init", "{'path': 'new', 'initialBranch': 'trunk'}");
        assertThat(Bench.gitIn(bench.root.resolve("new"), "symbolic-ref", "HEAD")
                        .strip())
                .isEqualTo("refs/heads/trunk");
    }

    @Test
    void leavesTheFilesOfAFolderAsTheyAre() throws Exception {
        bench.write("old/f", "kept");
        bench.call("git_init", "{'path': 'old'}");
        assertThat(bench.text("old/f")).isEqualTo("kept");
        assertThat(Bench.gitIn(bench.root.resolve("old"), "status", "--porcelain"))
                .isEqualTo("?? f\n");
    }

    @Test
    void makesABareRepositoryInANewFolderAndInAnEmptyOne() throws Exception {
        Files.createDirectories(bench.root.resolve("empty"));
        for (String path : new String[] {"new.git", "empty"}) {
            bench.call("git_init", "{'path': '%s', 'bare': true}".formatted(path));
            assertThat(Bench.gitIn(bench.root.resolve(path), "rev-parse", "--is-bare-repository")
                            .strip())
                    .isEqualTo("true");
            Bench.gitIn(bench.root.resolve(path), "fsck");
        }
    }

    @Test
    void takesTheRootItself() throws Exception {
        bench.call("git_init", "{'path': '.'}");
        assertThat(bench.git("rev-parse", "--is-inside-work-tree").strip()).isEqualTo("true");
    }

    @ParameterizedTest
    @CsvSource({
        "{OUTSIDE}/new, DENIED",
        "../outside/new, INVALID_INPUT",
        "there, CONFLICT",
        "there.git, CONFLICT",
        "there/.git/x, DENIED",
        "there/.GIT/x, DENIED",
        "new/.git, DENIED",
        "full, CONFLICT",
        "link/new, DENIED",
        "nowhere, CONFLICT",
        "f, CONFLICT"
    })
    void refusesAPlaceThatIsNotForARepository(String path, ToolException.Kind kind) throws Exception {
        bench.git("init", "-q", "there");
        bench.git("init", "-q", "--bare", "there.git");
        bench.write("full/f", "x");
        bench.write("f", "x");
        Files.createSymbolicLink(bench.root.resolve("link"), bench.outside);
        Files.createSymbolicLink(bench.root.resolve("nowhere"), Path.of("missing"));
        String before = listing(temporary.resolve("root")) + listing(bench.outside);
        String message = bench.refused(
                kind,
                "git_init",
                "{'path': '%s', 'bare': %s}"
                        .formatted(path.replace("{OUTSIDE}", bench.outside.toString()), path.equals("full")));
        assertThat(listing(temporary.resolve("root")) + listing(bench.outside))
                .as(message)
                .isEqualTo(before);
    }

    @Test
    void makesNothingForABranchThatCannotBe() throws Exception {
        String before = listing(bench.root);
        bench.refused(ToolException.Kind.INVALID_INPUT, "git_init", "{'path': 'new', 'initialBranch': '-x'}");
        bench.refused(ToolException.Kind.INVALID_INPUT, "git_init", "{'path': 'new', 'initialBranch': 'HEAD'}");
        assertThat(listing(bench.root)).isEqualTo(before);
    }
}
