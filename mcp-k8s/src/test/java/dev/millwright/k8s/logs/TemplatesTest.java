package dev.millwright.k8s.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TemplatesTest {
    private static final String[] WORDS = {
        "user",
        "order",
        "failed",
        "GET",
        "/api/v1/x",
        "took",
        "17ms",
        "\"quoted text\"",
        "10.0.0.7:5432",
        "=",
        "status=200",
        "0xdeadbeef",
        "3f2b9c1e-0a1b-4c2d-9e8f-001122334455",
        "2026-11-20T14:28:53Z",
        "\u001b[31m",
        "\ud800",
        "é",
        "'",
        "\"",
        "",
        "web-6b945444d5-bmgnn",
        "{",
        "}",
        "a=b",
        "%",
        "<*>",
        "\t"
    };

    /** Sentences of a few words out of few, as programs write them, and some as they should not. */
    private static List<LogLine> lines(long seed, int count) {
        Random random = new Random(seed);
        List<LogLine> lines = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            StringBuilder line = new StringBuilder();
            int length = random.nextInt(12);
            for (int j = 0; j < length; j++) {
                line.append(
                        random.nextInt(4) == 0 ? "" + random.nextInt(100_000) : WORDS[random.nextInt(WORDS.length)]);
                line.append(random.nextInt(8) == 0 ? "" : " ");
            }
            lines.add(LogLine.of(line.toString(), false));
        }
        return lines;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void putsEachLineIntoExactlyOneTemplateAndItsCountsAddUp(long seed) {
        List<LogLine> lines = lines(seed, 3_000);
        Templates templates = new Templates();
        Map<Integer, Long> counted = new HashMap<>();
        lines.forEach(line -> counted.merge(templates.add(line), 1L, Long::sum));

        assertThat(templates.lines()).isEqualTo(3_000);
        assertThat(templates.all().stream().mapToLong(Template::count).sum()).isEqualTo(3_000);
        assertThat(counted.values().stream().sorted().toList())
                .isEqualTo(
                        templates.all().stream().map(Template::count).sorted().toList());
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void givesTheSameTemplatesForTheSameLines(long seed) {
        List<List<Template>> runs = new ArrayList<>();
        for (int run = 0; run < 2; run++) {
            Templates templates = new Templates();
            lines(seed, 2_000).forEach(templates::add);
            runs.add(templates.all());
        }

        assertThat(runs.get(0)).isEqualTo(runs.get(1));
    }

    @Test
    void staysWithinItsBoundWhateverIsWritten() {
        Random random = new Random(5);
        Templates templates = new Templates();
        for (int i = 0; i < 20_000; i++) {
            StringBuilder line = new StringBuilder();
            for (int j = 0; j <= i % 40; j++) {
                for (int k = 0; k < 8; k++) {
                    line.append((char) ('g' + random.nextInt(20)));
                }
                line.append(' ');
            }
            templates.add(LogLine.of(line.toString(), false));
        }

        assertThat(templates.all()).hasSizeLessThanOrEqualTo(Templates.MOST + 1);
        assertThat(templates.all().stream().mapToLong(Template::count).sum()).isEqualTo(20_000);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "took 17ms for 3.5 MB at 99% | took <num> for <num> MB at <num>",
                "id 3f2b9c1e-0a1b-4c2d-9e8f-001122334455 | id <uuid>",
                "at 0xdeadbeef commit 3f2b9c1e0a1b | at <hex> commit <hex>",
                "from 10.0.0.7:5432 | from <ip>",
                "GET /api/v1/users/17 200 | GET <path> <num>",
                "see (https://example.org/a?b=1), then | see (<url>), then",
                "open \"some file\" failed | open \"<str>\" failed",
                "can't open 'x y' | can't open '<str>'",
                "at 2026-11-20T14:28:53.1Z or 14:28:53 | at <time> or <time>",
                "pod web-6b945444d5-bmgnn of v2 | pod web-<id>-bmgnn of v2",
                "status=200 retries=3 | status=<num> retries=<num>",
                "plain words only | plain words only"
            })
    void masksWhatChangesFromOneLineToTheNext(String line, String shape) {
        assertThat(Shape.of(line)).isEqualTo(shape);
    }

    @Test
    void findsTheSentenceBehindManyLines() {
        Templates templates = new Templates();
        for (int i = 0; i < 100; i++) {
            templates.add(LogLine.of(
                    "2026-11-20T14:28:%02dZ INFO user alice%d placed order %d".formatted(i % 60, i, i * 7), false));
            templates.add(LogLine.of("WARN cache miss for key k" + i, false));
        }

        assertThat(templates.all()).hasSize(2).first().satisfies(each -> {
            assertThat(each.pattern()).isEqualTo("INFO user <id> placed order <num>");
            assertThat(each.count()).isEqualTo(100);
            assertThat(each.worst()).isEqualTo(Level.INFO);
            assertThat(each.example()).contains("alice0");
        });
    }
}
