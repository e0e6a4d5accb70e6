package dev.millwright.docker;

import dev.millwright.docker.build.BuildRequest;
import dev.millwright.docker.posture.Finding;
import dev.millwright.docker.release.Builds;
import dev.millwright.docker.release.Checklist;
import dev.millwright.docker.release.Contents;
import dev.millwright.docker.sbom.Sbom;
import dev.millwright.docker.vulnerability.Assessment;
import dev.millwright.docker.vulnerability.KnownVulnerabilities;
import dev.millwright.docker.vulnerability.Rating;
import dev.millwright.docker.vulnerability.Vex;
import dev.millwright.docker.vulnerability.Vulnerability;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** What a release check takes from the tools that build, and that know vulnerabilities and secrets. */
record ReleaseParts(BuildImage building, Examination examination, KnownVulnerabilities known)
        implements Builds, Contents {
    private static final int MILLIS = 900_000;
    private static final int NAMED = 3;

    @Override
    public String build(Checklist.Build build, Optional<String> name, Call call) throws Exception {
        BuildImage.Output built = building.call(
                new BuildImage.Input(
                        build.context(),
                        build.dockerfile(),
                        name.stream().toList(),
                        Optional.empty(),
                        Map.of(),
                        BuildRequest.Builder.AUTO,
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        new Common(call.system(), OptionalInt.of(MILLIS), OptionalInt.empty())),
                call);
        String id = built.image().orElseThrow(() -> ToolException.conflict("it does not build: " + built.summary()));
        return name.orElse(id);
    }

    @Override
    public Seen of(String image, boolean vulnerabilities, boolean secrets, Call call) throws Exception {
        Examined examined = examination.image(call, image, new Examination.Wanted(vulnerabilities, secrets, false));
        List<String> carried = examined.posture().stream()
                .flatMap(posture -> posture.secrets().stream())
                .map(ReleaseParts::told)
                .toList();
        if (!vulnerabilities) {
            return new Seen(Optional.empty(), "", carried);
        }
        try {
            return new Seen(count(examined.sbom().orElseThrow(), call), KnownVulnerabilities.NOTHING, carried);
        } catch (ToolException e) {
            return new Seen(Optional.empty(), String.valueOf(e.getMessage()), carried);
        }
    }

    private static String told(Finding secret) {
        return secret.path().map(path -> path + " ").orElse("")
                + secret.layer().map(layer -> "(layer " + layer + "): ").orElse("")
                + secret.evidence();
    }

    private Optional<Count> count(Sbom sbom, Call call) throws InterruptedException {
        return known.of(call.tenant(), KnownVulnerabilities.Source.ANY, sbom.components(), Vex.NONE, note -> {})
                .map(assessment -> new Count(
                        count(assessment, Rating.CRITICAL),
                        count(assessment, Rating.HIGH),
                        assessment.found().stream()
                                .sorted(Comparator.comparing(Vulnerability::rating)
                                        .reversed())
                                .limit(NAMED)
                                .map(ReleaseParts::told)
                                .collect(Collectors.joining(", "))));
    }

    private static String told(Vulnerability found) {
        return found.id() + " in " + found.name()
                + found.fixed().map(version -> " (fixed in " + version + ")").orElse(" (no fix yet)");
    }

    private static int count(Assessment assessment, Rating rating) {
        return (int) assessment.found().stream()
                .map(Vulnerability::rating)
                .filter(rating::equals)
                .count();
    }
}
