package dev.millwright.filesystem;

import static dev.millwright.tool.ToolException.Kind.CONFLICT;
import static dev.millwright.tool.ToolException.Kind.DENIED;
import static dev.millwright.tool.ToolException.Kind.LIMIT;
import static dev.millwright.tool.ToolException.Kind.NOT_FOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import dev.millwright.json.Schema;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriteFileTest {
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
    void createsAndRefusesToCreateTwice() throws Exception {
        JsonNode made = bench.call("write_file", "{'path':'a/b/f','content':'one','createParents':true}");
        assertThat(bench.text("a/b/f")).isEqualTo("one");
        assertThat(made.get("size").asInt()).isEqualTo(3);
        bench.refused(CONFLICT, "write_file", "{'path':'a/b/f','content':'two'}");
        bench.refused(NOT_FOUND, "write_file", "{'path':'c/f','content':'two'}");
        assertThat(bench.text("a/b/f")).isEqualTo("one");
    }

    @Test
    void versionOfTheAnswerIsTheVersionThatIsRead() throws Exception {
        String written = bench.call("write_file", "{'path':'f','content':'one'}")
                .get("version")
                .asText();
        assertThat(bench.call("read_file", "{'path':'f'}").get("version").asText())
                .isEqualTo(written);
        String edited = bench.call("edit_file", "{'path':'f','edits':[{'old':'one','new':'two'}]}")
                .get("version")
                .asText();
        assertThat(edited).isNotEqualTo(written);
        bench.refused(
                CONFLICT, "write_file", "{'path':'f','content':'x','mode':'overwrite','ifVersion':'" + written + "'}");
        bench.call("write_file", "{'path':'f','content':'x','mode':'overwrite','ifVersion':'" + edited + "'}");
        assertThat(bench.text("f")).isEqualTo("x");
    }

    @Test
    void keepsModeOwnerAndExtendedAttributes() throws Exception {
        Path file = bench.write("f", "old");
        Files.getFileAttributeView(file, UserDefinedFileAttributeView.class)
                .write("note", StandardCharsets.UTF_8.encode("kept"));
        boolean root = Integer.valueOf(0).equals(Files.getAttribute(temporary, "unix:uid"));
        if (root) {
            Files.setAttribute(file, "unix:uid", 1234);
            Files.setAttribute(file, "unix:gid", 2345);
        }
        Files.setAttribute(file, "unix:mode", 0600);
        bench.call("write_file", "{'path':'f','content':'new','mode':'overwrite'}");
        bench.call("edit_file", "{'path':'f','edits':[{'old':'new','new':'newer'}]}");
        assertThat(file).hasContent("newer");
        Map<String, Object> now = Files.readAttributes(file, "unix:mode,uid,gid");
        assertThat((int) now.get("mode") & 07777).isEqualTo(0600);
        if (root) {
            assertThat(now).containsEntry("uid", 1234).containsEntry("gid", 2345);
        }
        assertThat(Files.getFileAttributeView(file, UserDefinedFileAttributeView.class)
                        .list())
                .containsExactly("note");
    }

    @Test
    void setUserIdBitIsDroppedAndSaidSo() throws Exception {
        Path file = bench.write("f", "old");
        Files.setAttribute(file, "unix:mode", 06755);
        JsonNode done = bench.call("edit_file", "{'path':'f','edits':[{'old':'old','new':'new'}]}");
        assertThat(done.get("note").asText()).contains("set-user-id");
        assertThat((int) Files.getAttribute(file, "unix:mode") & 07777).isEqualTo(0755);
    }

    @Test
    void overwriteAndAppendKeepTheEncoding() throws Exception {
        bench.write("f", "\ufeffalt".getBytes(StandardCharsets.UTF_16LE));
        bench.call("write_file", "{'path':'f','content':'grün','mode':'overwrite'}");
        bench.call("write_file", "{'path':'f','content':'blau','mode':'append'}");
        assertThat(Files.readAllBytes(bench.root.resolve("f")))
                .isEqualTo("\ufeffgrünblau".getBytes(StandardCharsets.UTF_16LE));
    }

    @Test
    void newFileInAnotherEncoding() throws Exception {
        bench.call("write_file", "{'path':'f','content':'grün','encoding':'ISO-8859-1'}");
        assertThat(Files.readAllBytes(bench.root.resolve("f"))).isEqualTo("grün".getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void fullDiskKeepsTheOldContentAndLeavesNothing() throws Exception {
        Path small = Files.createDirectory(bench.root.resolve("small"));
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", small.toString()) == 0, "may not mount");
        try (Bench own = new Bench(
                temporary,
                Schema.of(FilesystemConfig.class, Schema.Keys.KEBAB)
                        .bind(Json.object().put("across-mounts", true)))) {
            own.write("small/f", "old");
            String large = "n".repeat(400_000);
            String message = own.refused(
                    LIMIT,
                    "write_file",
                    Json.object().put("path", "small/f").put("content", large).put("mode", "overwrite"));
            assertThat(message).contains("no space left");
            own.refused(
                    LIMIT, "write_file", Json.object().put("path", "small/g").put("content", large));
            own.refused(
                    LIMIT,
                    "edit_file",
                    Json.read("{\"path\":\"small/f\",\"edits\":[{\"old\":\"old\",\"new\":\"" + large + "\"}]}"));
            assertThat(own.text("small/f")).isEqualTo("old");
            assertThat(small.toFile().list()).containsExactly("f");
            own.call("write_file", "{'path':'small/f','content':'new','mode':'overwrite'}");
            assertThat(own.text("small/f")).isEqualTo("new");
            own.call("delete_file", "{'path':'small/f'}");
            assertThat(small).isEmptyDirectory();
            String opId = own.call("fs_undo", "{}").at("/changes/0/opId").asText();
            own.run("fs_undo", Json.object().put("opId", opId));
            assertThat(own.text("small/f")).isEqualTo("new");
        } finally {
            assertThat(run("umount", small.toString())).isZero();
        }
    }

    @Test
    void readOnlyFileSystemIsNamedWithThePath() throws Exception {
        Path fixed = Files.createDirectories(temporary.resolve("fixed"));
        assumeTrue(run("mount", "-t", "tmpfs", "tmpfs", fixed.toString()) == 0, "may not mount");
        try (Bench own = new Bench(temporary.resolve("other"), fixed)) {
            own.write("d/f", "old");
            assertThat(run("mount", "-o", "remount,ro", fixed.toString())).isZero();
            for (String call : List.of(
                    "write_file {'path':'d/n','content':'x'}",
                    "write_file {'path':'d/f','content':'x','mode':'overwrite'}",
                    "create_directory {'path':'d/e'}",
                    "move_file {'source':'d/f','destination':'d/g'}",
                    "delete_file {'path':'d/f'}")) {
                int space = call.indexOf(' ');
                assertThat(own.refused(DENIED, call.substring(0, space), call.substring(space)))
                        .matches("d(/[nefg])? lies on a read-only file system");
            }
            assertThat(own.text("d/f")).isEqualTo("old");
        } finally {
            assertThat(run("umount", fixed.toString())).isZero();
        }
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
    }
}
