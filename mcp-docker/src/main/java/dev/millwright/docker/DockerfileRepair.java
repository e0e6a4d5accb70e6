package dev.millwright.docker;

import dev.millwright.docker.build.BuildContext;
import dev.millwright.docker.build.BuildPolicy;
import dev.millwright.docker.config.DockerConfig;
import dev.millwright.docker.engine.Engines;
import dev.millwright.docker.engine.Roots;
import dev.millwright.docker.engine.TextFiles;
import dev.millwright.docker.engine.UnifiedDiff;
import dev.millwright.docker.lint.Finding;
import dev.millwright.docker.repair.Bases;
import dev.millwright.docker.repair.Repair;
import dev.millwright.docker.repair.RepairOptions;
import dev.millwright.docker.repair.Repaired;
import dev.millwright.docker.repair.Safety;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.Target;
import dev.millwright.workspace.Workspace;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Predicate;

/** Fixes a Dockerfile for a call: with what the engine knows, and proven by it where that is asked for. */
final class DockerfileRepair {
    /** How far a fix is checked. */
    enum Verify {
        NONE,
        PARSE,
        BUILD
    }

    /**
     * A fixed file.
     *
     * @param proof what was done to show that it is well
     * @param proven whether what was asked for could be shown
     */
    record Fixed(Repaired repaired, Optional<String> patch, String proof, boolean proven) {}

    /** Characters: every fix has the whole file checked again. */
    private static final int LONGEST = 60_000;

    private static final String READ_AGAIN = "each fix was read and checked again";

    private final Engines engines;
    private final Roots roots;
    private final DockerConfig config;
    private final Clock clock;

    DockerfileRepair(Engines engines, Roots roots, DockerConfig config, Clock clock) {
        this.engines = engines;
        this.roots = roots;
        this.config = config;
        this.clock = clock;
    }

    /** @param context folder of the build; left out, that of the file */
    Fixed fix(
            Call call,
            DockerfileText source,
            Optional<String> context,
            Predicate<Finding> wanted,
            Safety safety,
            Verify verify)
            throws InterruptedException {
        if (source.text().length() > LONGEST) {
            throw ToolException.limit("%s has %d characters; up to %d are fixed, mode report tells of more"
                    .formatted(source.shown(), source.text().length(), LONGEST));
        }
        boolean asks = safety == Safety.CONDITIONAL || verify == Verify.BUILD;
        Bases bases = asks ? new LocalBases(engines.images(call)) : Bases.UNKNOWN;
        RepairOptions options =
                new RepairOptions(safety, wanted, source.config(), source.around(), bases, text -> true, false);
        try {
            return verify == Verify.BUILD
                    ? built(source, options, builds(call, source, context))
                    : fixed(source, Repair.of(source.text(), options), READ_AGAIN, true);
        } catch (LocalBases.Interrupted e) {
            throw new InterruptedException();
        }
    }

    private static Fixed built(DockerfileText source, RepairOptions options, ProvingBuilds builds) {
        boolean before = builds.builds(source.text());
        Repaired repaired = Repair.of(source.text(), options.guessing());
        boolean after = repaired.made().isEmpty() ? before : builds.builds(repaired.text());
        if (!after && before) {
            repaired = Repair.of(source.text(), options.proven(builds::builds));
            after = true;
        } else if (!after) {
            repaired = Repair.of(source.text(), options);
        }
        String proof = before
                ? "built before and after (%d builds)".formatted(builds.count())
                : after ? "did not build before, builds now" : "builds neither before nor after: nothing is proven";
        return fixed(source, repaired, proof, after);
    }

    private static Fixed fixed(DockerfileText source, Repaired repaired, String proof, boolean proven) {
        String name = source.path().orElse("Dockerfile").replaceFirst("^/+", "");
        return new Fixed(repaired, UnifiedDiff.of(name, source.text(), repaired.text()), proof, proven);
    }

    private ProvingBuilds builds(Call call, DockerfileText source, Optional<String> context)
            throws InterruptedException {
        if (context.isEmpty() && source.path().isEmpty()) {
            throw ToolException.invalidInput("/verify build needs /context, the folder that is built");
        }
        Workspace workspace = roots.of(call.tenant());
        String path = source.path().orElse("");
        String parent = path.contains("/") ? path.substring(0, path.lastIndexOf('/')) : ".";
        Target folder = workspace.at(context.orElse(parent.isEmpty() ? "/" : parent));
        String below = "Dockerfile";
        if (source.path().isPresent()) {
            Target file = workspace.at(path);
            String prefix =
                    folder.path().isEmpty() || folder.path().endsWith("/") ? folder.path() : folder.path() + "/";
            if (!file.root().equals(folder.root()) || !file.path().startsWith(prefix)) {
                throw ToolException.invalidInput(
                        "/verify build needs /path below /context, got %s and %s".formatted(file, folder));
            }
            below = file.path().substring(prefix.length());
        }
        BuildContext files = BuildContext.read(workspace, folder, below, config.maxContextBytes());
        return new ProvingBuilds(
                files, new TrialBuilds(new BuildPolicy(engines.reach(call)), engines.of(call), call, clock));
    }

    /** Writes the fixed text over the file it was read from, unless that has changed meanwhile. */
    void apply(Call call, DockerfileText source, Fixed fixed) {
        Workspace workspace = roots.of(call.tenant());
        TextFiles.replace(
                workspace,
                workspace.at(source.path().orElseThrow()),
                source.text().getBytes(source.charset()),
                fixed.repaired().text().getBytes(source.charset()));
    }
}
