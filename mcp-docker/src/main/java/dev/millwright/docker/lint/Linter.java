package dev.millwright.docker.lint;

import dev.millwright.docker.dockerfile.Dockerfile;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/** Looks at a Dockerfile by all rules. */
public final class Linter {
    private static final List<Consumer<Work>> CHECKS = List.of(
            StageRules::check,
            FileRules::check,
            CopyRules::check,
            LabelRules::check,
            AptRules::check,
            RpmRules::check,
            LanguageRules::check,
            NpmRules::check,
            ShellRules::check,
            ShellCheckRules::check,
            BuildKitRules::check,
            VariableRules::check,
            OwnRules::check);

    private Linter() {}

    /**
     * The findings in order of the file, and of one place the worst first.
     *
     * @param config of the project
     * @param around what is known of the context
     */
    public static List<Finding> lint(Dockerfile file, LintConfig config, Surroundings around) {
        Pragmas pragmas = new Pragmas(file, config.ignorePragma());
        Work work = new Work(file, config, around, pragmas);
        CHECKS.forEach(each -> each.accept(work));
        return work.findings().stream()
                .filter(each -> !config.ignored().contains(each.code()))
                .filter(each -> !pragmas.silences(each, config.ignorePragma()))
                .map(each -> each.with(severity(each, config, pragmas)))
                .filter(each -> each.severity() != Severity.IGNORE)
                .sorted(Comparator.comparingInt((Finding each) -> each.span().start())
                        .thenComparing(Finding::severity)
                        .thenComparing(Finding::code))
                .toList();
    }

    public static List<Finding> lint(Dockerfile file) {
        return lint(file, LintConfig.DEFAULT, Surroundings.NONE);
    }

    private static Severity severity(Finding finding, LintConfig config, Pragmas pragmas) {
        Severity configured = config.severities().get(finding.code());
        if (configured != null) {
            return configured;
        }
        boolean fails = pragmas.failsOnChecks() && Rules.isOfBuildKit(finding.code());
        return fails ? Severity.ERROR : finding.severity();
    }
}
