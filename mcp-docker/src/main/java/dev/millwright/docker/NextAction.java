package dev.millwright.docker;

import dev.millwright.docker.SecurityReport.Issue;
import dev.millwright.docker.SecurityReport.Row;
import dev.millwright.docker.vulnerability.Vulnerability;
import java.util.List;
import java.util.Optional;

/** The one thing to do first about what was found. */
final class NextAction {
    private static final int LONGEST = 500;

    private NextAction() {}

    /**
     * About the worst: an exploited or otherwise worse vulnerability with a fix, else the worst finding; of equally bad
     * ones a secret, which somebody may use by now.
     *
     * @param rows of the vulnerabilities, in their order
     * @param worse whether the first vulnerability is at least as bad as the first finding
     */
    static Optional<String> of(List<Vulnerability> found, List<Row> rows, List<Issue> issues, boolean worse) {
        boolean fixable = !found.isEmpty() && found.getFirst().fixed().isPresent();
        boolean first = !found.isEmpty() && (issues.isEmpty() || worse && fixable);
        if (!first && issues.isEmpty()) {
            return Optional.empty();
        }
        String text = first ? about(found, rows.getFirst()) : about(worst(issues));
        return Optional.of(text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text);
    }

    private static Issue worst(List<Issue> issues) {
        Issue first = issues.getFirst();
        return issues.stream()
                .filter(each ->
                        each.severity().equals(first.severity()) && each.check().startsWith("secret-"))
                .findFirst()
                .orElse(first);
    }

    private static String about(List<Vulnerability> all, Row row) {
        Vulnerability worst = all.getFirst();
        List<Vulnerability> same = all.stream()
                .filter(each -> each.name().equals(worst.name())
                        && each.version().equals(worst.version())
                        && each.fixed().isPresent())
                .toList();
        String what = worst.name() + " " + worst.version();
        String where = row.where().map(each -> " (" + each + ")").orElse("");
        if (same.isEmpty()) {
            return "there is no " + worst.name() + " without " + worst.id() + " yet" + where
                    + ": leave it out where nothing needs it, or say in a VEX document why it does not matter";
        }
        String ends = "; that ends " + worst.id() + (same.size() > 1 ? " and " + (same.size() - 1) + " more" : "");
        return "raise " + what + " to " + Vulnerability.fixOf(same).orElseThrow() + ": " + how(worst) + where + ends;
    }

    private static String how(Vulnerability worst) {
        boolean distro = worst.components().getFirst().ecosystem().ofDistro();
        boolean lowest = worst.components()
                .getFirst()
                .layer()
                .filter(layer -> layer.index() == 0)
                .isPresent();
        return distro
                ? lowest
                        ? "take a newer base image, or upgrade it in a RUN of its own"
                        : "build the step that installs it anew, without cache"
                : "ask for that version where it is asked for, and build anew";
    }

    private static String about(Issue issue) {
        return issue.check() + ": " + issue.fix()
                + issue.where().map(where -> " (" + where + ")").orElse(" (" + issue.evidence() + ")");
    }
}
