package dev.millwright.docker;

import dev.millwright.docker.layers.Delta;
import dev.millwright.docker.layers.SizedImage;
import dev.millwright.docker.layers.StepDelta;
import dev.millwright.json.Doc;
import dev.millwright.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An image against a baseline, by what makes it larger or smaller; the largest difference first.
 *
 * @param delta bytes, less than 0 where it is smaller
 * @param pullCost bytes, unpacked, of the layers that a machine with the baseline has yet to pull
 * @param directories and packages and files: where the images were read
 */
record SizeComparison(
        String image,
        long bytes,
        long delta,
        int layers,
        @Doc(name = "shared_layers", value = "") int sharedLayers,
        @Doc(name = "pull_cost", value = "") long pullCost,
        List<StepDelta> instructions,
        Optional<List<Delta>> directories,
        Optional<List<Delta>> packages,
        Optional<List<Delta>> files) {
    private static final int INSTRUCTION = 160;

    /** How many lists it has. */
    static int lists(boolean deep) {
        return deep ? 4 : 1;
    }

    /**
     * @param most rows of each list
     * @param lists that share the room, those of this comparison and of all that follow
     */
    static SizeComparison of(
            String name, SizeSources.Sized base, SizeSources.Sized other, Shortened fitting, int most, int lists) {
        SizedImage image = other.image();
        fitting.take(Json.array().add(name), "x".repeat(240));
        List<StepDelta> steps = StepDelta.between(base.image().steps(), image.steps()).stream()
                .map(each -> new StepDelta(
                        Sizes.clip(each.instruction(), INSTRUCTION), each.before(), each.after(), each.delta()))
                .toList();
        Map<String, Long> before = base.files().orElse(Map.of());
        Optional<Map<String, Long>> after = other.files();
        return new SizeComparison(
                name,
                image.bytes(),
                image.bytes() - base.image().bytes(),
                image.layers().size(),
                image.sharedLayers(base.image()),
                image.pullCost(base.image()),
                fitting.some("instructions", steps, most, lists),
                after.map(now -> fitting.some("directories", Delta.ofFolders(before, now), most, lists - 1)),
                after.map(now ->
                        fitting.some("packages", Delta.ofPackages(base.packages(), other.packages()), most, lists - 2)),
                after.map(now -> fitting.some("files", Delta.ofFiles(before, now), most, lists - 3)));
    }

    /** In one sentence. */
    String words(SizedImage base) {
        String size = delta == 0
                ? "%s is as large as the baseline (%s)".formatted(image, Sizes.of(base.bytes()))
                : "%s is %s %s (%s against %s)"
                        .formatted(
                                image,
                                Sizes.of(Math.abs(delta)),
                                delta > 0 ? "larger" : "smaller",
                                Sizes.of(bytes),
                                Sizes.of(base.bytes()));
        String pull = "%d of %d layers shared, %s to pull".formatted(sharedLayers, layers, Sizes.of(pullCost));
        return instructions.isEmpty()
                ? "%s; %s.".formatted(size, pull)
                : "%s; most of it: %s (%s%s); %s."
                        .formatted(
                                size,
                                Sizes.clip(instructions.getFirst().instruction(), 80),
                                instructions.getFirst().delta() > 0 ? "+" : "",
                                Sizes.of(instructions.getFirst().delta()),
                                pull);
    }
}
