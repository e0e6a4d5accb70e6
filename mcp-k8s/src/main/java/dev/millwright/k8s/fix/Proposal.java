package dev.millwright.k8s.fix;

import dev.millwright.json.Json;
import dev.millwright.k8s.diagnose.Cause;
import dev.millwright.k8s.diagnose.Evidence;
import dev.millwright.k8s.diagnose.Fix;
import dev.millwright.k8s.state.State;
import dev.millwright.mask.SecretText;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is wrong and what to do about it, masked, for a person to agree to.
 *
 * @param fix the least dangerous patch of the best cause that has one
 * @param patch what it changes, as lines
 * @param other further causes, and fixes that were not chosen
 */
public record Proposal(
        String summary, List<String> evidence, Optional<Planned> fix, List<String> patch, List<String> other) {
    private static final int MOST_EVIDENCE = 5;
    private static final int MOST_OTHERS = 4;

    public Proposal {
        evidence = List.copyOf(evidence);
        patch = List.copyOf(patch);
        other = List.copyOf(other);
    }

    /** @param causes best first */
    public static Proposal of(State state, List<Cause> causes) {
        if (causes.isEmpty()) {
            return new Proposal(
                    "nothing is wrong with it; nothing to do", List.of(), Optional.empty(), List.of(), List.of());
        }
        Optional<Planned> fix =
                causes.stream().flatMap(each -> safest(each).stream()).findFirst();
        List<String> patch = fix.flatMap(
                        each -> state.find(each.change().target()).map(read -> Edit.preview(read, each.change())))
                .orElse(List.of());
        List<String> evidence = causes.getFirst().finding().evidence().stream()
                .limit(MOST_EVIDENCE)
                .map(Proposal::shown)
                .toList();
        List<String> other = causes.stream()
                .flatMap(cause -> Stream.concat(
                        cause == causes.getFirst() ? Stream.empty() : Stream.of(said(cause)),
                        cause.finding().fixes().stream()
                                .filter(each ->
                                        fix.isEmpty() || !each.equals(fix.get().fix()))
                                .map(Proposal::instead)))
                .limit(MOST_OTHERS)
                .toList();
        String summary = said(causes.getFirst())
                + fix.map(Proposal::proposed).orElse(". No patch of ours can mend it: see other.");
        return new Proposal(summary, evidence, fix, patch, other);
    }

    private static Optional<Planned> safest(Cause cause) {
        return cause.finding().fixes().stream()
                .filter(each -> each.change().isPresent())
                .min(Comparator.comparing(Fix::risk))
                .map(each -> Planned.of("f1", cause.finding(), each));
    }

    private static String said(Cause cause) {
        return cause.finding().id().id() + ": "
                + SecretText.text(cause.finding().why());
    }

    private static String proposed(Planned fix) {
        return ". Fix (risk %s): %s. Show it to the person; once they agree, call again with mode apply and this plan_id"
                .formatted(
                        Json.name(fix.fix().risk()), SecretText.text(fix.fix().what()));
    }

    private static String instead(Fix fix) {
        return "or: " + SecretText.text(fix.what())
                + fix.command().map(each -> " (" + SecretText.text(each) + ")").orElse("");
    }

    private static String shown(Evidence evidence) {
        return "%s %s: %s".formatted(evidence.object().brief(), evidence.field(), SecretText.text(evidence.value()))
                + evidence.at().map(each -> " (" + each + ")").orElse("");
    }
}
