package dev.millwright.k8s.state;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.millwright.k8s.api.ApiError;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.api.Kept;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.api.ListQuery;
import dev.millwright.k8s.api.LogQuery;
import dev.millwright.k8s.api.Members;
import dev.millwright.k8s.api.Page;
import dev.millwright.k8s.model.K8sObject;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** A cluster as it is now. What may not be read, or is not served, is told as missing; everything else is still read. */
public final class LiveSource implements Source {
    /** Bytes of a log that a diagnosis looks at: its end. */
    private static final int LOG_BYTES = 128 * 1024;

    private static final int LOG_LINES = 500;

    private final Cluster cluster;
    private final int maxObjects;
    private final Instant now;
    private final Map<Kind, Members> members;
    private final Kept kept;

    /** Objects without their managers, but for Secrets. @param maxObjects of a kind that are read at most */
    public LiveSource(Cluster cluster, int maxObjects, Clock clock) {
        this(cluster, maxObjects, clock, Map.of());
    }

    /** @param members what is read of objects of some kinds, where that is more or less than usual */
    public LiveSource(Cluster cluster, int maxObjects, Clock clock, Map<Kind, Members> members) {
        this(cluster, maxObjects, clock.instant(), members, Kept.NOTHING);
    }

    private LiveSource(Cluster cluster, int maxObjects, Instant now, Map<Kind, Members> members, Kept kept) {
        this.cluster = cluster;
        this.maxObjects = maxObjects;
        this.now = now;
        this.members = Map.copyOf(members);
        this.kept = kept;
    }

    /**
     * The same by way of lists that are kept as they change, which may be late by what a watch takes: to be looked at,
     * not for what is going to be changed.
     */
    public LiveSource orKept() {
        return new LiveSource(cluster, maxObjects, now, members, cluster.kept());
    }

    @Override
    public Listing list(Kind kind, Optional<String> namespace) {
        List<String> only;
        try {
            only = kind.namespaced() && namespace.isEmpty() ? cluster.namespaces() : List.of();
        } catch (ApiError e) {
            if (e.isForbidden()) {
                return new Listing(List.of(), missing(kind, namespace, "forbidden"));
            }
            throw e;
        }
        return only.isEmpty() ? listed(kind, namespace) : across(kind, only);
    }

    /** One namespace after the other; those that could not be read are told together. */
    private Listing across(Kind kind, List<String> namespaces) {
        List<K8sObject> all = new ArrayList<>();
        List<Partial> missing = new ArrayList<>();
        for (String each : namespaces) {
            Listing one = listed(kind, Optional.of(each));
            all.addAll(one.items());
            one.missing().ifPresent(missing::add);
        }
        return new Listing(
                all,
                missing.isEmpty()
                        ? Optional.empty()
                        : missing(
                                kind,
                                Optional.of(missing.stream()
                                        .flatMap(each -> each.namespace().stream())
                                        .collect(Collectors.joining(", "))),
                                missing.stream().map(Partial::why).distinct().collect(Collectors.joining("; "))));
    }

    private Listing listed(Kind kind, Optional<String> namespace) {
        Members its = members.getOrDefault(kind, usual(kind));
        Optional<List<JsonNode>> known = kept.read(kind, namespace, its).filter(each -> each.size() <= maxObjects);
        if (known.isPresent()) {
            return new Listing(known.get().stream().map(K8sObject::new).toList(), Optional.empty());
        }
        List<K8sObject> all = new ArrayList<>();
        ListQuery query = ListQuery.in(namespace)
                .limit(Math.min(ListQuery.MOST, maxObjects))
                .members(its);
        try {
            Page last;
            try {
                last = pages(kind, query, all);
            } catch (ApiError e) {
                if (!e.isGone() || all.isEmpty()) {
                    throw e;
                }
                // The page token has expired: once more from the start.
                all.clear();
                last = pages(kind, query, all);
            }
            if (last.next().isEmpty()) {
                kept.listed(
                        kind, namespace, its, all.stream().map(K8sObject::json).toList(), last.resourceVersion());
            }
            return new Listing(
                    all,
                    last.next().isEmpty()
                            ? Optional.empty()
                            : missing(kind, namespace, "only the first " + all.size() + " were read (max-objects)"));
        } catch (ApiError e) {
            if (e.isForbidden()) {
                return new Listing(all, missing(kind, namespace, "forbidden"));
            } else if (e.isNotFound()) {
                return new Listing(all, missing(kind, namespace, "not served by this cluster"));
            }
            throw e;
        }
    }

    /** @return the last page that was read */
    private Page pages(Kind kind, ListQuery query, List<K8sObject> into) {
        try (Pages pages = new Pages(cluster, kind, query, maxObjects)) {
            Optional<Page> page = pages.next();
            Page last;
            do {
                last = page.get();
                last.items().forEach(each -> into.add(new K8sObject(each)));
                page = pages.next();
            } while (page.isPresent());
            return last;
        }
    }

    /** When a Secret was written last is told by its managers alone. */
    private static Members usual(Kind kind) {
        return kind.equals(Kinds.SECRET) ? Members.ALL : Members.WITHOUT_MANAGERS;
    }

    private static Optional<Partial> missing(Kind kind, Optional<String> namespace, String why) {
        return Optional.of(new Partial("list", kind.resource(), namespace, why));
    }

    @Override
    public Optional<String> log(String namespace, String pod, String container, boolean previous) {
        try {
            return cluster.logs(new LogQuery(
                    namespace,
                    pod,
                    container,
                    previous,
                    false,
                    OptionalInt.empty(),
                    Optional.empty(),
                    OptionalInt.of(LOG_LINES),
                    LOG_BYTES));
        } catch (ApiError e) {
            if (e.isForbidden() || e.isNotFound()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public Optional<JsonNode> json(String path) {
        try {
            return Optional.of(
                    path.startsWith("/readyz") || path.startsWith("/livez")
                            ? TextNode.valueOf(cluster.text(path))
                            : cluster.json(path));
        } catch (ApiError e) {
            // Optional by nature: metrics, a kubelet behind a proxy. Whoever asks does without.
            return Optional.empty();
        }
    }

    @Override
    public Instant now() {
        return now;
    }
}
