package dev.millwright.filesystem;

import static dev.millwright.tool.ToolException.Kind.INVALID_INPUT;
import static dev.millwright.tool.ToolException.Kind.NOT_FOUND;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.filesystem.search.FileList;
import dev.millwright.filesystem.search.Globs;
import dev.millwright.filesystem.search.Walk;
import dev.millwright.json.Json;
import dev.millwright.testing.FakeCall;
import dev.millwright.tool.Tenant;
import dev.millwright.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListFilesTest {
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
    void tellsTypeAndSizeOfEachEntry() throws Exception {
        bench.write("a.txt", "12345");
        bench.write("d/b.txt", "1");
        Files.createSymbolicLink(bench.root.resolve("link"), bench.outside);
        assertThat(Json.read(bench.call("list_files", "{}").toString())).isEqualTo(Json.read("""
                {"entries":[{"path":"a.txt","type":"file","size":5},{"path":"d","type":"folder"},
                 {"path":"link","type":"link"}],"total":3,"unreadable":[]}"""));
    }

    @Test
    void goesAsDeepAsAskedAndWithGlobsAllTheWay() throws Exception {
        bench.write("a/b/c.java", "");
        bench.write("a/b/c.txt", "");
        assertThat(paths(bench.call("list_files", "{'depth':2}"))).containsExactly("a", "a/b");
        assertThat(paths(bench.call("list_files", "{'globs':['*.java']}"))).containsExactly("a/b/c.java");
        assertThat(paths(bench.call("list_files", "{'path':'a','globs':['b/*']}")))
                .containsExactly("a/b/c.java", "a/b/c.txt");
        assertThat(paths(bench.call("list_files", "{'globs':['!**/b'],'depth':5}")))
                .containsExactly("a");
    }

    @Test
    void leavesOutIgnoredEntriesAndItsOwnData() throws Exception {
        bench.write(".gitignore", "out/\n!keep\n");
        bench.write("out/x", "");
        bench.write("keep", "");
        assertThat(paths(bench.call("list_files", "{}"))).containsExactly(".gitignore", "keep");
        assertThat(paths(bench.call("list_files", "{'respectIgnore':false,'depth':3}")))
                .containsExactly(".gitignore", "keep", "out", "out/x");
    }

    @Test
    void sortsByNameSizeAndTime() throws Exception {
        for (int i = 0; i < 5; i++) {
            Path file = bench.write("f" + i, "x".repeat(i * 7 % 5));
            Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(1_000_000 + i * 3 % 5)));
        }
        assertThat(paths(bench.call("list_files", "{}"))).containsExactly("f0", "f1", "f2", "f3", "f4");
        assertThat(paths(bench.call("list_files", "{'sort':'size'}"))).containsExactly("f2", "f4", "f1", "f3", "f0");
        JsonNode byTime = bench.call("list_files", "{'sort':'mtime'}");
        assertThat(paths(byTime)).containsExactly("f3", "f1", "f4", "f2", "f0");
        assertThat(byTime.at("/entries/0/modified").asText()).isEqualTo("1970-01-12T13:46:44Z");
    }

    @Test
    void pagesLeadThroughEverythingOnceInEveryOrder() throws Exception {
        for (int i = 0; i < 83; i++) {
            bench.write("d" + i % 7 + "/f" + i, "x".repeat(i % 3));
        }
        for (String sort : List.of("name", "size", "mtime")) {
            ObjectNode input = Json.object().put("depth", 9).put("sort", sort);
            List<String> whole = paths(bench.run("list_files", input));
            assertThat(whole).hasSize(90);
            List<String> seen = new ArrayList<>();
            input.put("limit", 13);
            for (JsonNode page = null; page == null || page.has("cursor"); ) {
                if (page != null) {
                    input.set("cursor", page.get("cursor"));
                }
                page = bench.run("list_files", input);
                assertThat(page.path("total").asInt()).isEqualTo(90);
                seen.addAll(paths(page));
            }
            assertThat(seen).as(sort).isEqualTo(whole);
        }
    }

    @Test
    void staysWithinItsBudget() throws Exception {
        for (int i = 0; i < 300; i++) {
            bench.write("a-file-with-a-long-name-" + i, "");
        }
        JsonNode page = bench.run(new FakeCall(Tenant.DEFAULT, 1_000), "list_files", Json.object());
        assertThat(page.toString().length()).isLessThan(4_000);
        assertThat(page.has("cursor")).isTrue();
    }

    @Test
    void answersOverAHugeFolderWithinASecond() throws Exception {
        Path huge = Files.createDirectory(bench.root.resolve("huge"));
        for (int i = 0; i < 20_000; i++) {
            Files.createFile(huge.resolve("entry-" + i));
        }
        Instant start = Instant.now();
        JsonNode page = bench.call("list_files", "{'path':'huge','limit':100}");
        assertThat(Instant.now()).isBefore(start.plusMillis(1_000));
        assertThat(page.path("total").asInt()).isEqualTo(20_000);
        assertThat(page.path("entries")).hasSize(100);
        assertThat(page.has("cursor")).isTrue();
    }

    @Test
    void namesAFolderThatCannotBeRead() throws Exception {
        bench.write("a/f", "");
        bench.write("closed/f", "");
        Workspace workspace = bench.workspaces.of(Tenant.DEFAULT);
        Walk walk = new Walk(workspace, Globs.of(List.of()), true, 5, true);
        FileList list = new FileList(walk, FileList.Sort.NAME, 100, 10_000, java.util.Optional.empty());
        Path closed = bench.root.resolve("closed");
        Files.setPosixFilePermissions(closed, java.util.Set.of());
        try {
            FileList.Page page = list.run(List.of(workspace.at(".")), new FakeCall());
            boolean root = Files.isReadable(closed);
            assertThat(page.unreadable()).isEqualTo(root ? List.of() : List.of("closed"));
            assertThat(page.entries()).extracting(FileList.Entry::path).contains("a", "a/f", "closed");
        } finally {
            Files.setPosixFilePermissions(closed, java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void takesAStrangePathLiterally() throws Exception {
        bench.refused(NOT_FOUND, "list_files", "{'path':'. .'}");
        bench.refused(INVALID_INPUT, "list_files", "{'cursor':'AAAA'}");
        bench.refused(INVALID_INPUT, "list_files", "{'globs':['{a']}");
    }

    private static List<String> paths(JsonNode listing) {
        List<String> paths = new ArrayList<>();
        listing.path("entries").forEach(entry -> paths.add(entry.path("path").asText()));
        return paths;
    }
}
