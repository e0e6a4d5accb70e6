package dev.millwright.docker.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.docker.dockerfile.Dockerfile;
import dev.millwright.docker.dockerfile.IgnoreFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every rule, where it has to speak and where it must not: the cases of {@code src/test/resources/lint}. */
class RulesTest {
    private record Case(String code, List<Integer> lines, Map<String, String> parts) {
        String dockerfile() {
            String text = parts.getOrDefault("dockerfile", "");
            return text.lines().anyMatch(each -> each.matches("(?i)from .*")) ? text : "FROM debian:12\n" + text;
        }

        Surroundings around() {
            Optional<IgnoreFile> ignore =
                    Optional.ofNullable(parts.get("ignore")).map(IgnoreFile::parse);
            Optional<Set<String>> files = Optional.ofNullable(parts.get("files"))
                    .map(each -> each.lines().collect(Collectors.toSet()));
            return new Surroundings(files, ignore, Map.of(), Optional.empty());
        }
    }

    private static List<Case> cases() {
        return Stream.of("hadolint.txt", "others.txt")
                .flatMap(each -> read(each).stream())
                .toList();
    }

    private static List<Case> read(String name) {
        String text;
        try (InputStream in = RulesTest.class.getResourceAsStream("/lint/" + name)) {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        List<Case> cases = new ArrayList<>();
        for (String each : text.split("(?m)^== ")) {
            String[] lines = each.split("\n", 2);
            if (cases.isEmpty() && !lines[0].matches("\\w+ [-0-9,]+")) {
                continue;
            }
            String[] head = lines[0].split(" ");
            List<Integer> wanted = head[1].equals("-")
                    ? List.of()
                    : Stream.of(head[1].split(",")).map(Integer::valueOf).toList();
            Map<String, String> parts = new HashMap<>();
            String body = lines[1].startsWith("-- ") ? lines[1] : "-- dockerfile\n" + lines[1];
            for (String part : body.split("(?m)^-- ")) {
                if (!part.isEmpty()) {
                    String[] pieces = part.split("\n", 2);
                    parts.put(pieces[0], pieces[1]);
                }
            }
            cases.add(new Case(head[0], wanted, parts));
        }
        return cases;
    }

    @TestFactory
    Stream<DynamicTest> aRuleSpeaksWhereItShouldAndNowhereElse() {
        return cases().stream()
                .map(each -> DynamicTest.dynamicTest(each.code() + " " + each.lines(), () -> {
                    LintConfig config = Optional.ofNullable(each.parts().get("config"))
                            .map(ConfigFile::parse)
                            .orElse(LintConfig.DEFAULT);
                    List<Finding> findings = Linter.lint(Dockerfile.parse(each.dockerfile()), config, each.around());
                    assertThat(findings.stream()
                                    .filter(one -> one.code().equals(each.code()))
                                    .map(Finding::line)
                                    .distinct())
                            .as(each.dockerfile())
                            .containsExactlyElementsOf(each.lines());
                }));
    }

    /** The platform of a base image is known from an engine alone: {@link LinterTest} has its cases. */
    @Test
    void everyRuleHasACaseWhereItSpeaksAndOneWhereItDoesNot() {
        Set<String> speaks = new TreeSet<>(Set.of("InvalidBaseImagePlatform"));
        Set<String> silent = new TreeSet<>(Set.of("InvalidBaseImagePlatform"));
        cases().forEach(each -> (each.lines().isEmpty() ? silent : speaks).add(each.code()));
        List<String> all = Rules.all().stream().map(Rule::code).toList();
        assertThat(speaks).containsAll(all);
        assertThat(silent).containsAll(all);
        assertThat(all.stream().filter(each -> each.startsWith("DL"))).hasSizeGreaterThanOrEqualTo(60);
        assertThat(all.stream().filter(Rules::isOfBuildKit)).hasSize(22);
    }

    /** Findings stand where they say, and their spans are in the file. */
    @Test
    void findingsOfAllCasesLieInTheirFiles() {
        for (Case each : cases()) {
            String text = each.dockerfile();
            Dockerfile file = Dockerfile.parse(text);
            for (Finding one : Linter.lint(file, LintConfig.DEFAULT, each.around())) {
                assertThat(one.span().end()).as(text).isLessThanOrEqualTo(text.length());
                assertThat(file.line(one.span().start())).isEqualTo(one.line());
                assertThat(one.code().equals("DL1001")
                                || one.code().equals("InvalidDefinitionDescription")
                                || one.instruction().span().contains(one.span()))
                        .as(one + text)
                        .isTrue();
            }
        }
    }
}
