package dev.millwright.docker;

import static dev.millwright.tool.ToolSpec.changes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.docker.engine.Containers;
import dev.millwright.docker.engine.Engines;
import dev.millwright.docker.engine.Roots;
import dev.millwright.docker.release.BuildScript;
import dev.millwright.docker.release.Builds;
import dev.millwright.docker.release.Checklist;
import dev.millwright.docker.release.Contents;
import dev.millwright.docker.release.Item;
import dev.millwright.docker.release.Paper;
import dev.millwright.docker.release.Trial;
import dev.millwright.json.Doc;
import dev.millwright.json.Flat;
import dev.millwright.json.Json;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import dev.millwright.workspace.OpenFile;
import dev.millwright.workspace.Target;
import dev.millwright.workspace.Version;
import dev.millwright.workspace.Workspace;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Checks an image against the checklist of a release. */
final class VerifyImage implements Tool<VerifyImage.Input, VerifyImage.Output> {
    record Input(
            Optional<String> image,
            @Doc("YAML file.") Optional<String> checklist,
            @Flat Common common) implements Common.Taken {}

    /**
     * @param exitCode 0 when every item passes, else 1: what a pipeline ends with
     * @param buildSh a script that does the same in a pipeline
     */
    record Output(
            String summary,
            String image,
            String id,
            @Doc(name = "exit_code", value = "") int exitCode,
            List<Item> items,
            @Doc(name = "left_out", value = "") int leftOut,

            @Doc(name = "build_sh", value = "") Optional<String> buildSh) {}

    static final ToolSpec<Input, Output> SPEC = changes("verify_image", Input.class, Output.class)
            .description(
                    "Check an image before a release, by a checklist: builds, starts, healthy, user, size, files, labels,"
                            + " ports, secrets, vulnerabilities.")
            .scopes("docker:run")
            .deadline(Duration.ofMinutes(20));

    private static final int BYTES_PER_TOKEN = 4;
    private static final int FRAME = 400;
    private static final int LONGEST = 100_000;
    private static final int NAMED = 5;
    private static final String SECRETS = "no-secrets";
    private static final String VULNERABILITIES = "vulnerabilities";

    private final Engines engines;
    private final Roots roots;
    private final Builds builds;
    private final Contents contents;

    VerifyImage(Engines engines, Roots roots, Builds builds, Contents contents) {
        this.engines = engines;
        this.roots = roots;
        this.builds = builds;
        this.contents = contents;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) throws Exception {
        Checklist checklist = input.checklist().map(path -> read(path, call)).orElseGet(Checklist::release);
        checklist.image().ifPresent(name -> engines.images(call).check("/checklist image", name));
        Optional<String> name = input.image().or(checklist::image);
        List<Item> items = new ArrayList<>();
        if (checklist.build().isPresent() && input.image().isEmpty()) {
            Checklist.Build build = checklist.build().get();
            List<String> mine = engines.reach(call).images();
            if (name.isEmpty() && !mine.isEmpty()) {
                throw ToolException.invalidInput("/checklist with build must name the image too, as one of "
                        + String.join(", ", mine) + ": no other is there for this tenant");
            }
            try {
                name = Optional.of(builds.build(build, checklist.image(), call));
                items.add(new Item("builds", Item.Status.PASS, "built " + name.get()));
            } catch (ToolException e) {
                if (e.kind() != ToolException.Kind.CONFLICT) {
                    throw e.saying("/checklist build: " + e.getMessage()); // nothing was built that could fail
                }
                items.add(new Item("builds", Item.Status.FAIL, String.valueOf(e.getMessage())));
                return answer(name.orElse(build.context()), "", items, script(input, checklist, name, call), call);
            }
        }
        String image = name.orElseThrow(
                () -> ToolException.invalidInput("/image or a checklist with image or build must be given"));
        JsonNode found = engines.images(call).inspect(image);
        items.addAll(Paper.items(checklist, found));
        items.addAll(inside(checklist, image, call));
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
        return answer(image, found.path("Id").asText(), items, script(input, checklist, name, call), call);
    }

    /** Of a checklist in a file, whose build is in the same root: from there both are found in a pipeline too. */
    private Optional<String> script(Input input, Checklist checklist, Optional<String> image, Call call) {
        if (input.checklist().isEmpty()) {
            return Optional.empty();
        }
        Workspace workspace = roots.of(call.tenant());
        Target list = workspace.at(input.checklist().get());
        if (checklist.build().isEmpty()) {
            return image.map(name -> BuildScript.checking(name, list.path()));
        }
        Target context = workspace.at(checklist.build().get().context());
        return context.root().equals(list.root())
                ? Optional.of(BuildScript.building(checklist, context.path(), list.path()))
                : Optional.empty();
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

    /** What its packages and files tell; the image is read for it, once. */
    private List<Item> inside(Checklist checklist, String image, Call call) throws Exception {
        boolean counts =
                checklist.maxCritical().isPresent() || checklist.maxHigh().isPresent();
        if (!counts && !checklist.noSecrets()) {
            return List.of();
        }
        List<Item> items = new ArrayList<>();
        try {
            Contents.Seen seen = contents.of(image, counts, checklist.noSecrets(), call);
            if (checklist.noSecrets()) {
                items.add(secrets(seen.secrets()));
            }
            if (counts) {
                items.add(seen.vulnerabilities()
                        .map(count -> vulnerabilities(checklist, count))
                        .orElseGet(() -> new Item(VULNERABILITIES, Item.Status.UNKNOWN, seen.unknown())));
            }
        } catch (ToolException e) {
            String why = String.valueOf(e.getMessage());
            if (checklist.noSecrets()) {
                items.add(new Item(SECRETS, Item.Status.UNKNOWN, why));
            }
            if (counts) {
                items.add(new Item(VULNERABILITIES, Item.Status.UNKNOWN, why));
            }
        }
        return items;
    }

    private static Item secrets(List<String> found) {
        String more = found.size() > NAMED ? ", and " + (found.size() - NAMED) + " more" : "";
        return new Item(
                SECRETS,
                found.isEmpty() ? Item.Status.PASS : Item.Status.FAIL,
                found.isEmpty()
                        ? "none in its variables, labels, history and files of any layer"
                        : found.stream().limit(NAMED).collect(Collectors.joining("; ")) + more);
    }

    private static Item vulnerabilities(Checklist checklist, Contents.Count count) {
        boolean holds = count.critical() <= checklist.maxCritical().orElse(Integer.MAX_VALUE)
                && count.high() <= checklist.maxHigh().orElse(Integer.MAX_VALUE);
        String worst = count.worst().isEmpty() ? "" : ": " + count.worst();
        return new Item(
                VULNERABILITIES,
                holds ? Item.Status.PASS : Item.Status.FAIL,
                count.critical() + " critical, " + count.high() + " high" + worst);
    }

    private static Output answer(String image, String id, List<Item> items, Optional<String> script, Call call) {
        if (items.isEmpty()) {
            throw ToolException.invalidInput("/checklist names nothing to check");
        }
        List<Item> sorted = new ArrayList<>(items);
        sorted.sort(Comparator.comparing((Item each) -> each.status() == Item.Status.PASS));
        List<Item> bad = sorted.stream()
                .filter(each -> each.status() != Item.Status.PASS)
                .toList();
        int room = call.budget() * BYTES_PER_TOKEN - FRAME - Json.size(Json.tree(script.orElse("")));
        List<Item> told = Shortened.first(sorted, 1, room);
        String summary = bad.isEmpty()
                ? "ready: all " + items.size() + " items pass"
                : "not ready: %d of %d items do not pass: %s"
                        .formatted(
                                bad.size(),
                                items.size(),
                                String.join(", ", bad.stream().map(Item::name).toList()));
        return new Output(summary, image, id, bad.isEmpty() ? 0 : 1, told, items.size() - told.size(), script);
    }
}
