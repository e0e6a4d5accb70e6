package dev.millwright.docker;

import dev.millwright.docker.dockerfile.Dockerfile;
import dev.millwright.docker.dockerfile.Problem;
import dev.millwright.docker.dockerfile.Span;
import dev.millwright.docker.lint.Finding;
import dev.millwright.docker.lint.Linter;
import dev.millwright.docker.lint.Rules;
import dev.millwright.docker.lint.Severity;
import dev.millwright.json.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What is wrong with a text of a Dockerfile, worst first, as much as there is room for.
 *
 * @param all how many findings there are
 */
record LintReport(
        String summary,
        int all,
        List<Refused> refused,
        List<Found> findings,
        OptionalInt omitted,
        Optional<Boolean> passes) {
    /** @param also the name under which BuildKit tells the same */
    record Found(int line, String code, Severity severity, String problem, String advice, Optional<String> also) {}

    /** Why Docker refuses the file. */
    record Refused(int line, String why) {}

    /**
     * The findings that are asked for.
     *
     * @param codes of the rules; none for all
     */
    record Wanted(Set<String> codes, Severity least) {
        boolean has(Finding finding) {
            return (codes.isEmpty() || codes.contains(finding.code()))
                    && finding.severity().isAtLeast(least);
        }
    }

    private record Place(String code, Span span) {}

    /** @param room characters it may take */
    static LintReport of(DockerfileText source, Wanted wanted, String text, int room) {
        Dockerfile file = Dockerfile.parse(text);
        List<Finding> findings =
                Linter.lint(file, source.config().alsoTelling(wanted.codes()), source.around()).stream()
                        .filter(each ->
                                wanted.codes().isEmpty() || wanted.codes().contains(each.code()))
                        .toList();
        List<Found> found = merged(findings).stream()
                .filter(each -> each.severity().isAtLeast(wanted.least()))
                .sorted(Comparator.comparing(Found::severity).thenComparingInt(Found::line))
                .toList();
        Optional<Boolean> passes = source.config()
                .failureThreshold()
                .map(worst ->
                        findings.stream().noneMatch(each -> each.severity().isAtLeast(worst)));
        return fitted(source.shown(), file.problems(), found, passes, room);
    }

    /** What hadolint and BuildKit both tell is told once, under hadolint's code. */
    private static List<Found> merged(List<Finding> findings) {
        Set<Place> places = new HashSet<>();
        Map<Place, String> twins = new HashMap<>();
        for (Finding each : findings) {
            places.add(new Place(each.code(), each.span()));
            Rules.twin(each.code()).ifPresent(twin -> twins.put(new Place(twin, each.span()), each.code()));
        }
        List<Found> found = new ArrayList<>();
        for (Finding each : findings) {
            boolean told = Rules.twin(each.code())
                    .filter(twin -> places.contains(new Place(twin, each.span())))
                    .isPresent();
            if (!told) {
                found.add(new Found(
                        each.line(),
                        each.code(),
                        each.severity(),
                        each.message(),
                        Rules.find(each.code()).orElseThrow().summary(),
                        Optional.ofNullable(twins.get(new Place(each.code(), each.span())))));
            }
        }
        return found;
    }

    private static LintReport fitted(
            String shown, List<Problem> problems, List<Found> all, Optional<Boolean> passes, int room) {
        List<Refused> refused = Shortened.first(
                problems.stream()
                        .map(each -> new Refused(each.line(), shortened(each.message())))
                        .toList(),
                1,
                room);
        int left = room - refused.stream().mapToInt(Shortened::size).sum();
        List<Found> some = Shortened.first(all, 0, left);
        int omitted = all.size() - some.size();
        return new LintReport(
                summary(shown, problems, all),
                all.size(),
                refused,
                some,
                omitted > 0 ? OptionalInt.of(omitted) : OptionalInt.empty(),
                passes);
    }

    private static String summary(String shown, List<Problem> problems, List<Found> all) {
        StringBuilder text = new StringBuilder(shown).append(": ");
        if (!problems.isEmpty()) {
            text.append("Docker refuses it; ");
        }
        text.append(all.size()).append(all.size() == 1 ? " finding" : " findings");
        for (Severity each : Severity.values()) {
            long count = all.stream().filter(one -> one.severity() == each).count();
            if (count > 0) {
                text.append(", ").append(count).append(' ').append(Json.name(each));
            }
        }
        return text.toString();
    }

    private static String shortened(String text) {
        return text.length() <= 200 ? text : text.substring(0, 200) + "...";
    }
}
