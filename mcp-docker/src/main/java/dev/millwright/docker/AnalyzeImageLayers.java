package dev.millwright.docker;

import static dev.millwright.tool.ToolSpec.reads;

import dev.millwright.docker.archive.ArchivedImage;
import dev.millwright.docker.layers.Breakdown;
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

            @Doc(name = "group_by", value = "") Optional<Breakdown.By> groupBy,

            @Doc(name = "hash_duplicates", value = "", orElse = "true")
            boolean hashDuplicates,

            @Doc(name = "min_efficiency", value = "CI limit.")
            OptionalDouble minEfficiency,

            @Doc(name = "max_wasted", value = "") OptionalLong maxWasted,

            @Doc(name = "max_wasted_share", value = "") OptionalDouble maxWastedShare,

            @Flat Common common)
            implements Common.Taken {
        Input {
            share("min_efficiency", minEfficiency);
            share("max_wasted_share", maxWastedShare);
            if (maxWasted.orElse(0) < 0) {
                throw new IllegalArgumentException("/max_wasted must be at least 0, got " + maxWasted.getAsLong());
            }
        }

        private static void share(String name, OptionalDouble given) {
            if (!(given.orElse(0) >= 0 && given.orElse(0) <= 1)) {
                throw new IllegalArgumentException(
                        "/%s must be a share from 0 to 1, got %s; 0.1 is 10 %%".formatted(name, given.getAsDouble()));
            }
        }
    }

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

    /**
     * @param groups by what was asked for; their bytes add up to those of {@code exact}
     * @param duplicates left out where contents were not hashed
     */
    record Output(
            String summary,
            Optional<Ci> ci,
            Exact exact,
            Optional<DiveFigures> dive,
            Optional<List<Breakdown.Row>> groups,
            List<Finding> wasted,
            List<Finding> avoidable,
            Optional<List<Waste.Duplicate>> duplicates,
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
        boolean byPackage = input.groupBy().filter(Breakdown.By.PACKAGE::equals).isPresent();
        HashedLayers read = new HashedLayers(input.hashDuplicates(), byPackage);
        ArchivedImage image = sources.read(call, input.image(), input.tar(), read);
        Optional<Breakdown> breakdown = input.groupBy().map(by -> new Breakdown(by, image, read));
        Waste waste = breakdown.isPresent() ? Waste.of(image, read, breakdown.get()) : Waste.of(image, read);
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
        String summary = Sizes.summary(image, waste)
                + (input.hashDuplicates() ? "" : " Contents were not compared.")
                + (limits.any() ? failed.isEmpty() ? " Passed." : " Failed." : "");
        Shortened fitting = new Shortened(call.budget(), "top or max_output_chars");
        fitting.take(Json.tree(exact), summary);
        Optional<List<Breakdown.Row>> groups =
                breakdown.map(each -> fitting.some("groups", clipped(each.rows()), input.top()));
        List<Finding> wasted = fitting.some("wasted", waste.lost(), input.top());
        List<Finding> avoidable = fitting.some("avoidable", waste.avoidable(), input.top());
        Optional<DiveFigures> figures = dive.map(each -> new DiveFigures(
                each.efficiency(),
                each.wastedBytes(),
                Optional.of(each.wastedUserPercent()).filter(Double::isFinite),
                fitting.some("dive/paths", each.paths(), input.top())));
        List<LayerRow> layers = fitting.some("layers", rows(image, waste), Integer.MAX_VALUE);
        Optional<List<Waste.Duplicate>> duplicates = input.hashDuplicates()
                ? Optional.of(fitting.some("duplicates", waste.duplicates(), input.top()))
                : Optional.empty();
        return new Output(
                summary,
                limits.any() ? Optional.of(new Ci(failed.isEmpty(), failed)) : Optional.empty(),
                exact,
                figures,
                groups,
                wasted,
                avoidable,
                duplicates,
                layers,
                fitting.more());
    }

    private static List<Breakdown.Row> clipped(List<Breakdown.Row> rows) {
        return rows.stream()
                .map(each -> new Breakdown.Row(
                        Sizes.clip(each.key(), INSTRUCTION), each.bytes(), each.wasted(), each.avoidable()))
                .toList();
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
