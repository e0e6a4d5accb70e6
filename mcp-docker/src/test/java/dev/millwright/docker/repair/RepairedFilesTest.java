package dev.millwright.docker.repair;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.difflib.DiffUtils;
import com.github.difflib.patch.AbstractDelta;
import dev.millwright.docker.dockerfile.Dockerfile;
import dev.millwright.docker.dockerfile.Instruction;
import dev.millwright.docker.lint.Finding;
import dev.millwright.docker.lint.Linter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds for every file that is fixed, on files put together by chance. */
class RepairedFilesTest {
    private static final int FILES = 400;

    private static final List<String> BASES = List.of(
            "debian:12", "alpine:3.20", "acme/tools", "node:latest", "scratch", "--platform=linux/amd64 ubuntu:24.04");

    private static final List<String> PIECES = List.of(
            "RUN apt-get update",
            "RUN apt-get update && apt-get install curl",
            "RUN apt-get install -y git \\\n    make",
            "RUN apt update && apt install -y vim",
            "run apt-get update; apt-get install -y gcc",
            "RUN sudo make install",
            "RUN cd /src && make",
            "RUN cd src && make && cd ..",
            "RUN pip install flask",
            "RUN python3 -m pip install -r requirements.txt \\\n\n  && true",
            "RUN [\"pip\", \"install\", \"x\"]",
            "RUN yum install curl && yum update",
            "RUN dnf install -y \\\n  # the compiler\n  gcc",
            "RUN zypper in curl",
            "RUN apk add git | tee log",
            "RUN yarn install",
            "RUN wget http://example.org/x && curl http://example.org/y | sh",
            "RUN useradd -u 70000 app",
            "RUN <<EOF\napt-get update\napt-get install curl\nEOF",
            "RUN <<-EOF\n\tset -e\n\tapt-get update\n\tapt-get install -y make\n\n\tEOF",
            "RUN <<EOF\nyarn install\ndnf install -y gcc\nEOF",
            "COPY package.json package-lock.json ./",
            "RUN npm install",
            "RUN echo a || echo b",
            "RUN if test -e /x; then apt-get update && apt-get install -y x; fi",
            "RUN export A=b; echo $A",
            "RUN echo done # apt-get update",
            "RUN echo \"é ü\" > /umlaut",
            "ENV A b c",
            "ENV B \"d e\" f",
            "ENV C=d E=f",
            "LABEL maintainer ada",
            "MAINTAINER Ada <ada@example.org>",
            "ADD a.txt /a.txt",
            "Add b.tar.gz /b",
            "COPY a b /c",
            "COPY . .",
            "COPY --from=Build /x /y",
            "WORKDIR /app",
            "WORKDIR src",
            "USER app",
            "USER root",
            "EXPOSE 8080/TCP",
            "CMD node app.js",
            "CMD [\"x\"]",
            "ENTRYPOINT exec java -jar app.jar",
            "HEALTHCHECK CMD curl -f http://localhost/ || exit 1",
            "SHELL [\"/bin/bash\", \"-c\"]",
            "ONBUILD RUN apt-get install x",
            "ARG TOKEN=x",
            "VOLUME /data",
            "# a comment",
            "# hadolint ignore=DL3008,DL3009",
            "");

    private static String file(Random random) {
        StringBuilder text = new StringBuilder();
        int stages = 1 + random.nextInt(3);
        for (int i = 0; i < stages; i++) {
            String as =
                    i == 0 ? random.nextBoolean() ? " as Build" : " AS build" : random.nextBoolean() ? "" : " AS s" + i;
            text.append("FROM ")
                    .append(BASES.get(random.nextInt(BASES.size())))
                    .append(as)
                    .append('\n');
            int count = random.nextInt(12);
            for (int j = 0; j < count; j++) {
                text.append(PIECES.get(random.nextInt(PIECES.size()))).append('\n');
            }
        }
        String all = random.nextInt(4) == 0 ? text.toString().stripTrailing() : text.toString();
        return random.nextInt(3) == 0 ? all.replace("\n", "\r\n") : all;
    }

    @ParameterizedTest
    @EnumSource(Safety.class)
    void aRepairedFileHasNoNewFindingAndIsDone(Safety safety) {
        Random random = new Random(20_26);
        int fixes = 0;
        for (int i = 0; i < FILES; i++) {
            String before = file(random);
            // Every other file as with a build that shows everything to be well.
            RepairOptions options = i % 2 == 0
                    ? RepairOptions.of(safety)
                    : RepairOptions.of(safety).guessing();
            Repaired repaired = Repair.of(before, options);
            String after = repaired.text();
            fixes += repaired.made().size();

            Repaired again = Repair.of(after, options);
            assertThat(again.text()).as("again, of\n%s", before).isEqualTo(after);
            assertThat(again.made()).isEmpty();
            assertThat(Dockerfile.parse(after).problems())
                    .as(after)
                    .hasSizeLessThanOrEqualTo(
                            Dockerfile.parse(before).problems().size());
            Map<String, Long> old = counts(before);
            Set<String> fixed =
                    repaired.made().stream().map(Repaired.Made::code).collect(Collectors.toSet());
            counts(after)
                    .forEach((code, count) -> assertThat(count)
                            .as("%s in\n%s\nof\n%s", code, after, before)
                            .isLessThanOrEqualTo(
                                    fixed.stream().anyMatch(each -> Fixers.reveals(each, code))
                                            ? Long.MAX_VALUE
                                            : old.getOrDefault(code, 0L)));
        }
        assertThat(fixes).isGreaterThan(FILES);
    }

    @ParameterizedTest
    @EnumSource(Safety.class)
    void linesWithoutAFindingStayAsTheyWere(Safety safety) {
        Random random = new Random(7);
        for (int i = 0; i < FILES; i++) {
            String before = file(random);
            String after = Repair.of(before, RepairOptions.of(safety)).text();
            Dockerfile file = Dockerfile.parse(before);
            List<String> old = lines(before);
            // By what they say: of equal lines a difference may name either.
            Set<String> touched =
                    touchable(file).stream().map(line -> old.get(line - 1)).collect(Collectors.toSet());
            for (AbstractDelta<String> each : DiffUtils.diff(old, lines(after)).getDeltas()) {
                for (int at = 0; at < each.getSource().size(); at++) {
                    int line = each.getSource().getPosition() + at + 1;
                    boolean blank = old.get(line - 1).isBlank();
                    boolean last = line == old.size();
                    assertThat(touched.contains(old.get(line - 1)) || blank || last)
                            .as("line %d of\n%s\nbecame\n%s", line, before, after)
                            .isTrue();
                }
            }
            if (before.contains("\r\n")) {
                assertThat(after.replace("\r\n", "")).doesNotContain("\n");
            }
        }
    }

    /** Lines of instructions with findings, and of those that such a one may be joined with. */
    private static Set<Integer> touchable(Dockerfile file) {
        Set<Instruction> wrong = new HashSet<>();
        List<Instruction> all = file.instructions();
        for (Finding each : Linter.lint(file)) {
            wrong.add(each.instruction());
            int at = all.indexOf(each.instruction());
            if (each.code().equals("DL3059")) {
                wrong.add(all.get(at - 1));
            } else if (each.code().equals("AptUpdateAlone")) {
                wrong.addAll(all.subList(at, all.size()));
            }
        }
        Set<Integer> lines = new HashSet<>();
        for (Instruction each : wrong) {
            for (int line = each.line(); line <= each.lastLine(); line++) {
                lines.add(line);
            }
        }
        return lines;
    }

    private static List<String> lines(String text) {
        return new ArrayList<>(List.of(text.split("\n", -1)));
    }

    private static Map<String, Long> counts(String text) {
        return Linter.lint(Dockerfile.parse(text)).stream()
                .collect(Collectors.groupingBy(Finding::code, Collectors.counting()));
    }
}
