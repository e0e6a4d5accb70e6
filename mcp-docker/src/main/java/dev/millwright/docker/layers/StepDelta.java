package dev.millwright.docker.layers;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;

/**
 * What one instruction adds to an image more than to another.
 *
 * @param before bytes in the one compared with; empty where it has no such instruction
 * @param after bytes in this one; empty where it has none
 */
public record StepDelta(String instruction, OptionalLong before, OptionalLong after, long delta) {
    /** What a builder puts in place of the files that COPY names, which differs with their content. */
    private static final String DIGEST = "(file|dir|multi):[0-9a-f]{12,}";

    /**
     * Steps of two images side by side, by the longest sequence of instructions that both have; those that differ in bytes,
     * largest difference first. Digests of copied files do not count as different.
     */
    public static List<StepDelta> between(List<SizedImage.Step> before, List<SizedImage.Step> after) {
        int[][] longest = new int[before.size() + 1][after.size() + 1];
        for (int i = before.size() - 1; i >= 0; i--) {
            for (int j = after.size() - 1; j >= 0; j--) {
                longest[i][j] = same(before.get(i), after.get(j))
                        ? longest[i + 1][j + 1] + 1
                        : Math.max(longest[i + 1][j], longest[i][j + 1]);
            }
        }
        List<StepDelta> deltas = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < before.size() || j < after.size()) {
            if (i < before.size() && j < after.size() && same(before.get(i), after.get(j))) {
                deltas.add(of(
                        after.get(j).instruction(),
                        OptionalLong.of(before.get(i++).bytes()),
                        OptionalLong.of(after.get(j++).bytes())));
            } else if (j == after.size() || i < before.size() && longest[i + 1][j] >= longest[i][j + 1]) {
                deltas.add(of(
                        before.get(i).instruction(),
                        OptionalLong.of(before.get(i++).bytes()),
                        OptionalLong.empty()));
            } else {
                deltas.add(of(
                        after.get(j).instruction(),
                        OptionalLong.empty(),
                        OptionalLong.of(after.get(j++).bytes())));
            }
        }
        deltas.removeIf(each -> each.delta() == 0);
        deltas.sort(Comparator.comparingLong((StepDelta each) -> Math.abs(each.delta()))
                .reversed());
        return deltas;
    }

    private static StepDelta of(String instruction, OptionalLong before, OptionalLong after) {
        return new StepDelta(instruction, before, after, after.orElse(0) - before.orElse(0));
    }

    private static boolean same(SizedImage.Step one, SizedImage.Step other) {
        return plain(one.instruction()).equals(plain(other.instruction()));
    }

    private static String plain(String instruction) {
        return instruction.replaceAll(DIGEST, "$1").strip();
    }
}
