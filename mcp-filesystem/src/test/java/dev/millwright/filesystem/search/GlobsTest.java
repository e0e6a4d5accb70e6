package dev.millwright.filesystem.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millwright.tool.ToolException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GlobsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            *.java              | src/a/B.java        | true
            *.java              | src/a/B.jar         | false
            B.java              | src/a/B.java        | true
            src/*.java          | src/B.java          | true
            src/*.java          | src/a/B.java        | false
            src/**/*.java       | src/B.java          | true
            src/**/*.java       | src/a/b/B.java      | true
            **/test/**          | a/test/b/c          | true
            **/test/**          | test/c              | true
            **/test/**          | a/test              | false
            src/                | src/a/b             | true
            src/                | lib/src/a           | false
            /top                | top                 | true
            /top                | a/top               | false
            ./top               | top                 | true
            *.{java,kt}         | a/b.kt              | true
            *.{java,kt}         | a/b.k               | false
            {src,lib}/**/*.c    | lib/x/y.c           | true
            {a,b{c,d}}          | bd                  | true
            {a,b{c,d}}          | b                   | false
            [a-c]?.txt          | bz.txt              | true
            [!a-c]?.txt         | bz.txt              | false
            a[^/]b              | a/b                 | false
            \\*.txt             | *.txt               | true
            \\*.txt             | a.txt               | false
            ?                   | 😀                  | true
            a?b                 | a😀b                | true
            **.java             | a/b/C.java          | true
            """)
    void matchesLikeAShellWithDoubleStars(String glob, String path, boolean matches) {
        assertThat(passes(path, glob)).isEqualTo(matches);
    }

    @Test
    void leavesOutWhatAnExclamationMarkNames() {
        assertThat(passes("a/B.java", "*.java", "!**/a/**")).isFalse();
        assertThat(passes("b/B.java", "*.java", "!**/a/**")).isTrue();
        assertThat(passes("b/B.java", "!*.kt")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[a", "{a,b", "a\\", "[z-a]", "", "!", "{{{{{{{{{a}}}}}}}}}", "[[:nope:]]"})
    void refusesWhatDoesNotParseAndNamesTheItem(String glob) {
        assertThatThrownBy(() -> Globs.of(List.of("ok", glob)))
                .isInstanceOfSatisfying(
                        ToolException.class, e -> assertThat(e.kind()).isEqualTo(ToolException.Kind.INVALID_INPUT))
                .hasMessageContaining("/globs/1");
    }

    @Test
    void takesLinearTimeOnWhatMakesBacktrackingExplode() {
        String glob = "*a".repeat(200) + "b";
        String path = "a".repeat(4_000);
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(2), () -> assertThat(passes(path, glob)).isFalse());
    }

    @Test
    void agreesWithPathMatcherOnRandomGlobs() {
        Random random = new Random(7);
        String[] parts = {"a", "b", "ab", "/", "*", "**", "?", "[ab]", "[!a]", "{a,b}", "{ab,*}", ".", "\\*"};
        for (int i = 0; i < 20_000; i++) {
            String glob = random(random, parts, 6);
            // A leading or inner "**/" may match no name at all here, and must match one there.
            if (glob.startsWith("/")
                    || glob.startsWith("./")
                    || glob.endsWith("/")
                    || glob.contains("//")
                    || glob.contains("**") && glob.matches("(.*/)?\\*\\*+/.*")
                    || glob.contains("***")
                    || !glob.contains("/")) {
                continue;
            }
            PathMatcher theirs = FileSystems.getDefault().getPathMatcher("glob:" + glob);
            Globs ours = Globs.of(List.of(glob));
            for (int j = 0; j < 10; j++) {
                String path = random(random, new String[] {"a", "b", "ab", "/", ".", "*"}, 6)
                        .replaceAll("/+", "/")
                        .replaceAll("^/|/$", "");
                if (!path.isEmpty()) {
                    assertThat(ours.pass(path, name(path)))
                            .as(glob + " on " + path)
                            .isEqualTo(theirs.matches(Path.of(path)));
                }
            }
        }
    }

    private static String random(Random random, String[] parts, int most) {
        StringBuilder text = new StringBuilder();
        for (int i = 1 + random.nextInt(most); i > 0; i--) {
            text.append(parts[random.nextInt(parts.length)]);
        }
        return text.toString();
    }

    private static boolean passes(String path, String... globs) {
        return Globs.of(List.of(globs)).pass(path, name(path));
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
