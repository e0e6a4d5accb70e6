package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import dev.millwright.tool.ToolException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sequences of operations by chance, taken back one after the other, and made again. */
class RandomUndoTest {
    private static final int SEQUENCES = Integer.getInteger("millwright.sequences", 40);
    private static final long SEED = Long.getLong("millwright.seed", 11);

    @TempDir
    Path temporary;

    private record Done(String opId, World before, World after) {}

    @Test
    void returnToTheEqualRefsIndexAndFiles() throws Exception {
        Set<String> tools = new HashSet<>();
        int refused = 0;
        int done = 0;
        try (Bench bench = new Bench(temporary)) {
            RandomWork.begin(bench);
            RandomWork work = new RandomWork(bench, SEED);
            for (int sequence = 0; sequence < SEQUENCES; sequence++) {
                work.edit();
                Deque<Done> operations = new ArrayDeque<>();
                World now = World.of(bench);
                for (int i = 0; i < 5; i++) {
                    RandomWork.Op op = work.next();
                    World before = now;
                    try {
                        JsonNode answer = bench.run(op.tool(), op.arguments());
                        now = World.of(bench);
                        if (answer.has("opId")) {
                            operations.push(new Done(answer.get("opId").asText(), before, now));
                            tools.add(op.tool());
                            done++;
                        }
                    } catch (ToolException e) {
                        refused++;
                        assertThat(e.getSuppressed()).as("%s", op).isEmpty();
                        assertThat(World.of(bench))
                                .as("refused %s: %s", op, e.getMessage())
                                .isEqualTo(before);
                    }
                }
                List<Done> undone = new ArrayList<>();
                for (Done each : operations) {
                    String back = bench.run("git_undo", Json.object().put("opId", each.opId()))
                            .get("opId")
                            .asText();
                    assertThat(World.of(bench))
                            .as("sequence %d, %s", sequence, each.opId())
                            .isEqualTo(each.before());
                    undone.add(new Done(back, each.before(), each.after()));
                }
                if (sequence % 2 == 0) {
                    for (Done each : undone.reversed()) {
                        bench.run("git_undo", Json.object().put("opId", each.opId()));
                        assertThat(World.of(bench))
                                .as("redo in sequence %d", sequence)
                                .isEqualTo(each.after());
                    }
                }
            }
            bench.git("fsck", "--strict", "--no-dangling");
        }
        assertThat(done).isGreaterThan(SEQUENCES);
        assertThat(refused).isPositive();
        assertThat(tools)
                .contains(
                        "git_add",
                        "git_commit",
                        "git_switch",
                        "git_reset",
                        "git_stash",
                        "git_branch",
                        "git_tag",
                        "git_merge");
    }
}
