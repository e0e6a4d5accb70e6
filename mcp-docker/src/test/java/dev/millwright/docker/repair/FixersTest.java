package dev.millwright.docker.repair;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.docker.dockerfile.Dockerfile;
import dev.millwright.docker.lint.Finding;
import dev.millwright.docker.lint.LintConfig;
import dev.millwright.docker.lint.Linter;
import dev.millwright.docker.lint.Surroundings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What each fix does and leaves alone: the cases of {@code src/test/resources/repair/fixes.txt}. */
class FixersTest {
    private record Case(String code, Safety safety, String before, String after) {}

    private static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (String each : text("fixes.txt").split("(?m)^== ")) {
            String[] parts = each.split("\n", 2);
            if (!parts[0].matches("\\w+ (safe|conditional)")) {
                continue;
            }
            String[] head = parts[0].split(" ");
            String[] texts = parts[1].split("(?m)^-- after\n");
            String from = parts[1].matches("(?s)FROM .*") ? "" : "FROM debian:12\n";
            Safety safety = head[1].equals("safe") ? Safety.SAFE : Safety.CONDITIONAL;
            cases.add(new Case(head[0], safety, from + texts[0], from + texts[texts.length - 1]));
        }
        return cases;
    }

    static String text(String name) {
        try (InputStream in = FixersTest.class.getResourceAsStream("/repair/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static RepairOptions only(String code, Safety safety) {
        return new RepairOptions(
                safety,
                each -> each.code().equals(code),
                LintConfig.DEFAULT.alsoTelling(Set.of(code)),
                Surroundings.NONE,
                Bases.UNKNOWN,
                each -> true,
                false);
    }

    @TestFactory
    Stream<DynamicTest> aFixChangesWhatItShouldAndNothingElse() {
        return cases().stream()
                .map(each -> DynamicTest.dynamicTest(each.code() + " " + each.before(), () -> {
                    RepairOptions options = only(each.code(), each.safety());
                    List<Finding> found =
                            Linter.lint(Dockerfile.parse(each.before()), options.config(), options.around());
                    Repaired repaired = Repair.of(each.before(), options);

                    assertThat(repaired.text()).isEqualTo(each.after());
                    assertThat(repaired.made().isEmpty())
                            .isEqualTo(each.before().equals(each.after()));
                    if (!each.before().equals(each.after())) {
                        assertThat(found).extracting(Finding::code).contains(each.code());
                    }
                    String windows = each.before().replace("\n", "\r\n");
                    assertThat(Repair.of(windows, options).text())
                            .isEqualTo(each.after().replace("\n", "\r\n"));
                }));
    }

    @Test
    void everyFixHasACase() {
        Set<String> changed = cases().stream()
                .filter(each -> !each.before().equals(each.after()))
                .map(Case::code)
                .collect(Collectors.toSet());
        Set<String> twins = Set.of(
                "MultipleInstructionsDisallowed",
                "WorkdirRelativePath",
                "RedundantTargetPlatform",
                "FromPlatformFlagConstDisallowed");
        Set<String> ofEngines = Set.of("DL3006", "DL3007", "DL3029");

        assertThat(Fixers.codes())
                .allMatch(each -> changed.contains(each) || twins.contains(each) || ofEngines.contains(each));
    }

    @Test
    void pinsWhatTheEngineHas() {
        Bases bases = image -> Optional.of(
                new BaseImage(Optional.of(image.replaceFirst(":.*", "") + ":12.5"), "", "/srv", "linux/amd64"));
        RepairOptions options = new RepairOptions(
                Safety.CONDITIONAL,
                each -> Set.of("DL3006", "DL3007", "DL3029", "DL3045").contains(each.code()),
                LintConfig.DEFAULT,
                Surroundings.NONE,
                bases,
                each -> true,
                false);

        assertThat(Repair.of("FROM debian AS a\nFROM --platform=linux/amd64 acme:latest\nCOPY a b\n", options)
                        .text())
                .isEqualTo("FROM debian:12.5 AS a\nFROM acme:12.5\nWORKDIR /srv\nCOPY a b\n");
    }

    @Test
    void aGuessIsMadeOnlyWhereABuildProvesIt() {
        String file = "FROM acme/tools:1\nRUN a | b\n";
        Repaired unproven = Repair.of(file, RepairOptions.of(Safety.CONDITIONAL));
        assertThat(unproven.text()).isEqualTo(file);
        assertThat(unproven.left()).extracting(Repaired.Left::code).contains("DL4006");

        Repaired proven =
                Repair.of(file, RepairOptions.of(Safety.CONDITIONAL).proven(text -> !text.contains("/bin/bash")));
        assertThat(proven.text())
                .isEqualTo("FROM acme/tools:1\nSHELL [\"/bin/ash\", \"-o\", \"pipefail\", \"-c\"]\nRUN a | b\n");
        assertThat(proven.made()).extracting(Repaired.Made::line).containsExactly(2);
    }

    @Test
    void aFixThatBreaksTheBuildIsDroppedAndToldAndTheOthersStay() {
        String file = "FROM debian:12\nRUN apt-get install curl\nRUN pip install x\n";

        Repaired repaired =
                Repair.of(file, RepairOptions.of(Safety.SAFE).proven(text -> !text.contains("--no-cache-dir")));

        assertThat(repaired.text()).isEqualTo("FROM debian:12\nRUN apt-get install -y curl\nRUN pip install x\n");
        assertThat(repaired.left())
                .filteredOn(each -> each.code().equals("DL3042"))
                .singleElement()
                .satisfies(each -> assertThat(each.why()).contains("does not build"));
    }

    @Test
    void aFixThatBringsAFindingIsDropped() {
        LintConfig strict =
                dev.millwright.docker.lint.ConfigFile.parse("strict-labels: true\nlabel-schema:\n  owner: text\n");
        RepairOptions options = new RepairOptions(
                Safety.SAFE, each -> true, strict, Surroundings.NONE, Bases.UNKNOWN, each -> true, false);

        Repaired repaired = Repair.of("FROM debian:12\nMAINTAINER Ada\nLABEL owner=ada\n", options);

        assertThat(repaired.text()).contains("MAINTAINER Ada");
        assertThat(repaired.left()).extracting(Repaired.Left::why).contains("it would bring DL3050");
    }

    @Test
    void linesAreThoseOfTheFileAsItWas() {
        Repaired repaired = Repair.of(
                "FROM debian:12\nCMD [\"a\"]\nRUN apt-get update\nCOPY x /x\nRUN apt-get install curl\nCMD [\"b\"]\n",
                RepairOptions.of(Safety.SAFE));

        assertThat(repaired.made())
                .extracting(each -> each.code() + " " + each.line())
                .containsExactly("DL4003 2", "AptUpdateAlone 3", "DL3014 5", "DL3009 5");
    }
}
