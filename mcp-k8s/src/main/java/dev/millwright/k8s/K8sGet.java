package dev.millwright.k8s;

import static dev.millwright.tool.ToolSpec.reads;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Doc;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.ApiError;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.api.ListQuery;
import dev.millwright.k8s.api.Page;
import dev.millwright.k8s.mask.Mask;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.reach.Clusters;
import dev.millwright.k8s.view.Fitted;
import dev.millwright.k8s.view.Projection;
import dev.millwright.k8s.view.Table;
import dev.millwright.k8s.view.Trimmed;
import dev.millwright.k8s.view.YamlText;
import dev.millwright.tool.Budgeted;
import dev.millwright.tool.Call;
import dev.millwright.tool.Cursor;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;

/** Reads objects of any kind, as rows, fields, or whole. */
final class K8sGet implements Tool<K8sGet.Input, K8sGet.Output> {
    enum Format {
        /** Rows for several, the object without defaults for one. */
        COMPACT,
        JSON,
        YAML
    }

    record Input(
            @Doc("CRDs too.") String kind,

            Optional<String> name,
            Optional<String> selector,

            @Doc(name = "field_selector", value = "") Optional<String> fieldSelector,

            @Doc("As /spec/replicas or spec.containers[*].image.")
            Optional<List<String>> fields,

            @Doc("Of rows: TITLE:path.") Optional<List<String>> columns,

            @Doc(value = "", min = 1, max = 500, orElse = "50")
            int limit,

            Optional<String> cursor,

            @Doc(value = "", orElse = "compact") Format format,

            @Doc("* for all.") Optional<String> namespace,
            Optional<String> context,
            OptionalInt budget)
            implements Budgeted {
        @Override
        public OptionalInt maxTokens() {
            return budget.isPresent() ? budget : OptionalInt.of(1_200);
        }
    }

    record Output(
            Optional<List<String>> columns,
            Optional<List<List<String>>> rows,
            Optional<List<JsonNode>> objects,
            Optional<String> yaml,
            Optional<String> truncated,
            OptionalLong more,
            Optional<String> cursor) {}

    /** @param skip objects of the page that were answered before */
    record Place(String after, int skip) {}

    static final ToolSpec<Input, Output> SPEC = reads("k8s_get", Input.class, Output.class)
            .description("Objects of any kind, secrets masked: rows, one whole, or some fields.")
            .scopes("k8s:read");

    private static final int FRAME = 400;

    private final Clusters clusters;
    private final Clock clock;

    K8sGet(Clusters clusters, Clock clock) {
        this.clusters = clusters;
        this.clock = clock;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) throws Exception {
        return clusters.use(call, input.context(), cluster -> {
            Kind kind = Kinds.served(input.kind(), cluster);
            boolean across =
                    kind.namespaced() && input.namespace().filter("*"::equals).isPresent();
            Optional<String> namespace = across || !kind.namespaced()
                    ? Optional.empty()
                    : Optional.of(clusters.namespace(call, input.context(), input.namespace()));
            if (input.name().isPresent()) {
                if (across) {
                    throw ToolException.invalidInput("/namespace * names no one object; name its namespace");
                }
                return one(input, call, cluster, kind, namespace);
            }
            return many(input, call, cluster, kind, namespace);
        });
    }

    private Output one(Input input, Call call, Cluster cluster, Kind kind, Optional<String> namespace) {
        String name = input.name().orElseThrow();
        JsonNode object = cluster.get(kind, namespace, name)
                .orElseThrow(() -> ToolException.notFound("no %s is called %s%s"
                        .formatted(
                                kind.name(),
                                name,
                                namespace.map(each -> " in " + each).orElse(""))));
        return answer(input, call, kind, List.of(object), OptionalLong.empty(), next -> Optional.empty(), true);
    }

    private Output many(Input input, Call call, Cluster cluster, Kind kind, Optional<String> namespace) {
        String question = String.join(
                "\n",
                SPEC.name(),
                call.tenant().name(),
                cluster.context(),
                kind.resource(),
                namespace.orElse("*"),
                input.selector().orElse(""),
                input.fieldSelector().orElse(""),
                String.valueOf(input.limit()));
        Place place = input.cursor()
                .map(each -> Cursor.read(each, Place.class, question))
                .orElse(new Place("", 0));
        input.selector().ifPresent(Asked::selector);
        Page page;
        try {
            page = cluster.list(
                    kind,
                    ListQuery.in(namespace)
                            .labels(input.selector().orElse(""))
                            .fields(input.fieldSelector().orElse(""))
                            .limit(input.limit())
                            .after(place.after()));
        } catch (ApiError e) {
            if (e.isGone() && !place.after().isEmpty()) {
                throw ToolException.conflict(
                        "/cursor has expired: the API keeps a list for a few minutes; begin again");
            }
            throw e;
        }
        if (page.items().isEmpty() && place.after().isEmpty()) {
            namespace.ifPresent(each -> Asked.checkExists(cluster, each));
        }
        List<JsonNode> items = page.items()
                .subList(
                        Math.min(place.skip(), page.items().size()),
                        page.items().size());
        return answer(
                input,
                call,
                kind,
                items,
                page.remaining(),
                answered -> answered < items.size()
                        ? Optional.of(Cursor.of(new Place(place.after(), place.skip() + answered), question))
                        : Optional.of(page.next())
                                .filter(each -> !each.isEmpty())
                                .map(each -> Cursor.of(new Place(each, 0), question)),
                false);
    }

    private Output answer(
            Input input,
            Call call,
            Kind kind,
            List<JsonNode> items,
            OptionalLong remaining,
            Function<Integer, Optional<String>> cursor,
            boolean one) {
        int room = call.budget() * 4 - FRAME;
        boolean rows = input.format() == Format.COMPACT
                && input.fields().isEmpty()
                && (!one || input.columns().isPresent());
        Optional<Table> table = rows ? Optional.of(table(input, kind)) : Optional.empty();
        List<List<String>> lines = new ArrayList<>();
        List<JsonNode> objects = new ArrayList<>();
        StringBuilder yaml = new StringBuilder();
        boolean cut = false;
        int answered = 0;
        for (JsonNode each : items) {
            int size;
            if (table.isPresent()) {
                lines.add(table.get().row(new K8sObject(Mask.object(each))));
                size = Json.size(Json.tree(lines.getLast())) + 1;
            } else {
                JsonNode shown = shown(input, each);
                cut |= answered == 0 && Fitted.into(shown, room - 2);
                objects.add(shown);
                size = Json.size(shown) + 1;
            }
            if (size > room && answered > 0) {
                (table.isPresent() ? lines : objects).removeLast();
                break;
            }
            room -= size;
            answered++;
        }
        if (input.format() == Format.YAML) {
            objects.forEach(each -> yaml.append(yaml.isEmpty() ? "" : "---\n").append(YamlText.of(each)));
        }
        long more = remaining.orElse(0) + items.size() - answered;
        boolean asYaml = input.format() == Format.YAML;
        return new Output(
                table.map(Table::titles),
                table.map(any -> lines),
                rows || asYaml ? Optional.empty() : Optional.of(objects),
                asYaml ? Optional.of(yaml.toString()) : Optional.empty(),
                cut
                        ? Optional.of("parts of the object are left out; ask for fields, or a larger budget")
                        : Optional.empty(),
                more > 0 ? OptionalLong.of(more) : OptionalLong.empty(),
                cursor.apply(answered));
    }

    private Table table(Input input, Kind kind) {
        if (input.columns().isEmpty()) {
            return Table.of(kind, input.namespace().filter("*"::equals).isPresent(), clock.instant());
        }
        try {
            return Table.of(input.columns().get());
        } catch (IllegalArgumentException e) {
            throw ToolException.invalidInput("/columns: " + e.getMessage());
        }
    }

    private static JsonNode shown(Input input, JsonNode object) {
        if (input.fields().isEmpty()) {
            return input.format() == Format.COMPACT ? Trimmed.brief(object) : Trimmed.whole(object);
        }
        JsonNode masked = Trimmed.whole(object);
        ObjectNode shown = Json.object().put("name", object.at("/metadata/name").asText());
        for (String each : input.fields().get()) {
            try {
                JsonNode found = Projection.of(each).in(masked);
                shown.set(each, found.isMissingNode() ? null : found);
            } catch (IllegalArgumentException e) {
                throw ToolException.invalidInput("/fields: " + e.getMessage());
            }
        }
        return shown;
    }
}
