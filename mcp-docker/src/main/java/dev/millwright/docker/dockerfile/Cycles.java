package dev.millwright.docker.dockerfile;

import java.util.ArrayList;
import java.util.List;

/** Stages that need themselves, and copies from stages that are not there. */
final class Cycles {
    private Cycles() {}

    static List<Problem> of(List<Instruction> instructions) {
        List<Problem> problems = new ArrayList<>();
        List<Stage> stages = Stages.of(instructions);
        int[] state = new int[stages.size()];
        for (Stage each : stages) {
            if (state[each.index()] == 0 && circular(stages, each.index(), state)) {
                Instruction from = each.from();
                problems.add(new Problem(
                        from.span(),
                        from.line(),
                        "circular dependency detected on stage: "
                                + each.name().map(Word::text).orElse(String.valueOf(each.index()))));
            }
            for (Instruction one : each.instructions()) {
                String from = one.is(Keyword.COPY) ? one.flagValue("from").orElse("") : "";
                if (from.matches("[0-9]{1,9}") && Integer.parseInt(from) >= stages.size()) {
                    problems.add(new Problem(one.span(), one.line(), "invalid from flag value " + from));
                }
            }
        }
        return problems;
    }

    /** Marks all it needs as seen: 1 on the way, 2 done. */
    private static boolean circular(List<Stage> stages, int at, int[] state) {
        state[at] = 1;
        boolean circular = false;
        for (int each : stages.get(at).needs()) {
            circular |= state[each] == 1 || state[each] == 0 && circular(stages, each, state);
        }
        state[at] = 2;
        return circular;
    }
}
