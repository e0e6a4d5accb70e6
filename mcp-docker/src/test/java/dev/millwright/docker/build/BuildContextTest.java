package dev.millwright.docker.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millwright.tool.ToolException;
import dev.millwright.workspace.Protection;
import dev.millwright.workspace.Workspace;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is sent of a folder. */
class BuildContextTest {
    @TempDir
    Path root;

    private Workspace workspace;

    @BeforeEach
    void open() throws IOException {
        workspace = new Workspace(List.of(root), new Protection(List.of(), List.of()), false, List.of());
        file("app/Dockerfile", "FROM scratch\n");
    }

    @AfterEach
    void close() {
        workspace.close();
    }

    private void file(String path, String text) throws IOException {
        Files.createDirectories(root.resolve(path).getParent());
        Files.writeString(root.resolve(path), text);
    }

    private BuildContext read() {
        return BuildContext.read(workspace, workspace.at("app"), "Dockerfile", 1_000_000);
    }

    /** Content by path; links as {@code -> target}, folders as {@code /}. */
    private static Map<String, String> unpacked(BuildContext context) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (InputStream in = context.tar();
                TarArchiveInputStream tar = new TarArchiveInputStream(in)) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                files.put(
                        entry.getName(),
                        entry.isSymbolicLink()
                                ? "-> " + entry.getLinkName()
                                : entry.isDirectory() ? "/" : new String(tar.readAllBytes(), StandardCharsets.UTF_8));
                assertThat(entry.getLongUserId()).isZero();
            }
        }
        return files;
    }

    @Test
    void isTheFolderLessWhatIsIgnored() throws IOException {
        file("app/.dockerignore", "node_modules\n*.log\n!keep.log\nDockerfile\n");
        file("app/src/a.txt", "a");
        file("app/x.log", "x");
        file("app/keep.log", "k");
        file("app/node_modules/m/index.js", "m");
        file("secret.txt", "s");
        assertThat(unpacked(read()))
                .containsOnlyKeys("Dockerfile", ".dockerignore", "src/", "src/a.txt", "keep.log")
                .containsEntry("src/a.txt", "a");
    }

    @Test
    void takesBackAFileOfAnIgnoredFolder() throws IOException {
        file("app/.dockerignore", "*\n!src/a.txt\n");
        file("app/src/a.txt", "a");
        file("app/src/b.txt", "b");
        assertThat(unpacked(read())).containsOnlyKeys("Dockerfile", ".dockerignore", "src/a.txt");
    }

    @Test
    void sendsLinksAsLinksAndNothingFromOutside() throws IOException {
        Path outside = Files.createTempDirectory("outside");
        Files.writeString(outside.resolve("passwd"), "t0p s3cret");
        Files.createSymbolicLink(root.resolve("app/escape"), outside.resolve("passwd"));
        Files.createSymbolicLink(root.resolve("app/folder"), outside);
        Map<String, String> files = unpacked(read());
        assertThat(files)
                .containsEntry("escape", "-> " + outside.resolve("passwd"))
                .containsEntry("folder", "-> " + outside);
        assertThat(files.toString()).doesNotContain("t0p s3cret");
        Files.delete(outside.resolve("passwd"));
        Files.delete(outside);
    }

    @Test
    void refusesADockerfileThatLeadsOutside() throws IOException {
        file("Dockerfile.out", "FROM scratch\n");
        assertThatThrownBy(() -> BuildContext.read(workspace, workspace.at("app"), "../Dockerfile.out", 1_000))
                .isInstanceOf(ToolException.class)
                .hasMessageContaining("below the context");
        Files.delete(root.resolve("app/Dockerfile"));
        Files.createSymbolicLink(root.resolve("app/Dockerfile"), Path.of("/etc/passwd"));
        assertThatThrownBy(this::read).isInstanceOf(ToolException.class);
        assertThatThrownBy(() -> BuildContext.read(workspace, workspace.at("/etc"), "passwd", 1_000))
                .isInstanceOf(ToolException.class)
                .hasMessageContaining("outside");
    }

    @Test
    void hasALimit() throws IOException {
        file("app/big", "x".repeat(2_000_000));
        assertThatThrownBy(this::read).hasMessageContaining("larger than 1000000 bytes");
        file("app/.dockerignore", "big\n");
        assertThat(read().bytes()).isLessThan(100);
    }

    @Test
    void prefersTheIgnoreFileOfItsDockerfile() throws IOException {
        file("app/.dockerignore", "a\n");
        file("app/Dockerfile.dockerignore", "b\n");
        file("app/a", "1");
        file("app/b", "2");
        assertThat(unpacked(read())).containsKey("a").doesNotContainKey("b");
    }

    @Test
    void canBeBuiltByAnotherText() throws IOException {
        BuildContext other = read().with("FROM other\n");
        assertThat(unpacked(other))
                .containsEntry(other.dockerfilePath(), "FROM other\n")
                .containsKey("Dockerfile");
    }

    @Test
    void saysWhichFileIsMissing() {
        assertThatThrownBy(() -> BuildContext.read(workspace, workspace.at("app"), "Dockerfil", 1_000))
                .isInstanceOf(ToolException.class)
                .hasMessageContaining("Dockerfile");
    }

    @Test
    void keepsLongNamesAndManyFiles() throws IOException {
        String name = "n".repeat(150) + "/" + "m".repeat(150) + "/file";
        file("app/" + name, "deep");
        for (int i = 0; i < 500; i++) {
            file("app/many/" + i, "x".repeat(i));
        }
        Map<String, String> files = unpacked(read());
        assertThat(files).containsEntry(name, "deep").containsEntry("many/499", "x".repeat(499));
    }
}
