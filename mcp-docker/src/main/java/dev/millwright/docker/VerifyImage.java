package dev.millwright.docker;

import static dev.millwright.tool.ToolSpec.changes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.docker.engine.Containers;
import dev.millwright.docker.engine.Engines;
import dev.millwright.docker.engine.Images;
import dev.millwright.docker.engine.Roots;
import dev.millwright.docker.release.Builds;
import dev.millwright.docker.release.Checklist;
import dev.millwright.docker.release.Item;
import dev.millwright.docker.release.Paper;
import dev.millwright.docker.release.Trial;
import dev.millwright.docker.release.Vulnerabilities;
import dev.millwright.json.Doc;
import dev.millwright.json.Flat;
import dev.millwright.json.Json;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import dev.millwright.workspace.OpenFile;
import dev.millwright.workspace.Version;
import dev.millwright.workspace.Workspace;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Checks an image against the checklist of a release. */
final class VerifyImage implements Tool<VerifyImage.Input, VerifyImage.Output> {
    record Input(
            Optional<String> image,
            @Doc("YAML file.") Optional<String> checklist,
            @Flat Common common) implements Common.Taken {}

    /** @param exitCode 0 when every item passes, else 1: what a pipeline ends with */
    record Output(
            String summary,
            String image,
            String id,
            @Doc(name = "exit_code", value = "") int exitCode,
            List<Item> items,
            @Doc(name = "left_out", value = "") int leftOut) {}

    static final ToolSpec<Input, Output> SPEC = changes("verify_image", Input.class, Output.class)
            .description(
                    "Check an image before a release, by a checklist: builds, starts, healthy, user, size, files, labels,"
                            + " ports, secrets, vulnerabilities.")
            .scopes("docker:run")
            .deadline(Duration.ofMinutes(20));

    private static final int BYTES_PER_TOKEN = 4;
    private static final int FRAME = 400;
    private static final int LONGEST = 100_000;

    private final Engines engines;
    private final Roots roots;
    private final Builds builds;
    private final Vulnerabilities vulnerabilities;

    VerifyImage(Engines engines, Roots roots, Builds builds, Vulnerabilities vulnerabilities) {
        this.engines = engines;
        this.roots = roots;
        this.builds = builds;
        this.vulnerabilities = vulnerabilities;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) throws Exception {
        Checklist checklist = input.checklist().map(path -> read(path, call)).orElseGet(Checklist::release);
        List<Item> items = new ArrayList<>();
        Optional<String> name = input.image().or(checklist::image);
        if (checklist.build().isPresent()) {
            try {
                name = Optional.of(builds.build(checklist.build().get(), call));
                items.add(new Item("builds", Item.Status.PASS, "built " + name.get()));
            } catch (ToolException e) {
                items.add(new Item("builds", Item.Status.FAIL, String.valueOf(e.getMessage())));
                return answer(name.orElse(checklist.build().get().context()), "", items, call);
            }
        }
        String image =
                name.orElseThrow(() -> ToolException.invalidInput("/image or a checklist with image must be given"));
        Images images = engines.images(call);
        JsonNode found = images.inspect(image);
        String id = found.path("Id").asText();
        items.addAll(Paper.items(checklist, found));
        vulnerable(checklist, id, call).ifPresent(items::add);
        if (checklist.start().isPresent()
                || checklist.healthy().isPresent()
                || !checklist.files().isEmpty()) {
            Containers containers = engines.containers(call);
            try (Trial trial = Trial.of(checklist, found, containers)) {
                items.addAll(trial.files());
                if (checklist.start().isPresent() || checklist.healthy().isPresent()) {
                    items.addAll(trial.runs());
                }
            }
        }
        return answer(image, id, items, call);
    }

    private Checklist read(String path, Call call) {
        Workspace workspace = roots.of(call.tenant());
        try (OpenFile file = workspace.open(workspace.at(path))) {
            byte[] bytes = Version.all(file, LONGEST + 1);
            if (bytes.length > LONGEST) {
                throw ToolException.invalidInput("/checklist " + path + " is longer than " + LONGEST + " bytes");
            }
            return Checklist.of("/checklist " + path, new String(bytes, StandardCharsets.UTF_8));
        }
    }

    private Optional<Item> vulnerable(Checklist checklist, String id, Call call) throws Exception {
        OptionalInt critical = checklist.maxCritical();
        OptionalInt high = checklist.maxHigh();
        if (critical.isEmpty() && high.isEmpty()) {
            return Optional.empty();
        }
        try {
            Vulnerabilities.Count count = vulnerabilities.of(id, call);
            boolean holds = count.critical() <= critical.orElse(Integer.MAX_VALUE)
                    && count.high() <= high.orElse(Integer.MAX_VALUE);
            String worst = count.worst().isEmpty() ? "" : ": " + count.worst();
            return Optional.of(new Item(
                    "vulnerabilities",
                    holds ? Item.Status.PASS : Item.Status.FAIL,
                    count.critical() + " critical, " + count.high() + " high" + worst));
        } catch (ToolException e) {
            return Optional.of(new Item("vulnerabilities", Item.Status.UNKNOWN, String.valueOf(e.getMessage())));
        }
    }

    private static Output answer(String image, String id, List<Item> items, Call call) {
        if (items.isEmpty()) {
            throw ToolException.invalidInput("/checklist names nothing to check");
        }
        List<Item> sorted = new ArrayList<>(items);
        sorted.sort(Comparator.comparing((Item each) -> each.status() == Item.Status.PASS));
        List<Item> bad = sorted.stream()
                .filter(each -> each.status() != Item.Status.PASS)
                .toList();
        List<Item> told = new ArrayList<>();
        int room = call.budget() * BYTES_PER_TOKEN - FRAME;
        for (Item each : sorted) {
            room -= Json.size(Json.tree(each)) + 1;
            if (room < 0 && !told.isEmpty()) {
                break;
            }
            told.add(each);
        }
        String summary = bad.isEmpty()
                ? "ready: all " + items.size() + " items pass"
                : "not ready: %d of %d items do not pass: %s"
                        .formatted(
                                bad.size(),
                                items.size(),
                                String.join(", ", bad.stream().map(Item::name).toList()));
        return new Output(summary, image, id, bad.isEmpty() ? 0 : 1, told, items.size() - told.size());
    }
}
