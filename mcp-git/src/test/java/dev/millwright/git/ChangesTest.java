package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.git.repo.Change;
import dev.millwright.git.repo.RefWrites;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.undo.Changes;
import dev.millwright.git.work.PathChange;
import dev.millwright.git.work.WorkTree;
import dev.millwright.testing.FakeCall;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChangesTest {
    @TempDir
    Path temporary;

    private Bench bench;

    @BeforeEach
    void repository() throws Exception {
        bench = new Bench(temporary);
        bench.git("init", "-q", "-b", "main");
        bench.write("a/one", "1\n");
        bench.write("two", "2\n");
        bench.git("add", ".");
        bench.git("commit", "-q", "-m", "one");
        bench.write("two", "22\n");
        bench.git("commit", "-q", "-am", "two");
        bench.write("untracked", "mine\n");
        bench.write("two", "not staged\n");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    /** Deletes, writes, makes a folder and a link, moves refs, stages. */
    private Object everything(Change change) throws IOException {
        Path root = bench.root;
        change.willWrite(List.of("a/one", "two", "new/deep/file", "untracked", "link"));
        Files.delete(root.resolve("a/one"));
        Files.delete(root.resolve("a"));
        bench.write("two", "ours\n");
        bench.write("new/deep/file", "new\n");
        bench.write("untracked", "gone\n");
        Files.createSymbolicLink(root.resolve("link"), Path.of("two"));
        ObjectId head = change.repo().git().resolve("HEAD");
        ObjectId first = change.repo().git().resolve("HEAD~1");
        RefWrites refs = new RefWrites(change);
        refs.put("refs/heads/main", head, first, "reset: moving to HEAD~1");
        refs.put("refs/heads/other", ObjectId.zeroId(), head, "branch: Created");
        refs.attach("refs/heads/other", first, "checkout: moving from main to other");
        Files.writeString(root.resolve(".git/MERGE_MSG"), "merging\n");
        Files.writeString(
                root.resolve(".git/config"), Files.readString(root.resolve(".git/config")) + "[x]\n\tx = y\n");
        WorkTree work = new WorkTree(change.repo());
        ObjectId blob = change.repo().git().resolve("main:a/one");
        work.apply(
                change,
                ObjectId.zeroId(),
                List.of(
                        new PathChange.Remove("a/one"),
                        new PathChange.Put("staged/link", FileMode.SYMLINK, blob),
                        new PathChange.Put("staged/exe", FileMode.EXECUTABLE_FILE, blob)),
                true);
        return true;
    }

    private String change(Changes.Act<Object> act) throws Exception {
        FakeCall call = new FakeCall();
        try (Repo repo = bench.repositories.open(call, Optional.empty())) {
            bench.changes.run(call, repo, "git_test", act);
        }
        return call.id();
    }

    private String undo(String opId) throws Exception {
        return bench.call("git_undo", "{'opId':'" + opId + "'}").get("opId").asText();
    }

    @Test
    void bringsBackRefsHeadIndexFilesAndStateAndDoesItAgain() throws Exception {
        World before = World.of(bench);
        String id = change(this::everything);
        World after = World.of(bench);
        assertThat(after).isNotEqualTo(before);
        String undone = undo(id);
        assertThat(World.of(bench)).isEqualTo(before);
        assertThat(bench.root.resolve(".git/MERGE_MSG")).doesNotExist();
        assertThat(bench.text(".git/config")).doesNotContain("x = y");
        assertThat(bench.git("status", "--porcelain")).isEqualTo(" M two\n?? untracked\n");
        bench.git("fsck", "--strict");
        undo(undone);
        assertThat(World.of(bench)).isEqualTo(after);
        assertThat(bench.text(".git/MERGE_MSG")).isEqualTo("merging\n");
    }

    @Test
    void putsEverythingBackWhenAChangeFails() throws Exception {
        World before = World.of(bench);
        assertThatThrownBy(() -> change(change -> {
                    everything(change);
                    throw new IOException("full");
                }))
                .isInstanceOf(IOException.class)
                .hasNoSuppressedExceptions();
        assertThat(World.of(bench)).isEqualTo(before);
        assertThat(bench.call("git_undo", "{}").get("changes")).isEmpty();
    }

    @Test
    void undoesAfterARestart() throws Exception {
        World before = World.of(bench);
        String id = change(this::everything);
        bench.close();
        bench = new Bench(temporary);
        undo(id);
        assertThat(World.of(bench)).isEqualTo(before);
    }

    @Test
    void refusesWhenSomethingItChangedWasChangedSince() throws Exception {
        String id = change(this::everything);
        bench.write("two", "edited\n");
        bench.git("branch", "-f", "main", "other");
        World before = World.of(bench);
        String refusal = bench.refused(ToolException.Kind.CONFLICT, "git_undo", "{'opId':'" + id + "'}");
        assertThat(refusal).contains("two", "refs/heads/main is").doesNotContain("new/deep");
        assertThat(World.of(bench)).isEqualTo(before);
    }

    @Test
    void seesAnEditThatKeepsSizeAndTime() throws Exception {
        String id = change(change -> write(change, "two", "ours\n"));
        Path two = bench.root.resolve("two");
        var time = Files.getLastModifiedTime(two);
        bench.write("two", "mine\n");
        Files.setLastModifiedTime(two, time);
        assertThat(bench.refused(ToolException.Kind.CONFLICT, "git_undo", "{'opId':'" + id + "'}"))
                .contains("two");
    }

    @Test
    void dryRunTellsAndChangesNothing() throws Exception {
        String id = change(this::everything);
        World before = World.of(bench);
        JsonNode told = bench.call("git_undo", "{'opId':'" + id + "','dryRun':true}");
        assertThat(told.has("opId")).isFalse();
        assertThat(told.at("/changes/0/changed").toString()).contains("refs/heads/main", "HEAD", "index", "a/one");
        assertThat(World.of(bench)).isEqualTo(before);
    }

    @Test
    void takesTheLatestStepsBackAsOne() throws Exception {
        World before = World.of(bench);
        change(change -> write(change, "two", "first\n"));
        change(change -> write(change, "two", "second\n"));
        World after = World.of(bench);
        String undone = bench.call("git_undo", "{'steps':2}").get("opId").asText();
        assertThat(World.of(bench)).isEqualTo(before);
        bench.refused(ToolException.Kind.NOT_FOUND, "git_undo", "{'steps':1}");
        undo(undone);
        assertThat(World.of(bench)).isEqualTo(after);
    }

    private Object write(Change change, String path, String text) throws IOException {
        change.willWrite(List.of(path));
        return bench.write(path, text);
    }

    @Test
    void leavesWhatOthersDidMeanwhileAlone() throws Exception {
        String id = change(change -> {
            bench.git("branch", "native");
            return write(change, "two", "ours\n");
        });
        undo(id);
        assertThat(bench.git("branch")).contains("native");
    }

    @Test
    void saysWhatItCannotBringBack() throws Exception {
        String id = change(change -> {
            change.cannotUndo("pushed main to origin");
            return write(change, "two", "ours\n");
        });
        assertThat(bench.call("git_undo", "{'opId':'" + id + "'}")
                        .at("/changes/0/notRestored/0")
                        .asText())
                .isEqualTo("pushed main to origin");
    }

    @Test
    void takesBackAFirstCommit() throws Exception {
        bench.git("checkout", "-q", "--orphan", "fresh");
        String id = change(change -> {
            ObjectId main = change.repo().git().resolve("refs/heads/main");
            new RefWrites(change).put("HEAD", ObjectId.zeroId(), main, "commit (initial): x");
            return true;
        });
        assertThat(bench.git("rev-parse", "fresh")).isEqualTo(bench.git("rev-parse", "main"));
        undo(id);
        assertThat(bench.git("for-each-ref", "refs/heads")).doesNotContain("fresh");
        assertThat(bench.text(".git/HEAD")).isEqualTo("ref: refs/heads/fresh\n");
    }

    @Test
    void keepsWhatABranchPointedToFromBeingCollected() throws Exception {
        String two = bench.git("rev-parse", "HEAD").strip();
        bench.git("checkout", "-q", "-f", "--detach", "HEAD~1");
        String id = change(change -> {
            new RefWrites(change).delete("refs/heads/main", ObjectId.fromString(two));
            return true;
        });
        bench.git("reflog", "expire", "--expire=now", "--all");
        bench.git("gc", "-q", "--prune=now");
        undo(id);
        assertThat(bench.git("rev-parse", "main").strip()).isEqualTo(two);
        assertThat(bench.git("reflog", "show", "main")).contains("commit: two");
    }

    @Test
    void aForeignRefAmongItsPinsBlocksNothing() throws Exception {
        bench.git("update-ref", "refs/millwright/undo/x", "HEAD");
        bench.call("git_add", "{'paths':['untracked']}");
        assertThat(bench.git("for-each-ref", "refs/millwright/undo/x")).isEmpty();
    }
}
