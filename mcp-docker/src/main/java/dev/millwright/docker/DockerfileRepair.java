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

    /** The file with what the engine knows of its base images; without an engine as it is. */
    DockerfileText known(Call call, DockerfileText source) throws InterruptedException {
        try {
            return source.with(new LocalBases(engines.images(call)).around(source));
        } catch (ToolException e) {
            if (call.system().isPresent()) {
                throw e; // an engine that was asked for
            }
            return source;
        } catch (LocalBases.Interrupted e) {
            throw new InterruptedException();
        }
    }

    /** @param mending of a build that failed */
    Fixed fix(
            Call call,
            DockerfileText source,
            Predicate<Finding> wanted,
            Safety safety,
            Verify verify,
            Optional<Mending> mending)
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
            if (verify == Verify.BUILD) {
                return built(source, options, builds(call, source), mending);
            }
            mending.ifPresent(each -> each.guess(safety));
            String text = mending.map(Mending::text).orElse(source.text());
            return fixed(source, Repair.of(text, options), mending, READ_AGAIN, true);
        } catch (LocalBases.Interrupted e) {
            throw new InterruptedException();
        }
    }

    private static Fixed built(
            DockerfileText source, RepairOptions options, ProvingBuilds builds, Optional<Mending> mending) {
        boolean before = builds.builds(source.text());
        boolean mended = !before && mending.filter(each -> each.prove(builds)).isPresent();
        String text = mending.map(Mending::text).orElse(source.text());
        boolean begins = before || mended;
        Repaired repaired = Repair.of(text, options.guessing());
        boolean after = repaired.made().isEmpty() ? begins : builds.builds(repaired.text());
        if (!after && begins) {
            repaired = Repair.of(text, options.proven(builds::builds));
            after = true;
        } else if (!after) {
            repaired = Repair.of(text, options);
        }
        String proof = before
                ? "built before and after (%d builds)".formatted(builds.count())
                : after ? "did not build before, builds now" : "builds neither before nor after: nothing is proven";
        return fixed(source, repaired, mending, proof, after);
    }

    private static Fixed fixed(
            DockerfileText source, Repaired repaired, Optional<Mending> mending, String proof, boolean proven) {
        Repaired all = mending.map(each -> each.with(repaired)).orElse(repaired);
        return new Fixed(all, UnifiedDiff.of(source.name(), source.text(), all.text()), proof, proven);
    }

    private ProvingBuilds builds(Call call, DockerfileText source) throws InterruptedException {
        BuildContext files = source.context(roots.of(call.tenant()), "/verify build", config.maxContextBytes());
        return new ProvingBuilds(
                files, new TrialBuilds(new BuildPolicy(engines.reach(call)), engines.of(call), call, clock));
    }

    /** Writes the fixed text over the file it was read from, unless that has changed meanwhile. */
    void apply(Call call, DockerfileText source, Fixed fixed) {
        TextFiles.replace(
                roots.of(call.tenant()),
                source.file().orElseThrow(),
                source.text().getBytes(source.charset()),
                fixed.repaired().text().getBytes(source.charset()));
    }
}
