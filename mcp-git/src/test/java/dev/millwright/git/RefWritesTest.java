package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millwright.git.repo.Author;
import dev.millwright.git.repo.RefWrites;
import dev.millwright.git.repo.Repo;
import dev.millwright.testing.FakeCall;
import dev.millwright.tool.ToolException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefWritesTest {
    @TempDir
    Path temporary;

    private Bench bench;
    private ObjectId first;
    private ObjectId second;

    @BeforeEach
    void twoCommits() throws Exception {
        bench = new Bench(temporary);
        bench.git("init", "-q", "-b", "main");
        bench.git("commit", "-q", "--allow-empty", "-m", "one");
        bench.git("commit", "-q", "--allow-empty", "-m", "two");
        second = id("HEAD");
        first = id("HEAD~1");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void movesTheBranchThatIsCheckedOutWithALineInBothLogs() throws Exception {
        write(refs -> refs.put("refs/heads/main", second, first, "reset: moving to one"));
        assertThat(id("main")).isEqualTo(first);
        assertThat(bench.git("reflog", "-1", "--format=%gd %gs %gn", "HEAD"))
                .isEqualTo("HEAD@{0} reset: moving to one Ada Lovelace\n");
        assertThat(bench.git("reflog", "-1", "--format=%gs", "main")).isEqualTo("reset: moving to one\n");
    }

    @Test
    void refusesARefThatMovedSayingWhereItIs() {
        assertThatThrownBy(() -> write(refs -> refs.put("refs/heads/main", first, second, "no")))
                .isInstanceOf(ToolException.class)
                .hasMessageContaining("refs/heads/main is " + second.name() + " now, not " + first.name());
    }

    @Test
    void createsOnlyWhatIsNotThere() throws Exception {
        write(refs -> refs.put("refs/heads/new", ObjectId.zeroId(), first, "branch: Created from one"));
        assertThat(id("new")).isEqualTo(first);
        assertThatThrownBy(() -> write(refs -> refs.put("refs/heads/new", ObjectId.zeroId(), second, "no")))
                .hasMessageContaining(", not not there");
        assertThatThrownBy(() -> write(refs -> refs.put("refs/heads/new/below", ObjectId.zeroId(), first, "no")))
                .hasMessageContaining("another ref's name begins or ends");
    }

    @Test
    void namesALockThatIsHeld() throws Exception {
        Path lock = Files.createFile(bench.root.resolve(".git/refs/heads/main.lock"));
        assertThatThrownBy(() -> write(refs -> refs.put("refs/heads/main", second, first, "no")))
                .isInstanceOf(ToolException.class)
                .hasMessageContaining("refs/heads/main.lock of . is there since");
        assertThat(lock).exists();
        assertThat(id("main")).isEqualTo(second);
    }

    @Test
    void detachesAndAttachesHead() throws Exception {
        bench.git("branch", "other", "HEAD~1");
        write(refs -> refs.detach(first, second, "checkout: moving from main to one"));
        assertThat(bench.text(".git/HEAD")).isEqualTo(first.name() + "\n");
        assertThat(id("main")).isEqualTo(second);
        write(refs -> refs.attach("refs/heads/other", first, "checkout: moving from one to other"));
        assertThat(bench.git("symbolic-ref", "HEAD")).isEqualTo("refs/heads/other\n");
        assertThatThrownBy(() -> write(refs -> refs.attach("refs/heads/main", second, "no")))
                .hasMessageContaining("HEAD is " + first.name());
    }

    @Test
    void deletesAlsoTheBranchThatIsCheckedOutAndPackedOnes() throws Exception {
        bench.git("tag", "v1");
        bench.git("pack-refs", "--all");
        write(refs -> {
            refs.delete("refs/heads/main", second);
            refs.delete("refs/tags/v1", second);
        });
        assertThat(bench.git("for-each-ref", "refs/heads", "refs/tags")).isEmpty();
        assertThat(bench.git("symbolic-ref", "HEAD")).isEqualTo("refs/heads/main\n");
    }

    @Test
    void knowsTheAuthorFromTheConfiguration() {
        try (Repo repo = bench.repositories.open(new FakeCall(), Optional.empty())) {
            assertThat(Author.of(repo).toExternalString()).startsWith("Ada Lovelace <ada@example.org> ");
        }
        for (String wrong : new String[] {"Ada", "<ada@example.org>", "A <b> <c>", "A\nB <c>", "A <b>c"}) {
            assertThatThrownBy(() -> Author.parse("author", wrong)).hasMessageContaining("/author must be like");
        }
    }

    private void write(Consumer<RefWrites> writes) throws Exception {
        FakeCall call = new FakeCall();
        try (Repo repo = bench.repositories.open(call, Optional.empty())) {
            bench.changes.<Boolean>run(call, repo, "git_branch", change -> {
                writes.accept(new RefWrites(change));
                return true;
            });
        }
    }

    private ObjectId id(String revision) throws Exception {
        return ObjectId.fromString(bench.git("rev-parse", revision).strip());
    }
}
