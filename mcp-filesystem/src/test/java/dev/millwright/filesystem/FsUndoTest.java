package dev.millwright.filesystem;

import static dev.millwright.tool.ToolException.Kind.CONFLICT;
import static dev.millwright.tool.ToolException.Kind.NOT_FOUND;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.testing.FakeCall;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FsUndoTest {
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

    private String undo(JsonNode done) throws Exception {
        return undo(done.get("opId").asText()).get("opId").asText();
    }

    private JsonNode undo(String opId) throws Exception {
        return bench.run("fs_undo", Json.object().put("opId", opId));
    }

    /** Every path with type, mode, and content or link. */
    private Map<String, String> tree() {
        Map<String, String> tree = new TreeMap<>();
        try (Stream<Path> all = Files.walk(bench.root)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                Object mode = Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
                String content = Files.isSymbolicLink(path)
                        ? Files.readSymbolicLink(path).toString()
                        : Files.isDirectory(path) ? "" : Files.readString(path);
                tree.put(bench.root.relativize(path).toString(), mode + " " + content);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return tree;
    }

    @Test
    void takesBackEveryKindOfChangeAndDoesItAgain() throws Exception {
        bench.write("f", "old");
        bench.write("d/e/g", "deep");
        for (String call : List.of(
                "write_file {'path':'n/e/w','content':'x','createParents':true}",
                "write_file {'path':'f','content':'x','mode':'overwrite'}",
                "write_file {'path':'f','content':'x','mode':'append'}",
                "edit_file {'path':'f','edits':[{'old':'old','new':'new'}]}",
                "create_directory {'path':'a/b/c'}",
                "move_file {'source':'d','destination':'x/y','createParents':true}",
                "move_file {'source':'d/e/g','destination':'f','overwrite':true}",
                "copy_file {'source':'d','destination':'copy'}",
                "copy_file {'source':'d/e/g','destination':'f','overwrite':true}",
                "delete_file {'path':'f'}",
                "delete_file {'path':'d','recursive':true}")) {
            Map<String, String> before = tree();
            JsonNode done = bench.call(call.substring(0, call.indexOf(' ')), call.substring(call.indexOf(' ')));
            Map<String, String> after = tree();
            assertThat(after).as(call).isNotEqualTo(before);
            String redo = undo(done);
            assertThat(tree()).as("undo of " + call).isEqualTo(before);
            String again = undo(redo).get("opId").asText();
            assertThat(tree()).as("redo of " + call).isEqualTo(after);
            undo(again);
            assertThat(tree()).isEqualTo(before);
        }
    }

    @Test
    void whatChangedSinceIsAConflict() throws Exception {
        bench.write("f", "one");
        JsonNode done = bench.call("write_file", "{'path':'f','content':'two','mode':'overwrite'}");
        bench.write("f", "three, by someone else");
        ObjectNode undo = Json.object().put("opId", done.get("opId").asText());
        assertThat(bench.refused(CONFLICT, "fs_undo", undo)).contains("f was changed since", "3 bytes", "22 bytes");
        assertThat(bench.text("f")).isEqualTo("three, by someone else");
        bench.write("f", "two");
        bench.run("fs_undo", undo);
        assertThat(bench.text("f")).isEqualTo("one");
        bench.refused(CONFLICT, "fs_undo", undo);
    }

    @Test
    void conflictShowsHowToGoBackByHand() throws Exception {
        bench.write("f", "a\nb\nc\n");
        JsonNode done = bench.call("edit_file", "{'path':'f','edits':[{'old':'b','new':'B'}]}");
        bench.write("f", "a\nB\nc\nd\n");
        String message = bench.refused(
                CONFLICT, "fs_undo", Json.object().put("opId", done.get("opId").asText()));
        assertThat(message).contains("\n-B\n+b\n", "\n-d");
    }

    @Test
    void permanentDeletionIsOnRecordAndNeverTakenBack() throws Exception {
        bench.write("d/f", "gone");
        String opId = bench.call("delete_file", "{'path':'d','recursive':true,'permanent':true}")
                .get("opId")
                .asText();
        assertThat(bench.root).isEmptyDirectory();
        JsonNode latest = bench.call("fs_undo", "{}").at("/changes/0");
        assertThat(latest.get("opId").asText()).isEqualTo(opId);
        assertThat(latest.at("/paths/0").asText()).isEqualTo("d");
        assertThat(bench.refused(CONFLICT, "fs_undo", Json.object().put("opId", opId)))
                .contains("deleted permanently");
        assertThat(bench.dataDir.resolve("undo/default/trash"))
                .satisfiesAnyOf(
                        trash -> assertThat(trash).doesNotExist(),
                        trash -> assertThat(trash).isEmptyDirectory());
    }

    @Test
    void dryRunsKeepNothing() throws Exception {
        bench.write("f", "one");
        bench.call("edit_file", "{'path':'f','edits':[{'old':'one','new':'two'}],'dryRun':true}");
        bench.call("replace_in_files", "{'query':'one','replacement':'two','dryRun':true}");
        bench.run(
                "apply_patch",
                Json.object()
                        .put("patch", "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-one\n\\ No newline at end of file\n+two\n")
                        .put("dryRun", true));
        assertThat(bench.dataDir.resolve("undo")).doesNotExist();
        assertThat(bench.text("f")).isEqualTo("one");
    }

    @Test
    void stoppedInTheMiddleChangesNothing() throws Exception {
        for (int i = 0; i < 400; i++) {
            bench.write("f" + i, "old");
        }
        ObjectNode replace = Json.object().put("query", "old").put("replacement", "new");
        for (int delay : new int[] {5, 60, 120}) {
            Thread caller = Thread.currentThread();
            Thread stopper = Thread.ofPlatform().start(() -> {
                try {
                    Thread.sleep(delay);
                    caller.interrupt();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            String expected = "old";
            try {
                bench.run("replace_in_files", replace);
                expected = "new";
            } catch (ToolException | InterruptedException e) {
                assertThat(e).isNotNull();
            }
            stopper.join();
            Thread.interrupted();
            String now = expected;
            assertThat(tree().values()).hasSize(401).allMatch(file -> file.endsWith(now) || file.endsWith(" "));
            if (now.equals("new")) {
                undo(bench.call("fs_undo", "{}").at("/changes/0/opId").asText());
            }
        }
    }

    @Test
    void newFolderThatWasFilledSinceIsAConflict() throws Exception {
        JsonNode done = bench.call("create_directory", "{'path':'d'}");
        bench.write("d/f", "someone's");
        bench.refused(
                CONFLICT, "fs_undo", Json.object().put("opId", done.get("opId").asText()));
        assertThat(bench.text("d/f")).isEqualTo("someone's");
    }

    @Test
    void otherTenantsChangesAreNotThere() throws Exception {
        JsonNode done = bench.call("create_directory", "{'path':'d'}");
        try (Workspaces two = new Workspaces(
                Map.of(new Tenant("other"), new FilesystemReach(List.of(bench.root.toString()))),
                FilesystemConfig.defaults(),
                bench.dataDir,
                bench.dataDir,
                bench.operations)) {
            FakeCall call = new FakeCall(new Tenant("other"), 1000);
            ObjectNode undo = Json.object().put("opId", done.get("opId").asText());
            assertThat(org.assertj.core.api.Assertions.catchThrowableOfType(
                                    ToolException.class, () -> call.run(new FsUndo(two), undo))
                            .kind())
                    .isEqualTo(NOT_FOUND);
            assertThat(call.run(new FsUndo(two), Json.object()).get("changes")).isEmpty();
        }
    }

    @Test
    void dryRunTouchesNothing() throws Exception {
        bench.write("f", "one");
        JsonNode done = bench.call("delete_file", "{'path':'f'}");
        JsonNode shown = bench.run(
                "fs_undo", Json.object().put("opId", done.get("opId").asText()).put("dryRun", true));
        assertThat(shown.at("/changes/0/paths/0").asText()).isEqualTo("f");
        assertThat(bench.root.resolve("f")).doesNotExist();
    }

    @Test
    void failureInTheMiddleTakesBackWhatWasDone() throws Exception {
        bench.write("f", "kept");
        bench.write("g", "kept too");
        var workspace = bench.workspaces.of(Tenant.DEFAULT);
        var transaction = bench.workspaces.history(Tenant.DEFAULT).begin(new FakeCall(), "test");
        transaction.write(workspace.at("f"), "new".getBytes(), java.util.Optional.empty(), java.util.Optional.empty());
        transaction.create(workspace.at("n/h"), "new".getBytes(), true);
        transaction.write(workspace.at("g"), "new".getBytes(), java.util.Optional.empty(), java.util.Optional.empty());
        bench.write("g", "changed meanwhile");
        assertThat(org.assertj.core.api.Assertions.catchThrowableOfType(ToolException.class, transaction::run)
                        .kind())
                .isEqualTo(CONFLICT);
        assertThat(bench.root.toFile().list()).containsExactlyInAnyOrder("f", "g");
        assertThat(bench.text("f")).isEqualTo("kept");
        assertThat(bench.text("g")).isEqualTo("changed meanwhile");
    }

    @Test
    void randomSequencesReturnToEqualTrees() throws Exception {
        for (int seed = 0; seed < 12; seed++) {
            Random random = new Random(seed);
            Map<String, String> before = tree();
            List<String> done = new ArrayList<>();
            for (int step = 0; step < 12; step++) {
                try {
                    done.add(randomChange(random).get("opId").asText());
                } catch (ToolException e) {
                    assertThat(e.kind())
                            .as(e.getMessage())
                            .isIn(CONFLICT, NOT_FOUND, ToolException.Kind.INVALID_INPUT, ToolException.Kind.DENIED);
                }
            }
            for (String opId : done.reversed()) {
                undo(opId);
            }
            assertThat(tree()).as("seed " + seed).isEqualTo(before);
            bench.run("write_file", Json.object().put("path", "s" + seed).put("content", "x" + seed));
        }
    }

    private JsonNode randomChange(Random random) throws Exception {
        String path = randomPath(random);
        ObjectNode two = Json.object()
                .put("source", path)
                .put("destination", randomPath(random))
                .put("overwrite", random.nextBoolean())
                .put("createParents", true);
        return switch (random.nextInt(6)) {
            case 0 ->
                bench.run(
                        "write_file",
                        Json.object()
                                .put("path", path)
                                .put("content", "c" + random.nextInt())
                                .put("mode", random.nextBoolean() ? "overwrite" : "append")
                                .put("createParents", true));
            case 1 -> bench.run("create_directory", Json.object().put("path", path));
            case 2 -> bench.run("move_file", two);
            case 3 -> bench.run("copy_file", two);
            case 4 -> bench.run("delete_file", Json.object().put("path", path).put("recursive", true));
            default ->
                bench.run(
                        "write_file",
                        Json.object().put("path", path).put("content", "n").put("createParents", true));
        };
    }

    private static String randomPath(Random random) {
        StringBuilder path = new StringBuilder();
        for (int depth = random.nextInt(3); depth >= 0; depth--) {
            path.append((char) ('a' + random.nextInt(3))).append(depth > 0 ? "/" : "");
        }
        return path.toString();
    }
}
