package dev.millwright.k8s.stub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;

/** The objects of the stub, as etcd would hold them: versions, pages of a version, changes to watch. */
final class Objects {
    /** How a write is done. */
    record Options(boolean dryRun, String manager, boolean force, boolean strict) {}

    /** A change, for those who watch; the object as it was then. */
    record Change(long version, String type, Kind kind, ObjectNode object) {}

    private static final Set<String> KEPT_BY_SERVER = Set.of(
            "uid",
            "creationTimestamp",
            "resourceVersion",
            "generation",
            "managedFields",
            "deletionTimestamp",
            "selfLink");

    /** Kinds whose status is written through its own path only. */
    private static final Set<Kind> WITHOUT_STATUS_PATH = Set.of(
            Kinds.EVENT, Kinds.CONFIG_MAP, Kinds.SECRET, Kinds.ENDPOINTS, Kinds.ENDPOINT_SLICE, Kinds.SERVICE_ACCOUNT);

    private final Map<String, TreeMap<String, ObjectNode>> byKind = new HashMap<>();
    private final Map<String, Kind> custom = new TreeMap<>();
    private final Map<String, List<ObjectNode>> pages = new HashMap<>();
    private final List<Change> changes = new ArrayList<>();
    private final Map<String, Integer> dying = new HashMap<>();
    private long version = 1_000;
    private long oldest = 1_000;
    private volatile Clock clock;

    Objects(Clock clock) {
        this.clock = clock;
    }

    void clock(Clock clock) {
        this.clock = clock;
    }

    String now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** A kind beside the built-in ones. */
    synchronized void serve(Kind kind) {
        custom.put(kind.group() + "/" + kind.version() + "/" + kind.plural(), kind);
    }

    synchronized List<Kind> custom() {
        return List.copyOf(custom.values());
    }

    boolean isCustom(Kind kind) {
        return custom.containsValue(kind);
    }

    /** Puts an object there as it is, as if somebody had made it before. */
    synchronized ObjectNode load(Kind kind, JsonNode object) {
        ObjectNode stored = object.deepCopy();
        ObjectNode metadata = stored.withObjectProperty("metadata");
        stored.put("apiVersion", kind.apiVersion()).put("kind", kind.name());
        if (!metadata.has("uid")) {
            metadata.put("uid", UUID.randomUUID().toString());
        }
        if (!metadata.has("creationTimestamp")) {
            metadata.put("creationTimestamp", now());
        }
        String key = key(
                kind, metadata.path("namespace").asText(), metadata.path("name").asText());
        boolean there = kind(kind).containsKey(key);
        keep(kind, key, stored, there ? "MODIFIED" : "ADDED");
        return stored;
    }

    private TreeMap<String, ObjectNode> kind(Kind kind) {
        return byKind.computeIfAbsent(kind.resource(), name -> new TreeMap<>());
    }

    private static String key(Kind kind, String namespace, String name) {
        return kind.namespaced() ? namespace + "/" + name : name;
    }

    private void keep(Kind kind, String key, ObjectNode object, String type) {
        version++;
        object.withObjectProperty("metadata").put("resourceVersion", Long.toString(version));
        kind(kind).put(key, object);
        changes.add(new Change(version, type, kind, object));
        notifyAll();
    }

    private void drop(Kind kind, String key) {
        ObjectNode last = kind(kind).remove(key);
        if (last != null) {
            version++;
            ObjectNode gone = last.deepCopy();
            gone.withObjectProperty("metadata").put("resourceVersion", Long.toString(version));
            changes.add(new Change(version, "DELETED", kind, gone));
            notifyAll();
        }
    }

    /** Removes an object as if somebody had; nothing is asked, nothing cascades. */
    synchronized void vanish(Kind kind, String namespace, String name) {
        drop(kind, key(kind, namespace, name));
    }

    /** From now on older versions cannot be watched, and no page of an earlier list can be had. */
    synchronized void compact() {
        changes.clear();
        version++;
        oldest = version;
        pages.clear();
    }

    synchronized long version() {
        return version;
    }

    synchronized List<ObjectNode> all(Kind kind) {
        return List.copyOf(kind(kind).values());
    }

    synchronized Optional<ObjectNode> find(Kind kind, String namespace, String name) {
        return Optional.ofNullable(kind(kind).get(key(kind, namespace, name)));
    }

    ObjectNode get(Kind kind, String namespace, String name) {
        ObjectNode object = find(kind, namespace, name).orElseThrow(() -> Refusal.notFound(kind, name));
        return as(kind, object);
    }

    /** In the version asked for. */
    private static ObjectNode as(Kind kind, ObjectNode object) {
        if (object.path("apiVersion").asText().equals(kind.apiVersion())) {
            return object;
        }
        return object.deepCopy().put("apiVersion", kind.apiVersion());
    }

    /** One page: at most {@code limit} objects (0: all) of the version the first page was of. */
    synchronized ObjectNode list(
            Kind kind, String namespace, String labels, String fields, int limit, String token, String apiVersion) {
        Predicate<JsonNode> wanted = Selectors.labels(labels).and(Selectors.fields(kind, labels, fields));
        long of = version;
        String start = "";
        List<ObjectNode> whole = List.copyOf(kind(kind).values());
        if (!token.isEmpty()) {
            JsonNode read = decode(token);
            of = read.path("rv").asLong();
            start = read.path("start").asText();
            if (of >= 0) {
                List<ObjectNode> then = pages.get(kind.resource() + "@" + of);
                if (then == null) {
                    throw expired(start);
                }
                whole = then;
            } else {
                of = version;
            }
        }
        ArrayNode items = Json.array();
        String last = "";
        String next = "";
        int left = 0;
        for (ObjectNode each : whole) {
            String at = key(
                    kind,
                    each.at("/metadata/namespace").asText(),
                    each.at("/metadata/name").asText());
            if (at.compareTo(start) <= 0
                    || !namespace.isEmpty()
                            && !each.at("/metadata/namespace").asText().equals(namespace)
                    || !wanted.test(each)) {
                continue;
            }
            if (limit > 0 && items.size() == limit) {
                next = last;
                left++;
                continue;
            }
            ObjectNode item = as(kind, each).deepCopy();
            if (!isCustom(kind)) {
                item.remove(List.of("apiVersion", "kind"));
            }
            items.add(item);
            last = at;
        }
        ObjectNode list = Json.object().put("kind", kind.name() + "List").put("apiVersion", apiVersion);
        ObjectNode metadata = list.putObject("metadata").put("resourceVersion", Long.toString(of));
        if (!next.isEmpty()) {
            pages.put(kind.resource() + "@" + of, whole);
            metadata.put("continue", encode(of, next));
            if (labels.isEmpty() && fields.isEmpty()) {
                metadata.put("remainingItemCount", left);
            }
        }
        list.set("items", items);
        return list;
    }

    private static Refusal expired(String start) {
        Refusal refusal = Refusal.expired(
                "The provided continue parameter is too old to display a consistent list result. You can start a new list"
                        + " without the continue parameter, or use the continue token in this response to retrieve the"
                        + " remainder of the results. Continuing with the provided token results in an inconsistent list -"
                        + " objects that were created, modified, or deleted between the time the first chunk was returned"
                        + " and now may show up in the list.");
        refusal.status().withObjectProperty("metadata").put("continue", encode(-1, start));
        return refusal;
    }

    private static String encode(long version, String start) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(Json.bytes(Json.object()
                        .put("v", "meta.k8s.io/v1")
                        .put("rv", version)
                        .put("start", start)));
    }

    private static JsonNode decode(String token) {
        try {
            return Json.read(new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException | JsonProcessingException e) {
            throw Refusal.badRequest("continue key is not valid: " + e.getMessage());
        }
    }

    /** Changes after a version; waits for the first, at most so long. */
    synchronized List<Change> after(long since, long millis) throws InterruptedException {
        if (since < oldest) {
            throw Refusal.expired("too old resource version: %d (%d)".formatted(since, oldest));
        }
        if (version <= since && millis > 0) {
            wait(millis);
        }
        return changes.stream().filter(each -> each.version() > since).toList();
    }

    synchronized ObjectNode create(Kind kind, String namespace, JsonNode body, Options options) {
        ObjectNode object = body.deepCopy();
        ObjectNode metadata = object.withObjectProperty("metadata");
        checkBody(kind, object, namespace, options);
        if (kind.namespaced() && find(Kinds.NAMESPACE, "", namespace).isEmpty()) {
            throw Refusal.notFound(Kinds.NAMESPACE, namespace);
        }
        if (!metadata.path("resourceVersion").asText().isEmpty()) {
            throw new Refusal(500, "", "resourceVersion should not be set on objects to be created");
        }
        if (!metadata.has("name") && metadata.has("generateName")) {
            metadata.put(
                    "name",
                    metadata.path("generateName").asText()
                            + UUID.randomUUID().toString().substring(0, 5));
        }
        String name = metadata.path("name").asText();
        if (name.isEmpty()) {
            throw Refusal.invalid(kind, "", "metadata.name", "Required value: name or generateName is required");
        }
        if (find(kind, namespace, name).isPresent()) {
            throw Refusal.alreadyExists(kind, name);
        }
        if (kind.namespaced()) {
            metadata.put("namespace", namespace);
        }
        metadata.put("uid", UUID.randomUUID().toString()).put("creationTimestamp", now());
        metadata.remove(List.of("managedFields", "deletionTimestamp", "generation"));
        if (!WITHOUT_STATUS_PATH.contains(kind)) {
            metadata.put("generation", 1);
            if (!isCustom(kind)) {
                object.remove("status");
            }
        }
        defaults(kind, object);
        Validation.check(kind, Json.object(), object);
        if (kind.equals(Kinds.SECRET)) {
            encodeStrings(object);
        }
        Managed.updated(Json.object(), object, options.manager(), "", now());
        if (!options.dryRun()) {
            keep(kind, key(kind, namespace, name), object, "ADDED");
        }
        return object;
    }

    private static void encodeStrings(ObjectNode secret) {
        secret.path("stringData")
                .properties()
                .forEach(each -> secret.withObjectProperty("data")
                        .put(
                                each.getKey(),
                                Base64.getEncoder()
                                        .encodeToString(each.getValue().asText().getBytes(StandardCharsets.UTF_8))));
        secret.remove("stringData");
    }

    /** The few defaults that later behaviour hangs on. */
    private static void defaults(Kind kind, ObjectNode object) {
        if (Set.of(Kinds.DEPLOYMENT, Kinds.STATEFUL_SET, Kinds.REPLICA_SET).contains(kind)
                && !object.at("/spec").has("replicas")) {
            object.withObjectProperty("spec").put("replicas", 1);
        } else if (kind.equals(Kinds.SECRET) && !object.has("type")) {
            object.put("type", "Opaque");
        } else if (kind.equals(Kinds.SERVICE) && !object.at("/spec").has("type")) {
            object.withObjectProperty("spec").put("type", "ClusterIP");
        } else if (kind.equals(Kinds.POD)) {
            object.withObjectProperty("status").put("phase", "Pending");
        }
    }

    private void checkBody(Kind kind, JsonNode object, String namespace, Options options) {
        String is = object.path("kind").asText();
        String version = object.path("apiVersion").asText();
        if (!is.equals(kind.name()) || !version.equals(kind.apiVersion())) {
            throw Refusal.badRequest(
                    is.isEmpty()
                            ? "Object 'Kind' is missing in '" + Json.write(object) + "'"
                            : "the object provided is unrecognized (must be of type %s): couldn't get version/kind; got %s, Kind=%s"
                                    .formatted(kind.name(), version, is));
        }
        String its = object.at("/metadata/namespace").asText();
        if (kind.namespaced() && !its.isEmpty() && !its.equals(namespace)) {
            throw Refusal.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the request");
        }
        String unknown = options.strict() && !isCustom(kind) ? Validation.unknown(kind, object) : "";
        if (!unknown.isEmpty()) {
            throw Refusal.badRequest(
                    "%s in version \"%s\" cannot be handled as a %s: strict decoding error: unknown field \"%s\""
                            .formatted(kind.name(), kind.version(), kind.name(), unknown));
        }
    }

    synchronized ObjectNode update(
            Kind kind, String namespace, String name, JsonNode body, String subresource, Options options) {
        ObjectNode live = get(kind, namespace, name);
        ObjectNode wanted = body.deepCopy();
        checkBody(kind, wanted, namespace, options);
        if (!wanted.at("/metadata/name").asText().equals(name)) {
            throw Refusal.badRequest("the name of the object (%s) does not match the name on the URL (%s)"
                    .formatted(wanted.at("/metadata/name").asText(), name));
        }
        return changed(kind, namespace, live, wanted, subresource, options, true);
    }

    /** Keeps a changed object, where it is changed. @param own whether its manager is told from the change */
    private ObjectNode changed(
            Kind kind,
            String namespace,
            ObjectNode live,
            ObjectNode wanted,
            String subresource,
            Options options,
            boolean own) {
        String name = live.at("/metadata/name").asText();
        ObjectNode metadata = wanted.withObjectProperty("metadata");
        String expected = metadata.path("resourceVersion").asText();
        if (!expected.isEmpty()
                && !expected.equals(live.at("/metadata/resourceVersion").asText())) {
            throw Refusal.modified(kind, name);
        }
        String uid = metadata.path("uid").asText();
        if (!uid.isEmpty() && !uid.equals(live.at("/metadata/uid").asText())) {
            throw Refusal.conflict(
                    kind,
                    name,
                    "Precondition failed: UID in precondition: %s, UID in object meta: %s"
                            .formatted(uid, live.at("/metadata/uid").asText()));
        }
        if (!metadata.path("name").asText(name).equals(name)) {
            throw Refusal.badRequest("metadata.name: Invalid value: field is immutable");
        }
        ObjectNode after;
        if (subresource.equals("status")) {
            after = live.deepCopy();
            after.set("status", wanted.path("status").deepCopy());
        } else {
            after = wanted.deepCopy();
            if (!WITHOUT_STATUS_PATH.contains(kind)) {
                if (live.has("status")) {
                    after.set("status", live.path("status"));
                } else {
                    after.remove("status");
                }
            }
        }
        ObjectNode its = after.withObjectProperty("metadata");
        for (String each : KEPT_BY_SERVER) {
            if (each.equals("managedFields") && !own) {
                continue;
            }
            if (live.path("metadata").has(each)) {
                its.set(each, live.path("metadata").path(each));
            } else {
                its.remove(each);
            }
        }
        its.put("name", name);
        if (kind.namespaced()) {
            its.put("namespace", namespace);
        }
        if (kind.equals(Kinds.SECRET)) {
            encodeStrings(after);
        }
        if (!subresource.equals("status")) {
            Validation.check(kind, live, after);
        }
        if (!after.path("spec").equals(live.path("spec"))) {
            its.put("generation", live.at("/metadata/generation").asLong(1) + 1);
        }
        if (own) {
            Managed.updated(live, after, options.manager(), subresource, now());
        }
        if (sameBesidesManagers(live, after)) {
            return live;
        }
        if (!options.dryRun()) {
            String key = key(kind, namespace, name);
            if (its.has("deletionTimestamp")
                    && its.path("finalizers").isEmpty()
                    && !dying.containsKey(kind.resource() + key)) {
                kind(kind).put(key, after);
                drop(kind, key);
            } else {
                keep(kind, key, after, "MODIFIED");
            }
        }
        return after;
    }

    private static boolean sameBesidesManagers(ObjectNode one, ObjectNode other) {
        ObjectNode a = one.deepCopy();
        ObjectNode b = other.deepCopy();
        a.withObjectProperty("metadata").remove("managedFields");
        b.withObjectProperty("metadata").remove("managedFields");
        return a.equals(b)
                && one.at("/metadata/managedFields").size()
                        == other.at("/metadata/managedFields").size();
    }

    synchronized ObjectNode patch(
            Kind kind,
            String namespace,
            String name,
            String mediaType,
            JsonNode patch,
            String subresource,
            Options options) {
        if (mediaType.equals("application/apply-patch+yaml")) {
            return apply(kind, namespace, name, patch, options);
        }
        ObjectNode live = get(kind, namespace, name);
        JsonNode patched = switch (mediaType) {
            case "application/json-patch+json" -> Patches.json(live, patch);
            case "application/merge-patch+json" -> Patches.merge(live, patch);
            case "application/strategic-merge-patch+json" -> {
                if (isCustom(kind)) {
                    throw Patches.unsupported(true);
                }
                yield Patches.strategic(live, patch);
            }
            default -> throw Patches.unsupported(isCustom(kind));
        };
        if (!(patched instanceof ObjectNode wanted)) {
            throw Refusal.patchDoesNotFit();
        }
        checkBody(kind, wanted, namespace, options);
        return changed(kind, namespace, live, wanted, subresource, options, true);
    }

    private ObjectNode apply(Kind kind, String namespace, String name, JsonNode wanted, Options options) {
        if (options.manager().isEmpty()) {
            throw new Refusal(
                    422,
                    "Invalid",
                    "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch");
        }
        if (wanted.path("metadata").has("managedFields")) {
            throw Refusal.badRequest("metadata.managedFields must be nil");
        }
        String unknown = isCustom(kind) ? "" : Validation.unknown(kind, wanted);
        if (!unknown.isEmpty()) {
            // Without a reason, code 500: the schema of the merge is not asked politely.
            throw new Refusal(
                    500,
                    "",
                    "failed to create typed patch object (%s/%s; %s, Kind=%s): .%s: field not declared in schema"
                            .formatted(namespace, name, kind.apiVersion(), kind.name(), unknown));
        }
        checkBody(kind, wanted, namespace, new Options(options.dryRun(), options.manager(), options.force(), false));
        Optional<ObjectNode> live = find(kind, namespace, name);
        if (live.isEmpty()) {
            ObjectNode object = wanted.deepCopy();
            object.withObjectProperty("metadata").put("name", name);
            ObjectNode created =
                    create(kind, namespace, object, new Options(true, options.manager(), options.force(), false));
            created.withObjectProperty("metadata").remove("managedFields");
            ObjectNode owned = Managed.apply(kind, Json.object(), wanted, options.manager(), true, now());
            created.withObjectProperty("metadata").set("managedFields", owned.at("/metadata/managedFields"));
            if (!options.dryRun()) {
                keep(kind, key(kind, namespace, name), created, "ADDED");
            }
            return created;
        }
        ObjectNode merged =
                Managed.apply(kind, as(kind, live.get()), wanted, options.manager(), options.force(), now());
        return changed(kind, namespace, live.get(), merged, "", options, false);
    }

    /** Deletes as the options say; the object where it only begins to go, else empty. */
    synchronized Optional<ObjectNode> delete(
            Kind kind, String namespace, String name, JsonNode options, boolean dryRun) {
        ObjectNode live = get(kind, namespace, name);
        String uid = options.at("/preconditions/uid").asText();
        String its = live.at("/metadata/uid").asText();
        if (!uid.isEmpty() && !uid.equals(its)) {
            throw Refusal.conflict(
                    kind,
                    name,
                    "the UID in the precondition (%s) does not match the UID in record (%s). The object might have been deleted and then recreated"
                            .formatted(uid, its));
        }
        String expected = options.at("/preconditions/resourceVersion").asText();
        String current = live.at("/metadata/resourceVersion").asText();
        if (!expected.isEmpty() && !expected.equals(current)) {
            throw Refusal.conflict(
                    kind,
                    name,
                    "the ResourceVersion in the precondition (%s) does not match the ResourceVersion in record (%s). The object might have been modified"
                            .formatted(expected, current));
        }
        if (dryRun) {
            return Optional.of(live);
        }
        String key = key(kind, namespace, name);
        boolean orphan = options.path("propagationPolicy").asText().equals("Orphan");
        int grace = options.path("gracePeriodSeconds")
                .asInt(live.at("/spec/terminationGracePeriodSeconds").asInt(30));
        boolean slow =
                kind.equals(Kinds.POD) && live.at("/spec").has("nodeName") && grace > 0 || kind.equals(Kinds.NAMESPACE);
        if (!live.at("/metadata/finalizers").isEmpty() || slow) {
            if (live.path("metadata").has("deletionTimestamp")) {
                return Optional.of(live);
            }
            ObjectNode going = live.deepCopy();
            going.withObjectProperty("metadata")
                    .put("deletionTimestamp", now())
                    .put("deletionGracePeriodSeconds", slow ? grace : 0);
            if (kind.equals(Kinds.NAMESPACE)) {
                going.withObjectProperty("status").put("phase", "Terminating");
            }
            keep(kind, key, going, "MODIFIED");
            if (slow) {
                dying.put(kind.resource() + key, 2);
            }
            return Optional.of(going);
        }
        remove(kind, key, its, orphan);
        return Optional.empty();
    }

    private void remove(Kind kind, String key, String uid, boolean orphan) {
        drop(kind, key);
        for (Kind each : everyKind()) {
            for (Map.Entry<String, ObjectNode> entry : List.copyOf(kind(each).entrySet())) {
                boolean owned = false;
                ArrayNode others = Json.array();
                for (JsonNode owner : entry.getValue().at("/metadata/ownerReferences")) {
                    if (owner.path("uid").asText().equals(uid)) {
                        owned = true;
                    } else {
                        others.add(owner);
                    }
                }
                if (owned && (orphan || !others.isEmpty())) {
                    ObjectNode left = entry.getValue().deepCopy();
                    left.withObjectProperty("metadata").set("ownerReferences", others);
                    keep(each, entry.getKey(), left, "MODIFIED");
                } else if (owned) {
                    remove(
                            each,
                            entry.getKey(),
                            entry.getValue().at("/metadata/uid").asText(),
                            false);
                }
            }
        }
    }

    List<Kind> everyKind() {
        List<Kind> all = new ArrayList<>(Kinds.all());
        all.addAll(custom());
        return all;
    }

    /** What the kubelet and the namespace controller do in the end: called with each read of a pod or namespace. */
    synchronized void pass() {
        for (String each : List.copyOf(dying.keySet())) {
            int left = dying.merge(each, -1, Integer::sum);
            if (left <= 0) {
                dying.remove(each);
                for (Kind kind : List.of(Kinds.POD, Kinds.NAMESPACE)) {
                    if (each.startsWith(kind.resource())) {
                        String key = each.substring(kind.resource().length());
                        Optional.ofNullable(kind(kind).get(key)).ifPresent(object -> ended(kind, key, object));
                    }
                }
            }
        }
    }

    private void ended(Kind kind, String key, ObjectNode object) {
        if (!object.at("/metadata/finalizers").isEmpty()) {
            return;
        }
        if (kind.equals(Kinds.NAMESPACE)) {
            for (Kind each : everyKind()) {
                if (each.namespaced()) {
                    List.copyOf(kind(each).keySet()).stream()
                            .filter(name -> name.startsWith(key + "/"))
                            .forEach(name -> drop(each, name));
                }
            }
        }
        remove(kind, key, object.at("/metadata/uid").asText(), false);
    }

    /** Changes an object as a controller would: its manager is no one's matter. */
    synchronized void mend(Kind kind, ObjectNode object) {
        keep(
                kind,
                key(
                        kind,
                        object.at("/metadata/namespace").asText(),
                        object.at("/metadata/name").asText()),
                object,
                "MODIFIED");
    }
}
