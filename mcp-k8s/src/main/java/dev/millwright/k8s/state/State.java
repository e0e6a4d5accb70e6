package dev.millwright.k8s.state;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.api.ListQuery;
import dev.millwright.k8s.model.Event;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Pod;
import dev.millwright.k8s.model.Ref;
import dev.millwright.k8s.model.Selector;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of one namespace, or of all. A kind is listed when it is first asked for, whole and once, so that a
 * diagnosis costs as many list calls as there are kinds it looks at. For one thread.
 */
public final class State {
    private record Place(Kind kind, Optional<String> namespace) {}

    private record Labelled(Pod pod, Map<String, String> labels) {}

    /** Container runs whose logs are read at most; each is a call. */
    private static final int MOST_LOGS = 24;

    /**
     * Pages of lists that are read at most of one namespace, and of all; a kind that is asked for later is told as not
     * looked at. One more is read before the first log, of what the namespace keeps secret.
     */
    private static final int MOST_LISTS = 19;

    private static final int MOST_LISTS_OF_ALL = 100;

    private static final Comparator<Event> NEWEST = Comparator.comparing(
                    (Event event) -> event.last().orElse(Instant.EPOCH))
            .reversed();

    private final Source source;
    private final Optional<String> namespace;
    private final Map<Place, Listing> listings = new LinkedHashMap<>();
    private final Map<Place, Map<String, K8sObject>> byName = new HashMap<>();
    private final Map<String, Optional<String>> logs = new HashMap<>();
    private final Map<String, Optional<JsonNode>> documents = new HashMap<>();
    private final Set<Partial> partial = new LinkedHashSet<>();
    private Optional<List<Pod>> pods = Optional.empty();
    private Optional<Map<Ref, List<Event>>> events = Optional.empty();
    private Optional<Map<String, List<K8sObject>>> byOwner = Optional.empty();
    private Optional<Map<String, List<Labelled>>> byLabel = Optional.empty();
    private int logsRead;
    private int listsRead;

    /** @param namespace empty for all namespaces */
    public State(Source source, Optional<String> namespace) {
        this.source = source;
        this.namespace = namespace;
    }

    /** The namespace it is of; empty for all. */
    public Optional<String> namespace() {
        return namespace;
    }

    public Instant now() {
        return source.now();
    }

    /** Everything of a kind: in the namespace, or in all; of kinds that are in none, all there are. */
    public List<K8sObject> all(Kind kind) {
        return listing(kind, namespace).items();
    }

    /** Everything of a kind in another namespace than this state is of, as {@code kube-system}; one more list call. */
    public List<K8sObject> elsewhere(Kind kind, String other) {
        return namespace.isEmpty()
                ? all(kind).stream()
                        .filter(each -> each.namespace().equals(other))
                        .toList()
                : listing(kind, Optional.of(other)).items();
    }

    /** Everything of a kind in all namespaces, also where this state is of one; as much as the identity may see. */
    public Listing everywhere(Kind kind) {
        return listing(kind, Optional.empty());
    }

    /** Whether the cluster has the group of such a kind, which not all clusters have; costs no list. */
    public boolean serves(Kind kind) {
        return json("/apis/" + kind.apiVersion()).isPresent();
    }

    /** Whether {@link #all} is the whole truth, so that what is not in it does not exist. */
    public boolean knows(Kind kind) {
        return listing(kind, namespace).missing().isEmpty();
    }

    public Optional<K8sObject> find(Kind kind, String in, String name) {
        Optional<String> where =
                namespace.isEmpty() || !kind.namespaced() || namespace.get().equals(in) ? namespace : Optional.of(in);
        listing(kind, where);
        return Optional.ofNullable(byName.get(place(kind, where)).get(kind.namespaced() ? in + "/" + name : name));
    }

    /** Finds what a reference names, where its kind is one that every cluster serves. */
    public Optional<K8sObject> find(Ref ref) {
        return Kinds.named(ref.kind())
                .flatMap(kind -> find(kind, ref.namespace().orElse(""), ref.name()));
    }

    private static Place place(Kind kind, Optional<String> where) {
        return new Place(kind, kind.namespaced() ? where : Optional.empty());
    }

    private Listing listing(Kind kind, Optional<String> where) {
        Place place = place(kind, where);
        Listing known = listings.get(place);
        if (known == null) {
            known = mayList() ? source.list(kind, place.namespace()) : notLookedAt(place);
            listsRead += Math.max(1, (known.items().size() + ListQuery.MOST - 1) / ListQuery.MOST);
            listings.put(place, known);
            known.missing().ifPresent(partial::add);
            Map<String, K8sObject> names = new HashMap<>();
            for (K8sObject each : known.items()) {
                names.put(kind.namespaced() ? each.namespace() + "/" + each.name() : each.name(), each);
            }
            byName.put(place, names);
        }
        return known;
    }

    private boolean mayList() {
        return listsRead < (namespace.isPresent() ? MOST_LISTS : MOST_LISTS_OF_ALL);
    }

    private static Listing notLookedAt(Place place) {
        return new Listing(
                List.of(),
                Optional.of(new Partial(
                        "list",
                        place.kind().resource(),
                        place.namespace(),
                        "not looked at, as many lists as a diagnosis may make were made")));
    }

    /** Pods of a namespace of this state that a selector matches; found by their labels, not by looking at each. */
    public List<Pod> selected(String in, Selector selector) {
        if (byLabel.isEmpty()) {
            Map<String, List<Labelled>> index = new HashMap<>();
            for (Pod each : pods()) {
                Labelled labelled = new Labelled(each, each.object().labels());
                index.computeIfAbsent(each.namespace(), key -> new ArrayList<>())
                        .add(labelled);
                labelled.labels()
                        .forEach((key, value) -> index.computeIfAbsent(
                                        each.namespace() + "/" + key + "=" + value, all -> new ArrayList<>())
                                .add(labelled));
            }
            byLabel = Optional.of(index);
        }
        Map<String, List<Labelled>> index = byLabel.get();
        return selector.labels().entrySet().stream()
                .map(each -> index.getOrDefault(in + "/" + each.getKey() + "=" + each.getValue(), List.of()))
                .min(Comparator.comparing(List::size))
                .orElseGet(() -> index.getOrDefault(in, List.of()))
                .stream()
                .filter(each -> selector.matches(each.labels()))
                .map(Labelled::pod)
                .toList();
    }

    public List<Pod> pods() {
        if (pods.isEmpty()) {
            pods = Optional.of(all(Kinds.POD).stream().map(Pod::new).toList());
        }
        return pods.get();
    }

    /** Objects whose controller is this one: pods and replica sets, jobs of cron jobs. */
    public List<K8sObject> ownedBy(K8sObject owner) {
        if (byOwner.isEmpty()) {
            Map<String, List<K8sObject>> owned = new HashMap<>();
            for (Kind kind : List.of(Kinds.POD, Kinds.REPLICA_SET, Kinds.JOB)) {
                for (K8sObject each : all(kind)) {
                    each.controller()
                            .ifPresent(by -> owned.computeIfAbsent(by.uid(), uid -> new ArrayList<>())
                                    .add(each));
                }
            }
            byOwner = Optional.of(owned);
        }
        return byOwner.get().getOrDefault(owner.uid(), List.of());
    }

    /** Pods of a workload, through its replica sets or jobs. */
    public List<Pod> podsOf(K8sObject workload) {
        List<Pod> all = new ArrayList<>();
        for (K8sObject each : ownedBy(workload)) {
            if (each.kind().equals("Pod")) {
                all.add(new Pod(each));
            } else {
                all.addAll(podsOf(each));
            }
        }
        return all;
    }

    /** What a person would call the thing a pod belongs to: its deployment, stateful set, cron job; itself when alone. */
    public K8sObject workload(K8sObject object) {
        Optional<K8sObject.Owner> owner = object.controller();
        if (owner.isEmpty()) {
            return object;
        }
        Optional<K8sObject> above = Kinds.named(owner.get().kind())
                .flatMap(kind -> find(kind, object.namespace(), owner.get().name()))
                .filter(each -> each.uid().equals(owner.get().uid()));
        return above.map(this::workload).orElse(object);
    }

    /** What was noticed about an object, newest first. */
    public List<Event> events(K8sObject object) {
        return events(object.ref()).stream()
                .filter(each -> each.objectUid().isEmpty() || each.objectUid().equals(object.uid()))
                .toList();
    }

    /** What was noticed about whatever had that name, newest first. */
    public List<Event> events(Ref ref) {
        if (events.isEmpty()) {
            Map<Ref, List<Event>> byObject = new HashMap<>();
            for (K8sObject each : all(Kinds.EVENT)) {
                Event event = Event.of(each.json());
                byObject.computeIfAbsent(event.object(), key -> new ArrayList<>())
                        .add(event);
            }
            byObject.values().forEach(each -> each.sort(NEWEST));
            events = Optional.of(byObject);
        }
        return events.get().getOrDefault(ref, List.of());
    }

    /** A container's log, its newest part; empty where there is none, or enough were read. */
    public Optional<String> log(Pod pod, String container, boolean previous) {
        String key = pod.namespace() + "/" + pod.name() + "/" + container + "/" + previous;
        Optional<String> known = logs.get(key);
        if (known == null) {
            if (logsRead >= MOST_LOGS) {
                return Optional.empty();
            }
            logsRead++;
            known = source.log(pod.namespace(), pod.name(), container, previous);
            logs.put(key, known);
        }
        return known;
    }

    /** One GET of a path that answers JSON, made once; empty where it cannot be had. */
    public Optional<JsonNode> json(String path) {
        return documents.computeIfAbsent(path, source::json);
    }

    /** What could not be read so far. */
    public List<Partial> partial() {
        return List.copyOf(partial);
    }
}
