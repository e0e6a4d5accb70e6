package dev.millwright.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.millwright.json.Doc;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.diagnose.Cause;
import dev.millwright.k8s.diagnose.Evidence;
import dev.millwright.k8s.diagnose.Finding;
import dev.millwright.k8s.diagnose.Fix;
import dev.millwright.k8s.fix.Planned;
import dev.millwright.k8s.mask.Mask;
import dev.millwright.k8s.model.Ref;
import dev.millwright.mask.SecretText;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** A root cause as answers say it, masked, as short as the room demands. */
record FoundCause(
        String id,
        String object,
        double confidence,
        Optional<String> severity,
        String why,
        List<Fact> evidence,
        Optional<List<String>> symptoms,
        Optional<List<String>> affects,
        Optional<List<Proposed>> fixes) {
    /** @param object left out where it is the cause's own */
    record Fact(Optional<String> object, String field, String value, Optional<String> at) {}

    /** @param fixId of the plan; left out where nothing can be applied */
    record Proposed(
            @Doc(name = "fix_id", value = "") Optional<String> fixId,
            String risk,
            String what,
            Optional<ArrayNode> patch,
            Optional<String> target,
            Optional<String> command) {}

    /** Causes in an answer, and the fixes among them that can be applied. */
    record Told(List<FoundCause> causes, List<Planned> plan) {}

    private record Detail(int facts, int length, int symptoms, int affects, int fixes) {}

    private static final List<Detail> DETAILS = List.of(
            new Detail(5, 240, 4, 6, 3),
            new Detail(3, 200, 3, 4, 3),
            new Detail(3, 140, 2, 3, 2),
            new Detail(2, 110, 1, 2, 2),
            new Detail(1, 90, 0, 1, 1));

    /** Pods that are named; they are alike. */
    private static final int MOST_PODS = 2;

    /** Room for plan id, verdict and what is partial. */
    private static final int FRAME = 700;

    /**
     * As many of the causes as there is room for, all of them in less detail rather than some of them in more.
     *
     * @param namespace that goes without saying; empty for none
     * @param tokens the answer may take
     */
    static Told tell(List<Cause> causes, Optional<String> namespace, int tokens) {
        int room = Math.max(800, tokens * 4 - FRAME);
        for (int most = causes.size(); ; most--) {
            for (Detail detail : DETAILS) {
                Told told = tell(causes.subList(0, most), namespace, detail);
                if (most <= 1 && detail == DETAILS.getLast() || Json.size(Json.tree(told.causes())) <= room) {
                    return told;
                }
            }
        }
    }

    private static Told tell(List<Cause> causes, Optional<String> namespace, Detail detail) {
        List<FoundCause> told = new ArrayList<>();
        List<Planned> plan = new ArrayList<>();
        for (Cause each : causes) {
            told.add(of(each, namespace, detail, plan));
        }
        return new Told(told, plan);
    }

    private static FoundCause of(Cause cause, Optional<String> namespace, Detail detail, List<Planned> plan) {
        Finding finding = cause.finding();
        List<Proposed> fixes = new ArrayList<>();
        for (Fix fix : finding.fixes()
                .subList(0, Math.min(detail.fixes(), finding.fixes().size()))) {
            fixes.add(proposed(finding, fix, namespace, plan));
        }
        return new FoundCause(
                finding.id().id(),
                name(finding.object(), namespace),
                Math.round(finding.confidence() * 100) / 100.0,
                finding.severity() == Finding.Severity.ERROR
                        ? Optional.empty()
                        : Optional.of(Json.name(finding.severity())),
                clip(SecretText.text(finding.why()), 400),
                facts(finding, namespace, detail),
                some(symptoms(cause, namespace, detail)),
                some(affects(cause.affects(), namespace, detail.affects())),
                some(fixes));
    }

    private static <T> Optional<List<T>> some(List<T> list) {
        return list.isEmpty() ? Optional.empty() : Optional.of(list);
    }

    private static List<Fact> facts(Finding finding, Optional<String> namespace, Detail detail) {
        List<Fact> facts = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Evidence each : finding.evidence()) {
            if (facts.size() == detail.facts()) {
                break;
            }
            String value = isSecretVariable(each.field())
                    ? SecretText.fingerprint(each.value())
                    : SecretText.text(each.value());
            if (!seen.add(each.field() + " " + value)) {
                // The same of another pod proves no more.
                continue;
            }
            facts.add(new Fact(
                    each.object().equals(finding.object())
                            ? Optional.empty()
                            : Optional.of(name(each.object(), namespace)),
                    each.field(),
                    clip(value, detail.length()),
                    each.at().map(at -> at.truncatedTo(ChronoUnit.SECONDS).toString())));
        }
        return facts;
    }

    /** Names of an environment variable are in brackets or at the end: {@code env[DB_PASSWORD]}. */
    private static boolean isSecretVariable(String field) {
        int env = field.indexOf("env");
        return env >= 0 && !field.contains("valueFrom") && SecretText.isSecretName(field.substring(env + 3));
    }

    private static List<String> symptoms(Cause cause, Optional<String> namespace, Detail detail) {
        List<String> told = new ArrayList<>();
        for (Finding each : cause.symptoms()) {
            if (told.size() == detail.symptoms()) {
                told.add("and " + (cause.symptoms().size() - told.size()) + " more");
                break;
            }
            told.add("%s %s: %s"
                    .formatted(
                            each.id().id(),
                            name(each.object(), namespace),
                            clip(SecretText.text(each.why()), detail.length())));
        }
        return told;
    }

    /** Workloads and services by name, the rest by number. */
    static List<String> affects(Collection<Ref> all, Optional<String> namespace, int most) {
        List<Ref> sorted = all.stream()
                .sorted(Comparator.comparing((Ref ref) ->
                                ref.kind().equals("ReplicaSet") ? 2 : ref.kind().equals("Pod") ? 1 : 0)
                        .thenComparing(Ref::toString))
                .toList();
        List<String> told = new ArrayList<>();
        Map<String, Integer> rest = new TreeMap<>();
        int pods = 0;
        for (Ref each : sorted) {
            boolean pod = each.kind().equals("Pod") || each.kind().equals("ReplicaSet");
            pods += pod ? 1 : 0;
            if (told.size() < most && (!pod || pods <= MOST_PODS)) {
                told.add(name(each, namespace));
            } else {
                rest.merge(
                        Kinds.named(each.kind())
                                .map(Kind::plural)
                                .orElse(each.kind().toLowerCase(Locale.ROOT) + "s"),
                        1,
                        Integer::sum);
            }
        }
        if (!rest.isEmpty()) {
            told.add("and "
                    + String.join(
                            ", ",
                            rest.entrySet().stream()
                                    .map(each -> each.getValue() + " more " + each.getKey())
                                    .toList()));
        }
        return told;
    }

    private static Proposed proposed(Finding finding, Fix fix, Optional<String> namespace, List<Planned> plan) {
        Optional<String> id = Optional.empty();
        if (fix.change().isPresent()) {
            String next = "f" + (plan.size() + 1);
            plan.add(Planned.of(next, finding, fix));
            id = Optional.of(next);
        }
        return new Proposed(
                id,
                Json.name(fix.risk()),
                clip(SecretText.text(fix.what()), 240),
                fix.change().map(change -> masked(change.operations())),
                fix.change()
                        .map(Fix.Change::target)
                        .filter(each -> !each.equals(finding.object()))
                        .map(each -> name(each, namespace)),
                fix.command().map(each -> clip(SecretText.text(each), 300)));
    }

    private static ArrayNode masked(ArrayNode operations) {
        ArrayNode masked = Json.array();
        for (JsonNode each : operations) {
            JsonNode copy = Mask.object(each);
            masked.add(
                    Json.size(copy) <= 600
                            ? copy
                            : Json.object()
                                    .put("op", each.path("op").asText())
                                    .put("path", each.path("path").asText())
                                    .put("value", "… " + Json.size(each.path("value")) + " bytes"));
        }
        return masked;
    }

    static String name(Ref ref, Optional<String> namespace) {
        return ref.namespace().isEmpty() || ref.namespace().equals(namespace) ? ref.brief() : ref.toString();
    }

    /** The start and the end, which say most. */
    static String clip(String text, int most) {
        return text.length() <= most
                ? text
                : text.substring(0, most * 2 / 3) + " … " + text.substring(text.length() - most / 3);
    }
}
