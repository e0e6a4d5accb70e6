package dev.millwright.docker.lint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millwright.docker.dockerfile.Dockerfile;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinterTest {
    private static List<String> codes(String dockerfile, String config) {
        return Linter.lint(Dockerfile.parse(dockerfile), ConfigFile.parse(config), Surroundings.NONE).stream()
                .map(Finding::code)
                .toList();
    }

    private static List<String> codes(String dockerfile) {
        return codes(dockerfile, "");
    }

    @Test
    void aCommentSilencesRulesOfTheInstructionBelow() {
        assertThat(codes("# hadolint ignore=DL3007,DL3029\nFROM --platform=linux/arm x:latest AS a\nFROM x:latest\n"))
                .containsOnlyOnce("DL3007")
                .doesNotContain("DL3029")
                .contains("FromPlatformFlagConstDisallowed");
        assertThat(codes("FROM x:1\n# hadolint ignore=DL3004 # it must\n# other\nRUN sudo a\n"))
                .doesNotContain("DL3004");
    }

    @Test
    void aGlobalCommentSilencesRulesOfTheFile() {
        assertThat(codes("# hadolint global ignore=DL3007\nFROM x:latest AS a\nFROM x:latest\n"))
                .doesNotContain("DL3007");
    }

    @Test
    void aCommentThatNamesNoCodeSilencesNothing() {
        assertThat(codes("# hadolint ignore=tags,DL3007\nFROM x:latest\n")).contains("DL3007");
        assertThat(codes("# hadolint ignore = DL3007 , UserMissing # why\nFROM x:latest\nCMD [\"a\"]\n"))
                .doesNotContain("DL3007", "UserMissing");
    }

    @Test
    void aCommentNamesTheShellOfAllStagesOrOfWhatIsBelow() {
        String stages = "FROM x:1 AS a\nRUN sudo b\nFROM y:1\nRUN sudo c\n";
        assertThat(codes("# hadolint shell=pwsh\n" + stages)).doesNotContain("DL3004");
        assertThat(codes("FROM z:1 AS b\n# hadolint shell=pwsh\nRUN sudo d\n" + stages))
                .filteredOn("DL3004"::equals)
                .hasSize(2);
    }

    @Test
    void aCheckThatNeverFailsHasNoThreshold() {
        assertThat(ConfigFile.parse("failure-threshold: error\nno-fail: true").failureThreshold())
                .isEmpty();
        assertThat(ConfigFile.parse("failure-threshold: error\nno-fail: false").failureThreshold())
                .contains(Severity.ERROR);
    }

    @Test
    void oneTrustedRegistryNeedsNoList() {
        assertThat(codes("FROM other.com/x:1\n", "trustedRegistries: good.com")).contains("DL3026");
        assertThat(codes("FROM good.com/x:1\n", "trustedRegistries: good.com")).doesNotContain("DL3026");
    }

    @Test
    void commentsSilenceNothingWhereTheProjectSaysSo() {
        assertThat(codes("# hadolint ignore=DL3007\nFROM x:latest\n", "disable-ignore-pragma: true"))
                .contains("DL3007");
    }

    @Test
    void theCheckDirectiveSkipsChecksOfBuildKitAndMakesThemErrors() {
        String file = "FROM x:1 as a\nMAINTAINER me\n";
        assertThat(codes("# check=skip=FromAsCasing\n" + file))
                .doesNotContain("FromAsCasing")
                .contains("MaintainerDeprecated");
        assertThat(codes("# check=skip=all\n" + file)).contains("DL4000").doesNotContain("MaintainerDeprecated");
        List<Finding> findings = Linter.lint(Dockerfile.parse("# check=skip=FromAsCasing;error=true\n" + file));
        assertThat(findings)
                .filteredOn(each -> each.code().equals("MaintainerDeprecated"))
                .extracting(Finding::severity)
                .containsExactly(Severity.ERROR);
    }

    @Test
    void theProjectIgnoresRulesAndChangesTheirSeverity() {
        String config = """
                ignored: [DL3006]
                override:
                  error: [DL3007]
                  style: [DL4000]
                failure-threshold: warning
                """;
        List<Finding> findings = Linter.lint(
                Dockerfile.parse("FROM x AS a\nFROM x:latest\nMAINTAINER me\n"),
                ConfigFile.parse(config),
                Surroundings.NONE);
        assertThat(findings).extracting(Finding::code).doesNotContain("DL3006");
        assertThat(findings)
                .filteredOn(each -> each.code().matches("DL.*"))
                .extracting(Finding::severity)
                .containsExactly(Severity.ERROR, Severity.STYLE);
        assertThat(ConfigFile.parse(config).failureThreshold()).contains(Severity.WARNING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ignored: DL3000", "label-schema: {a: colour}", "failure-threshold: bad", "- a", "a: ["})
    void aBadConfigurationIsRefused(String yaml) {
        assertThatThrownBy(() -> ConfigFile.parse(yaml)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theWorstOfAPlaceComesFirst() {
        assertThat(codes("FROM x:1\nUSER 1\nRUN sudo apt-get install x\n"))
                .startsWith("DL3004")
                .contains("DL3008", "DL3014", "DL3015");
    }

    @Test
    void theBaseIsForAnotherPlatform() {
        Surroundings around = new Surroundings(
                Optional.empty(), Optional.empty(), Map.of("x:1", "linux/arm64"), Optional.of("linux/amd64"));
        String check = "InvalidBaseImagePlatform";
        assertThat(Linter.lint(Dockerfile.parse("FROM x:1\n"), LintConfig.DEFAULT, around))
                .extracting(Finding::code)
                .contains(check);
        assertThat(Linter.lint(Dockerfile.parse("FROM --platform=linux/arm64 x:1\n"), LintConfig.DEFAULT, around))
                .extracting(Finding::code)
                .doesNotContain(check);
    }

    @Test
    void findingsOfCommandsCarryThem() {
        Finding finding = Linter.lint(Dockerfile.parse("FROM x:1\nRUN a && \\\n  apt-get install -y b\n")).stream()
                .filter(each -> each.code().equals("DL3008"))
                .findFirst()
                .orElseThrow();
        assertThat(finding.command().orElseThrow().does("install")).isTrue();
        assertThat(finding.line()).isEqualTo(3);
        assertThat(finding.message()).contains("b");
    }

    /** A file that follows the advice of Docker's documentation. */
    @Test
    void aGoodFileHasNoFindings() {
        assertThat(codes("""
                        # syntax=docker/dockerfile:1
                        ARG NODE_VERSION=20.11.1
                        FROM node:${NODE_VERSION}-bookworm-slim AS base
                        WORKDIR /app

                        FROM base AS deps
                        COPY package.json package-lock.json ./
                        RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev

                        FROM base AS build
                        COPY package.json package-lock.json ./
                        RUN --mount=type=cache,target=/root/.npm npm ci
                        COPY . .
                        RUN npm run build

                        FROM base
                        ENV NODE_ENV=production
                        RUN apt-get update \\
                            && apt-get install -y --no-install-recommends tini=0.19.0-1 \\
                            && rm -rf /var/lib/apt/lists/*
                        COPY --from=deps /app/node_modules ./node_modules
                        COPY --from=build /app/dist ./dist
                        EXPOSE 3000
                        USER 1000
                        ENTRYPOINT ["tini", "--"]
                        CMD ["node", "dist/index.js"]
                        """)).isEmpty();
    }
}
