package dev.millwright.k8s.diagnose;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Pod;
import dev.millwright.k8s.model.Ref;
import dev.millwright.k8s.model.Selector;
import dev.millwright.k8s.state.State;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What an object lives on: the pods it has, selects or routes to, who owns them, what they mount, where they run. A cause
 * concerns the object when it is at one of these.
 */
public final class Touched {
    private static final List<Kind> WORKLOADS = List.of(
            Kinds.DEPLOYMENT,
            Kinds.STATEFUL_SET,
            Kinds.DAEMON_SET,
            Kinds.REPLICA_SET,
            Kinds.REPLICATION_CONTROLLER,
            Kinds.JOB,
            Kinds.CRON_JOB);

    private final State state;

    /** What the target is and is made of: a cause that affects one of these concerns it. */
    private final Set<Ref> core = new LinkedHashSet<>();

    /** What it needs: a cause at one of these concerns it. */
    private final Set<Ref> needs = new LinkedHashSet<>();

    private final Map<Ref, Pod> pods = new LinkedHashMap<>();
    private final Set<Map<String, String>> labels = new LinkedHashSet<>();

    private Touched(State state) {
        this.state = state;
    }

    public static Touched of(State state, Collection<K8sObject> targets) {
        Touched touched = new Touched(state);
        targets.forEach(touched::visit);
        return touched;
    }

    /** Its pods. */
    public Collection<Pod> pods() {
        return pods.values();
    }

    /** Whether an object is the target, part of it, or something it needs. */
    public boolean has(Ref ref) {
        return core.contains(ref) || needs.contains(ref) || selects(ref);
    }

    public boolean by(Cause cause) {
        Finding finding = cause.finding();
        return core.contains(finding.object())
                || cause.affects().stream().anyMatch(core::contains)
                || needs.contains(finding.object())
                || selects(finding.object());
    }

    private void visit(K8sObject object) {
        if (!core.add(object.ref())) {
            return;
        }
        switch (object.kind()) {
            case "Pod" -> pod(new Pod(object));
            case "Service" -> service(object);
            case "Ingress" -> ingress(object);
            case "PersistentVolumeClaim" -> {
                claim(object.ref());
                state.pods().stream()
                        .filter(each -> each.namespace().equals(object.namespace())
                                && each.volumes().stream()
                                        .anyMatch(volume -> volume.at("/persistentVolumeClaim/claimName")
                                                .asText()
                                                .equals(object.name())))
                        .forEach(each -> {
                            pods.put(each.ref(), each);
                            needs.add(each.ref());
                        });
            }
            case "HorizontalPodAutoscaler" ->
                found(object, "/spec/scaleTargetRef").ifPresent(this::visit);
            case "Node" ->
                state.pods().stream()
                        .filter(each -> each.nodeName().equals(object.name()))
                        .forEach(each -> {
                            pods.put(each.ref(), each);
                            core.add(each.ref());
                        });
            default -> {
                if (WORKLOADS.stream().anyMatch(kind -> kind.name().equals(object.kind()))) {
                    workload(object);
                }
            }
        }
    }

    private Optional<K8sObject> found(K8sObject from, String pointer) {
        return Kinds.named(from.text(pointer + "/kind"))
                .flatMap(kind -> state.find(kind, from.namespace(), from.text(pointer + "/name")));
    }

    private void workload(K8sObject object) {
        state.ownedBy(object).forEach(this::visit);
        JsonNode template = object.kind().equals("CronJob")
                ? object.json().at("/spec/jobTemplate/spec/template")
                : object.json().at("/spec/template");
        labels.add(K8sObject.texts(template.at("/metadata/labels")));
        mounts(template.path("spec"), object.namespace());
        object.controller()
                .flatMap(owner ->
                        Kinds.named(owner.kind()).flatMap(kind -> state.find(kind, object.namespace(), owner.name())))
                .ifPresent(owner -> core.add(owner.ref()));
        for (JsonNode each : object.json().at("/spec/volumeClaimTemplates")) {
            pods.values()
                    .forEach(pod -> claim(Ref.of(
                            Kinds.CLAIM.name(),
                            object.namespace(),
                            each.at("/metadata/name").asText() + "-" + pod.name())));
        }
    }

    private void pod(Pod pod) {
        pods.put(pod.ref(), pod);
        labels.add(pod.object().labels());
        mounts(pod.object().spec(), pod.namespace());
        if (!pod.nodeName().isEmpty()) {
            needs.add(Ref.of(Kinds.NODE.name(), "", pod.nodeName()));
        }
        // Its owners, but not their other pods.
        for (K8sObject at = pod.object(); at.controller().isPresent(); ) {
            K8sObject.Owner owner = at.controller().get();
            core.add(Ref.of(owner.kind(), pod.namespace(), owner.name()));
            Optional<K8sObject> above = Kinds.named(owner.kind())
                    .flatMap(kind -> state.find(kind, pod.namespace(), owner.name()))
                    .filter(each -> each.uid().equals(owner.uid()));
            if (above.isEmpty()) {
                break;
            }
            at = above.get();
        }
    }

    /** Configuration, secrets, claims and the account that a pod's spec names, there or not. */
    private void mounts(JsonNode spec, String namespace) {
        String account = spec.path("serviceAccountName").asText();
        needs.add(Ref.of(Kinds.SERVICE_ACCOUNT.name(), namespace, account.isEmpty() ? "default" : account));
        for (JsonNode each : spec.path("imagePullSecrets")) {
            needs.add(Ref.of(Kinds.SECRET.name(), namespace, each.path("name").asText()));
        }
        references(spec, namespace);
    }

    private void references(JsonNode node, String namespace) {
        for (Map.Entry<String, JsonNode> each : node.properties()) {
            JsonNode value = each.getValue();
            switch (each.getKey()) {
                case "configMap", "configMapRef", "configMapKeyRef" ->
                    needs.add(Ref.of(
                            Kinds.CONFIG_MAP.name(),
                            namespace,
                            value.path("name").asText()));
                case "secret", "secretRef", "secretKeyRef" ->
                    needs.add(Ref.of(
                            Kinds.SECRET.name(),
                            namespace,
                            value.path("secretName").asText(value.path("name").asText())));
                case "persistentVolumeClaim" ->
                    claim(Ref.of(
                            Kinds.CLAIM.name(),
                            namespace,
                            value.path("claimName").asText()));
                default -> references(value, namespace);
            }
        }
        if (node.isArray()) {
            node.forEach(each -> references(each, namespace));
        }
    }

    private void claim(Ref claim) {
        if (needs.add(claim)) {
            state.find(claim).ifPresent(object -> {
                needs.add(Ref.of(Kinds.VOLUME.name(), "", object.text("/spec/volumeName")));
                needs.add(Ref.of(Kinds.STORAGE_CLASS.name(), "", object.text("/spec/storageClassName")));
            });
        }
    }

    private void service(K8sObject service) {
        Selector selector = Selector.ofLabels(service.json().at("/spec/selector"));
        if (!selector.isEmpty()) {
            state.pods().stream()
                    .filter(each -> each.namespace().equals(service.namespace())
                            && selector.matches(each.object().labels()))
                    .forEach(each -> visit(each.object()));
        }
    }

    private void ingress(K8sObject ingress) {
        for (JsonNode each : ingress.json().at("/spec").findValues("service")) {
            Ref service = Ref.of(
                    Kinds.SERVICE.name(), ingress.namespace(), each.path("name").asText());
            state.find(service).ifPresentOrElse(this::visit, () -> core.add(service));
        }
        for (JsonNode each : ingress.items("/spec/tls")) {
            needs.add(Ref.of(
                    Kinds.SECRET.name(),
                    ingress.namespace(),
                    each.path("secretName").asText()));
        }
        needs.add(Ref.of(Kinds.INGRESS_CLASS.name(), "", ingress.text("/spec/ingressClassName")));
    }

    /** Whether an object that a cause is at chooses pods of the target by their labels, or leads to such. */
    private boolean selects(Ref ref) {
        return switch (ref.kind()) {
            case "Service" ->
                state.find(ref)
                        .map(each -> Selector.ofLabels(each.json().at("/spec/selector")))
                        .filter(this::matches)
                        .isPresent();
            case "PodDisruptionBudget", "NetworkPolicy" ->
                state.find(ref)
                        .map(each -> Selector.of(each.json()
                                .at(ref.kind().equals("NetworkPolicy") ? "/spec/podSelector" : "/spec/selector")))
                        .filter(each -> each.isEmpty() ? sameNamespace(ref) : matches(each))
                        .isPresent();
            case "HorizontalPodAutoscaler" ->
                state.find(ref)
                        .flatMap(each -> found(each, "/spec/scaleTargetRef"))
                        .filter(each -> core.contains(each.ref()))
                        .isPresent();
            case "Ingress" ->
                state.find(ref).stream()
                        .flatMap(each -> each.json().at("/spec").findValues("service").stream())
                        .map(each -> Ref.of(
                                Kinds.SERVICE.name(),
                                ref.namespace().orElse(""),
                                each.path("name").asText()))
                        .anyMatch(each -> core.contains(each) || selects(each));
            default -> false;
        };
    }

    private boolean matches(Selector selector) {
        return !selector.isEmpty() && labels.stream().anyMatch(selector::matches);
    }

    private boolean sameNamespace(Ref ref) {
        return core.stream().anyMatch(each -> each.namespace().equals(ref.namespace()));
    }
}
