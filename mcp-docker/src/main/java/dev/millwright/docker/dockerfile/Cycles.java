package dev.millwright.docker.dockerfile;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Stages that need themselves, and copies from stages that are not there. */
final class Cycles {
    private Cycles() {}

    static List<Problem> of(List<Instruction> instructions) {
        List<Problem> problems = new ArrayList<>();
        List<Stage> stages = Stages.of(instructions);
        int[] state = new int[stages.size()];
        int[] next = new int[stages.size()];
        for (Stage each : stages) {
            if (state[each.index()] == 0 && circular(stages, each.index(), state, next)) {
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

    /**
     * Marks all that a stage needs as seen.
     *
     * @param state of each stage: 1 on the way, 2 done
     * @param next which of its needs comes next
     */
    private static boolean circular(List<Stage> stages, int from, int[] state, int[] next) {
        boolean circular = false;
        Deque<Integer> way = new ArrayDeque<>(List.of(from));
        state[from] = 1;
        while (!way.isEmpty()) {
            int at = way.peek();
            List<Integer> needs = stages.get(at).needs();
            if (next[at] == needs.size()) {
                state[at] = 2;
                way.pop();
                continue;
            }
            int need = needs.get(next[at]++);
            circular |= state[need] == 1;
            if (state[need] == 0) {
                state[need] = 1;
                way.push(need);
            }
        }
        return circular;
    }
}
