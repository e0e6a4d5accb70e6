package dev.millwright.docker;

import static dev.millwright.tool.ToolSpec.reads;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.docker.engine.Containers;
import dev.millwright.docker.engine.Engines;
import dev.millwright.docker.engine.Listing;
import dev.millwright.json.Doc;
import dev.millwright.json.Flat;
import dev.millwright.json.Json;
import dev.millwright.tool.Call;
import dev.millwright.tool.Cursor;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolSpec;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Lists what an engine has, in rows. */
final class DockerList implements Tool<DockerList.Input, DockerList.Output> {
    enum Kind {
        CONTAINERS("name", "id", "image", "state", "status", "ports"),
        IMAGES("name", "id", "size", "age"),
        VOLUMES("name", "driver", "age"),
        NETWORKS("name", "id", "driver", "scope");

        private final List<String> columns;

        Kind(String... columns) {
            this.columns = List.of(columns);
        }
    }

    record Input(
            @Doc(value = "", orElse = "containers") Kind kind,

            Optional<String> filter,

            @Doc(value = "", orElse = "true") boolean all,

            @Doc(value = "", min = 1, max = 500, orElse = "50")
            int limit,

            Optional<String> cursor,
            @Flat Common common)
            implements Common.Taken {}

    record Output(List<String> columns, List<List<String>> rows, int total, Optional<String> cursor) {}

    record Place(int offset) {}

    static final ToolSpec<Input, Output> SPEC = reads("docker_list", Input.class, Output.class)
            .description("Containers, images, volumes or networks, in rows.")
            .scopes("docker:read");

    private static final int BYTES_PER_TOKEN = 4;
    private static final int FRAME = 300;

    private final Engines engines;
    private final Clock clock;

    DockerList(Engines engines, Clock clock) {
        this.engines = engines;
        this.clock = clock;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) throws Exception {
        Listing listing = new Listing(clock.instant());
        List<List<String>> rows = rows(input, call, listing);
        rows.removeIf(row -> input.filter().filter(text -> !contains(row, text)).isPresent());
        String question = "%s\n%s\n%s\n%s\n%s"
                .formatted(
                        SPEC.name(),
                        call.tenant().name(),
                        input.kind(),
                        input.filter().orElse(""),
                        input.all());
        int from = Math.min(
                rows.size(),
                input.cursor()
                        .map(each -> Cursor.read(each, Place.class, question).offset())
                        .orElse(0));
        List<List<String>> page = new ArrayList<>();
        int left = call.budget() * BYTES_PER_TOKEN - FRAME;
        for (List<String> row : rows.subList(from, Math.min(rows.size(), from + input.limit()))) {
            left -= Json.size(Json.tree(row)) + 1;
            if (left < 0 && !page.isEmpty()) {
                break;
            }
            page.add(row);
        }
        int next = from + page.size();
        return new Output(
                input.kind().columns,
                page,
                rows.size(),
                next < rows.size() ? Optional.of(Cursor.of(new Place(next), question)) : Optional.empty());
    }

    private List<List<String>> rows(Input input, Call call, Listing listing) throws InterruptedException {
        List<List<String>> rows = new ArrayList<>();
        switch (input.kind()) {
            case CONTAINERS -> {
                Containers containers = engines.containers(call);
                for (JsonNode each : containers.list(input.all(), Json.object())) {
                    rows.add(listing.container(each));
                }
            }
            case IMAGES -> {
                for (JsonNode each : engines.images(call).list()) {
                    rows.add(listing.image(each));
                }
            }
            case VOLUMES -> {
                for (JsonNode each : engines.containers(call).volumes()) {
                    rows.add(listing.volume(each));
                }
            }
            case NETWORKS -> {
                for (JsonNode each : engines.containers(call).networks()) {
                    rows.add(listing.network(each));
                }
            }
        }
        return rows;
    }

    private static boolean contains(List<String> row, String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return row.stream().anyMatch(cell -> cell.toLowerCase(Locale.ROOT).contains(lower));
    }
}
