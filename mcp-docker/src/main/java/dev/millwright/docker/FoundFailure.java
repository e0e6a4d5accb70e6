package dev.millwright.docker;

import dev.millwright.docker.failure.Diagnosis;
import dev.millwright.docker.failure.Edit;
import dev.millwright.docker.failure.Evidence;
import dev.millwright.docker.failure.Fix;
import dev.millwright.docker.failure.Recipe;
import dev.millwright.json.Doc;
import dev.millwright.mask.SecretText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A diagnosis as answers tell it. */
record FoundFailure(
        @Doc(name = "class", value = "") String kind,

        String meaning,
        String step,
        Optional<Integer> line,
        Optional<String> base,

        @Doc(name = "exit_code", value = "") Optional<Integer> exitCode,

        List<String> evidence,
        List<Proposal> fixes,

        @Doc(name = "more_fixes", value = "") Optional<Integer> moreFixes,

        String fingerprint) {
    /** One fix; edits replace lines of the file, or the failing instruction where the line is 0. */
    record Proposal(
            @Doc(name = "fix_id", value = "") String fixId,

            String what,
            double odds,
            boolean automatic,
            List<Edit> edits) {}

    private static final int LONGEST = 300;

    /** @param room characters it may take */
    static FoundFailure of(Diagnosis diagnosis, int most, int room) {
        int left = room - 600;
        List<String> evidence = diagnosis.evidence().stream()
                .map(FoundFailure::quoted)
                .limit(Math.max(1, left / 2 / LONGEST))
                .toList();
        left -= evidence.stream().mapToInt(String::length).sum();
        List<Proposal> fixes = new ArrayList<>();
        for (Fix fix : diagnosis.fixes()) {
            Proposal proposal = new Proposal(
                    fix.id(),
                    shortened(SecretText.text(fix.what())),
                    Math.round(fix.odds() * 100) / 100.0,
                    fix.automatic(),
                    fix.edits());
            int size = 120
                    + proposal.what().length()
                    + fix.edits().stream()
                            .mapToInt(edit -> edit.with().length() + 60)
                            .sum();
            if (fixes.size() == most || !fixes.isEmpty() && size > left) {
                break;
            }
            left -= size;
            fixes.add(proposal);
        }
        int more = diagnosis.fixes().size() - fixes.size();
        OptionalInt code = diagnosis.step().exitCode();
        return new FoundFailure(
                diagnosis.kind().name(),
                diagnosis.kind().meaning(),
                shortened(SecretText.text(diagnosis.step().name())),
                diagnosis.instruction().map(Recipe.Instruction::line),
                Optional.of(diagnosis.base()).filter(base -> !base.isEmpty()),
                code.isPresent() ? Optional.of(code.getAsInt()) : Optional.empty(),
                evidence,
                fixes,
                more > 0 ? Optional.of(more) : Optional.empty(),
                diagnosis.fingerprint());
    }

    private static String quoted(Evidence evidence) {
        return evidence.line() + ": " + shortened(SecretText.text(evidence.text()));
    }

    private static String shortened(String text) {
        if (text.length() <= LONGEST) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
        return text.substring(0, end) + "…";
    }

    /** One sentence. */
    String summary() {
        return "%s: %s%s%s"
                .formatted(
                        kind,
                        meaning,
                        step.isEmpty() ? "" : "; step " + step,
                        line.map(at -> ", Dockerfile line " + at).orElse(""));
    }
}
