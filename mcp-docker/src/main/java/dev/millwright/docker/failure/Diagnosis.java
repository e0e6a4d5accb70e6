package dev.millwright.docker.failure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Why a build failed.
 *
 * @param instruction where the failing step stands in the Dockerfile, where that is known
 * @param base image of its stage, empty where unknown
 * @param evidence in the order of the log
 * @param fixes likeliest first
 * @param fingerprint the same for failures of the same cause
 */
public record Diagnosis(
        Step step,
        FailureClass kind,
        Optional<Recipe.Instruction> instruction,
        String base,
        List<Evidence> evidence,
        List<Fix> fixes,
        String fingerprint) {
    private static final int MOST = 6;

    public Diagnosis {
        evidence = List.copyOf(evidence);
        fixes = List.copyOf(fixes);
    }

    public static Diagnosis of(String log, Surroundings around) {
        return of(BuildLog.failing(log), around);
    }

    public static Diagnosis of(Step step, Surroundings around) {
        Classifier.Decision decision = Classifier.decide(step);
        Optional<Recipe.Instruction> instruction = around.recipe().flatMap(recipe -> recipe.failing(step));
        List<Evidence> evidence = evidence(decision, step);
        List<String> key = decision.hits().isEmpty()
                ? evidence.stream().map(Evidence::text).toList()
                : decision.hits().stream().map(Hit::line).toList();
        return new Diagnosis(
                step,
                decision.kind(),
                instruction,
                instruction.map(Recipe.Instruction::base).orElse(""),
                evidence,
                Fixes.of(decision, step, around),
                Fingerprint.of(decision.kind(), key));
    }

    /** With other odds and order of fixes. */
    public Diagnosis with(List<Fix> ranked) {
        return new Diagnosis(step, kind, instruction, base, evidence, ranked, fingerprint);
    }

    /** The lines that decided, each text once; where none did the last that say something. */
    private static List<Evidence> evidence(Classifier.Decision decision, Step step) {
        Map<String, Evidence> found = new LinkedHashMap<>();
        decision.hits().forEach(hit -> found.putIfAbsent(hit.line().strip(), new Evidence(hit.at() + 1, hit.line())));
        List<Evidence> all = new ArrayList<>(found.values());
        if (all.size() > MOST) {
            List<Evidence> some = new ArrayList<>(all.subList(0, MOST / 2));
            some.addAll(all.subList(all.size() - MOST / 2, all.size()));
            return some;
        }
        for (int i = step.lines().size() - 1;
                i >= 0 && all.size() < 3 && decision.hits().isEmpty();
                i--) {
            String line = step.lines().get(i);
            if (!Classifier.isNoise(line)) {
                all.addFirst(new Evidence(i + 1, line));
            }
        }
        return all;
    }
}
