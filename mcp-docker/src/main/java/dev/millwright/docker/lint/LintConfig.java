package dev.millwright.docker.lint;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a project wants of its Dockerfiles, as in hadolint's configuration file.
 *
 * @param ignored codes that are never told
 * @param severities codes whose severity is another
 * @param trustedRegistries images may come from these alone, if there are any; {@code *} at the start or end
 * @param labels names that images must have, with the kind of their values
 * @param strictLabels whether other labels are wrong
 * @param failureThreshold findings this bad fail a check
 * @param ignorePragma whether comments in the file may silence rules
 */
public record LintConfig(
        Set<String> ignored,
        Map<String, Severity> severities,
        List<String> trustedRegistries,
        Map<String, LabelKind> labels,
        boolean strictLabels,
        Optional<Severity> failureThreshold,
        boolean ignorePragma) {
    public static final LintConfig DEFAULT =
            new LintConfig(Set.of(), Map.of(), List.of(), Map.of(), false, Optional.empty(), true);

    public LintConfig {
        ignored = Set.copyOf(ignored);
        severities = Map.copyOf(severities);
        trustedRegistries = List.copyOf(trustedRegistries);
        labels = Map.copyOf(labels);
    }

    /** The same, but rules asked for by name speak also where they are silent by default. */
    public LintConfig alsoTelling(Set<String> codes) {
        Map<String, Severity> all = new HashMap<>(severities);
        for (String each : codes) {
            if (Rules.severity(each) == Severity.IGNORE) {
                all.putIfAbsent(each, Severity.INFO);
            }
        }
        return new LintConfig(ignored, all, trustedRegistries, labels, strictLabels, failureThreshold, ignorePragma);
    }
}
