package dev.millwright.docker;

import dev.millwright.docker.build.BuildContext;
import dev.millwright.docker.config.DockerConfig;
import dev.millwright.docker.engine.Engines;
import dev.millwright.docker.engine.Roots;
import dev.millwright.docker.failure.Learning;
import dev.millwright.docker.failure.PastBuild;
import dev.millwright.docker.failure.PastBuilds;
import dev.millwright.docker.failure.Surroundings;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import java.util.List;
import java.util.Optional;

/** Failed builds that callers tell of: by the id of a kept one, or by its log. */
final class Failures {
    private final PastBuilds builds;
    private final Learning learning;
    private final Roots roots;
    private final Engines engines;
    private final DockerConfig config;

    Failures(PastBuilds builds, Learning learning, Roots roots, Engines engines, DockerConfig config) {
        this.builds = builds;
        this.learning = learning;
        this.roots = roots;
        this.engines = engines;
        this.config = config;
    }

    /** The kept build; empty for the text of a log, which has white space as no id has. */
    Optional<PastBuild> kept(Call call, String field, String given) {
        if (given.isBlank()) {
            throw ToolException.invalidInput(field + " must be a build_id or the log of a failed build, got nothing");
        }
        return DockerfileText.isText(given) ? Optional.empty() : Optional.of(builds.failed(call, field, given.strip()));
    }

    /**
     * Diagnoses it.
     *
     * @param log of the build
     * @param kept the build, if its id was given
     * @param source the Dockerfile, as it is now
     */
    Mending mending(Call call, String log, Optional<PastBuild> kept, DockerfileText source)
            throws InterruptedException {
        List<String> images = images(call);
        Surroundings around = kept.map(build ->
                        new Surroundings(Optional.empty(), build.paths(), build.ignore(), images, build.windows()))
                .orElse(new Surroundings(Optional.empty(), List.of(), List.of(), images, List.of()));
        if (source.folder().isPresent()) {
            try {
                BuildContext context = source.context(roots.of(call.tenant()), "/failure", config.maxContextBytes());
                around = new Surroundings(
                        Optional.empty(), context.paths(), context.ignore(), images, context.windowsScripts());
            } catch (ToolException e) {
                // Too large, or elsewhere: the diagnosis does without.
            }
        }
        return new Mending(learning, call.tenant().name(), around, source.text(), log);
    }

    private List<String> images(Call call) throws InterruptedException {
        try {
            return engines.images(call).names();
        } catch (ToolException e) {
            return List.of();
        }
    }
}
