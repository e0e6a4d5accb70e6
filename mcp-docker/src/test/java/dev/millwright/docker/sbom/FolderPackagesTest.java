package dev.millwright.docker.sbom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millwright.tool.ToolException;
import dev.millwright.workspace.Protection;
import dev.millwright.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderPackagesTest {
    @TempDir
    private Path home;

    private Workspace workspace;

    @BeforeEach
    void lay() throws IOException {
        workspace = new Workspace(List.of(home), new Protection(List.of(), List.of()), true, List.of());
        write(
                "web/package-lock.json",
                "{\"lockfileVersion\":3,\"packages\":{\"node_modules/a\":{\"version\":\"1.0.0\"}}}");
        write("web/node_modules/a/package.json", "{\"name\":\"a\",\"version\":\"1.0.0\"}");
        write("web/node_modules/b/package.json", "{\"name\":\"b\",\"version\":\"2.0.0\"}");
        write("api/requirements.txt", "django==4.2\n");
        write("api/Pipfile.lock", "{");
        write(".git/go.mod", "module x\nrequire hidden/x v1.0.0\n");
        Files.createSymbolicLink(home.resolve("loop"), home);
    }

    @AfterEach
    void close() {
        workspace.close();
    }

    private void write(String path, String text) throws IOException {
        Path file = home.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    @Test
    void findsThePackagesOfAFolder() {
        Sbom sbom = FolderPackages.of(workspace, workspace.at("."));

        assertThat(Reading.names(sbom)).containsExactly("a 1.0.0", "b 2.0.0", "django 4.2");
        assertThat(sbom.components().getFirst().path()).contains("/web/node_modules/a/package.json");
        assertThat(sbom.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.path()).isEqualTo("/api/Pipfile.lock"));
    }

    @Test
    void readsASingleLockFile() {
        assertThat(Reading.names(FolderPackages.of(workspace, workspace.at("api/requirements.txt"))))
                .containsExactly("django 4.2");
    }

    @Test
    void saysWhichFilesFit() throws IOException {
        write("notes.txt", "x");

        assertThatThrownBy(() -> FolderPackages.of(workspace, workspace.at("notes.txt")))
                .isInstanceOf(ToolException.class)
                .hasMessageContaining("notes.txt is no file that tells of packages")
                .hasMessageContaining("package-lock.json");
        assertThatThrownBy(() -> FolderPackages.of(workspace, workspace.at("nowhere")))
                .isInstanceOf(ToolException.class);
    }
}
