package dev.millwright.docker;

import dev.millwright.docker.config.DockerConfig;
import dev.millwright.docker.config.ToolGroup;
import dev.millwright.docker.engine.Engines;
import dev.millwright.docker.engine.Roots;
import dev.millwright.docker.failure.Learning;
import dev.millwright.docker.failure.PastBuilds;
import dev.millwright.docker.sandbox.Runs;
import dev.millwright.docker.vulnerability.Databases;
import dev.millwright.docker.vulnerability.KnownVulnerabilities;
import dev.millwright.json.Json;
import dev.millwright.mask.SecretText;
import dev.millwright.sandbox.SandboxConfig;
import dev.millwright.server.Platform;
import dev.millwright.tool.Tool;
import dev.millwright.tool.Toolset;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The list of what this server offers, in the order it is published. */
final class DockerTools {
    private DockerTools() {}

    static List<Toolset> sets(Engines engines, Roots roots, DockerConfig config, Platform platform, Clock clock) {
        Runs runs = platform.closing(new Runs(engines, platform.sandbox(), SandboxConfig.DEFAULT.scratch()));
        PastBuilds builds = new PastBuilds(platform.store(), clock, SecretText::text);
        Learning learning = new Learning(platform.store(), clock, SecretText::text);
        BuildImage building = new BuildImage(engines, roots, config, builds, learning, platform.hide(), clock);
        Examination examination = new Examination(engines, roots, config, clock);
        KnownVulnerabilities known = known(config, platform, clock);
        ReleaseParts parts = new ReleaseParts(building, examination, known);
        ImageSources images = new ImageSources(engines, roots, config);
        return List.of(
                set(
                        ToolGroup.READ,
                        new AnalyzeImageLayers(images),
                        new CompareImageSizes(new SizeSources(engines, images)),
                        new VerifyPrismaBinary(new FileSources(engines, roots, images, config)),
                        new DetectBuildFailures(roots, builds, learning),
                        new OptimizeBuildCache(roots, engines, config, builds, clock),
                        new SuggestDockerfileFixes(
                                roots,
                                new DockerfileRepair(engines, roots, config, clock),
                                new Failures(builds, learning, roots, engines, config)),
                        new CheckSecurityVulnerabilities(examination, known),
                        new AnalyzeContainerStats(engines),
                        new DockerList(engines, clock),
                        new DockerInspect(engines, platform.hide()),
                        new DockerLogs(engines, platform.hide(), clock)),
                set(
                        ToolGroup.BUILD,
                        building,
                        new RunInSandbox(runs, clock),
                        new VerifyImage(engines, roots, parts, parts)),
                set(ToolGroup.MANAGE, new DockerManage(engines, platform.hide())));
    }

    private static KnownVulnerabilities known(DockerConfig config, Platform platform, Clock clock) {
        return new KnownVulnerabilities(
                new Databases(platform.data().resolve("vulnerabilities"), clock),
                config.osvEndpoint().map(URI::create),
                Duration.ofSeconds(config.requestSeconds()),
                clock);
    }

    private static Toolset set(ToolGroup group, Tool<?, ?>... tools) {
        return new Toolset(Json.name(group), true, List.of(tools));
    }

    /** Those of the toolsets that the operator wants. */
    static List<Tool<?, ?>> list(List<Toolset> sets, List<ToolGroup> wanted) {
        Set<String> names = wanted.stream().map(Json::name).collect(Collectors.toSet());
        return sets.stream()
                .filter(set -> names.contains(set.name()))
                .<Tool<?, ?>>flatMap(set -> set.tools().stream())
                .toList();
    }
}
