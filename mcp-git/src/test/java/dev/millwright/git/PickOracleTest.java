package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.json.Json;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Native Git and we merge, pick, revert and rebase the same random commits, in the working tree. */
class PickOracleTest {
    private static final int CASES = Integer.getInteger("millwright.picks", 25);
    private static final long SEED = Long.getLong("millwright.seed", 4_711);

    @TempDir
    Path temporary;

    /** What is in commits, index and working tree. */
    private record State(String head, String index, String work) {
        static State of(Bench bench) throws Exception {
            return new State(
                    bench.git("log", "-5", "--format=%T %an %s"),
                    bench.git("ls-files", "-s"),
                    bench.git("status", "--porcelain", "-uall"));
        }
    }

    private interface Command {
        void run() throws Exception;
    }

    @Test
    void leavesWhatNativeGitLeaves() throws Exception {
        int compared = 0;
        try (Bench bench = new Bench(temporary)) {
            bench.git("init", "-q", "-b", "none");
            try (FastImport imported = new FastImport(bench.root)) {
                for (int i = 0; i < CASES; i++) {
                    history(imported, i);
                }
            }
            for (int i = 0; i < CASES; i++) {
                String start = "o" + i;
                String picks = "t" + i;
                compared += same(
                        bench,
                        start,
                        "merge " + i,
                        "git_merge",
                        "{'source':'%s'}".formatted(picks),
                        () -> bench.gitMayFail("merge", "-q", "--no-edit", picks));
                compared += same(
                        bench,
                        start,
                        "pick " + i,
                        "git_cherry_pick",
                        "{'commits':['%s']}".formatted(picks),
                        () -> bench.gitMayFail("cherry-pick", picks));
                compared += same(
                        bench,
                        start,
                        "revert " + i,
                        "git_revert",
                        "{'commits':['%s~1']}".formatted(start),
                        () -> bench.gitMayFail("revert", "--no-edit", start + "~1"));
                compared += same(
                        bench,
                        start,
                        "rebase " + i,
                        "git_rebase",
                        "{'upstream':'%s'}".formatted(picks),
                        () -> bench.gitMayFail("rebase", "-q", picks));
            }
        }
        assertThat(compared).isGreaterThan(CASES * 3);
    }

    private static void history(FastImport imported, int i) throws IOException {
        RandomChanges changes = new RandomChanges(SEED + i);
        TreeMap<String, RandomChanges.File> base = changes.base();
        base.values().removeIf(file -> !file.mode().startsWith("100"));
        TreeMap<String, RandomChanges.File> ours = base;
        TreeMap<String, RandomChanges.File> theirs = base;
        imported.commit("b" + i, base);
        imported.commit("o" + i, base, "b" + i);
        imported.commit("t" + i, base, "b" + i);
        for (int j = 0; j < 3; j++) {
            ours = regular(changes.changed(ours));
            theirs = regular(changes.changed(theirs));
            imported.commit("o" + i, ours);
            imported.commit("t" + i, theirs);
        }
    }

    private static TreeMap<String, RandomChanges.File> regular(TreeMap<String, RandomChanges.File> files) {
        files.values().removeIf(file -> !file.mode().startsWith("100"));
        return files;
    }

    private static int same(Bench bench, String start, String what, String tool, String input, Command command)
            throws Exception {
        reset(bench, start);
        try {
            bench.run(tool, Json.read(input.replace('\'', '"')));
        } catch (ToolException refused) {
            return 0;
        }
        State ours = State.of(bench);
        bench.git("fsck", "--strict", "--no-dangling");
        reset(bench, start);
        command.run();
        assertThat(ours).as(what).isEqualTo(State.of(bench));
        return 1;
    }

    private static void reset(Bench bench, String start) throws Exception {
        bench.gitMayFail("rebase", "--quit");
        bench.git("reset", "-q", "--hard");
        Path own = bench.root.resolve(".git/millwright/sequence");
        Files.deleteIfExists(own);
        bench.git("switch", "-q", "-f", "-C", "current", start);
        bench.git("clean", "-q", "-fdx");
    }
}
