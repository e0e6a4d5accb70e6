package dev.millwright.filesystem;

import static dev.millwright.tool.ToolException.Kind.CONFLICT;
import static dev.millwright.tool.ToolException.Kind.DENIED;
import static dev.millwright.tool.ToolException.Kind.INVALID_INPUT;
import static dev.millwright.tool.ToolException.Kind.NOT_FOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.filesystem.undo.Transaction;
import dev.millwright.json.Json;
import dev.millwright.testing.FakeCall;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.Workspace;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths made to lead out, to look like something else, or to hang. */
class HostilePathsTest {
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

    private static ObjectNode path(String path) {
        return Json.object().put("path", path);
    }

    private static ObjectNode content(String path) {
        return path(path).put("content", "new").put("mode", "overwrite");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../../etc/passwd",
                "..",
                "../outside/f",
                "a/../../outside/f",
                "./../outside/f",
                "//../outside/f",
                "/etc/passwd",
                "/",
                "/proc/self/root/etc/passwd",
                "/dev/zero"
            })
    void leadsNowhereOutside(String path) throws IOException {
        Files.createDirectory(bench.root.resolve("a"));
        bench.refused(DENIED, "read_file", path(path));
        bench.refused(DENIED, "file_info", path(path));
        bench.refused(DENIED, "write_file", content(path));
        bench.refused(DENIED, "delete_file", path(path));
        bench.refused(DENIED, "create_directory", path(path + "/x"));
        bench.refused(DENIED, "copy_file", Json.object().put("source", path).put("destination", "copied"));
        assertThat(bench.root.resolve("copied")).doesNotExist();
    }

    @Test
    void siblingThatBeginsLikeTheRootIsOutside() throws IOException {
        Path evil = Files.createDirectory(temporary.resolve("root_evil"));
        Files.writeString(evil.resolve("x"), Bench.SECRET);
        bench.refused(DENIED, "read_file", path(evil.resolve("x").toString()));
    }

    @Test
    void absolutePathInsideTheRootIsFine() throws Exception {
        bench.write("d/f", "inside");
        JsonNode read = bench.run("read_file", path(bench.root.resolve("d/f").toString()));
        assertThat(read.get("text").asText()).isEqualTo("inside");
    }

    @Test
    void linksOutsideAreDenied() throws IOException {
        Files.createSymbolicLink(bench.root.resolve("ln"), Path.of("/etc"));
        Files.createSymbolicLink(bench.root.resolve("relative"), Path.of("../outside"));
        Files.createSymbolicLink(bench.root.resolve("m"), Path.of("/proc/self/root/etc/hostname"));
        for (String path : new String[] {"ln/passwd", "relative/f", "m"}) {
            assertThat(bench.refused(DENIED, "read_file", path(path))).contains(path);
            bench.refused(DENIED, "write_file", content(path));
        }
        assertThat(Files.readString(bench.outside.resolve("f"))).isEqualTo(Bench.SECRET);
    }

    @Test
    void linkInsideIsFollowed() throws Exception {
        bench.write("d/f", "inside");
        Files.createSymbolicLink(bench.root.resolve("d/up"), Path.of("../d/f"));
        assertThat(bench.run("read_file", path("d/up")).get("text").asText()).isEqualTo("inside");
        bench.run("write_file", content("d/up"));
        assertThat(bench.text("d/f")).isEqualTo("new");
        assertThat(bench.root.resolve("d/up")).isSymbolicLink();
    }

    @Test
    void danglingLinkOutsideCreatesNothing() throws IOException {
        Files.createSymbolicLink(bench.root.resolve("d"), bench.outside.resolve("new"));
        Files.createSymbolicLink(bench.root.resolve("r"), Path.of("../outside/new"));
        for (String path : new String[] {"d", "r"}) {
            bench.refused(DENIED, "write_file", content(path));
            bench.refused(DENIED, "write_file", path(path).put("content", "new"));
        }
        assertThat(bench.outside.resolve("new")).doesNotExist();
    }

    @Test
    void loopOfLinksEnds() throws IOException {
        Files.createSymbolicLink(bench.root.resolve("a"), Path.of("b"));
        Files.createSymbolicLink(bench.root.resolve("b"), Path.of("a"));
        bench.refused(DENIED, "read_file", path("a"));
    }

    @Test
    void hardLinkOutsideKeepsItsContent() throws Exception {
        Files.createLink(bench.root.resolve("f"), bench.outside.resolve("f"));
        bench.run("write_file", content("f"));
        bench.run("write_file", path("f").put("content", "more").put("mode", "append"));
        assertThat(bench.text("f")).isEqualTo("newmore");
        assertThat(Files.readString(bench.outside.resolve("f"))).isEqualTo(Bench.SECRET);
    }

    @Test
    void fileReplacedByALinkBetweenCheckAndWriteIsLeftAlone() throws Exception {
        Path file = bench.write("f", "old");
        Workspace workspace = bench.workspaces.of(Tenant.DEFAULT);
        for (boolean create : new boolean[] {false, true}) {
            Files.deleteIfExists(file);
            Transaction write = bench.workspaces.history(Tenant.DEFAULT).begin(new FakeCall(), "test");
            if (create) {
                write.create(workspace.at("f"), new byte[] {'x'}, false);
            } else {
                bench.write("f", "old");
                write.write(workspace.at("f"), new byte[] {'x'}, Optional.empty(), Optional.empty());
                Files.delete(file);
            }
            Files.createSymbolicLink(file, bench.outside.resolve("f"));
            assertThat(catchThrowableOfType(ToolException.class, write::run).kind())
                    .isIn(CONFLICT, DENIED);
            assertThat(bench.outside.resolve("f")).hasContent(Bench.SECRET);
            assertThat(bench.root.toFile().list()).containsExactly("f");
        }
    }

    @Test
    void nulIsInvalid() {
        bench.refused(INVALID_INPUT, "read_file", path("a\0b"));
        bench.refused(INVALID_INPUT, "write_file", content("a\0b"));
    }

    @Test
    void unpairedSurrogateIsInvalid() {
        bench.refused(INVALID_INPUT, "read_file", path("a\ud800"));
        bench.refused(INVALID_INPUT, "read_file", path("\udc00a"));
    }

    @Test
    void emptyPathIsInvalid() {
        bench.refused(INVALID_INPUT, "read_file", path(""));
    }

    @Test
    void tooLongANameIsInvalidAndCreatesNothing() {
        bench.refused(INVALID_INPUT, "write_file", content("n".repeat(256)));
        bench.refused(INVALID_INPUT, "write_file", content("ä".repeat(128)));
        bench.refused(INVALID_INPUT, "read_file", path("a/".repeat(2100) + "a"));
        assertThat(bench.root).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "~root/x",
                "~",
                "%2e%2e/etc/passwd",
                "C:\\x",
                "․․/etc/passwd",
                ". .",
                "$HOME",
                "..\\..\\x",
                "．．/x"
            })
    void oddNamesAreLiteral(String path) throws Exception {
        bench.refused(NOT_FOUND, "read_file", path(path));
        if (!path.contains("/")) {
            bench.run("write_file", path(path).put("content", "literal"));
            assertThat(bench.root.resolve(path)).hasContent("literal");
        }
    }

    @Test
    void colonIsLiteralOnLinux() throws Exception {
        bench.run("write_file", content("a:stream"));
        assertThat(bench.root.resolve("a:stream")).hasContent("new");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\u200bb", "a\u202eb", "a\u2066b", "a\nb", "\ufeffa", "a\u2028b", "d\u200b/x"})
    void invisibleCharactersAreRefusedInNewNames(String name) throws IOException {
        bench.refused(INVALID_INPUT, "write_file", content(name).put("createParents", true));
        bench.refused(INVALID_INPUT, "create_directory", path(name));
        bench.write("plain", "");
        bench.refused(
                INVALID_INPUT,
                "move_file",
                Json.object().put("source", "plain").put("destination", name).put("createParents", true));
        assertThat(bench.root.toFile().list()).containsExactly("plain");
    }

    @Test
    void tellsComposedFromDecomposedNames() throws Exception {
        bench.write("\u00e9", "composed");
        bench.write("e\u0301", "decomposed");
        assertThat(bench.run("read_file", path("\u00e9")).get("text").asText()).isEqualTo("composed");
        assertThat(bench.run("read_file", path("e\u0301")).get("text").asText()).isEqualTo("decomposed");
    }

    @Test
    void folderCannotMoveIntoItself() throws IOException {
        bench.write("d/e/f", "kept");
        bench.refused(
                INVALID_INPUT, "move_file", Json.object().put("source", "d").put("destination", "d/e/d"));
        bench.refused(
                INVALID_INPUT, "copy_file", Json.object().put("source", "d").put("destination", "d/e/d"));
        assertThat(bench.text("d/e/f")).isEqualTo("kept");
    }

    @Test
    void folderIsNotOverwrittenByAFile() throws IOException {
        bench.write("d/f", "kept");
        bench.refused(CONFLICT, "write_file", content("d"));
        bench.refused(CONFLICT, "write_file", content("d/"));
        bench.refused(CONFLICT, "write_file", content("."));
        assertThat(bench.text("d/f")).isEqualTo("kept");
    }

    @Test
    void rootsStay() throws IOException {
        bench.write("f", "kept");
        bench.refused(DENIED, "delete_file", path(".").put("recursive", true));
        bench.refused(
                DENIED,
                "delete_file",
                path(bench.root.toString()).put("recursive", true).put("permanent", true));
        bench.refused(DENIED, "move_file", Json.object().put("source", ".").put("destination", "x"));
        assertThat(bench.text("f")).isEqualTo("kept");
    }

    @Test
    @Timeout(60)
    void fifoSocketAndDeviceAnswerAtOnce() throws Exception {
        Process made = new ProcessBuilder("mkfifo", bench.root.resolve("fifo").toString()).start();
        assertThat(made.waitFor()).isZero();
        new ProcessBuilder("mknod", bench.root.resolve("zero").toString(), "c", "1", "5")
                .start()
                .waitFor();
        Path socket = bench.root.resolve("socket");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            for (String name : new String[] {"fifo", "socket"}) {
                bench.refused(INVALID_INPUT, "read_file", path(name));
                bench.refused(INVALID_INPUT, "write_file", content(name));
                bench.refused(
                        INVALID_INPUT,
                        "copy_file",
                        Json.object().put("source", name).put("destination", "copy"));
                assertThat(bench.run("file_info", path(name)).get("type").asText())
                        .isEqualTo("special");
            }
            if (Files.exists(bench.root.resolve("zero"), LinkOption.NOFOLLOW_LINKS)) {
                bench.refused(INVALID_INPUT, "read_file", path("zero"));
            }
        }
    }

    @Test
    void missingNameIsNamedWithTheNearest() throws IOException {
        bench.write("src/main/App.java", "");
        assertThat(bench.refused(NOT_FOUND, "read_file", path("src/main/Ap.java")))
                .contains("src/main holds no Ap.java", "did you mean App.java?");
        assertThat(bench.refused(NOT_FOUND, "read_file", path("src/mian/App.java")))
                .contains("src holds no mian", "did you mean main?");
    }
}
