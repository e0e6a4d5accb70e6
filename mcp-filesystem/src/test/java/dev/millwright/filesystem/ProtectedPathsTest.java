package dev.millwright.filesystem;

import static dev.millwright.tool.ToolException.Kind.DENIED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.json.Schema;
import dev.millwright.testing.FakeCall;
import dev.millwright.tool.Tenant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProtectedPathsTest {
    @TempDir
    Path temporary;

    private Bench bench;

    @BeforeEach
    void open() throws IOException {
        bench = new Bench(temporary);
        bench.write(".git/config", "[core]\n");
        bench.write("x", "payload");
        bench.write("tree/workflows/evil.yml", "on: push");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".git/hooks/post-checkout",
                ".git",
                "deep/er/.git/config2",
                ".GIT/config",
                ".Git/x",
                ".git./config",
                ".git /config",
                "git~1/config",
                "GIT~1/config",
                ".git::$INDEX_ALLOCATION/config",
                "\uff0egit/config",
                ".g\u200cit/config",
                ".\u206agit/config",
                ".gitattributes",
                "a/.gitmodules",
                ".lfsconfig",
                ".mcp.json",
                ".vscode/settings.json",
                ".idea/runConfigurations/x.xml",
                ".cursor/mcp.json",
                ".claude/settings.json",
                "CLAUDE.md",
                "sub/agents.md",
                ".bashrc",
                ".zshenv",
                ".ssh/authorized_keys",
                ".github/workflows/ci.yml",
                ".gitlab-ci.yml",
                "Jenkinsfile",
                "my.code-workspace"
            })
    void mayNotBeChangedByAnyTool(String path) throws Exception {
        ObjectNode write = Json.object().put("path", path).put("content", "x").put("createParents", true);
        bench.refused(DENIED, "write_file", write);
        bench.refused(DENIED, "write_file", write.put("mode", "overwrite"));
        ObjectNode there =
                Json.object().put("source", "x").put("destination", path).put("createParents", true);
        bench.refused(DENIED, "move_file", there);
        bench.refused(DENIED, "copy_file", there);
        assertThat(bench.text(".git/config")).isEqualTo("[core]\n");
        assertThat(bench.root.toFile().list()).containsExactlyInAnyOrder(".git", "x", "tree");
    }

    @Test
    void whatIsThereMayNeitherBeEditedNorRemoved() throws Exception {
        bench.refused(DENIED, "edit_file", "{'path':'.git/config','edits':[{'old':'core','new':'x'}]}");
        bench.refused(DENIED, "delete_file", "{'path':'.git','recursive':true}");
        bench.refused(DENIED, "delete_file", "{'path':'.git/config','permanent':true}");
        bench.refused(DENIED, "move_file", "{'source':'.git','destination':'git'}");
        assertThat(bench.call("read_file", "{'path':'.git/config'}").get("text").asText())
                .isEqualTo("[core]\n");
    }

    @Test
    void linkDoesNotLeadThere() throws Exception {
        Files.createSymbolicLink(bench.root.resolve("ln"), Path.of(".git"));
        bench.refused(DENIED, "write_file", "{'path':'ln/config','content':'x','mode':'overwrite'}");
        bench.refused(DENIED, "write_file", "{'path':'ln/new','content':'x'}");
        assertThat(bench.text(".git/config")).isEqualTo("[core]\n");
    }

    @Test
    void folderMayNotBecomeProtectedByItsNewName() throws IOException {
        bench.refused(DENIED, "move_file", "{'source':'tree','destination':'.github'}");
        bench.refused(DENIED, "copy_file", "{'source':'tree','destination':'.github'}");
        assertThat(bench.root.resolve(".github")).doesNotExist();
    }

    @Test
    void copyOfATreeDoesNotSmuggle() throws Exception {
        bench.write("repo/.git/hooks/post-checkout", "evil");
        bench.refused(DENIED, "copy_file", "{'source':'repo','destination':'other'}");
        assertThat(bench.root.resolve("other")).doesNotExist();
    }

    @Test
    void namesThatOnlyLookSimilarAreFree() throws Exception {
        for (String path : new String[] {".gitignore", "git", ".github", "git~2", "vscode", "a.git", ".gitx"}) {
            bench.run("write_file", Json.object().put("path", path).put("content", "x"));
        }
    }

    @Test
    void configurationOpensOneEntryButNeverGit() throws Exception {
        FilesystemConfig config = Schema.of(FilesystemConfig.class, Schema.Keys.KEBAB)
                .bind(Json.read("{\"allow-protected\":[\".vscode\"]}"));
        try (Bench open = new Bench(temporary, config)) {
            open.call("write_file", "{'path':'.vscode/settings.json','content':'{}','createParents':true}");
            assertThat(open.refused(DENIED, "write_file", "{'path':'.bashrc','content':''}"))
                    .contains("\".bashrc\" under allow-protected");
            open.refused(DENIED, "write_file", "{'path':'.git/config','content':'','mode':'overwrite'}");
        }
    }

    @Test
    void ownDataIsOutOfReachEvenInsideOfARoot() throws Exception {
        Workspaces inside = new Workspaces(
                Map.of(Tenant.DEFAULT, new FilesystemReach(List.of(temporary.toString()))),
                FilesystemConfig.defaults(),
                bench.dataDir,
                bench.dataDir,
                bench.operations);
        bench.call("write_file", "{'path':'x','content':'y','mode':'overwrite'}");
        try (inside) {
            var tool = new WriteFile(inside);
            assertThat(catchThrowable(() -> new FakeCall()
                            .run(tool, Json.object().put("path", "data/undo/x").put("content", ""))))
                    .hasMessageContaining("belongs to this server");
        }
    }

    @Test
    void folderAroundOwnDataIsNeitherCopiedNorMovedNorDeleted() throws Exception {
        Path above = temporary.toRealPath().getParent();
        Workspaces around = new Workspaces(
                Map.of(Tenant.DEFAULT, new FilesystemReach(List.of(above.toString()))),
                FilesystemConfig.defaults(),
                bench.dataDir,
                bench.dataDir,
                bench.operations);
        String name = temporary.getFileName().toString();
        var two = Json.object().put("source", name).put("destination", name + "/root/copy");
        try (around) {
            assertThat(catchThrowable(() -> new FakeCall().run(new CopyFile(around), two)))
                    .hasMessageContaining("holds what belongs to this server");
            assertThat(catchThrowable(() -> new FakeCall().run(new MoveFile(around), two)))
                    .hasMessageContaining("holds what belongs to this server");
            assertThat(catchThrowable(() -> new FakeCall()
                            .run(
                                    new DeleteFile(around),
                                    Json.object()
                                            .put("path", name)
                                            .put("recursive", true)
                                            .put("permanent", true))))
                    .hasMessageContaining("holds what belongs to this server");
        }
    }

    @Test
    void ownDataIsNotReadEither() throws Exception {
        bench.call("write_file", "{'path':'x','content':'y','mode':'overwrite'}");
        Files.createSymbolicLink(temporary.resolve("link"), Path.of("data"));
        Workspaces inside = new Workspaces(
                Map.of(Tenant.DEFAULT, new FilesystemReach(List.of(temporary.toString()))),
                FilesystemConfig.defaults(),
                bench.dataDir,
                bench.dataDir,
                bench.operations);
        String file;
        try (var files = Files.list(bench.dataDir)) {
            file = files.filter(Files::isRegularFile)
                    .findFirst()
                    .orElseThrow()
                    .getFileName()
                    .toString();
        }
        try (inside) {
            for (String folder : List.of("data", "link", "root/../data")) {
                for (var tool : List.of(new ReadFile(inside), new FileInfo(inside))) {
                    assertThat(catchThrowable(() ->
                                    new FakeCall().run(tool, Json.object().put("path", folder + "/" + file))))
                            .as(folder)
                            .hasMessageContaining("belongs to this server");
                }
                assertThat(catchThrowable(() -> new FakeCall()
                                .run(new ListFiles(inside), Json.object().put("path", folder))))
                        .hasMessageContaining("belongs to this server");
                assertThat(catchThrowable(() -> new FakeCall()
                                .run(
                                        new SearchFiles(inside),
                                        Json.object().put("path", folder).put("query", "a"))))
                        .hasMessageContaining("belongs to this server");
                assertThat(catchThrowable(() -> new FakeCall()
                                .run(
                                        new CopyFile(inside),
                                        Json.object()
                                                .put("source", folder + "/" + file)
                                                .put("destination", "root/copy"))))
                        .hasMessageContaining("belongs to this server");
            }
            assertThat(catchThrowable(() -> new FileResources(inside)
                            .read("file://" + bench.dataDir.toRealPath() + "/" + file, new FakeCall())))
                    .hasMessageContaining("belongs to this server");
            assertThat(new FakeCall()
                            .run(new ReadFile(inside), Json.object().put("path", "root/x"))
                            .get("text")
                            .asText())
                    .isEqualTo("y");
        }
    }
}
