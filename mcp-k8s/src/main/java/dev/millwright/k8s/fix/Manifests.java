package dev.millwright.k8s.fix;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.millwright.k8s.api.ApiError;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.api.Deletion;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.api.Patch;
import dev.millwright.k8s.api.Write;
import dev.millwright.k8s.diagnose.Difference;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Ref;
import dev.millwright.mask.SecretText;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Whole manifests, applied by the server (server-side apply) under our name; all that it accepts, or none. */
public final class Manifests {
    private static final YAMLMapper YAML = new YAMLMapper();

    /** One object of a manifest, after the server said what would come of it. */
    public static final class Step {
        private final Kind kind;
        private final Ref ref;
        private final ObjectNode manifest;
        private final Optional<K8sObject> before;
        private final List<String> diff;
        private Optional<K8sObject> after = Optional.empty();

        private Step(Kind kind, Ref ref, ObjectNode manifest, Optional<K8sObject> before, List<String> diff) {
            this.kind = kind;
            this.ref = ref;
            this.manifest = manifest;
            this.before = before;
            this.diff = diff;
        }

        public Ref ref() {
            return ref;
        }

        /** What it changes, masked, as lines; of an object that is not there yet, nothing. */
        public List<String> diff() {
            return diff;
        }

        public boolean creates() {
            return before.isEmpty();
        }
    }

    private Manifests() {}

    /** The objects of a manifest in YAML or JSON, those of a List singly. @throws ToolException {@code INVALID_INPUT} */
    public static List<ObjectNode> read(String text) {
        List<ObjectNode> objects = new ArrayList<>();
        try (MappingIterator<JsonNode> documents =
                YAML.readerFor(JsonNode.class).readValues(text)) {
            while (documents.hasNext()) {
                collect(documents.next(), objects);
            }
        } catch (IOException | RuntimeException e) {
            if (e instanceof ToolException refusal) {
                throw refusal;
            }
            String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw ToolException.invalidInput("/manifest is not YAML: " + SecretText.text(message));
        }
        if (objects.isEmpty()) {
            throw ToolException.invalidInput("/manifest has no object");
        }
        return objects;
    }

    private static void collect(JsonNode document, List<ObjectNode> to) {
        if (document.isNull() || document.isMissingNode()) {
            return;
        }
        if (document.path("kind").asText().endsWith("List")
                && document.path("items").isArray()) {
            document.path("items").forEach(each -> collect(each, to));
            return;
        }
        for (String pointer : List.of("/apiVersion", "/kind", "/metadata/name")) {
            if (!document.at(pointer).isTextual()) {
                throw ToolException.invalidInput("/manifest: object %d has no %s".formatted(to.size() + 1, pointer));
            }
        }
        ObjectNode object = document.deepCopy();
        object.remove("status");
        object.withObjectProperty("metadata").remove(List.of("managedFields", "creationTimestamp", "generation"));
        to.add(object);
    }

    /** The kind an object says it is of, in the version it says. @throws ToolException {@code INVALID_INPUT} */
    public static Kind kind(Cluster cluster, ObjectNode object) {
        String apiVersion = object.path("apiVersion").asText();
        String name = object.path("kind").asText();
        Kind kind = Kinds.of(apiVersion, name)
                .or(() -> cluster.kinds().stream()
                        .filter(each -> each.name().equals(name) && each.group().equals(Kinds.group(apiVersion)))
                        .findFirst())
                .orElseThrow(() -> ToolException.invalidInput(
                        "/manifest: the cluster serves no %s %s".formatted(apiVersion, name)));
        String version = apiVersion.substring(apiVersion.indexOf('/') + 1);
        return new Kind(kind.group(), version, kind.name(), kind.plural(), kind.namespaced());
    }

    /**
     * Asks the server what would come of an object; changes nothing.
     *
     * @param namespace of an object that names none
     * @throws ToolException {@code CONFLICT} when something that is there would be dropped, or others own fields
     */
    public static Step dryRun(Cluster cluster, ObjectNode manifest, String namespace) {
        Kind kind = kind(cluster, manifest);
        if (kind.namespaced() && manifest.at("/metadata/namespace").asText().isEmpty()) {
            manifest.withObjectProperty("metadata").put("namespace", namespace);
        }
        Ref ref = new K8sObject(manifest).ref();
        Optional<K8sObject> before = Edit.read(cluster, kind, ref);
        JsonNode got = apply(cluster, kind, ref, manifest, Write.DRY_RUN);
        List<String> dropped =
                before.map(each -> dropped(manifest, each.json(), got)).orElse(List.of());
        if (!dropped.isEmpty()) {
            throw ToolException.conflict(
                    "the manifest of %s leaves out %s, which would be dropped; give the whole manifest, or remove them by patch. Nothing was changed"
                            .formatted(
                                    ref,
                                    String.join(", ", dropped.stream().limit(8).toList())));
        }
        return new Step(
                kind,
                ref,
                manifest,
                before,
                before.map(each -> Edit.lines(each.json(), got)).orElse(List.of()));
    }

    /** What is there and would not be any more, but for lists that the manifest gives whole. */
    private static List<String> dropped(JsonNode manifest, JsonNode before, JsonNode after) {
        return Difference.between(Edit.bare(before), Edit.bare(after)).stream()
                .filter(each -> each.after().isEmpty() && !givenWhole(each.at(), manifest, after))
                .map(each -> each.at().toString())
                .toList();
    }

    private static boolean givenWhole(JsonPointer at, JsonNode manifest, JsonNode after) {
        for (JsonPointer above = at.head(); above != null; above = above.head()) {
            if (manifest.at(above).isArray() && manifest.at(above).equals(after.at(above))) {
                return true;
            }
        }
        return false;
    }

    private static JsonNode apply(Cluster cluster, Kind kind, Ref ref, ObjectNode manifest, Write write) {
        try {
            return cluster.patch(kind, ref.namespace(), ref.name(), new Patch(Patch.Type.APPLY, manifest), write);
        } catch (ApiError e) {
            if (e.isConflict()) {
                throw ToolException.conflict("%s: %s. Nothing is forced: leave these fields out, or patch them"
                        .formatted(ref, SecretText.text(e.getMessage())));
            }
            throw e;
        }
    }

    /** Applies all; when one fails, takes back those before it. */
    public static void apply(Cluster cluster, List<Step> steps) {
        List<Step> done = new ArrayList<>();
        for (Step step : steps) {
            try {
                step.after =
                        Optional.of(new K8sObject(apply(cluster, step.kind, step.ref, step.manifest, Write.FOR_REAL)));
                done.add(step);
            } catch (ToolException | ApiError e) {
                List<String> left = new ArrayList<>();
                for (Step each : done.reversed()) {
                    takeBack(cluster, each).ifPresent(why -> left.add(each.ref + " (" + why + ")"));
                }
                String end = left.isEmpty()
                        ? "everything before it was taken back"
                        : "applied and NOT taken back: " + String.join(", ", left);
                throw ToolException.conflict(
                        "%s could not be applied: %s; %s".formatted(step.ref, SecretText.text(e.getMessage()), end));
            }
        }
    }

    private static Optional<String> takeBack(Cluster cluster, Step step) {
        K8sObject after = step.after.orElseThrow();
        try {
            if (step.before.isEmpty()) {
                cluster.delete(
                        step.kind,
                        step.ref.namespace(),
                        step.ref.name(),
                        new Deletion(
                                Optional.of(after.uid()),
                                Optional.empty(),
                                Deletion.BACKGROUND.propagation(),
                                OptionalInt.empty(),
                                false));
            } else {
                List<Difference> back = Difference.between(
                        Edit.bare(after.json()), Edit.bare(step.before.get().json()));
                if (!back.isEmpty()) {
                    Edit.of(cluster, step.kind, after, Difference.patch(back)).apply();
                }
            }
            return Optional.empty();
        } catch (ToolException | ApiError e) {
            return Optional.of(SecretText.text(e.getMessage()));
        }
    }
}
