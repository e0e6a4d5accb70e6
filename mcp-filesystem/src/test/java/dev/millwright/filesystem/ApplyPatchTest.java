package dev.millwright.filesystem;

import static dev.millwright.tool.ToolException.Kind.CONFLICT;
import static dev.millwright.tool.ToolException.Kind.DENIED;
import static dev.millwright.tool.ToolException.Kind.INVALID_INPUT;
import static dev.millwright.tool.ToolException.Kind.NOT_FOUND;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApplyPatchTest {
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

    private static ObjectNode patch(String patch) {
        return Json.object().put("patch", patch);
    }

    @Test
    void createsChangesRenamesAndDeletesAsOneAndTakesAllBack() throws Exception {
        bench.write("change", "1\n2\n3\n");
        bench.write("gone", "x\n");
        bench.write("from", "a\nb\n");
        JsonNode done = bench.run("apply_patch", patch("""
                diff --git a/change b/change
                --- a/change
                +++ b/change
                @@ -1,3 +1,3 @@
                 1
                -2
                +two
                 3
                diff --git a/gone b/gone
                deleted file mode 100644
                --- a/gone
                +++ /dev/null
                @@ -1 +0,0 @@
                -x
                diff --git a/from b/sub/to
                similarity index 50%
                rename from from
                rename to sub/to
                --- a/from
                +++ b/sub/to
                @@ -1,2 +1,2 @@
                 a
                -b
                +B
                --- /dev/null
                +++ b/new/file
                @@ -0,0 +1,2 @@
                +hello
                +world
                """));
        assertThat(bench.text("change")).isEqualTo("1\ntwo\n3\n");
        assertThat(bench.text("sub/to")).isEqualTo("a\nB\n");
        assertThat(bench.text("new/file")).isEqualTo("hello\nworld\n");
        assertThat(bench.root.resolve("gone")).doesNotExist();
        assertThat(bench.root.resolve("from")).doesNotExist();
        assertThat(done.at("/files/2/action").asText()).isEqualTo("renamed");
        bench.run("fs_undo", Json.object().put("opId", done.path("opId").asText()));
        assertThat(bench.text("change") + bench.text("gone") + bench.text("from"))
                .isEqualTo("1\n2\n3\nx\na\nb\n");
        assertThat(bench.root.resolve("new/file")).doesNotExist();
    }

    @Test
    void readsPatchesWithoutLineNumbers() throws Exception {
        bench.write("a.py", "class A:\n    def f(self):\n        pass\nclass B:\n    def f(self):\n        pass\n");
        bench.write("old", "x\n");
        bench.run("apply_patch", patch("""
                *** Begin Patch
                *** Update File: a.py
                @@ class B:
                @@     def f(self):
                -        pass
                +        return 1
                *** Add File: b/new.txt
                +one
                +
                *** Delete File: old
                *** End Patch
                """));
        assertThat(bench.text("a.py"))
                .isEqualTo("class A:\n    def f(self):\n        pass\nclass B:\n    def f(self):\n        return 1\n");
        assertThat(bench.text("b/new.txt")).isEqualTo("one\n\n");
        assertThat(bench.root.resolve("old")).doesNotExist();
    }

    @Test
    void changesNothingWhenOneHunkDoesNotFitAndNamesBothLines() throws Exception {
        bench.write("a", "1\n");
        bench.write("b", "one\ntwo\nthree\n");
        assertThat(bench.refused(CONFLICT, "apply_patch", patch("""
                        --- a/a
                        +++ b/a
                        @@ -1 +1 @@
                        -1
                        +2
                        --- a/b
                        +++ b/b
                        @@ -1,3 +1,3 @@
                         one
                        -zwei
                        +2
                         three
                        """)))
                .contains("b, hunk 1, line 2", "expected \"zwei\"", "found \"two\"");
        assertThat(bench.text("a")).isEqualTo("1\n");
    }

    @Test
    void allowsFuzzOnlyWhenAskedAndTellsIt() throws Exception {
        bench.write("f", "moved\nA\nb\nc\nd\n");
        ObjectNode patch = patch("""
                --- f
                +++ f
                @@ -1,3 +1,3 @@
                 a
                -b
                +B
                 c
                """);
        bench.refused(CONFLICT, "apply_patch", patch);
        JsonNode fit = bench.run("apply_patch", patch.put("fuzz", 1)).at("/files/0/fits/0");
        assertThat(bench.text("f")).isEqualTo("moved\nA\nB\nc\nd\n");
        assertThat(fit.asText()).isEqualTo("hunk 1 at line 3, offset 1, fuzz 1");
    }

    @Test
    void keepsLineEndsEncodingAndTheMissingFinalNewline() throws Exception {
        bench.write("f", "\uFEFFeins\r\nzwei\r\ndreiß".getBytes(StandardCharsets.UTF_16LE));
        bench.run(
                "apply_patch",
                patch("*** Begin Patch\n*** Update File: f\n eins\n-zwei\n+two\n+more\n dreiß\n*** End Patch"));
        assertThat(Files.readString(bench.root.resolve("f"), StandardCharsets.UTF_16LE))
                .isEqualTo("\uFEFFeins\r\ntwo\r\nmore\r\ndreiß");
    }

    @Test
    void obeysTheMarkForAMissingFinalNewline() throws Exception {
        bench.write("f", "a\nb");
        bench.run("apply_patch", patch("--- f\n+++ f\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n"));
        assertThat(bench.text("f")).isEqualTo("a\nc\n");
        bench.run("apply_patch", patch("--- f\n+++ f\n@@ -1,2 +1,2 @@\n a\n-c\n+d\n\\ No newline at end of file\n"));
        assertThat(bench.text("f")).isEqualTo("a\nd");
    }

    @Test
    void refusesWhatLeadsOutOrIsProtectedOrMakesNoSense() throws Exception {
        bench.write("f", "a\n");
        bench.refused(DENIED, "apply_patch", patch("--- a/../outside/f\n+++ b/../outside/f\n@@ -1 +1 @@\n-a\n+b\n"));
        bench.refused(
                DENIED, "apply_patch", patch("--- /dev/null\n+++ b/.git/hooks/post-checkout\n@@ -0,0 +1 @@\n+b\n"));
        bench.refused(
                DENIED,
                "apply_patch",
                patch("*** Begin Patch\n*** Update File: f\n*** Move to: .git/config\n-a\n+b\n"));
        bench.refused(DENIED, "apply_patch", patch("--- /dev/null\n+++ b/../outside/g\n@@ -0,0 +1 @@\n+b\n"));
        bench.refused(CONFLICT, "apply_patch", patch("--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+b\n"));
        bench.refused(NOT_FOUND, "apply_patch", patch("--- a/nope\n+++ b/nope\n@@ -1 +1 @@\n-a\n+b\n"));
        bench.refused(INVALID_INPUT, "apply_patch", patch("hello"));
        bench.refused(INVALID_INPUT, "apply_patch", patch("--- a/f\n+++ b/f\n@@ nonsense\n-a\n+b\n"));
        bench.refused(INVALID_INPUT, "apply_patch", patch("diff --git a/f b/f\nGIT binary patch\nliteral 3\n"));
        assertThat(bench.text("f")).isEqualTo("a\n");
        assertThat(bench.outside.resolve("g")).doesNotExist();
    }

    @Test
    void onlyLooksInADryRun() throws Exception {
        bench.write("f", "a\n");
        JsonNode dry = bench.run(
                "apply_patch", patch("--- f\n+++ f\n@@ -1 +1 @@\n-a\n+b\n").put("dryRun", true));
        assertThat(dry.at("/files/0/added").asInt()).isEqualTo(1);
        assertThat(dry.has("opId")).isFalse();
        assertThat(bench.text("f")).isEqualTo("a\n");
    }

    @Test
    void makesOfRandomTextsWhatGitDiffSays() throws Exception {
        Random random = new Random(9);
        for (int i = 0; i < 60; i++) {
            String before = text(random, 40);
            String after = i % 3 == 0
                    ? text(random, 40)
                    : before.replaceAll(i % 2 == 0 ? "a\n" : "b", "q").replace("d\n", "");
            if (before.equals(after)) {
                continue;
            }
            Path old = Files.writeString(temporary.resolve("before"), before);
            Path now = Files.writeString(temporary.resolve("after"), after);
            Process git = new ProcessBuilder("git", "diff", "--no-index", "--no-prefix", old.toString(), now.toString())
                    .start();
            String diff = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(git.waitFor()).isEqualTo(1);
            bench.write("f", before);
            String hunks = diff.substring(diff.indexOf("@@"));
            bench.run("apply_patch", patch("--- f\n+++ f\n" + hunks));
            assertThat(bench.text("f")).as(diff).isEqualTo(after);
        }
    }

    private static String text(Random random, int lines) {
        StringBuilder text = new StringBuilder("start\n");
        for (int i = random.nextInt(lines); i >= 0; i--) {
            text.append((char) ('a' + random.nextInt(5)))
                    .append(random.nextInt(8) == 0 ? "-- x" : "")
                    .append('\n');
        }
        return random.nextInt(4) == 0 ? text.substring(0, text.length() - 1) : text.toString();
    }
}
