package dev.millwright.docker.repair;

import dev.millwright.docker.lint.Finding;
import dev.millwright.docker.lint.LintConfig;
import dev.millwright.docker.lint.Surroundings;
import java.util.function.Predicate;

/**
 * What is to be fixed, and what is known.
 *
 * @param safety fixes up to this
 * @param wanted findings that are to be fixed
 * @param builds whether a text can still be built
 * @param proves whether {@code builds} really tells, so that guesses may be tried
 */
public record RepairOptions(
        Safety safety,
        Predicate<Finding> wanted,
        LintConfig config,
        Surroundings around,
        Bases bases,
        Predicate<String> builds,
        boolean proves) {
    /** Everything up to a safety, without a build. */
    public static RepairOptions of(Safety safety) {
        return new RepairOptions(
                safety, each -> true, LintConfig.DEFAULT, Surroundings.NONE, Bases.UNKNOWN, each -> true, false);
    }

    /** The same, with every fix tried by a build. */
    public RepairOptions proven(Predicate<String> build) {
        return new RepairOptions(safety, wanted, config, around, bases, build, true);
    }

    /** The same, with guesses among them; whoever asks for that builds the result. */
    public RepairOptions guessing() {
        return new RepairOptions(safety, wanted, config, around, bases, builds, true);
    }
}
