package dev.millwright.docker;

import dev.millwright.docker.layers.Delta;
import dev.millwright.docker.layers.SizedImage;
import dev.millwright.docker.layers.StepDelta;
import dev.millwright.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An image against a baseline, by what makes it larger or smaller; the largest difference first.
 *
 * @param delta bytes, less than 0 where it is smaller
 * @param pullBytes unpacked, of the layers that a machine with the baseline has yet to pull
 * @param folders and packages and files: where the images were read
 */
record SizeComparison(
        String image,
        long bytes,
        long delta,
        int layers,
        int sharedLayers,
        long pullBytes,
        List<StepDelta> steps,
        Optional<List<Delta>> folders,
        Optional<List<Delta>> packages,
        Optional<List<Delta>> files) {
    private static final int INSTRUCTION = 160;

    static SizeComparison of(String name, SizeSources.Sized base, SizeSources.Sized other, Shortened fitting, int top) {
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
                image.diffIds().size(),
                image.sharedLayers(base.image()),
                image.bytes() - image.sharedBytes(base.image()),
                fitting.some("steps", steps, top),
                after.map(now -> fitting.some("folders", Delta.ofFolders(before, now), top)),
                after.map(now -> fitting.some("packages", Delta.ofPackages(base.packages(), other.packages()), top)),
                after.map(now -> fitting.some("files", Delta.ofFiles(before, now), top)));
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
        return steps.isEmpty()
                ? size + "."
                : "%s; most of it: %s (%s%s)."
                        .formatted(
                                size,
                                Sizes.clip(steps.getFirst().instruction(), 80),
                                steps.getFirst().delta() > 0 ? "+" : "",
                                Sizes.of(steps.getFirst().delta()));
    }
}
