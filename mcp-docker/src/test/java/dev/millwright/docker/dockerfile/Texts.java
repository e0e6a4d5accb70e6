package dev.millwright.docker.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;

/** Dockerfiles made at random, and what holds for all of them. */
final class Texts {
    private static final List<String> PIECES = List.of(
            "FROM a",
            "RUN b",
            "COPY --from=x c /d",
            "ENV k=v",
            "ENV k \"v w\"",
            "ONBUILD RUN e",
            "CMD [\"f\", \"g\"]",
            "RUN <<E",
            "E",
            "<<-'F'",
            "F",
            "\\",
            " \\",
            "\n",
            "\n",
            "\n",
            "\r\n",
            " ",
            "\t",
            "# comment",
            "#",
            "--x=y ",
            "\"",
            "'",
            "$a",
            "${b:-c}",
            "`",
            "[",
            "ARG x",
            "=",
            "\ufeff",
            "\u00e9\ud83d\ude80",
            "LABEL ",
            "HEALTHCHECK CMD x",
            "&& ",
            "# escape=`",
            ",",
            "EXPOSE 80");

    private Texts() {}

    static String random(Random random) {
        StringBuilder text = new StringBuilder();
        int pieces = random.nextInt(30);
        for (int i = 0; i < pieces; i++) {
            text.append(PIECES.get(random.nextInt(PIECES.size())));
            if (random.nextInt(3) == 0) {
                text.append('\n');
            }
        }
        return text.toString();
    }

    /** Every part lies in its instruction; and a word that nothing interrupts reads in the file as it says. */
    static void assertPlaced(String text, Instruction one) {
        assertThat(one.span().contains(one.name().span())).as(text).isTrue();
        for (Word each : one.words()) {
            assertThat(one.span().contains(each.span())).as(text).isTrue();
            if (!one.json() && each.span().length() == each.text().length()) {
                assertThat(each.span().in(text)).isEqualTo(each.text());
            }
        }
        for (Flag each : one.flags()) {
            assertThat(one.span().contains(each.span())).as(text).isTrue();
            assertThat(each.span().in(text)).startsWith("-");
        }
        for (Heredoc each : one.heredocs()) {
            assertThat(one.span().contains(each.marker())).as(text).isTrue();
            assertThat(one.span().contains(each.end())).as(text).isTrue();
        }
        one.trigger()
                .ifPresent(each ->
                        assertThat(one.span().contains(each.span())).as(text).isTrue());
    }
}
