package dev.millwright.docker.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DockerfileTest {
    @Test
    void readsAnInstructionOverLinesWithCommentsAndBlanksBetween() {
        Dockerfile file = Dockerfile.parse("""
                # syntax=docker/dockerfile:1
                # check=skip=all
                FROM alpine:3.20 AS build
                # why
                RUN apk add \\
                    # the compiler
                    gcc \\

                    make   # not a comment of Docker's
                """);
        Instruction run = file.instructions().get(1);
        assertThat(run.arguments().text()).isEqualTo("apk add     gcc     make   # not a comment of Docker's");
        assertThat(run.comments()).extracting(Comment::text).containsExactly("why", "the compiler");
        assertThat(run.blanks()).hasSize(1);
        assertThat(run.line()).isEqualTo(5);
        assertThat(run.lastLine()).isEqualTo(9);
        assertThat(file.directives()).extracting(Directive::name).containsExactly("syntax", "check");
        assertThat(file.problems()).isEmpty();
    }

    @Test
    void placesWordsInTheFileAcrossContinuations() {
        String text = "FROM scratch\nCOPY --chown=1:2 a \\\n  b\\\nc /d/\n";
        Instruction copy = Dockerfile.parse(text).instructions().get(1);
        assertThat(copy.words()).extracting(Word::text).containsExactly("a", "bc", "/d/");
        assertThat(copy.words().get(1).span().in(text)).isEqualTo("b\\\nc");
        assertThat(copy.flag("chown").orElseThrow().span().in(text)).isEqualTo("--chown=1:2");
        assertThat(copy.span().in(text)).isEqualTo("COPY --chown=1:2 a \\\n  b\\\nc /d/");
    }

    @Test
    void readsSeveralHeredocsOfOneLine() {
        String text =
                "FROM x\nRUN <<A cat >/f && cat <<-'B'\none\nA\n\ttwo $x\n\tB\nCOPY <<\"C D\" <<e /to/\n1\nC D\n2\ne\n";
        Dockerfile file = Dockerfile.parse(text);
        assertThat(file.problems()).isEmpty();
        Instruction run = file.instructions().get(1);
        assertThat(run.heredocs()).extracting(Heredoc::name).containsExactly("A", "B");
        assertThat(run.heredocs()).extracting(Heredoc::expand).containsExactly(true, false);
        assertThat(run.heredocs().get(1).content().text()).isEqualTo("two $x\n");
        assertThat(run.heredocs().get(1).content().span(4, 6).in(text)).isEqualTo("$x");
        assertThat(run.lastLine()).isEqualTo(6);
        Instruction copy = file.instructions().get(2);
        assertThat(copy.heredocs()).extracting(Heredoc::name).containsExactly("C D", "e");
        assertThat(copy.span().in(text)).endsWith("2\ne");
    }

    @Test
    void aHeredocThatDoesNotEndIsRefused() {
        assertThat(Dockerfile.parse("FROM x\nRUN <<E\nfoo\n").problems())
                .extracting(Problem::message)
                .containsExactly("unterminated heredoc");
    }

    @Test
    void theWordsOfArithmeticAreNoHeredoc() {
        Dockerfile file = Dockerfile.parse("FROM x\nRUN echo $((1<<2)) a<<b\nRUN x\n");
        assertThat(file.instructions()).hasSize(3);
        assertThat(file.problems()).isEmpty();
    }

    @Test
    void theScriptOfARunIsWhatTheShellReads() {
        Dockerfile file = Dockerfile.parse("""
                FROM x
                RUN <<EOF
                apt-get update
                EOF
                RUN <<EOF
                #!/usr/bin/env python3
                print()
                EOF
                RUN ["a", "b"]
                RUN cat <<EOF > /x && rm y
                text
                EOF
                """);
        List<Instruction> all = file.instructions();
        assertThat(all.get(1).script().orElseThrow().text()).isEqualTo("apt-get update\n");
        assertThat(all.get(2).script()).isEmpty();
        assertThat(all.get(3).script()).isEmpty();
        assertThat(all.get(4).script().orElseThrow().text()).isEqualTo("cat <<EOF > /x && rm y\ntext\nEOF");
        assertThat(Shell.parse(all.get(4).script().orElseThrow()).commands())
                .extracting(each -> each.name().orElse(""))
                .containsExactly("cat", "rm");
    }

    @Test
    void aBackquoteEscapesWhereADirectiveSaysSo() {
        Dockerfile file = Dockerfile.parse("# escape=`\nFROM x\nCOPY a `\n  c:\\\nRUN dir c:\\\n");
        assertThat(file.escape()).isEqualTo('`');
        assertThat(file.instructions().get(1).words()).extracting(Word::text).containsExactly("a", "c:\\");
        assertThat(file.instructions()).hasSize(3);
        assertThat(Dockerfile.parse("\n# escape=`\nFROM x\n").escape()).isEqualTo('\\');
    }

    @Test
    void directivesMayFollowTheFirstLineOfAScript() {
        Dockerfile file = Dockerfile.parse("#!/usr/bin/env docker\n# check=skip=all\n# escape=`\nFROM x\n");
        assertThat(file.directive("check")).contains("skip=all");
        assertThat(file.escape()).isEqualTo('\\');
    }

    @Test
    void aLineMayTakeSoManyBytesAndNoMore() {
        String label = "FROM x\nLABEL a=";
        int room = 65_535 - "LABEL a=".length();
        assertThat(Dockerfile.parse(label + "b".repeat(room) + "\n").problems()).isEmpty();
        assertThat(Dockerfile.parse(label + "b".repeat(room + 1) + "\n").problems())
                .extracting(Problem::line)
                .containsExactly(2);
        assertThat(Dockerfile.parse(label + "ü".repeat(room / 2 + 1)).problems())
                .extracting(Problem::message)
                .containsExactly("dockerfile line greater than max allowed size of 65535");
    }

    @Test
    void twoEscapesContinueNothing() {
        assertThat(Dockerfile.parse("FROM x\nRUN a \\\\\nRUN b\n").instructions())
                .hasSize(3);
    }

    @Test
    void readsWindowsLineBreaksAndAByteOrderMark() {
        String text = "\ufeffFROM x\r\nRUN a \\\r\n  b\r\nRUN <<E\r\nc\r\nE\r\n";
        Dockerfile file = Dockerfile.parse(text);
        assertThat(file.problems()).isEmpty();
        assertThat(file.lineBreak()).isEqualTo("\r\n");
        assertThat(file.instructions().getFirst().span().in(text)).isEqualTo("FROM x");
        assertThat(file.instructions().get(1).arguments().text()).isEqualTo("a   b");
        assertThat(file.instructions().get(2).heredocs().getFirst().content().text())
                .isEqualTo("c\r\n");
    }

    @Test
    void aJsonArrayIsOnlyWhatGoTakesForOne() {
        Dockerfile file = Dockerfile.parse(
                "FROM x\nCMD [\"a\\u0041\", \"b\\n\"]\nCMD ['a']\nCMD [\"a\"] b\nCMD [ ]\nCMD [\"a\",]\nRUN [ -f x ]\n");
        assertThat(file.instructions().stream().skip(1).map(Instruction::json))
                .containsExactly(true, false, false, true, false, false);
        assertThat(file.instructions().get(1).words()).extracting(Word::text).containsExactly("aA", "b\n");
        assertThat(Dockerfile.parse("FROM x\nCMD [\"a\", 1]\n").problems()).isNotEmpty();
    }

    @Test
    void onbuildHoldsAnInstructionBack() {
        Dockerfile file = Dockerfile.parse("FROM x\nONBUILD COPY --from=a <<E b /c/\nhi\nE\n");
        assertThat(file.problems()).isEmpty();
        Instruction inner = file.instructions().get(1).trigger().orElseThrow();
        assertThat(inner.keyword()).isEqualTo(Keyword.COPY);
        assertThat(inner.flagValue("from")).contains("a");
        assertThat(inner.heredocs()).hasSize(1);
    }

    @Test
    void pairsKeepTheirQuotesAndKnowTheOldForm() {
        String text = "FROM x\nENV a=\"b c\" d=e\\ f g='h'\nENV old some value\nARG x y=1\n";
        List<Instruction> all = Dockerfile.parse(text).instructions();
        assertThat(all.get(1).pairs())
                .extracting(each ->
                        each.name().text() + "|" + each.value().orElseThrow().text())
                .containsExactly("a|\"b c\"", "d|e\\ f", "g|'h'");
        assertThat(all.get(1).pairs().get(1).value().orElseThrow().unquoted()).isEqualTo("e f");
        assertThat(all.get(2).pairs().getFirst().spaced()).isTrue();
        assertThat(all.get(2).pairs().getFirst().value().orElseThrow().text()).isEqualTo("some value");
        assertThat(all.get(3).pairs())
                .extracting(each -> each.value().isPresent())
                .containsExactly(false, true);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "from x\nrun y",
                "FROM x AS y\nFROM y\nCOPY --from=0 a b",
                "ARG v=1\nFROM x:$v",
                "FROM x\nHEALTHCHECK --interval=5s --retries=3 CMD curl -f x || exit 1",
                "FROM x\nHEALTHCHECK NONE",
                "FROM x\nEXPOSE 80 443/tcp 1000-2000/udp ${PORT}",
                "FROM x\nENV a b\nENV a=b c=d\nLABEL \"a b\"=c",
                "FROM --platform=$BUILDPLATFORM x@sha256:"
                        + "0123456789012345678901234567890123456789012345678901234567890123",
                "FROM x\nRUN --mount=type=cache,target=/a --network=none --security=insecure b",
                "FROM x\nCOPY --link --parents --chmod=755 --exclude=a --exclude=b c d/",
                "FROM x\nADD --checksum=sha256:aa --keep-git-dir=true https://x/y.git /z",
                "FROM x\nVOLUME [\"/a\", \"/b\"]\nVOLUME /a /b",
                "FROM x\nSHELL [\"/bin/bash\", \"-c\"]",
                "FROM x\nCMD\nENTRYPOINT []",
                "FROM x\nONBUILD RUN a",
                "FROM registry:5000/a/b-c__d:tag",
                "FROM x\nSTOPSIGNAL SIGTERM\nUSER a:b\nWORKDIR /a b",
                "FROM x\nRUN a \\\n",
                "FROM x\nRUN <<-\n",
                "FROM x\nHEALTHCHECK --interval=0s --timeout=1.5ms CMD a",
            })
    void acceptsWhatDockerAccepts(String text) {
        assertThat(Dockerfile.parse(text).problems()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "# only a comment",
                "RUN x",
                "ARG a",
                "FROM",
                "FROM x y",
                "FROM x AS 1a",
                "FROM Alpine",
                "FROM x:",
                "FROM x\nFOO bar",
                "FROM x\nENV a",
                "FROM x\nENV a=b c",
                "FROM x\nENV =b",
                "FROM x\nENV a=\"b",
                "FROM x\nCOPY a",
                "FROM x\nCOPY --chwon=a b c",
                "FROM x\nCOPY --from=a --from=b b c",
                "FROM x\nCOPY --link=maybe b c",
                "FROM x\nCOPY a <<E\nE\n",
                "FROM x\nRUN --mount=type=disk,target=/a b",
                "FROM x\nRUN --network=off b",
                "FROM x\nHEALTHCHECK",
                "FROM x\nHEALTHCHECK curl x",
                "FROM x\nHEALTHCHECK NONE x",
                "FROM x\nHEALTHCHECK --interval=5 CMD x",
                "FROM x\nHEALTHCHECK --timeout=900us CMD x",
                "FROM x\nHEALTHCHECK --start-period=-5s CMD x",
                "FROM x\nEXPOSE",
                "FROM x\nEXPOSE http",
                "FROM x\nEXPOSE 70000",
                "FROM x\nSHELL /bin/sh -c",
                "FROM x\nONBUILD ONBUILD RUN a",
                "FROM x\nONBUILD FROM a",
                "FROM x\nONBUILD",
                "FROM x\nUSER",
                "FROM x\nWORKDIR ${",
                "FROM x\nWORKDIR ${a!b}",
                "# escape=x\nFROM x",
                "# escape=`\n# escape=\\\nFROM x",
                "FROM x AS a\nCOPY --from=b 1 2\nFROM x AS b\nCOPY --from=a 1 2",
                "FROM x AS a\nCOPY --from=a 1 2",
                "FROM x\nCOPY --from=5 1 2",
            })
    void refusesWhatDockerRefuses(String text) {
        assertThat(Dockerfile.parse(text).problems()).isNotEmpty();
    }

    /** Instructions do not overlap, lie in order, and with what is between them are all of the text. */
    @Test
    void everyTextComesBackAsItWas() {
        Random random = new Random(20);
        for (int i = 0; i < 4_000; i++) {
            String text = Texts.random(random);
            Dockerfile file = Dockerfile.parse(text);
            int at = 0;
            StringBuilder back = new StringBuilder();
            for (Instruction each : file.instructions()) {
                assertThat(each.span().start()).as(text).isGreaterThanOrEqualTo(at);
                assertThat(text.substring(at, each.span().start())).as(text).matches("(?s)(\ufeff|\\s|#[^\n]*|\\\\)*");
                back.append(text, at, each.span().start()).append(each.span().in(text));
                at = each.span().end();
                Texts.assertPlaced(text, each);
            }
            assertThat(back.append(text.substring(at))).hasToString(text);
        }
    }
}
