package dev.millwright.docker;

import static dev.millwright.tool.ToolSpec.reads;

import dev.millwright.docker.archive.ArchivedImage;
import dev.millwright.docker.layers.Dive;
import dev.millwright.docker.layers.Finding;
import dev.millwright.docker.layers.HashedLayers;
import dev.millwright.docker.layers.Thresholds;
import dev.millwright.docker.layers.Waste;
import dev.millwright.json.Doc;
import dev.millwright.json.Flat;
import dev.millwright.json.Json;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Finds the bytes of an image that need not be there, and the instruction to change. */
final class AnalyzeImageLayers implements Tool<AnalyzeImageLayers.Input, AnalyzeImageLayers.Output> {
    enum Mode {
        EXACT,
        DIVE,
        BOTH
    }

    record Input(
            Optional<String> image,
            Optional<String> tar,

            @Doc(value = "", orElse = "exact") Mode mode,

            @Doc(value = "", min = 1, max = 100, orElse = "10")
            int top,

            @Doc(name = "min_efficiency", value = "CI limit.")
            OptionalDouble minEfficiency,

            @Doc(name = "max_wasted", value = "") OptionalLong maxWasted,

            @Doc(name = "max_wasted_share", value = "") OptionalDouble maxWastedShare,

            @Flat Common common)
            implements Common.Taken {}

    record LayerRow(int layer, long bytes, long wasted, String instruction) {}

    record Exact(
            long bytes,
            @Doc(name = "final_bytes", value = "") long finalBytes,
            long wasted,
            double efficiency,
            @Doc(name = "wasted_share", value = "") double wastedShare,
            long avoidable) {}

    record DiveFigures(
            double efficiency,
            @Doc(name = "wasted_bytes", value = "") long wastedBytes,
            @Doc(name = "wasted_user_percent", value = "") Optional<Double> wastedUserPercent,
            List<Dive.Wasted> paths) {}

    /** @param failed limits that are not kept, in words */
    record Ci(boolean passed, List<String> failed) {}

    record Output(
            String summary,
            Optional<Ci> ci,
            Exact exact,
            Optional<DiveFigures> dive,
            List<Finding> wasted,
            List<Finding> avoidable,
            List<Waste.Duplicate> duplicates,
            List<LayerRow> layers,
            Optional<String> more) {}

    static final ToolSpec<Input, Output> SPEC = reads("analyze_image_layers", Input.class, Output.class)
            .description("Wasted bytes of an image: cause, instruction, fix, size after; duplicates; CI limits.")
            .scopes("docker:read");

    private static final int INSTRUCTION = 160;

    private final ImageSources sources;

    AnalyzeImageLayers(ImageSources sources) {
        this.sources = sources;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) throws Exception {
        HashedLayers read = new HashedLayers();
        ArchivedImage image = sources.read(call, input.image(), input.tar(), read);
        Waste waste = Waste.of(image, read);
        Optional<Dive> dive = input.mode() == Mode.EXACT ? Optional.empty() : Optional.of(Dive.of(image, read));
        Thresholds limits = new Thresholds(input.minEfficiency(), input.maxWasted(), input.maxWastedShare());
        List<String> failed = input.mode() == Mode.DIVE
                ? limits.failed(
                        dive.get().efficiency(),
                        dive.get().wastedBytes(),
                        dive.get().wastedUserPercent())
                : limits.failed(waste.efficiency(), waste.reclaimable(), waste.wastedShare());
        Exact exact = new Exact(
                waste.carried(),
                waste.live(),
                waste.reclaimable(),
                waste.efficiency(),
                waste.wastedShare(),
                waste.avoidableBytes());
        String summary = Sizes.summary(image, waste) + (limits.any() ? failed.isEmpty() ? " Passed." : " Failed." : "");
        Shortened fitting = new Shortened(call.budget());
        fitting.take(Json.tree(exact), summary);
        List<Finding> wasted = fitting.some("wasted", waste.lost(), input.top());
        List<Finding> avoidable = fitting.some("avoidable", waste.avoidable(), input.top());
        Optional<DiveFigures> figures = dive.map(each -> new DiveFigures(
                each.efficiency(),
                each.wastedBytes(),
                Optional.of(each.wastedUserPercent()).filter(Double::isFinite),
                fitting.some("dive/paths", each.paths(), input.top())));
        List<LayerRow> layers = fitting.some("layers", rows(image, waste), Integer.MAX_VALUE);
        List<Waste.Duplicate> duplicates = fitting.some("duplicates", waste.duplicates(), input.top());
        return new Output(
                summary,
                limits.any() ? Optional.of(new Ci(failed.isEmpty(), failed)) : Optional.empty(),
                exact,
                figures,
                wasted,
                avoidable,
                duplicates,
                layers,
                fitting.more());
    }

    private static List<LayerRow> rows(ArchivedImage image, Waste waste) {
        List<LayerRow> rows = new ArrayList<>();
        for (Waste.LayerBytes each : waste.layers()) {
            rows.add(new LayerRow(
                    each.index(), each.bytes(), each.lost(), Sizes.instruction(image, each.index(), INSTRUCTION)));
        }
        return rows;
    }
}
