package dev.millwright.k8s.timeline;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.api.Members;
import dev.millwright.k8s.mask.Mask;
import dev.millwright.k8s.model.Container;
import dev.millwright.k8s.model.Event;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Pod;
import dev.millwright.k8s.model.Ref;
import dev.millwright.k8s.model.Times;
import dev.millwright.k8s.state.State;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Gathers what events, replica sets, Helm, field managers and containers remember; the same thing of many pods is one. */
public final class Timeline {
    /** Whose writes go without saying: they follow from what others wrote. */
    private static final Set<String> CONTROLLERS = Set.of(
            "kube-controller-manager",
            "kube-scheduler",
            "kubelet",
            "kube-apiserver",
            "endpoint-controller",
            "kube-proxy",
            "helm-controller");

    private static final List<Kind> WRITTEN = List.of(
            Kinds.DEPLOYMENT,
            Kinds.STATEFUL_SET,
            Kinds.DAEMON_SET,
            Kinds.CRON_JOB,
            Kinds.CONFIG_MAP,
            Kinds.SERVICE,
            Kinds.INGRESS,
            Kinds.AUTOSCALER);

    /** What it reads beside what is usual: of objects that people write, who wrote what. */
    public static final Map<Kind, Members> READ =
            WRITTEN.stream().collect(Collectors.toUnmodifiableMap(kind -> kind, kind -> Members.ALL));

    private static final int MOST_FIELDS = 4;

    private record Same(String what, Ref object, String reason) {}

    private final State state;
    private final Instant from;
    private final Predicate<Ref> concerns;
    private final Map<Same, Moment> folded = new LinkedHashMap<>();
    private final Map<Same, Set<String>> pods = new LinkedHashMap<>();

    private Timeline(State state, Instant from, Predicate<Ref> concerns) {
        this.state = state;
        this.from = from;
        this.concerns = concerns;
    }

    /**
     * Newest first.
     *
     * @param concerns which objects it is about
     * @param releases the objects in which Helm keeps revisions
     */
    public static List<Moment> of(State state, Instant from, Predicate<Ref> concerns, List<K8sObject> releases) {
        Timeline timeline = new Timeline(state, from, concerns);
        timeline.events();
        timeline.rollouts();
        timeline.ends();
        timeline.writes();
        timeline.releases(releases);
        return timeline.folded.entrySet().stream()
                .map(each -> timeline.told(each.getKey(), each.getValue()))
                .sorted(Comparator.comparing(Moment::at)
                        .reversed()
                        .thenComparing(each -> each.object().toString())
                        .thenComparing(Moment::text))
                .toList();
    }

    private Moment told(Same same, Moment moment) {
        int many = pods.getOrDefault(same, Set.of()).size();
        return many < 2
                ? moment
                : new Moment(
                        moment.at(),
                        moment.what(),
                        moment.object(),
                        moment.text() + " (" + many + " pods)",
                        moment.count());
    }

    private void add(Optional<Instant> at, String what, Ref about, String reason, String text, int count) {
        if (at.isEmpty() || at.get().isBefore(from) || !concerns.test(about)) {
            return;
        }
        Ref object = about.kind().equals("Pod")
                ? state.find(about).map(each -> state.workload(each).ref()).orElse(about)
                : about;
        Same same = new Same(what, object, reason);
        if (about.kind().equals("Pod")) {
            pods.computeIfAbsent(same, key -> new LinkedHashSet<>()).add(about.name());
        }
        folded.merge(
                same,
                new Moment(at.get(), what, object, text, count),
                (one, other) -> new Moment(
                        one.at().isAfter(other.at()) ? one.at() : other.at(),
                        what,
                        object,
                        one.at().isAfter(other.at()) ? one.text() : other.text(),
                        one.count() + other.count()));
    }

    private void events() {
        for (K8sObject each : state.all(Kinds.EVENT)) {
            Event event = Event.of(each.json());
            add(
                    event.last(),
                    "event",
                    event.object(),
                    event.reason() + event.container(),
                    event.reason() + ": " + event.message(),
                    event.count());
        }
    }

    private void rollouts() {
        for (K8sObject deployment : state.all(Kinds.DEPLOYMENT)) {
            List<K8sObject> revisions = state.ownedBy(deployment).stream()
                    .filter(each -> each.kind().equals("ReplicaSet"))
                    .sorted(Comparator.comparing(Timeline::revision))
                    .toList();
            for (int i = 0; i < revisions.size(); i++) {
                K8sObject now = revisions.get(i);
                String text = i == 0
                        ? "revision " + revision(now) + ", the oldest kept"
                        : "revision %d: %s".formatted(revision(now), changes(revisions.get(i - 1), now));
                add(now.created(), "rollout", deployment.ref(), now.name(), text, 1);
            }
        }
    }

    private static String changes(K8sObject before, K8sObject after) {
        List<String> changes = TemplateChange.between(template(before), template(after));
        return changes.isEmpty()
                ? "same template"
                : String.join("; ", changes.subList(0, Math.min(MOST_FIELDS, changes.size())))
                        + (changes.size() > MOST_FIELDS ? "; and " + (changes.size() - MOST_FIELDS) + " more" : "");
    }

    private static JsonNode template(K8sObject set) {
        return Mask.object(set.json().at("/spec/template"));
    }

    private static int revision(K8sObject set) {
        String text = set.annotations().getOrDefault("deployment.kubernetes.io/revision", "0");
        return text.matches("\\d{1,9}") ? Integer.parseInt(text) : 0;
    }

    private void ends() {
        for (Pod pod : state.pods()) {
            for (Container each : pod.containers()) {
                each.lastEnd().ifPresent(end -> {
                    boolean done = end.exitCode() == 0 && each.role() == Container.Role.INIT;
                    if (!done) {
                        add(
                                end.at(),
                                "end",
                                pod.ref(),
                                each.name() + end.reason() + end.exitCode(),
                                "container %s ended: %s, exit code %d, %d restarts"
                                        .formatted(each.name(), end.reason(), end.exitCode(), each.restarts()),
                                1);
                    }
                });
            }
        }
    }

    private void writes() {
        for (Kind kind : WRITTEN) {
            for (K8sObject object : state.all(kind)) {
                for (JsonNode each : object.items("/metadata/managedFields")) {
                    String manager = each.path("manager").asText();
                    if (CONTROLLERS.contains(manager)
                            || each.path("subresource").asText().equals("status")) {
                        continue;
                    }
                    Set<String> fields = new LinkedHashSet<>();
                    fields(each.path("fieldsV1"), "", fields);
                    add(
                            Times.of(each.path("time")),
                            "write",
                            object.ref(),
                            manager + each.path("operation").asText(),
                            "%s (%s) set %s"
                                    .formatted(
                                            manager,
                                            each.path("operation").asText(),
                                            fields.stream().limit(MOST_FIELDS).collect(Collectors.joining(", "))
                                                    + (fields.size() > MOST_FIELDS
                                                            ? " and " + (fields.size() - MOST_FIELDS) + " more"
                                                            : "")),
                            1);
                }
            }
        }
    }

    /** Paths of {@code fieldsV1}: {@code f:spec} is a member, {@code k:{"name":"app"}} an item by its key. */
    private static void fields(JsonNode owned, String path, Set<String> to) {
        boolean leaf = true;
        for (Map.Entry<String, JsonNode> each : owned.properties()) {
            String key = each.getKey();
            if (key.equals(".")) {
                continue;
            }
            leaf = false;
            String step = key.startsWith("f:")
                    ? (path.isEmpty() ? "" : ".") + key.substring(2)
                    : "["
                            + key.replaceAll(
                                    ".*?:\\{?\"?(?:name|key|type|ip|port|containerPort)\"?:?\"?([^\",}]*).*", "$1")
                            + "]";
            fields(each.getValue(), path + step, to);
        }
        if (leaf && !path.isEmpty() && !path.contains("last-applied-configuration")) {
            to.add(path);
        }
    }

    private void releases(List<K8sObject> releases) {
        for (K8sObject each : releases) {
            String name = each.labels().getOrDefault("name", each.name());
            String revision = each.labels().getOrDefault("version", "?");
            Optional<Instant> at = seconds(each.labels().get("modifiedAt"))
                    .or(() -> seconds(each.labels().get("createdAt")))
                    .or(each::created);
            add(
                    at,
                    "release",
                    Ref.of("Release", each.namespace(), name),
                    revision,
                    "revision %s is %s".formatted(revision, each.labels().getOrDefault("status", "unknown")),
                    1);
        }
    }

    private static Optional<Instant> seconds(@Nullable String text) {
        try {
            return text == null ? Optional.empty() : Optional.of(Instant.ofEpochSecond(Long.parseLong(text)));
        } catch (NumberFormatException | DateTimeException e) {
            // A label that anyone can set: as good as none.
            return Optional.empty();
        }
    }
}
