package dev.millwright.filesystem;

import static dev.millwright.tool.ToolSpec.reads;

import dev.millwright.filesystem.text.JsonCost;
import dev.millwright.json.Doc;
import dev.millwright.json.Json;
import dev.millwright.tool.Budgeted;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Shows several files in one answer; what one leaves of the budget goes to the next. */
final class ReadMany implements Tool<ReadMany.Input, ReadMany.Output> {
    record Input(@Doc(value = "", min = 1, max = 100) List<String> paths, OptionalInt maxTokens) implements Budgeted {}

    record Item(
            String path,
            Optional<String> text,
            Optional<String> error,
            OptionalLong totalLines,
            Optional<String> version,
            Optional<String> cursor) {}

    /** @param omitted paths there was no room for */
    record Output(List<Item> files, List<String> omitted, String integrity) {}

    static final ToolSpec<Input, Output> SPEC = reads("read_many", Input.class, Output.class)
            .description("Read several text files: text or error of each, cursor for read_file.")
            .scopes("fs:read");

    /** Bytes of JSON around each text. */
    private static final int FRAME = 320;

    /** Bytes of JSON around all. */
    private static final int AROUND = 100;

    /** Bytes a file gets at least: with less, fewer files are shown instead of the first words of each. */
    private static final int LEAST = 1_000;

    private final ReadFile readFile;

    ReadMany(ReadFile readFile) {
        this.readFile = readFile;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) {
        List<Item> files = new ArrayList<>();
        List<String> paths = input.paths();
        int left = call.budget() * 4
                - AROUND
                - paths.stream().mapToInt(path -> JsonCost.of(path) + 3).sum();
        for (String path : paths) {
            int share = Math.max(left / (paths.size() - files.size()), LEAST) - FRAME;
            Item item = item(path, share, call);
            int cost = Json.size(Json.tree(item)) - JsonCost.of(path);
            if (!files.isEmpty() && cost > left) {
                break;
            }
            left -= cost;
            files.add(item);
        }
        return new Output(files, paths.subList(files.size(), paths.size()), "untrusted");
    }

    private Item item(String path, int share, Call call) {
        try {
            ReadFile.Output read = readFile.read(whole(path), share, call);
            Optional<String> error = read.text().isPresent()
                    ? Optional.empty()
                    : Optional.of("binary, " + read.size() + " bytes; read_file shows it");
            return new Item(path, read.text(), error, read.totalLines(), Optional.of(read.version()), read.cursor());
        } catch (ToolException e) {
            String error = e.kind() + ": " + e.getMessage();
            return new Item(
                    path,
                    Optional.empty(),
                    Optional.of(error),
                    OptionalLong.empty(),
                    Optional.empty(),
                    Optional.empty());
        }
    }

    private static ReadFile.Input whole(String path) {
        return new ReadFile.Input(
                path,
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                false,
                Optional.empty(),
                OptionalInt.empty());
    }
}
