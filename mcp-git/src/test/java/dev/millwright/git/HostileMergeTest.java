package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.git.RandomChanges.File;
import dev.millwright.tool.ToolException.Kind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Histories that nobody makes by working. */
class HostileMergeTest {
    @TempDir
    Path temporary;

    private Bench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new Bench(temporary);
        bench.git("init", "-q", "-b", "ours");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private void sides(Map<String, File> base, Map<String, File> ours, Map<String, File> theirs) throws Exception {
        try (FastImport imported = new FastImport(bench.root)) {
            imported.commit("base", base);
            imported.commit("ours", ours, "base");
            imported.commit("theirs", theirs, "base");
        }
    }

    private static File file(String text) {
        return new File("100644", text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void refusesTreesThatAreTooDeep() throws Exception {
        String path = "d/".repeat(1_800) + "f";
        sides(Map.of("a", file("a\n")), Map.of("a", file("b\n")), Map.of("a", file("a\n"), path, file("deep\n")));
        assertThat(bench.refused(Kind.LIMIT, "git_merge", "{'source':'theirs','dryRun':true}"))
                .contains("deep");
    }

    @Test
    void mergesDeepTrees() throws Exception {
        String path = "d/".repeat(390) + "f";
        sides(Map.of("a", file("a\n")), Map.of("a", file("b\n")), Map.of("a", file("a\n"), path, file("deep\n")));
        assertThat(bench.call("git_merge", "{'source':'theirs','dryRun':true}")
                        .path("result")
                        .asText())
                .isEqualTo("merged");
    }

    @Test
    void mergesOnlyUpToTheSizeOfTexts() throws Exception {
        String big = "line of a file that is long\n".repeat(800_000);
        sides(
                Map.of("big", file(big), "x", file("x\n")),
                Map.of("big", file("ours\n" + big), "x", file("x\n")),
                Map.of("big", file(big + "theirs\n"), "x", file("x\n")));
        assertThat(bench.call("git_merge", "{'source':'theirs','dryRun':true}").toString())
                .contains("conflicts", "too large")
                .hasSizeLessThan(2_000);
    }

    @Test
    void endsSoonWhereEveryLineIsCommon() throws Exception {
        String same = "}\n".repeat(100_000);
        sides(
                Map.of("f", file(same + "a\n" + same)),
                Map.of("f", file(same + "b\n" + same + "}\n")),
                Map.of("f", file("}\n}\n" + same + "c\n" + same)));
        long start = System.nanoTime();
        bench.call("git_merge", "{'source':'theirs','dryRun':true}");
        assertThat(System.nanoTime() - start).isLessThan(10_000_000_000L);
    }

    @Test
    void keepsToItsBudgetWithThousandsOfConflicts() throws Exception {
        TreeMap<String, File> base = new TreeMap<>();
        TreeMap<String, File> ours = new TreeMap<>();
        TreeMap<String, File> theirs = new TreeMap<>();
        for (int i = 0; i < 3_000; i++) {
            base.put("f" + i, file("base " + i + "\n"));
            ours.put("f" + i, file("ours \u202e" + i + "\n"));
            theirs.put("f" + i, file("theirs " + i + "\n"));
        }
        sides(base, ours, theirs);
        var answer = bench.call("git_merge", "{'source':'theirs','dryRun':true}");
        assertThat(answer.toString()).hasSizeLessThan(40_000).doesNotContain("\u202e");
        assertThat(answer.path("moreConflicts").asInt()
                        + answer.path("conflicts").size())
                .isEqualTo(3_000);
    }

    @Test
    void refusesNamesThatLeadIntoTheGitFolder() throws Exception {
        sides(Map.of("a", file("a\n")), Map.of("a", file("b\n")), Map.of("a", file("a\n"), "git~1/x", file("x\n")));
        bench.git("reset", "-q", "--hard", "ours");
        bench.refused(Kind.DENIED, "git_merge", "{'source':'theirs'}");
        assertThat(bench.text("a")).isEqualTo("b\n");
        assertThat(bench.root.resolve(".git/MERGE_HEAD")).doesNotExist();
    }
}
