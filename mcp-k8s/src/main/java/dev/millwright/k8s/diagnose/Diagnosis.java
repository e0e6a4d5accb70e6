package dev.millwright.k8s.diagnose;

import dev.millwright.k8s.model.Ref;
import dev.millwright.k8s.state.State;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes root causes of what the rules found.
 *
 * <p>Sightings of one thing become one finding. A finding that names what it would come of is a symptom where one of
 * those objects is at fault or affected by another finding; one that says only that a program failed is a symptom of one
 * that says why. Causes are ranked: broken before endangered, then by how
 * many objects they explain, then by confidence, then by name, so that the order is always the same.
 */
public final class Diagnosis {
    private record Key(CauseId id, Ref object, String part) {}

    /** These say only that a program failed, not why. */
    private static final Set<CauseId> SHALLOW = EnumSet.of(
            CauseId.CRASH_APP_ERROR,
            CauseId.CRASH_LIVENESS_KILL,
            CauseId.PROBE_STARTUP_OR_GATE,
            CauseId.PROBE_TOO_AGGRESSIVE,
            CauseId.PROBE_WRONG_PROTOCOL_OR_PATH,
            CauseId.INIT_BLOCKED,
            CauseId.APP_DB);

    /** These, found broken around the same object, say why its program failed. */
    private static final Set<CauseId> DEEPER = EnumSet.of(
            CauseId.SERVICE_ENV_ADDRESS,
            CauseId.NETPOL_ISOLATION,
            CauseId.DNS,
            CauseId.RBAC,
            CauseId.PVC_FULL_OR_RESIZE,
            CauseId.NODE);

    private Diagnosis() {}

    public static List<Cause> of(State state, List<Rule> rules) {
        List<Finding> found = new ArrayList<>();
        rules.forEach(rule -> rule.look(state, found::add));
        return rank(found);
    }

    static List<Cause> rank(List<Finding> found) {
        Map<Key, List<Finding>> sightings = new LinkedHashMap<>();
        for (Finding each : found) {
            sightings
                    .computeIfAbsent(new Key(each.id(), each.object(), each.part()), key -> new ArrayList<>())
                    .add(each);
        }
        List<Finding> all = sightings.values().stream().map(Finding::merged).toList();
        Map<Finding, Finding> parents = parents(all);
        Map<Finding, List<Finding>> symptoms = new IdentityHashMap<>();
        for (Finding each : all) {
            Finding root = root(each, parents);
            if (root != each) {
                symptoms.computeIfAbsent(root, key -> new ArrayList<>()).add(each);
            }
        }
        return all.stream()
                .filter(each -> !parents.containsKey(each))
                .map(each -> cause(each, symptoms.getOrDefault(each, List.of())))
                .sorted(ORDER)
                .toList();
    }

    private static final Comparator<Cause> ORDER = Comparator.comparing((Cause cause) -> worst(cause))
            .thenComparing(cause -> -cause.affects().size())
            .thenComparing(cause -> -cause.finding().confidence())
            .thenComparing(cause -> cause.finding().object().toString())
            .thenComparing(cause -> cause.finding().id())
            .thenComparing(cause -> cause.finding().part());

    private static Finding.Severity worst(Cause cause) {
        return cause.symptoms().stream()
                .map(Finding::severity)
                .reduce(cause.finding().severity(), (a, b) -> a.compareTo(b) <= 0 ? a : b);
    }

    private static Cause cause(Finding finding, List<Finding> symptoms) {
        Set<Ref> affects = new LinkedHashSet<>(finding.affects());
        for (Finding each : symptoms) {
            affects.add(each.object());
            affects.addAll(each.affects());
        }
        affects.remove(finding.object());
        // What mends the object in another way, as going back to its last revision, mends the cause too.
        Finding complete = finding;
        for (Finding each : symptoms) {
            if (each.object().equals(finding.object())) {
                complete = complete.fixes(each.fixes());
            }
        }
        List<Finding> sorted = symptoms.stream()
                .sorted(Comparator.comparing(Finding::severity)
                        .thenComparing(each -> -each.affects().size())
                        .thenComparing(each -> each.object().toString())
                        .thenComparing(Finding::id))
                .toList();
        return new Cause(complete, sorted, affects);
    }

    private static final Comparator<Finding> BEST = Comparator.comparing(
                    (Finding candidate) -> candidate.because().size())
            .thenComparing(candidate -> -candidate.confidence())
            .thenComparing(candidate -> candidate.object().toString())
            .thenComparing(Finding::id)
            .thenComparing(candidate -> candidate.part());

    /** For each symptom the finding that explains it best; never in a circle. */
    private static Map<Finding, Finding> parents(List<Finding> all) {
        Map<Ref, List<Finding>> explains = new HashMap<>();
        for (Finding each : all) {
            Set<Ref> touched = new HashSet<>(each.affects());
            touched.add(each.object());
            touched.forEach(ref ->
                    explains.computeIfAbsent(ref, key -> new ArrayList<>()).add(each));
        }
        Map<Finding, Finding> parents = new IdentityHashMap<>();
        for (Finding each : all) {
            Set<Finding> candidates = Collections.newSetFromMap(new IdentityHashMap<>());
            each.because().forEach(ref -> candidates.addAll(explains.getOrDefault(ref, List.of())));
            if (SHALLOW.contains(each.id())) {
                explains.getOrDefault(each.object(), List.of()).stream()
                        .filter(candidate -> DEEPER.contains(candidate.id()))
                        .forEach(candidates::add);
            }
            candidates.stream()
                    .filter(candidate -> candidate != each
                            && root(candidate, parents) != each
                            && candidate.severity().compareTo(each.severity()) <= 0)
                    .min(BEST)
                    .ifPresent(parent -> parents.put(each, parent));
        }
        return parents;
    }

    private static Finding root(Finding finding, Map<Finding, Finding> parents) {
        Finding at = finding;
        while (parents.containsKey(at)) {
            at = parents.get(at);
        }
        return at;
    }
}
