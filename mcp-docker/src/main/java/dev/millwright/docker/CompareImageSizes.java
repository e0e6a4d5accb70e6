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
        STEPS,
        /** And folders, packages and files, for which every image is read. */
        FILES
    }

    record Input(
            @Doc(value = "Names or archives.", min = 2, max = 8)
            List<String> images,

            @Doc("") Optional<String> baseline,

            @Doc(value = "", orElse = "steps") Detail detail,

            @Doc(value = "", min = 1, max = 100, orElse = "10")
            int top,

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
            .description("What makes images larger or smaller than a baseline; shared layers.")
            .scopes("docker:read");

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
        boolean deep = input.detail() == Detail.FILES;
        SizeSources.Sized base = sources.read(call, baseline, deep);
        Shortened fitting = new Shortened(call.budget());
        List<SizeComparison> comparisons = new ArrayList<>();
        List<String> words = new ArrayList<>();
        for (String each : input.images()) {
            if (!each.equals(baseline)) {
                SizeSources.Sized other = sources.read(call, each, deep);
                SizeComparison comparison = SizeComparison.of(each, base, other, fitting, input.top());
                comparisons.add(comparison);
                words.add(comparison.words(base.image()));
            }
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
