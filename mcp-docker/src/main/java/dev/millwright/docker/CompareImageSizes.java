package dev.millwright.docker;

import static dev.millwright.tool.ToolSpec.reads;

import dev.millwright.json.Doc;
import dev.millwright.json.Flat;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Says what makes one image larger than another. */
final class CompareImageSizes implements Tool<CompareImageSizes.Input, CompareImageSizes.Output> {
    enum Detail {
        /** Sizes alone: milliseconds. */
        INSTRUCTIONS,
        /** And directories, packages and files, for which every image is read. */
        FILES
    }

    record Input(
            @Doc(value = "Names or archives.", min = 2, max = 8)
            List<String> images,

            @Doc("") Optional<String> baseline,

            @Doc(value = "", orElse = "instructions") Detail detail,

            @Flat Common common)
            implements Common.Taken {}

    record Output(
            String summary,
            String baseline,
            long bytes,
            List<SizeComparison> comparisons,
            Optional<String> note,
            Optional<String> more) {}

    static final ToolSpec<Input, Output> SPEC = reads("compare_image_sizes", Input.class, Output.class)
            .description("What makes images larger or smaller than a baseline; shared layers, pull cost.")
            .scopes("docker:read");

    /** Rows of each list, where the caller does not say how long the answer may be. */
    private static final int USUAL = 10;

    private final SizeSources sources;

    CompareImageSizes(SizeSources sources) {
        this.sources = sources;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) throws Exception {
        String baseline = input.baseline().orElse(input.images().getFirst());
        if (!input.images().contains(baseline)) {
            throw ToolException.invalidInput("/baseline must be one of /images, got " + baseline);
        }
        List<String> others = input.images().stream()
                .filter(each -> !each.equals(baseline))
                .distinct()
                .toList();
        if (others.isEmpty()) {
            throw ToolException.invalidInput("/images must name two images that differ, got only " + baseline);
        }
        boolean deep = input.detail() == Detail.FILES;
        SizeSources.Sized base = sources.read(call, baseline, deep);
        Shortened fitting = new Shortened(call.budget(), "max_output_chars");
        int lists = others.size() * SizeComparison.lists(deep);
        int most = input.common().most(USUAL);
        List<SizeComparison> comparisons = new ArrayList<>();
        List<String> words = new ArrayList<>();
        for (String each : others) {
            SizeSources.Sized other = sources.read(call, each, deep);
            SizeComparison comparison = SizeComparison.of(each, base, other, fitting, most, lists);
            lists -= SizeComparison.lists(deep);
            comparisons.add(comparison);
            words.add(comparison.words(base.image()));
        }
        return new Output(
                String.join(" ", words),
                baseline,
                base.image().bytes(),
                comparisons,
                sources.note(call),
                fitting.more());
    }
}
