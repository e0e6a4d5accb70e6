package dev.millwright.k8s.diagnose;

import dev.millwright.k8s.model.Ref;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Something a rule found to be wrong: a cause, unless what it comes {@link #because} of was found too; then its symptom.
 *
 * <p>Made by {@link #of} and the methods named like the components.
 *
 * @param object at fault: the thing a person would mend, so the workload rather than one of its pods
 * @param part of the object, as a container's name; findings with equal id, object and part are one
 * @param confidence 0 to 1: 0.95 the object proves it, 0.8 object and event agree, 0.6 a hint
 * @param severity whether something is broken now
 * @param why one sentence in plain words that names object and reason
 * @param affects what does not work on its account: pods, workloads, services
 * @param because objects whose trouble would explain this one; empty for what can only be a cause
 */
public record Finding(
        CauseId id,
        Ref object,
        String part,
        double confidence,
        Severity severity,
        String why,
        List<Evidence> evidence,
        Set<Ref> affects,
        Set<Ref> because,
        List<Fix> fixes) {
    /** How bad it is. */
    public enum Severity {
        /** Broken now. */
        ERROR,
        /** Works, and will not for long, or not when it must. */
        WARNING
    }

    /** Facts that are kept when many sightings are one. */
    private static final int MOST_EVIDENCE = 12;

    public Finding {
        evidence = List.copyOf(evidence);
        affects = Set.copyOf(affects);
        because = Set.copyOf(because);
        fixes = List.copyOf(fixes);
    }

    public static Finding of(CauseId id, Ref object, double confidence, String why) {
        return new Finding(id, object, "", confidence, Severity.ERROR, why, List.of(), Set.of(), Set.of(), List.of());
    }

    public Finding part(String part) {
        return new Finding(id, object, part, confidence, severity, why, evidence, affects, because, fixes);
    }

    public Finding warning() {
        return new Finding(id, object, part, confidence, Severity.WARNING, why, evidence, affects, because, fixes);
    }

    public Finding evidence(Evidence... more) {
        return evidence(List.of(more));
    }

    public Finding evidence(List<Evidence> more) {
        List<Evidence> all = new ArrayList<>(evidence);
        more.stream().filter(each -> !all.contains(each)).forEach(all::add);
        return new Finding(id, object, part, confidence, severity, why, all, affects, because, fixes);
    }

    public Finding affects(Ref... more) {
        return affects(List.of(more));
    }

    public Finding affects(Iterable<Ref> more) {
        Set<Ref> all = new LinkedHashSet<>(affects);
        more.forEach(all::add);
        return new Finding(id, object, part, confidence, severity, why, evidence, all, because, fixes);
    }

    public Finding because(Ref... more) {
        return because(List.of(more));
    }

    public Finding because(Iterable<Ref> more) {
        Set<Ref> all = new LinkedHashSet<>(because);
        more.forEach(all::add);
        return new Finding(id, object, part, confidence, severity, why, evidence, affects, all, fixes);
    }

    public Finding fixes(Fix... more) {
        return fixes(List.of(more));
    }

    public Finding fixes(List<Fix> more) {
        List<Fix> all = new ArrayList<>(fixes);
        more.stream().filter(each -> !all.contains(each)).forEach(all::add);
        return new Finding(id, object, part, confidence, severity, why, evidence, affects, because, all);
    }

    /** Sightings of one thing: the surest one speaks, all bring what they saw, and the first of what they prove. */
    static Finding merged(List<Finding> sightings) {
        Finding surest = sightings.getFirst();
        Severity worst = surest.severity;
        Set<Ref> affects = new LinkedHashSet<>();
        Set<Ref> because = new LinkedHashSet<>();
        Set<Fix> fixes = new LinkedHashSet<>();
        for (Finding each : sightings) {
            surest = each.confidence > surest.confidence ? each : surest;
            worst = each.severity.compareTo(worst) < 0 ? each.severity : worst;
            affects.addAll(each.affects);
            because.addAll(each.because);
        }
        Set<Evidence> evidence = new LinkedHashSet<>(surest.evidence);
        fixes.addAll(surest.fixes);
        for (Finding each : sightings) {
            each.evidence.stream()
                    .filter(one -> evidence.size() < MOST_EVIDENCE)
                    .forEach(evidence::add);
            fixes.addAll(each.fixes);
        }
        return new Finding(
                surest.id,
                surest.object,
                surest.part,
                surest.confidence,
                worst,
                surest.why,
                List.copyOf(evidence),
                affects,
                because,
                List.copyOf(fixes));
    }
}
