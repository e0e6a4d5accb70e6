package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.tool.ToolException.Kind;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConversionTest {
    @TempDir
    Path temporary;

    private Bench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new Bench(temporary);
        bench.git("init", "-q", "-b", "main");
        bench.git("commit", "-q", "--allow-empty", "-m", "none");
        bench.git("branch", "empty");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private void touch(String path) throws Exception {
        Files.setLastModifiedTime(
                bench.root.resolve(path), FileTime.from(Instant.now().minusSeconds(5000)));
    }

    /** Native Git's blob against ours, its file against ours, and both find the other's work clean. */
    private void holdsAgainstNative(byte[] file) throws Exception {
        Path path = bench.root.resolve("f");
        Files.write(path, file);
        bench.git("add", ".");
        String theirs = bench.git("ls-files", "-s", "f");
        bench.git("rm", "-q", "--cached", "f");
        bench.call("git_add", "{'paths': ['f']}");
        assertThat(bench.git("ls-files", "-s", "f")).isEqualTo(theirs);
        bench.git("commit", "-qm", "all");

        bench.git("checkout", "-q", "empty");
        bench.git("checkout", "-q", "main");
        byte[] written = Files.readAllBytes(path);
        touch("f");
        assertThat(bench.call("git_status", "{}").path("summary").asText()).isEqualTo("clean");
        assertThat(bench.call("git_diff", "{}").path("changed").asInt()).isZero();

        bench.call("git_switch", "{'target': 'empty'}");
        assertThat(path).doesNotExist();
        bench.call("git_switch", "{'target': 'main'}");
        assertThat(Files.readAllBytes(path)).isEqualTo(written);
        touch("f");
        assertThat(bench.git("status", "--porcelain")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a $Id$ b\n",
                "$Id: 1234 $\n$Id:$ $Id: $ $Id:x$",
                "$Id: by another 1.5 program $\n$Id$\n",
                "$Id: not\nclosed $\n$Id",
                "$Idx$ $ $Id$$ $Id: a$Id$\n",
                "\u00ff\u0000 $Id$ \r\n"
            })
    void keywordsAreCollapsedAndExpandedAsByNativeGit(String text) throws Exception {
        bench.write(".gitattributes", "f ident\n");
        holdsAgainstNative(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest
    @CsvSource({
        "UTF-16, UTF-16, ''",
        "UTF-16, UTF-16, eol=crlf ident",
        "utf-16le-bom, UTF-16LE, text=auto",
        "UTF-16LE, UTF-16LE, text eol=crlf",
        "UTF-16BE, UTF-16BE, ident",
        "UTF-32, UTF-32, text",
        "ISO-8859-1, ISO-8859-1, text",
        "UTF-8, UTF-8, ident"
    })
    void encodingsAreTurnedIntoUtf8AndBackAsByNativeGit(String attribute, String charset, String more)
            throws Exception {
        bench.write(".gitattributes", "f working-tree-encoding=" + attribute + " " + more + "\n");
        String text = "Gr\u00fc\u00dfe\r\n$Id$\r\n";
        boolean mark = attribute.equals("utf-16le-bom") || attribute.equals("UTF-32");
        holdsAgainstNative(((mark ? "\ufeff" : "") + text).getBytes(Charset.forName(charset)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "US-ASCII", "no-such-one"})
    void whatIsNotInItsEncodingIsNeitherStagedNorHidden(String encoding) throws Exception {
        bench.write(".gitattributes", "f working-tree-encoding=" + encoding + "\n");
        byte[] file = encoding.equals("UTF-16LE") ? new byte[] {-1, -2, 'a', 0} : new byte[] {'a', 0, -4, 0};
        Files.write(bench.root.resolve("f"), file);
        assertThat(bench.gitMayFail("add", "f")).contains("f");
        assertThat(bench.git("ls-files")).isEmpty();
        assertThat(bench.refused(Kind.INVALID_INPUT, "git_add", "{'paths': ['f']}"))
                .contains("working-tree-encoding " + encoding.toUpperCase(java.util.Locale.ROOT));
        assertThat(bench.git("ls-files")).isEmpty();
        assertThat(bench.call("git_status", "{}").path("untracked").toString()).contains("\"f\"");
    }

    @Test
    void whatItsEncodingCannotHoldIsNotCheckedOut() throws Exception {
        bench.write("f", "\u20ac\n");
        bench.git("add", ".");
        bench.git("commit", "-qm", "one");
        bench.git("checkout", "-q", "empty");
        bench.write(".git/info/attributes", "f working-tree-encoding=ISO-8859-1\n");
        assertThat(bench.refused(Kind.DENIED, "git_switch", "{'target': 'main'}"))
                .contains("f cannot be written in its working-tree-encoding");
        assertThat(bench.git("status", "--porcelain", "-b").strip()).isEqualTo("## empty");
    }

    @Test
    void whatAFilterWouldMakeIsNotStagedRaw() throws Exception {
        bench.write(".gitattributes", "*.bin filter=lfs -text\n*.x filter=mine\n*.y filter=unknown\n");
        bench.write("a.bin", "large\n");
        bench.write("a.x", "1\n");
        bench.write("a.y", "1\n");
        bench.git("config", "filter.mine.clean", "touch " + bench.outside.resolve("ran"));
        assertThat(bench.refused(Kind.DENIED, "git_add", "{'all': true}")).contains("filter=");
        bench.refused(Kind.DENIED, "git_add", "{'paths': ['a.bin']}");
        bench.refused(Kind.DENIED, "git_add", "{'paths': ['a.x']}");
        bench.call("git_add", "{'paths': ['a.y']}");
        assertThat(bench.git("ls-files")).isEqualTo("a.y\n");
        bench.git("config", "--unset", "filter.mine.clean");
        bench.git("config", "filter.mine.required", "true");
        bench.refused(Kind.DENIED, "git_add", "{'paths': ['a.x']}");
        assertThat(bench.outside.resolve("ran")).doesNotExist();
    }

    @Test
    void aFileThatLfsWroteIsCleanUntilItIsChanged() throws Exception {
        byte[] large = "large\n".repeat(1000).getBytes(StandardCharsets.US_ASCII);
        String oid =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(large));
        bench.write(".gitattributes", "*.bin filter=lfs -text\n");
        bench.write(
                "a.bin",
                "version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %d\n".formatted(oid, large.length));
        bench.call("git_add", "{'all': true}");
        bench.git("commit", "-qm", "one");
        Files.write(bench.root.resolve("a.bin"), large);
        assertThat(bench.call("git_status", "{}").path("summary").asText()).isEqualTo("clean");
        Files.writeString(bench.root.resolve("a.bin"), "other");
        assertThat(bench.call("git_status", "{}").path("unstaged").toString()).contains("M a.bin");
        bench.refused(Kind.DENIED, "git_add", "{'update': true}");
        bench.refused(Kind.DENIED, "git_add", "{'hunks': [{'path': 'a.bin', 'numbers': [1]}]}");
    }
}
