package dev.millwright.docker;

import dev.millwright.docker.build.BuildRequest;
import dev.millwright.docker.release.Builds;
import dev.millwright.docker.release.Checklist;
import dev.millwright.docker.release.Vulnerabilities;
import dev.millwright.docker.vulnerability.Assessment;
import dev.millwright.docker.vulnerability.KnownVulnerabilities;
import dev.millwright.docker.vulnerability.Rating;
import dev.millwright.docker.vulnerability.Vex;
import dev.millwright.docker.vulnerability.Vulnerability;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** What a release check takes from the tools that build and that know vulnerabilities. */
record ReleaseParts(BuildImage building, Examination examination, KnownVulnerabilities known)
        implements Builds, Vulnerabilities {
    private static final int MILLIS = 900_000;
    private static final int NAMED = 3;

    @Override
    public String build(Checklist.Build build, Call call) throws Exception {
        BuildImage.Output built = building.call(
                new BuildImage.Input(
                        build.context(),
                        build.dockerfile(),
                        List.of(),
                        Optional.empty(),
                        Map.of(),
                        BuildRequest.Builder.AUTO,
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        new Common(call.system(), OptionalInt.of(MILLIS), OptionalInt.empty())),
                call);
        return built.image().orElseThrow(() -> ToolException.conflict("it does not build: " + built.summary()));
    }

    @Override
    public Count of(String image, Call call) throws Exception {
        Assessment assessment = known.of(
                        call.tenant(),
                        examination.image(call, image).sbom().orElseThrow().components(),
                        Vex.NONE,
                        note -> {})
                .orElseThrow(() -> ToolException.unavailable(KnownVulnerabilities.NOTHING));
        return new Count(
                count(assessment, Rating.CRITICAL),
                count(assessment, Rating.HIGH),
                assessment.found().stream()
                        .limit(NAMED)
                        .map(each -> each.id() + " in " + each.name())
                        .collect(Collectors.joining(", ")));
    }

    private static int count(Assessment assessment, Rating rating) {
        return (int) assessment.found().stream()
                .map(Vulnerability::rating)
                .filter(rating::equals)
                .count();
    }
}
