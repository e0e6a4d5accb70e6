package dev.millwright.git;

import static dev.millwright.tool.ToolException.Kind.CONFLICT;
import static dev.millwright.tool.ToolException.Kind.DENIED;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GitMaintainTest {
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

    @Test
    void packsEverythingAndNativeGitAgrees() throws Exception {
        new RandomHistory(4, 30, true).checkedOutIn(bench.root);
        for (int i = 0; i < 5; i++) {
            bench.write("more", "text " + i);
            bench.git("add", "more");
            bench.git("commit", "-qm", "more " + i);
        }
        String before = bench.git("log", "--all", "--format=%H %T");
        JsonNode done = bench.call("git_maintain", "{'action':'gc'}");
        assertThat(done.at("/before/loose").asInt()).isPositive();
        assertThat(done.at("/after/packs").asInt()).isOne();
        assertThat(bench.git("fsck", "--strict")).doesNotContain("error", "missing");
        assertThat(bench.git("log", "--all", "--format=%H %T")).isEqualTo(before);
        assertThat(bench.git("for-each-ref")).doesNotContain("refs/millwright/gc");
    }

    @Test
    void removesOnlyWhatNothingNames() throws Exception {
        new RandomHistory(4, 10, true).checkedOutIn(bench.root);
        String lost = unreachable("lost");
        bench.git(
                "worktree",
                "add",
                "-q",
                "--detach",
                temporary.resolve("root/linked").toString());
        Path linked = bench.root.resolve("linked");
        Files.writeString(linked.resolve("staged"), "only in the index of the linked tree");
        Bench.gitIn(linked, "add", "staged");
        String staged = Bench.gitIn(linked, "rev-parse", ":staged").strip();
        Bench.gitIn(linked, "commit", "-q", "--allow-empty", "-m", "only the linked tree's head has this");
        String head = Bench.gitIn(linked, "rev-parse", "HEAD").strip();
        Bench.gitIn(linked, "reset", "-q", "--soft", "HEAD^");
        String odd = unreachable("only an odd ref has this");
        bench.git("update-ref", "refs/elsewhere/x", odd);
        bench.write("mine", "only in the index here");
        bench.git("add", "mine");
        String mine = bench.git("rev-parse", ":mine").strip();

        bench.call("git_maintain", "{'action':'gc'}");
        assertThat(bench.git("cat-file", "-t", lost)).isEqualTo("blob\n");
        Thread.sleep(1100);
        bench.call("git_maintain", "{'action':'prune','days':0}");
        for (String kept : List.of(staged, head, odd, mine)) {
            assertThat(bench.git("cat-file", "-e", kept)).isEmpty();
        }
        assertThat(bench.git("cat-file", "--batch-all-objects", "--batch-check"))
                .doesNotContain(lost);
        assertThat(bench.git("fsck")).doesNotContain("error", "missing");
    }

    private String unreachable(String text) throws Exception {
        Path file = bench.write("scratch", text);
        String id = bench.git("hash-object", "-w", "scratch").strip();
        Files.delete(file);
        return id;
    }

    @Test
    void leavesYoungObjectsAlone() throws Exception {
        new RandomHistory(4, 10, true).checkedOutIn(bench.root);
        String young = unreachable("young");
        bench.call("git_maintain", "{'action':'prune','days':1}");
        assertThat(bench.git("cat-file", "-t", young)).isEqualTo("blob\n");
    }

    @Test
    void writesAGraphThatNativeGitAccepts() throws Exception {
        new RandomHistory(4, 60, true).checkedOutIn(bench.root);
        JsonNode done = bench.call("git_maintain", "{'action':'commit-graph'}");
        assertThat(done.at("/after/graph").asBoolean()).isTrue();
        assertThat(bench.git("commit-graph", "verify")).isEmpty();
        assertThat(bench.git("fsck")).doesNotContain("error");
        for (String path : bench.git("ls-files", "-z").split("\0")) {
            assertThat(Json.write(bench.run(
                                    "git_log", Json.object().put("limit", 1000).set("paths", Json.tree(List.of(path))))
                            .path("commits")))
                    .as(path)
                    .isEqualTo(Json.write(withoutGraph(path)));
        }
    }

    private JsonNode withoutGraph(String path) throws Exception {
        Path graph = bench.root.resolve(".git/objects/info/commit-graph");
        Path aside = graph.resolveSibling("aside");
        Files.move(graph, aside);
        try {
            return bench.run("git_log", Json.object().put("limit", 1000).set("paths", Json.tree(List.of(path))))
                    .path("commits");
        } finally {
            Files.move(aside, graph);
        }
    }

    @Test
    void neverBelievesAGraphThatSomebodyElseWrote() throws Exception {
        bench.git("init", "-qb", "main");
        for (String name : List.of("one", "two", "three")) {
            bench.write("f", name);
            bench.git("add", "f");
            bench.git("commit", "-qm", name);
        }
        bench.call("git_maintain", "{'action':'commit-graph'}");
        Path file = bench.root.resolve(".git/objects/info/commit-graph");
        byte[] graph = Files.readAllBytes(file);
        String two = bench.git("rev-parse", "HEAD^").strip();
        assertThat(subjects()).containsExactly("three", "two", "one");

        // The commit data of "three" says its parent is "one": position by position, the parent edge is four bytes
        // behind a tree id.
        String one = bench.git("rev-parse", "HEAD^^").strip();
        List<String> sorted = bench.git("rev-list", "--all").lines().sorted().toList();
        byte[] tree =
                HexFormat.of().parseHex(bench.git("rev-parse", "HEAD^{tree}").strip());
        int at = indexOf(graph, tree) + tree.length;
        assertThat(graph[at + 3]).isEqualTo((byte) sorted.indexOf(two));
        graph[at + 3] = (byte) sorted.indexOf(one);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        Files.write(file, graph);

        assertThat(bench.git("log", "--format=%s")).as("native Git is deceived").isEqualTo("three\none\n");
        assertThat(subjects()).containsExactly("three", "two", "one");
    }

    private List<String> subjects() throws Exception {
        return bench.call("git_log", "{}").path("commits").findValuesAsText("subject");
    }

    private static int indexOf(byte[] bytes, byte[] part) {
        for (int i = 0; i + part.length <= bytes.length; i++) {
            if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
                return i;
            }
        }
        throw new AssertionError("not there");
    }

    @Test
    void findsWhatIsDamagedOrMissing() throws Exception {
        new RandomHistory(4, 10, true).checkedOutIn(bench.root);
        assertThat(bench.call("git_maintain", "{'action':'fsck'}").path("problems"))
                .isEmpty();
        bench.write("f", "to be lost");
        bench.git("add", "f");
        bench.git("commit", "-qm", "lost");
        String blob = bench.git("rev-parse", "HEAD:f").strip();
        Path file =
                bench.root.resolve(".git/objects").resolve(blob.substring(0, 2)).resolve(blob.substring(2));
        Path aside = Files.move(file, bench.outside.resolve("aside"));
        assertThat(bench.call("git_maintain", "{'action':'fsck'}")
                        .path("problems")
                        .toString())
                .contains(blob + " is missing");
        bench.write("g", "other");
        String other = bench.git("hash-object", "-w", "g").strip();
        Files.copy(
                bench.root
                        .resolve(".git/objects")
                        .resolve(other.substring(0, 2))
                        .resolve(other.substring(2)),
                file);
        assertThat(bench.call("git_maintain", "{'action':'fsck'}")
                        .path("problems")
                        .toString())
                .contains(blob + " is not what its id says");
        assertThat(Files.size(aside)).isPositive();
    }

    @Test
    void refusesWhereOthersUseTheObjects() throws Exception {
        new RandomHistory(4, 10, true).checkedOutIn(bench.root);
        bench.git("config", "core.repositoryformatversion", "1");
        bench.git("config", "extensions.preciousObjects", "true");
        assertThat(bench.refused(DENIED, "git_maintain", "{'action':'gc'}")).contains("preciousObjects");
        assertThat(bench.refused(DENIED, "git_maintain", "{'action':'prune'}")).contains("preciousObjects");
    }

    @Test
    void writesNoGraphOfACutHistory() throws Exception {
        Path origin = new RandomHistory(4, 20, true).checkedOutIn(bench.outside.resolve("origin"));
        Bench.gitIn(bench.root, "clone", "-q", "--depth=3", "file://" + origin, "clone");
        assertThat(bench.refused(CONFLICT, "git_maintain", "{'repo':'clone','action':'commit-graph'}"))
                .contains("shallow");
    }

    @Test
    void leavesAPartialCloneAsItIs() throws Exception {
        new RandomHistory(4, 5, true).checkedOutIn(bench.root);
        bench.git("remote", "add", "origin", "https://example.org/r.git");
        bench.git("config", "core.repositoryFormatVersion", "1");
        bench.git("config", "extensions.partialClone", "origin");
        assertThat(bench.refused(DENIED, "git_maintain", "{'action':'gc'}")).contains("partial clone");
        assertThat(bench.refused(DENIED, "git_maintain", "{'action':'prune'}")).contains("partial clone");
    }
}
