package dev.millwright.k8s.fix;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.ApiError;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.api.Patch;
import dev.millwright.k8s.api.Write;
import dev.millwright.k8s.diagnose.Difference;
import dev.millwright.k8s.diagnose.Fix;
import dev.millwright.k8s.mask.Mask;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Quantity;
import dev.millwright.k8s.model.Ref;
import dev.millwright.mask.SecretText;
import dev.millwright.tool.ToolException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * A patch of one object, that is applied only to the very state it was made for, changes only what it names, and can be
 * taken back. For one thread.
 */
public final class Edit {
    /** Attempts while nothing but the status of the object changes under us. */
    private static final int ATTEMPTS = 5;

    /** What the API server and controllers write into annotations by themselves when a template changes. */
    private static final List<String> BOOKS =
            List.of("deployment.kubernetes.io/revision", "deprecated.daemonset.template.generation");

    private final Cluster cluster;
    private final Kind kind;
    private final Fix.Change change;
    private K8sObject before;
    private Optional<JsonNode> written = Optional.empty();

    private Edit(Cluster cluster, Kind kind, Fix.Change change, K8sObject before) {
        this.cluster = cluster;
        this.kind = kind;
        this.change = change;
        this.before = before;
    }

    /** Of an object that was just read. */
    public static Edit of(Cluster cluster, Kind kind, K8sObject read, ArrayNode operations) {
        return new Edit(cluster, kind, Fix.Change.of(read, operations), read);
    }

    /** A merge patch ({@code RFC 7386}) of an object that was just read, as operations. */
    public static Edit merging(Cluster cluster, Kind kind, K8sObject read, JsonNode patch) {
        List<Difference> differences = Difference.between(read.json(), JsonPatch.merge(read.json(), patch));
        return of(cluster, kind, read, Difference.patch(differences));
    }

    /** @throws ToolException {@code INVALID_INPUT} when it is no list of operations that are known */
    public static ArrayNode operations(JsonNode patch, String field) {
        return JsonPatch.check(patch, field);
    }

    /**
     * Of an object that was read before.
     *
     * @throws ToolException {@code NOT_FOUND} when it is gone, {@code CONFLICT} when more than its status has changed
     */
    public static Edit planned(Cluster cluster, Fix.Change change) {
        Kind kind = kind(cluster, change.target());
        K8sObject now = read(cluster, kind, change.target())
                .orElseThrow(() -> ToolException.notFound(change.target() + " is gone; diagnose again"));
        Edit edit = new Edit(cluster, kind, change, now);
        if (!edit.holds(now)) {
            throw changed(change.target());
        }
        return edit;
    }

    static Kind kind(Cluster cluster, Ref ref) {
        return Kinds.named(ref.kind())
                .or(() -> cluster.kinds().stream()
                        .filter(each -> each.name().equals(ref.kind()))
                        .findFirst())
                .orElseThrow(() -> ToolException.notFound("the cluster serves no kind " + ref.kind()));
    }

    static Optional<K8sObject> read(Cluster cluster, Kind kind, Ref ref) {
        return cluster.get(kind, ref.namespace(), ref.name()).map(K8sObject::new);
    }

    private boolean holds(K8sObject now) {
        return now.uid().equals(change.uid())
                && (now.resourceVersion().equals(change.resourceVersion())
                        || Fix.Change.revision(now).equals(change.revision()))
                && tested(now.json());
    }

    private boolean tested(JsonNode now) {
        for (JsonNode test : change.tests()) {
            if (!now.at(test.path("path").asText()).equals(test.path("value"))) {
                return false;
            }
        }
        return true;
    }

    private static ToolException changed(Ref target) {
        return ToolException.conflict(target + " has changed since it was read; nothing was changed. Diagnose again");
    }

    public Kind kind() {
        return kind;
    }

    /** The object before the edit. */
    public K8sObject before() {
        return before;
    }

    /**
     * Asks the API server what would come of it; changes nothing.
     *
     * @return the differences it would make, masked, as lines
     * @throws ToolException {@code CONFLICT} when more would change than the patch names
     */
    public List<String> dryRun() {
        JsonPatch.apply(before.json(), change.operations());
        JsonNode got = send(Write.DRY_RUN);
        List<String> others = others(bare(got));
        if (!others.isEmpty()) {
            throw ToolException.conflict(
                    "an admission webhook or a default would also change %s of %s; nothing was changed. Have a person look at it"
                            .formatted(list(others), change.target()));
        }
        return lines(before.json(), got);
    }

    /** What a patch would make of an object, without asking the API server; masked, as lines. */
    public static List<String> preview(K8sObject read, Fix.Change change) {
        return lines(
                read.json(), JsonPatch.apply(read.json(), change.operations()).result());
    }

    /** What differs between two states of an object, masked, as lines. */
    public static List<String> lines(JsonNode before, JsonNode after) {
        return Difference.between(bare(Mask.object(before)), bare(Mask.object(after))).stream()
                .map(Difference::shown)
                .toList();
    }

    /** Pointers of what one state has and the other does not any more. */
    public static List<String> dropped(JsonNode before, JsonNode after) {
        return Difference.between(bare(before), bare(after)).stream()
                .filter(each -> each.after().isEmpty())
                .map(each -> each.at().toString())
                .toList();
    }

    /**
     * Makes the change; takes it back at once when more has changed than the patch names.
     *
     * @throws ToolException {@code CONFLICT} when it could not be, or was taken back
     */
    public K8sObject apply() {
        JsonNode got;
        try {
            got = send(Write.FOR_REAL);
        } catch (ApiError e) {
            throw e.code() == ApiError.UNREACHABLE || e.code() >= 500 ? unanswered(e) : e;
        }
        written = Optional.of(bare(got));
        List<String> others = others(bare(got));
        if (!others.isEmpty()) {
            String end =
                    revert().map(why -> "it could NOT be taken back: " + why).orElse("it was taken back at once");
            throw ToolException.conflict("writing %s also changed %s, which the dry run did not show; %s"
                    .formatted(change.target(), list(others), end));
        }
        return new K8sObject(got);
    }

    /** The write may have been done all the same; then it is taken back, for nobody saw what came of it. */
    private RuntimeException unanswered(ApiError lost) {
        boolean interrupted = Thread.interrupted();
        try {
            Optional<K8sObject> now = read(cluster, kind, change.target());
            if (now.isEmpty() || holds(now.get())) {
                return lost;
            }
            written = Optional.of(bare(now.get().json()));
            Optional<String> not = others(bare(now.get().json())).isEmpty()
                    ? revert()
                    : Optional.of("it has changed in other ways too");
            return ToolException.unavailable(
                    "the answer to the change of %s was lost (%s); %s"
                            .formatted(
                                    change.target(),
                                    SecretText.text(lost.getMessage()),
                                    not.map(why -> "it may be made, and was NOT taken back: " + why)
                                            .orElse("it was taken back")),
                    lost);
        } catch (ApiError e) {
            return ToolException.unavailable(
                    "the answer to the change of %s was lost and it cannot be read: whether it was made is unknown"
                            .formatted(change.target()),
                    lost);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static String list(List<String> pointers) {
        return String.join(", ", pointers.stream().limit(8).toList())
                + (pointers.size() > 8 ? " and " + (pointers.size() - 8) + " more" : "");
    }

    /**
     * Puts back what stood there before, by the inverse patch.
     *
     * @return why it could not be; empty when it is as it was
     */
    public Optional<String> revert() {
        List<Difference> back = Difference.between(written.orElseThrow(), bare(before.json()));
        if (back.isEmpty()) {
            return Optional.empty();
        }
        for (int attempt = 1; ; attempt++) {
            try {
                Optional<K8sObject> found = read(cluster, kind, change.target());
                if (found.isEmpty() || !found.get().uid().equals(change.uid())) {
                    return Optional.of(change.target() + " is gone");
                }
                JsonNode now = bare(found.get().json());
                Optional<Difference> moved = back.stream()
                        .filter(each -> !now.at(each.at()).equals(each.before().orElseGet(MissingNode::getInstance)))
                        .findFirst();
                if (moved.isPresent()) {
                    return Optional.of(moved.get().at() + " was changed by somebody else meanwhile");
                }
                ArrayNode tests = Json.array();
                back.forEach(each -> each.before()
                        .ifPresent(value -> tests.addObject()
                                .put("op", "test")
                                .put("path", each.at().toString())
                                .set("value", value)));
                patch(found.get(), tests, Difference.patch(back), Write.FOR_REAL);
                return Optional.empty();
            } catch (ApiError e) {
                if (!e.isConflict() && e.code() != 422 || attempt == ATTEMPTS) {
                    return Optional.of("cannot " + e.what() + ": " + SecretText.text(e.getMessage()));
                }
            }
        }
    }

    private JsonNode send(Write write) {
        for (int attempt = 1; ; attempt++) {
            try {
                return patch(before, change.tests(), change.operations(), write);
            } catch (ApiError e) {
                // 409: another resourceVersion; 422: a test that failed, or an object that the API finds invalid.
                if (!e.isConflict() && e.code() != 422) {
                    throw e;
                }
                K8sObject now = read(cluster, kind, change.target())
                        .orElseThrow(() -> ToolException.notFound(change.target() + " is gone; diagnose again"));
                if (!holds(now)) {
                    throw changed(change.target());
                }
                if (attempt == ATTEMPTS || now.resourceVersion().equals(before.resourceVersion())) {
                    throw e;
                }
                before = now;
            }
        }
    }

    private JsonNode patch(K8sObject of, ArrayNode tests, ArrayNode operations, Write write) {
        ArrayNode body = Json.array();
        body.addObject().put("op", "test").put("path", "/metadata/uid").put("value", of.uid());
        body.addAll(tests);
        body.addAll(operations);
        // The API server compares it with what it has, and answers 409 when somebody was faster.
        body.addObject()
                .put("op", "replace")
                .put("path", "/metadata/resourceVersion")
                .put("value", of.resourceVersion());
        return cluster.patch(
                kind, change.target().namespace(), change.target().name(), new Patch(Patch.Type.JSON, body), write);
    }

    /** What differs from the object with exactly the patch applied; what the server fills in below a value of ours is ours. */
    private List<String> others(JsonNode got) {
        JsonPatch.Patched wanted = JsonPatch.apply(bare(before.json()), change.operations());
        return Difference.between(bare(wanted.result()), got).stream()
                .filter(each -> !ours(each, wanted.set()))
                .map(each -> each.at().toString())
                .toList();
    }

    private static boolean ours(Difference difference, List<JsonPointer> set) {
        boolean within = set.stream().anyMatch(each -> difference.at().equals(each) || below(each, difference.at()));
        if (!within) {
            return false;
        }
        if (difference.before().isEmpty()) {
            return set.stream().anyMatch(each -> below(each, difference.at()));
        }
        // 1024Mi comes back as 1Gi.
        Optional<Quantity> wanted = difference.before().flatMap(Quantity::of);
        return wanted.isPresent() && wanted.equals(difference.after().flatMap(Quantity::of));
    }

    private static boolean below(JsonPointer above, JsonPointer pointer) {
        return pointer.toString().startsWith(above + "/");
    }

    /** Without status and what the API server keeps books of; the text of a Secret as the bytes that it is kept as. */
    static JsonNode bare(JsonNode object) {
        ObjectNode copy = object.deepCopy();
        copy.remove("status");
        if (copy.path("kind").asText().equals("Secret") && copy.remove("stringData") instanceof ObjectNode text) {
            ObjectNode data = copy.withObjectProperty("data");
            text.properties()
                    .forEach(each -> data.put(
                            each.getKey(),
                            Base64.getEncoder()
                                    .encodeToString(each.getValue().asText().getBytes(StandardCharsets.UTF_8))));
        }
        if (copy.path("metadata") instanceof ObjectNode metadata) {
            metadata.remove(List.of("resourceVersion", "generation", "managedFields"));
            if (metadata.path("annotations") instanceof ObjectNode annotations) {
                annotations.remove(BOOKS);
                if (annotations.isEmpty()) {
                    metadata.remove("annotations");
                }
            }
        }
        return copy;
    }
}
