package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What git_status remembers of a working tree that has been at rest hides no change. Each test has its own folder. */
class StatusMemoryTest {
    private static final List<String> FOLDERS = List.of(
            "content", "fresh", "ignore", "exclude", "replaced", "mode", "link", "renamed", "gone", "tick", "linked");

    /** Younger folders and indexes are not remembered. */
    private static final long REST_MILLIS = 2_100;

    @TempDir
    static Path temporary;

    private static Bench bench;

    @BeforeAll
    static void lookAtATreeAtRest() throws Exception {
        bench = new Bench(temporary);
        bench.git("init", "-q");
        for (String folder : FOLDERS) {
            bench.write(folder + "/f", "one\n");
            bench.write(folder + "/below/g", "two\n");
            bench.write(folder + "/.gitignore", "*.o\n");
        }
        bench.git("add", ".");
        bench.git("commit", "-q", "-m", "all");
        Thread.sleep(REST_MILLIS);
        bench.git("update-index", "--refresh");
        assertThat(ours("all")).isEmpty();
        assertThat(ours("all")).isEmpty();
    }

    @AfterAll
    static void close() {
        bench.close();
    }

    private static List<String> ours(String folder) throws Exception {
        JsonNode answer = bench.call(
                "git_status",
                "{'untracked':'files'" + (folder.equals("all") ? "" : ",'paths':['" + folder + "']") + "}");
        TreeSet<String> lines = new TreeSet<>();
        answer.path("unstaged").forEach(line -> lines.add(line.asText().replace('\t', ' ')));
        answer.path("untracked").forEach(line -> lines.add("? " + line.asText()));
        return List.copyOf(lines);
    }

    /** Those of native Git: letter and path. */
    private static List<String> natives(String folder) throws Exception {
        TreeSet<String> lines = new TreeSet<>();
        bench.git("--no-optional-locks", "status", "--porcelain", "-uall", "--", folder)
                .lines()
                .filter(line -> !line.startsWith("warning: "))
                .forEach(line -> lines.add(line.startsWith("??") ? "? " + line.substring(3) : line.substring(1)));
        return List.copyOf(lines);
    }

    private static void agrees(String folder, String... expected) throws Exception {
        assertThat(natives(folder)).containsExactlyInAnyOrder(expected);
        assertThat(ours(folder)).containsExactlyInAnyOrder(expected);
        assertThat(ours("all")).containsAll(List.of(expected));
    }

    @Test
    void seesOtherContentOfTheSameSizeAndTime() throws Exception {
        Path file = bench.root.resolve("content/f");
        FileTime before = Files.getLastModifiedTime(file);
        bench.write("content/f", "ONE\n");
        Files.setLastModifiedTime(file, before);
        agrees("content", "M content/f");
    }

    @Test
    void seesANewFileDeepInAKnownFolder() throws Exception {
        bench.write("fresh/below/new", "");
        agrees("fresh", "? fresh/below/new");
    }

    @Test
    void seesChangedRulesAboveWhatTheyRule() throws Exception {
        bench.write("ignore/below/a.o", "");
        assertThat(ours("ignore")).isEmpty();
        bench.write("ignore/.gitignore", "*.x\n");
        agrees("ignore", "M ignore/.gitignore", "? ignore/below/a.o");
        bench.write("ignore/below/.gitignore", "*\n");
        agrees("ignore", "M ignore/.gitignore");
    }

    @Test
    void seesChangedExcludes() throws Exception {
        bench.write("exclude/below/a.log", "");
        agrees("exclude", "? exclude/below/a.log");
        bench.write(".git/info/exclude", "*.log\n");
        agrees("exclude");
        bench.write(".git/info/exclude", "");
        agrees("exclude", "? exclude/below/a.log");
    }

    @Test
    void seesAnotherFolderOfTheSameName() throws Exception {
        Path folder = bench.root.resolve("replaced/below");
        FileTime before = Files.getLastModifiedTime(folder);
        Files.move(folder, temporary.resolve("moved"));
        bench.write("replaced/below/h", "three\n");
        Files.setLastModifiedTime(folder, before);
        agrees("replaced", "D replaced/below/g", "? replaced/below/h");
    }

    @Test
    void seesAChangedMode() throws Exception {
        Files.setPosixFilePermissions(bench.root.resolve("mode/f"), PosixFilePermissions.fromString("rwxr-xr-x"));
        agrees("mode", "M mode/f");
    }

    @Test
    void seesALinkInPlaceOfAFileAndOfRules() throws Exception {
        Path file = bench.root.resolve("link/f");
        Files.delete(file);
        Files.createSymbolicLink(file, Path.of("below/g"));
        Path rules = bench.root.resolve("linked/.gitignore");
        Files.delete(rules);
        Files.createSymbolicLink(rules, Path.of("f"));
        agrees("link", "T link/f");
        Thread.sleep(REST_MILLIS);
        for (int i = 0; i < 3; i++) {
            agrees("linked", "T linked/.gitignore");
        }
        Files.delete(file);
        bench.write("link/f", "one\n");
        agrees("link");
    }

    @Test
    void seesARenamedAndARemovedFile() throws Exception {
        Files.move(bench.root.resolve("renamed/f"), bench.root.resolve("renamed/e"));
        agrees("renamed", "D renamed/f", "? renamed/e");
        Files.delete(bench.root.resolve("gone/below/g"));
        agrees("gone", "D gone/below/g");
        bench.write("gone/below/g", "two\n");
        agrees("gone");
    }

    @Test
    void seesEachOfManyChangesInAMoment() throws Exception {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            bench.write("tick/below/n" + i, "");
            expected.add("? tick/below/n" + i);
            assertThat(ours("tick")).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @Test
    void seesAnIndexThatNativeGitRewrote(@TempDir Path another) throws Exception {
        Bench shared = bench;
        try (Bench own = new Bench(another)) {
            bench = own;
            own.git("init", "-q");
            own.write("a", "one\n");
            own.git("add", ".");
            own.git("commit", "-q", "-m", "a");
            Thread.sleep(REST_MILLIS);
            assertThat(ours("all")).isEmpty();
            own.write("b", "two\n");
            agrees("b", "? b");
            own.git("add", "b");
            assertThat(ours("all")).isEmpty();
            for (int i = 0; i < 10; i++) {
                own.git("rm", "-q", "--cached", "b");
                agrees("b", "? b");
                own.git("add", "b");
                assertThat(ours("all")).isEmpty();
            }
            own.git("rm", "-q", "--cached", "a");
            assertThat(ours("all")).containsExactly("? a");
        } finally {
            bench = shared;
        }
    }
}
