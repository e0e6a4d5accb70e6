package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import dev.millwright.tool.Effect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each changing tool, in each of its ways, is taken back by a server that was started after it, and made again. */
class UndoEveryToolTest {
    /** What else happens before the call: with native Git, with other tools, in files. */
    @FunctionalInterface
    interface Before {
        void happens(Bench bench) throws Exception;
    }

    /**
     * A call to be taken back.
     *
     * @param input JSON with single quotes
     * @param lost what undo says it cannot bring back; empty for nothing
     */
    record Scenario(String tool, String input, String lost, Before before) {}

    private static final Before NOTHING = bench -> {};

    private static final Map<String, List<Scenario>> SCENARIOS = new LinkedHashMap<>();

    private static void add(String tool, String input, Before before) {
        losing("", tool, input, before);
    }

    private static void losing(String lost, String tool, String input, Before before) {
        SCENARIOS
                .computeIfAbsent(tool, name -> new ArrayList<>())
                .add(new Scenario(tool, input.replace("'", "\""), lost, before));
    }

    private static Before tool(String tool, String input) {
        return bench -> bench.call(tool, input);
    }

    private static Before then(Before... all) {
        return bench -> {
            for (Before each : all) {
                each.happens(bench);
            }
        };
    }

    private static final Before CLEAN = bench -> {
        bench.git("reset", "-q", "--hard");
        bench.git("clean", "-qfd");
    };

    private static final Before STASHED = tool("git_stash", "{'action': 'push', 'untracked': true}");
    private static final Before CONFLICT = then(CLEAN, tool("git_merge", "{'source': 'clash'}"));
    private static final Before RESOLVED =
            then(CONFLICT, tool("git_conflicts", "{'paths': ['a'], 'resolve': 'content', 'content': 'both\\n'}"));
    private static final Before STOPPED = then(CLEAN, tool("git_rebase", "{'upstream': 'clash'}"));

    static {
        add("git_add", "{'all': true}", NOTHING);
        add("git_add", "{'paths': ['sub']}", NOTHING);
        add("git_add", "{'hunks': [{'path': 'long', 'numbers': [1]}]}", NOTHING);
        add("git_commit", "{'message': 'm'}", tool("git_add", "{'all': true}"));
        add("git_commit", "{'message': 'm', 'paths': ['a']}", NOTHING);
        add("git_commit", "{'message': 'm', 'amend': true}", tool("git_add", "{'all': true}"));
        add("git_commit", "{'message': 'm', 'allowEmpty': true}", bench -> bench.git("checkout", "-q", "--detach"));
        add("git_commit", "{'message': 'm'}", RESOLVED);
        add("git_switch", "{'target': 'topic'}", CLEAN);
        add("git_switch", "{'target': 'topic', 'discard': true}", NOTHING);
        add("git_switch", "{'create': 'fresh', 'target': 'topic~1'}", CLEAN);
        add("git_switch", "{'target': 'HEAD~1', 'detach': true}", CLEAN);
        add("git_switch", "{'target': 'far'}", CLEAN);
        add("git_switch", "{'restorePaths': ['a', 'long']}", NOTHING);
        add("git_switch", "{'restorePaths': ['sub'], 'source': 'HEAD~1'}", NOTHING);
        add("git_reset", "{'mode': 'soft', 'target': 'HEAD~1'}", NOTHING);
        add("git_reset", "{'target': 'HEAD~1'}", tool("git_add", "{'all': true}"));
        add("git_reset", "{'mode': 'hard', 'target': 'topic'}", NOTHING);
        add("git_reset", "{'mode': 'hard', 'target': 'topic'}", tool("git_add", "{'all': true}"));
        add("git_reset", "{'mode': 'hard'}", CONFLICT);
        add("git_reset", "{'mode': 'keep', 'target': 'topic'}", CLEAN);
        add("git_reset", "{'paths': ['a', 'new']}", tool("git_add", "{'all': true}"));
        add("git_branch", "{'action': 'create', 'name': 'x/y', 'startPoint': 'origin/far'}", NOTHING);
        add("git_branch", "{'action': 'create', 'name': 'topic', 'startPoint': 'HEAD', 'force': true}", NOTHING);
        add("git_branch", "{'action': 'delete', 'name': 'topic', 'force': true}", bench -> {
            bench.git("config", "branch.topic.remote", "origin");
            bench.git("config", "branch.topic.merge", "refs/heads/far");
        });
        add(
                "git_branch",
                "{'action': 'delete', 'name': 'topic', 'force': true}",
                bench -> bench.git("pack-refs", "--all"));
        add("git_branch", "{'action': 'rename', 'name': 'topic', 'newName': 'topic/under'}", NOTHING);
        add("git_branch", "{'action': 'rename', 'name': 'mine', 'newName': 'trunk'}", NOTHING);
        add("git_branch", "{'action': 'upstream', 'name': 'mine', 'upstream': 'origin/far'}", NOTHING);
        add("git_tag", "{'action': 'create', 'name': 'v1'}", NOTHING);
        add("git_tag", "{'action': 'create', 'name': 'v0', 'message': 'moved', 'force': true}", NOTHING);
        add("git_tag", "{'action': 'delete', 'name': 'v0'}", NOTHING);
        add("git_stash", "{'action': 'push'}", NOTHING);
        add("git_stash", "{'action': 'push', 'untracked': true, 'message': 'm'}", tool("git_add", "{'paths': ['a']}"));
        add("git_stash", "{'action': 'push', 'keepIndex': true}", tool("git_add", "{'paths': ['a']}"));
        add("git_stash", "{'action': 'apply'}", STASHED);
        add("git_stash", "{'action': 'pop', 'index': true}", STASHED);
        add("git_stash", "{'action': 'drop'}", STASHED);
        add(
                "git_stash",
                "{'action': 'drop', 'stash': 1}",
                then(STASHED, bench -> bench.write("a", "again\n"), STASHED));
        add("git_merge", "{'source': 'topic'}", CLEAN);
        add("git_merge", "{'source': 'ahead'}", CLEAN);
        add("git_merge", "{'source': 'ahead', 'ff': 'no', 'message': 'm'}", CLEAN);
        add("git_merge", "{'source': 'topic', 'squash': true}", CLEAN);
        add("git_merge", "{'source': 'topic', 'noCommit': true}", CLEAN);
        add("git_merge", "{'source': 'clash'}", CLEAN);
        add("git_merge", "{'action': 'continue'}", RESOLVED);
        add("git_merge", "{'action': 'abort'}", CONFLICT);
        add("git_conflicts", "{'paths': ['a'], 'resolve': 'theirs'}", CONFLICT);
        add("git_conflicts", "{'paths': ['a'], 'resolve': 'content', 'content': 'x\\n'}", CONFLICT);
        add("git_conflicts", "{'paths': ['a'], 'resolve': 'deleted'}", CONFLICT);
        add("git_rebase", "{'upstream': 'topic'}", CLEAN);
        add("git_rebase", "{'upstream': 'clash'}", CLEAN);
        add("git_rebase", "{'upstream': 'topic', 'autostash': true}", NOTHING);
        add("git_rebase", "{'upstream': 'clash', 'autostash': true}", NOTHING);
        add(
                "git_rebase",
                "{'action': 'continue'}",
                then(STOPPED, tool("git_conflicts", "{'paths': ['a'], 'resolve': 'theirs'}")));
        add("git_rebase", "{'action': 'skip'}", STOPPED);
        add("git_rebase", "{'action': 'abort'}", STOPPED);
        add("git_cherry_pick", "{'commits': ['topic']}", CLEAN);
        add("git_cherry_pick", "{'commits': ['topic'], 'noCommit': true}", CLEAN);
        add("git_cherry_pick", "{'commits': ['ahead', 'clash']}", CLEAN);
        add("git_cherry_pick", "{'action': 'abort'}", then(CLEAN, tool("git_cherry_pick", "{'commits': ['clash']}")));
        add("git_revert", "{'commits': ['HEAD']}", CLEAN);
        add("git_revert", "{'commits': ['HEAD~1']}", CLEAN);
        add("git_revert", "{'action': 'abort'}", then(CLEAN, tool("git_revert", "{'commits': ['HEAD~1']}")));
        add("git_fetch", "{}", UndoEveryToolTest::othersWork);
        add("git_fetch", "{'prune': true}", bench -> {
            othersWork(bench);
            Bench.gitIn(bench.root.resolve("far.git"), "branch", "-q", "-D", "far");
        });
        losing("how deep", "git_fetch", "{'depth': 1}", UndoEveryToolTest::othersWork);
        add("git_pull", "{'branch': 'ahead'}", then(CLEAN, UndoEveryToolTest::othersWork));
        add("git_pull", "{'branch': 'topic', 'mode': 'merge'}", then(CLEAN, UndoEveryToolTest::othersWork));
        add("git_pull", "{'branch': 'topic', 'mode': 'rebase'}", then(CLEAN, UndoEveryToolTest::othersWork));
        add("git_pull", "{'branch': 'clash', 'mode': 'merge'}", then(CLEAN, UndoEveryToolTest::othersWork));
        losing("origin", "git_push", "{'refspecs': ['mine:pushed'], 'setUpstream': true}", NOTHING);
        add("git_remote", "{'action': 'add', 'name': 'more', 'url': 'far.git'}", NOTHING);
        add("git_remote", "{'action': 'set-url', 'name': 'origin', 'url': 'near.git'}", NOTHING);
        add("git_remote", "{'action': 'rename', 'name': 'origin', 'newName': 'upstream'}", NOTHING);
        add("git_remote", "{'action': 'remove', 'name': 'origin'}", NOTHING);
        add("git_clone", "{'url': 'far.git', 'path': 'in/copy', 'branch': 'topic'}", NOTHING);
        add("git_clone", "{'url': 'far.git', 'path': 'copy', 'bare': true}", NOTHING);
        add(
                "git_clone",
                "{'url': 'far.git', 'path': 'there'}",
                bench -> Files.createDirectory(bench.root.resolve("there")));
        add("git_init", "{'path': 'in/made'}", NOTHING);
        add("git_init", "{'path': 'sub'}", NOTHING);
        add("git_init", "{'path': 'made', 'bare': true}", NOTHING);
        add("git_worktree", "{'action': 'add', 'path': 'tree', 'branch': 'topic'}", NOTHING);
        add("git_worktree", "{'action': 'add', 'path': 'tree'}", NOTHING);
        add(
                "git_worktree",
                "{'action': 'lock', 'path': 'tree', 'reason': 'r'}",
                tool("git_worktree", "{'action': 'add', 'path': 'tree'}"));
        add("git_worktree", "{'action': 'remove', 'path': 'tree', 'force': true}", bench -> {
            bench.call("git_worktree", "{'action': 'add', 'path': 'tree'}");
            bench.write("tree/new", "mine\n");
        });
        add("git_worktree", "{'action': 'prune'}", bench -> {
            bench.git("worktree", "add", "-q", "tree", "topic");
            Bench.gitIn(bench.root, "worktree", "move", "tree", "moved");
            deleted(bench.root.resolve("moved"));
        });
        losing("packed", "git_maintain", "{'action': 'gc'}", NOTHING);
        losing("commit-graph", "git_maintain", "{'action': 'commit-graph'}", NOTHING);
        losing("unreachable", "git_maintain", "{'action': 'prune', 'days': 0}", NOTHING);
    }

    private static void deleted(Path folder) throws Exception {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    /** Somebody pushes to the remote. */
    private static void othersWork(Bench bench) throws Exception {
        Path far = bench.root.resolve("far.git");
        for (String branch : List.of("ahead", "topic", "late")) {
            String parent = branch.equals("late") ? "main" : branch;
            String of = Bench.gitIn(far, "rev-parse", parent).strip();
            String made = Bench.gitIn(far, "commit-tree", "-p", of, "-m", "theirs", of + "^{tree}")
                    .strip();
            Bench.gitIn(far, "update-ref", "refs/heads/" + branch, made);
        }
        Bench.gitIn(far, "tag", "far-tag", "late");
    }

    @TempDir
    Path temporary;

    private Bench bench;

    @AfterEach
    void close() {
        bench.close();
    }

    /** History with all that the scenarios need, a remote, a stash to spare, and changes of every kind that are not committed. */
    static void repository(Bench bench) throws Exception {
        bench.git("init", "-q", "-b", "main");
        bench.write(".gitignore", "far.git\n");
        bench.write("a", "a\n");
        bench.write("sub/b", "b\n");
        bench.write("sub/c", "c\n");
        bench.write("long", "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n");
        commit(bench, "first");
        bench.git("checkout", "-q", "-b", "clash");
        bench.write("a", "clash\n");
        commit(bench, "clash");
        bench.git("checkout", "-q", "-b", "topic", "main");
        bench.git("mv", "sub/c", "sub/moved");
        commit(bench, "topic one");
        bench.write("topic", "topic\n");
        bench.write("run", "run\n").toFile().setExecutable(true);
        Files.createSymbolicLink(bench.root.resolve("link"), Path.of("a"));
        commit(bench, "topic two");
        bench.git("checkout", "-q", "main");
        bench.write("a", "changed\n");
        commit(bench, "second");
        bench.write("a", "changed again\n");
        bench.write("sub/b", "b\nb\n");
        commit(bench, "third");
        bench.git("checkout", "-q", "-b", "ahead");
        bench.write("ahead", "ahead\n");
        commit(bench, "ahead");
        bench.git("checkout", "-q", "main");
        bench.git("checkout", "-q", "-b", "mine");
        bench.git("tag", "v0", "topic");
        bench.git("clone", "-q", "--bare", ".", "far.git");
        bench.git("--git-dir=far.git", "branch", "far", "topic");
        bench.git("remote", "add", "origin", bench.root.resolve("far.git").toString());
        bench.git("fetch", "-q", "origin");
        bench.git("remote", "set-head", "origin", "main");
        bench.write("a", "staged\n");
        bench.git("add", "a");
        bench.write("a", "not staged\n");
        bench.write("long", "one\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\ntwelve\n");
        Files.delete(bench.root.resolve("sub/b"));
        bench.write("new", "new\n");
        bench.write("sub/new", "new\r\n");
    }

    private static void commit(Bench bench, String message) throws Exception {
        bench.git("add", "-A");
        bench.git("commit", "-q", "-m", message);
    }

    /** All, in a fixed order. */
    static List<Scenario> all() {
        return SCENARIOS.values().stream().flatMap(List::stream).toList();
    }

    static Stream<Arguments> scenarios() {
        return all().stream().map(each -> arguments(each.tool() + " " + each.input(), each));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void isTakenBackAfterARestartAndMadeAgain(String name, Scenario scenario) throws Exception {
        bench = new Bench(temporary);
        repository(bench);
        scenario.before().happens(bench);
        World before = World.of(bench);
        String made = bench.run(scenario.tool(), Json.read(scenario.input()))
                .get("opId")
                .asText();
        World after = World.of(bench);
        String undone = undo(made, scenario.lost());
        assertThat(World.of(bench)).as(name).isEqualTo(before);
        check();
        undo(undone, scenario.lost());
        assertThat(World.of(bench)).as("again %s", name).isEqualTo(after);
        check();
    }

    private String undo(String opId, String lost) throws Exception {
        bench.close();
        bench = new Bench(temporary);
        JsonNode answer = bench.run("git_undo", Json.object().put("opId", opId));
        String said = answer.at("/changes/0/notRestored").toString();
        if (lost.isEmpty()) {
            assertThat(said).isEmpty();
        } else {
            assertThat(said).contains(lost);
        }
        return answer.get("opId").asText();
    }

    private void check() throws Exception {
        bench.git("fsck", "--strict", "--no-dangling");
        bench.git("status");
    }

    @Test
    void forgetsNoTool() throws Exception {
        bench = new Bench(temporary);
        Set<String> changing = bench.toolNames().stream()
                .filter(tool -> bench.effect(tool) != Effect.READS)
                .filter(tool -> !tool.equals("git_undo"))
                .collect(Collectors.toSet());
        assertThat(SCENARIOS.keySet()).isEqualTo(changing);
    }
}
