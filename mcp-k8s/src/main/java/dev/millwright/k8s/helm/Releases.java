package dev.millwright.k8s.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.ApiError;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.api.Deletion;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.api.ListQuery;
import dev.millwright.k8s.api.Page;
import dev.millwright.k8s.api.Write;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.tool.ToolException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Where a cluster keeps its releases: one Secret for each revision, or one ConfigMap where Helm was told so
 * (helm {@code pkg/storage/driver}).
 */
public final class Releases {
    /** Labels by which Helm finds a release again; all others are the user's. */
    private static final Set<String> OURS = Set.of("owner", "name", "status", "version", "createdAt", "modifiedAt");

    private static final String TYPE = "helm.sh/release.v1";
    /** Objects with a payload of up to 1 MiB each. */
    private static final int PAGE = 100;

    /** A revision as its labels tell, the payload not unpacked. */
    public record Entry(Kind kind, K8sObject object) {
        public String name() {
            return object.labels().getOrDefault("name", "");
        }

        public String namespace() {
            return object.namespace();
        }

        public String status() {
            return object.labels().getOrDefault("status", "unknown");
        }

        public int revision() {
            String text = object.labels().getOrDefault("version", "0");
            return text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 0;
        }

        private boolean isRelease() {
            return revision() > 0 && !object.text("/data/release").isEmpty();
        }

        public Optional<Instant> changed() {
            String seconds =
                    object.labels().getOrDefault("modifiedAt", object.labels().getOrDefault("createdAt", ""));
            return seconds.matches("[0-9]{1,11}")
                    ? Optional.of(Instant.ofEpochSecond(Long.parseLong(seconds)))
                    : object.created();
        }

        /** Unpacks it. */
        public Release release() {
            String data = object.text("/data/release");
            String payload = kind.equals(Kinds.SECRET)
                    ? new String(Base64.getMimeDecoder().decode(data), StandardCharsets.UTF_8)
                    : data;
            Map<String, String> own = new HashMap<>(object.labels());
            own.keySet().removeAll(OURS);
            return new Release(Payload.read(payload), own);
        }
    }

    /** @param partial what could not be read, as {@code list secrets in shop} */
    public record Found(List<Entry> entries, List<String> partial) {}

    private final Cluster cluster;
    private final Clock clock;

    public Releases(Cluster cluster, Clock clock) {
        this.cluster = cluster;
        this.clock = clock;
    }

    /**
     * The newest revision of each release, by namespace and name.
     *
     * @throws ApiError when neither Secrets nor ConfigMaps may be listed
     */
    public Found newest(Optional<String> namespace) {
        Map<String, Entry> newest = new TreeMap<>();
        // The newest is never superseded; the others are most of what there is.
        List<String> partial = each(
                namespace,
                "owner=helm,status!=superseded",
                entry -> newest.merge(
                        entry.namespace() + "/" + entry.name(),
                        entry,
                        (one, other) -> one.revision() >= other.revision() ? one : other));
        return new Found(List.copyOf(newest.values()), partial);
    }

    /** @return what may not be read */
    private List<String> each(Optional<String> namespace, String labels, Consumer<Entry> take) {
        List<ApiError> refused = new ArrayList<>();
        for (Kind kind : List.of(Kinds.SECRET, Kinds.CONFIG_MAP)) {
            try {
                ListQuery query = ListQuery.in(namespace).labels(labels).limit(PAGE);
                for (Page page = cluster.list(kind, query); ; page = cluster.list(kind, query.after(page.next()))) {
                    page.items().stream()
                            .map(each -> new Entry(kind, new K8sObject(each)))
                            .filter(Entry::isRelease)
                            .forEach(take);
                    if (page.next().isEmpty()) {
                        break;
                    }
                }
            } catch (ApiError e) {
                if (!e.isForbidden() || !refused.isEmpty()) {
                    throw e;
                }
                refused.add(e);
            }
        }
        return refused.stream().map(ApiError::what).toList();
    }

    /** All revisions of a release, newest first. @throws ToolException {@code NOT_FOUND} where there is none */
    public List<Entry> history(String namespace, String name) {
        Release.checkName(name);
        List<Entry> all = new ArrayList<>();
        List<String> partial = each(Optional.of(namespace), "owner=helm,name=" + name, all::add);
        all.sort(Comparator.comparing(Entry::revision).reversed());
        if (all.isEmpty()) {
            throw ToolException.notFound(
                    "/name %s: no such release in namespace %s; helm_releases lists what there is%s"
                            .formatted(
                                    name,
                                    namespace,
                                    partial.isEmpty() ? "" : ". Not allowed was: " + String.join(", ", partial)));
        }
        return all;
    }

    /** One of them. @throws ToolException {@code NOT_FOUND}, naming those there are */
    public static Entry pick(List<Entry> history, int revision) {
        return history.stream()
                .filter(each -> each.revision() == revision)
                .findFirst()
                .orElseThrow(() -> ToolException.notFound("/revision %d: release %s has the revisions %s"
                        .formatted(
                                revision,
                                history.getFirst().name(),
                                history.stream()
                                        .limit(20)
                                        .map(each -> String.valueOf(each.revision()))
                                        .toList())));
    }

    /**
     * Keeps a new revision; that its name was free makes this the only one who works on the release.
     *
     * @throws ToolException {@code CONFLICT} when somebody else was first
     */
    public void create(Kind kind, Release release) {
        try {
            cluster.create(
                    kind,
                    Optional.of(release.namespace()),
                    object(kind, release, "createdAt", Json.object()),
                    Write.FOR_REAL);
        } catch (ApiError e) {
            if (e.isConflict()) {
                throw ToolException.conflict("revision %d of release %s exists: somebody else is changing it now"
                        .formatted(release.revision(), release.name()));
            }
            throw e;
        }
    }

    /** Keeps what has become of a revision. */
    public void update(Kind kind, Release release) {
        Optional<String> in = Optional.of(release.namespace());
        JsonNode live = cluster.get(kind, in, key(release))
                .orElseThrow(() -> ToolException.conflict("revision %d of release %s is gone while it was being changed"
                        .formatted(release.revision(), release.name())));
        cluster.replace(
                kind, in, key(release), object(kind, release, "modifiedAt", live.path("metadata")), Write.FOR_REAL);
    }

    public void delete(Entry entry) {
        cluster.delete(
                entry.kind(), Optional.of(entry.namespace()), entry.object().name(), Deletion.BACKGROUND);
    }

    static String key(Release release) {
        return "sh.helm.release.v1." + release.name() + ".v" + release.revision();
    }

    private ObjectNode object(Kind kind, Release release, String moment, JsonNode before) {
        ObjectNode object = Json.object().put("apiVersion", "v1").put("kind", kind.name());
        ObjectNode metadata =
                object.putObject("metadata").put("name", key(release)).put("namespace", release.namespace());
        for (String kept : List.of("uid", "resourceVersion", "annotations", "ownerReferences", "finalizers")) {
            if (before.has(kept)) {
                metadata.set(kept, before.get(kept));
            }
        }
        ObjectNode labels = metadata.putObject("labels");
        release.labels().forEach(labels::put);
        labels.put(moment, String.valueOf(clock.instant().getEpochSecond()))
                .put("name", release.name())
                .put("owner", "helm")
                .put("status", release.status())
                .put("version", String.valueOf(release.revision()));
        String payload = Payload.write(release.json());
        if (kind.equals(Kinds.SECRET)) {
            object.put("type", TYPE);
            payload = Base64.getEncoder().encodeToString(payload.getBytes(StandardCharsets.UTF_8));
        }
        object.putObject("data").put("release", payload);
        return object;
    }
}
