package dev.millwright.filesystem.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millwright.tool.ToolException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueryTest {
    private static final String[] PARTS = {
        "a",
        "b",
        "ab",
        "abc",
        ".",
        "\\d",
        "\\w",
        "\\s",
        "[a-c]",
        "[^a]",
        "x",
        "é",
        "(?:ab|c)",
        "(b)",
        "^",
        "$",
        "\\b",
        "*",
        "+",
        "?",
        "{2}",
        "{1,3}",
        "|",
        "\\.",
        "(?i:B)",
        "\\W",
        "(a|)",
        "[é-ü]",
        "k"
    };
    private static final String[] TEXT = {"a", "b", "c", "abc", "ab", "\n", "\n", " ", "1", "x", "é", ".", "K", "k", "B"
    };

    @Test
    void findsTheLinesThatJavaFindsWithRandomExpressions() {
        Random random = new Random(3);
        int tried = 0;
        for (int i = 0; i < 30_000; i++) {
            String regex = random(random, PARTS, 7);
            boolean ignoreCase = random.nextInt(4) == 0;
            Pattern java;
            Query query;
            try {
                java = Pattern.compile(regex, ignoreCase ? Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE : 0);
                query = Query.of(regex, true, ignoreCase, false);
            } catch (java.util.regex.PatternSyntaxException | ToolException e) {
                continue;
            }
            String text = random(random, TEXT, 30);
            assertThat(lines(query, text))
                    .as("/" + regex + "/ " + ignoreCase + " in " + text)
                    .isEqualTo(javaLines(java, text));
            tried++;
        }
        assertThat(tried).isGreaterThan(10_000);
    }

    @Test
    void findsEveryMatchThatJavaFindsOnALine() {
        Query query = Query.of("b+", true, false, false);
        byte[] text = "abba\nb bb\n".getBytes(StandardCharsets.UTF_8);
        Query.Finder finder = query.finder().on(text, text.length);
        List<String> found = new ArrayList<>();
        for (int at = 0; finder.find(at, text.length); at = finder.end()) {
            found.add(finder.start() + "-" + finder.end());
        }
        assertThat(found).containsExactly("1-3", "5-6", "7-9");
    }

    @Test
    void comesThroughLatin1AndBrokenUtf8() {
        byte[] text = {'c', 'a', 'f', (byte) 0xe9, '\n', (byte) 0xff, (byte) 0xc3, '\n', 'o', 'k', '\n'};
        assertThat(Query.of("caf.$", true, false, false)
                        .finder()
                        .on(text, text.length)
                        .nextLine(0, text.length))
                .isBetween(0, 4);
        assertThat(Query.of("^ok$", true, true, false)
                        .finder()
                        .on(text, text.length)
                        .nextLine(0, text.length))
                .isBetween(8, 10);
    }

    @Test
    void seesALineEndBeforeACarriageReturn() {
        assertThat(lines(Query.of(";$", true, false, false), "a;\r\nb\r\nc;\r\n"))
                .containsExactly(0, 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"(?=a)", "(?!a)", "(?<=a)b", "(a)\\1", "(", "[", "*a"})
    void refusesWhatRe2DoesNotKnow(String regex) {
        assertThatThrownBy(() -> Query.of(regex, true, false, false))
                .isInstanceOfSatisfying(
                        ToolException.class, e -> assertThat(e.kind()).isEqualTo(ToolException.Kind.INVALID_INPUT))
                .hasMessageContaining("RE2");
    }

    @Test
    void saysWhyThereIsNoLookaround() {
        assertThatThrownBy(() -> Query.of("a(?=b)", true, false, false)).hasMessageContaining("lookaround");
    }

    @Test
    void takesLinearTimeOnWhatMakesBacktrackingExplode() {
        String text = "a".repeat(100_000) + "b";
        for (String regex : List.of("(a+)+$", "(a|aa)+$", "(a*)*c")) {
            Query query = Query.of(regex, true, false, false);
            Assertions.assertTimeoutPreemptively(
                    Duration.ofSeconds(1), () -> assertThat(lines(query, text)).isEmpty());
        }
    }

    private static List<Integer> lines(Query query, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Query.Finder finder = query.finder().on(bytes, bytes.length);
        List<Integer> lines = new ArrayList<>();
        for (int at = finder.nextLine(0, bytes.length); at >= 0; ) {
            lines.add((int) new String(bytes, 0, Query.lineStart(bytes, at), StandardCharsets.UTF_8)
                    .chars()
                    .filter(c -> c == '\n')
                    .count());
            at = finder.nextLine(Query.lineEnd(bytes, at, bytes.length) + 1, bytes.length);
        }
        return lines;
    }

    private static List<Integer> javaLines(Pattern pattern, String text) {
        List<Integer> lines = new ArrayList<>();
        String[] all = text.split("\n", -1);
        int count = text.isEmpty() || text.endsWith("\n") ? all.length - 1 : all.length;
        for (int i = 0; i < count; i++) {
            if (pattern.matcher(all[i]).find()) {
                lines.add(i);
            }
        }
        return lines;
    }

    private static String random(Random random, String[] parts, int most) {
        StringBuilder text = new StringBuilder();
        for (int i = 1 + random.nextInt(most); i > 0; i--) {
            text.append(parts[random.nextInt(parts.length)]);
        }
        return text.toString();
    }
}
