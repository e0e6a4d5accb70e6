package dev.millwright.docker;

import dev.millwright.docker.posture.Finding;
import dev.millwright.docker.posture.Outcome;
import dev.millwright.docker.posture.Posture;
import dev.millwright.docker.posture.Severity;
import dev.millwright.docker.sbom.Component;
import dev.millwright.docker.vulnerability.Assessment;
import dev.millwright.docker.vulnerability.Rating;
import dev.millwright.docker.vulnerability.Vulnerability;
import dev.millwright.json.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What check_security_vulnerabilities says of what was found, the most important first and no longer than asked for. */
final class SecurityReport {
    /** @param where the layer with its instruction, or the file @param components names, where several have it */
    record Row(
            String id,
            String severity,
            Optional<Double> score,
            String name,
            String version,
            Optional<String> fixed,
            Optional<Boolean> exploited,
            Optional<Double> epss,
            Optional<List<String>> components,
            Optional<String> where,
            String summary,
            Optional<String> note) {}

    /** @param where a file, or a layer with its instruction */
    record Issue(String check, String severity, String title, String evidence, String fix, Optional<String> where) {}

    private static final int BYTES_PER_TOKEN = 4;
    /** Bytes of what is said beside the rows: summary, notes, next action. */
    private static final int FRAME = 2000;

    private static final int MOST_COMPONENTS = 8;

    private final Examined examined;
    private final Severity least;
    private int left;
    private final List<String> notes = new ArrayList<>();

    /** @param taken bytes of the answer that are spoken for */
    SecurityReport(Examined examined, Severity least, int budget, int taken) {
        this.examined = examined;
        this.least = least;
        this.left = Math.max(budget * BYTES_PER_TOKEN - FRAME - taken, FRAME);
    }

    List<String> notes() {
        return notes;
    }

    void note(String text) {
        notes.add(text);
    }

    /** Those that matter, most important first. @param share of the room that is left, from 0 to 1 */
    List<Row> vulnerabilities(List<Vulnerability> found, double share) {
        return fitting(found, this::row, share, "vulnerabilities", "min_severity or only_fixed");
    }

    List<Issue> issues(List<Finding> found, double share) {
        return fitting(found, this::issue, share, "findings", "scope or min_severity");
    }

    private <A, B> List<B> fitting(List<A> all, Function<A, B> row, double share, String what, String narrow) {
        int room = (int) (left * share);
        List<B> rows = new ArrayList<>();
        for (A each : all) {
            B shown = row.apply(each);
            int size = Json.size(Json.tree(shown)) + 1;
            if (size > room && !rows.isEmpty()) {
                notes.add("%d more %s are left out; narrow by %s, or raise max_output_chars"
                        .formatted(all.size() - rows.size(), what, narrow));
                break;
            }
            room -= size;
            left -= size;
            rows.add(shown);
        }
        return rows;
    }

    Predicate<Vulnerability> counts(boolean onlyFixed) {
        return each -> severity(each.rating()).compareTo(least) >= 0
                && (!onlyFixed || each.fixed().isPresent());
    }

    /** Whether the first vulnerability is exploited, or as bad as the first finding at least. */
    static boolean isWorse(List<Vulnerability> found, List<Finding> findings) {
        return !found.isEmpty()
                && (findings.isEmpty()
                        || found.getFirst().exploited()
                        || severity(found.getFirst().rating())
                                        .compareTo(findings.getFirst().severity())
                                >= 0);
    }

    /** Names the checks that could not be told, each with what is missing. */
    void untold(Posture posture) {
        String all = posture.checks().stream()
                .filter(each -> each.verdict() == Outcome.Verdict.UNKNOWN)
                .map(each -> each.number() + " (" + each.detail() + ")")
                .collect(Collectors.joining(", "));
        if (!all.isEmpty()) {
            notes.add("CIS checks that cannot be told: " + all);
        }
    }

    /** What nobody rated counts as low. */
    private static Severity severity(Rating rating) {
        return switch (rating) {
            case UNKNOWN, LOW -> Severity.LOW;
            case MEDIUM -> Severity.MEDIUM;
            case HIGH -> Severity.HIGH;
            case CRITICAL -> Severity.CRITICAL;
        };
    }

    /** Findings in the scopes asked for, the worst first. */
    List<Finding> findings(Posture posture, boolean config, boolean secrets, boolean cis) {
        List<Finding> all = new ArrayList<>();
        if (config) {
            all.addAll(posture.findings());
        }
        if (secrets) {
            all.addAll(posture.secrets());
        }
        if (cis) {
            posture.checks().forEach(each -> each.finding().ifPresent(all::add));
        }
        return all.stream()
                .filter(each -> each.severity().compareTo(least) >= 0)
                .sorted(Finding.ORDER)
                .toList();
    }

    private Row row(Vulnerability found) {
        List<String> components = found.components().stream()
                .map(Component::fullName)
                .filter(name -> !name.equals(found.name()))
                .distinct()
                .limit(MOST_COMPONENTS)
                .toList();
        Component first = found.components().getFirst();
        return new Row(
                found.id(),
                Json.name(found.rating()),
                found.score(),
                found.name(),
                found.version(),
                found.fixed(),
                found.exploited() ? Optional.of(true) : Optional.empty(),
                found.epss(),
                components.isEmpty() ? Optional.empty() : Optional.of(components),
                first.layer()
                        .map(layer -> layer(layer.index()))
                        .map(layer -> first.ecosystem().ofDistro()
                                ? layer
                                : first.path().map(path -> path + ", ").orElse("") + layer)
                        .or(first::path),
                found.summary(),
                found.note().isEmpty() ? Optional.empty() : Optional.of(found.note()));
    }

    private Issue issue(Finding found) {
        String where = found.path().orElse("")
                + (found.path().isPresent() && found.layer().isPresent() ? ", " : "")
                + found.layer().map(this::layer).orElse("");
        return new Issue(
                found.check(),
                Json.name(found.severity()),
                found.title(),
                found.evidence(),
                found.fix(),
                where.isEmpty() ? Optional.empty() : Optional.of(where));
    }

    private String layer(int index) {
        String step = index < examined.steps().size() ? examined.steps().get(index) : "";
        return "layer " + index + (step.isEmpty() ? "" : ": " + step);
    }

    /** {@code 2 critical, 1 low vulnerabilities, 3 with a fix, 1 exploited}. */
    static String told(List<Vulnerability> found, Assessment assessment, int packages) {
        String counts = counted(found.stream().map(Vulnerability::rating).toList());
        long fixed = found.stream().filter(each -> each.fixed().isPresent()).count();
        long exploited = found.stream().filter(Vulnerability::exploited).count();
        if (packages == 0) {
            return "no packages found";
        }
        String checked = assessment.checked() == packages
                ? packages + " packages"
                : assessment.checked() + " of " + packages + " packages";
        return found.isEmpty()
                ? "no known vulnerabilities in " + checked
                : "%s vulnerabilities in %s, %d with a fix%s"
                        .formatted(
                                counts,
                                checked,
                                fixed,
                                exploited == 0 ? "" : ", " + exploited + " known to be exploited");
    }

    /** {@code 1 high, 2 low findings of secrets, CIS checks; CIS: 3 of 12 checks fail, 2 cannot be told}. */
    static String told(List<Finding> findings, Posture posture, boolean config, boolean secrets, boolean cis) {
        List<String> kinds = new ArrayList<>();
        kinds.addAll(config ? List.of("configuration") : List.of());
        kinds.addAll(secrets ? List.of("secrets") : List.of());
        kinds.addAll(cis ? List.of("CIS checks") : List.of());
        String counts = findings.isEmpty()
                ? "no"
                : counted(findings.stream().map(Finding::severity).toList());
        String text = counts + " findings of " + String.join(", ", kinds);
        long fail = posture.checks().stream()
                .filter(each -> each.verdict() == Outcome.Verdict.FAIL)
                .count();
        long unknown = posture.checks().stream()
                .filter(each -> each.verdict() == Outcome.Verdict.UNKNOWN)
                .count();
        return cis
                ? text
                        + "; CIS: %d of %d checks fail, %d cannot be told"
                                .formatted(fail, posture.checks().size(), unknown)
                : text;
    }

    private static <E extends Enum<E>> String counted(List<E> severities) {
        Map<E, Long> counts = severities.stream()
                .collect(Collectors.groupingBy(
                        each -> each, () -> new TreeMap<>(Comparator.<E>reverseOrder()), Collectors.counting()));
        return counts.entrySet().stream()
                .map(each -> each.getValue() + " " + Json.name(each.getKey()))
                .collect(Collectors.joining(", "));
    }
}
