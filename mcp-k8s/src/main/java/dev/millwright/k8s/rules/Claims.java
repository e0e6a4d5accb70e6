package dev.millwright.k8s.rules;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.diagnose.CauseId;
import dev.millwright.k8s.diagnose.Evidence;
import dev.millwright.k8s.diagnose.Finding;
import dev.millwright.k8s.diagnose.Fix;
import dev.millwright.k8s.diagnose.Rule;
import dev.millwright.k8s.model.Condition;
import dev.millwright.k8s.model.Event;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Pod;
import dev.millwright.k8s.model.Quantity;
import dev.millwright.k8s.model.Ref;
import dev.millwright.k8s.model.Selector;
import dev.millwright.k8s.state.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Claims that get no volume, lost it, or need more of it. */
final class Claims implements Rule {
    private static final String IS_DEFAULT = "storageclass.kubernetes.io/is-default-class";

    /** A driver that has not answered for so long will not by itself. */
    private static final Duration PROVISIONING = Duration.ofMinutes(3);

    private static final Duration RESIZING = Duration.ofMinutes(10);

    @Override
    public void look(State state, Consumer<Finding> found) {
        Map<Ref, List<Pod>> users = new HashMap<>();
        for (Pod pod : state.pods()) {
            if (!pod.finished()) {
                Scheduling.claims(pod)
                        .forEach(name -> users.computeIfAbsent(
                                        Ref.of("PersistentVolumeClaim", pod.namespace(), name),
                                        key -> new ArrayList<>())
                                .add(pod));
            }
        }
        for (K8sObject claim : state.all(Kinds.CLAIM)) {
            List<Pod> pods = users.getOrDefault(claim.ref(), List.of());
            if (claim.deleted().isPresent()) {
                continue;
            }
            switch (claim.text("/status/phase")) {
                case "Pending" -> pending(state, claim, pods, found);
                case "Lost" -> lost(claim, pods, found);
                default -> resizing(state, claim, pods, found);
            }
        }
        full(state, found);
    }

    /** Its class binds when a pod that uses the claim is placed: nothing is wrong with such a claim. */
    static boolean waitsForConsumer(State state, K8sObject claim) {
        return className(claim)
                .flatMap(name -> name.isEmpty() ? Optional.empty() : state.find(Kinds.STORAGE_CLASS, "", name))
                .or(() -> className(claim).isEmpty() ? defaultClass(state) : Optional.empty())
                .filter(each -> each.text("/volumeBindingMode").equals("WaitForFirstConsumer"))
                .isPresent();
    }

    /** Empty for the default class; empty text for none at all. */
    private static Optional<String> className(K8sObject claim) {
        JsonNode named = claim.spec().path("storageClassName");
        return named.isTextual()
                ? Optional.of(named.textValue())
                : Optional.ofNullable(claim.annotations().get("volume.beta.kubernetes.io/storage-class"));
    }

    /** Of several the newest, as since Kubernetes 1.26. */
    private static Optional<K8sObject> defaultClass(State state) {
        return state.all(Kinds.STORAGE_CLASS).stream()
                .filter(each -> "true".equals(each.annotations().get(IS_DEFAULT)))
                .max(Comparator.comparing(each -> each.created().orElse(Instant.EPOCH)));
    }

    private static void pending(State state, K8sObject claim, List<Pod> pods, Consumer<Finding> found) {
        Optional<String> name = className(claim);
        boolean known = state.knows(Kinds.STORAGE_CLASS);
        if (name.isPresent() && !name.get().isEmpty()) {
            Optional<K8sObject> named = state.find(Kinds.STORAGE_CLASS, "", name.get());
            if (named.isPresent()) {
                ofClass(state, claim, named.get(), pods, found);
            } else if (known || says(state, claim, "ProvisioningFailed", "not found")) {
                // A class need not exist for a volume that was made by hand and names it too.
                if (!volumeWaits(state, claim)) {
                    noSuchClass(state, claim, name.get(), pods, known, found);
                }
            }
        } else if (name.isPresent()) {
            mismatch(state, claim, pods, found);
        } else if (known) {
            Optional<K8sObject> byDefault = defaultClass(state);
            if (byDefault.isPresent()) {
                ofClass(state, claim, byDefault.get(), pods, found);
            } else if (!volumeWaits(state, claim)) {
                List<String> classes = classes(state);
                found.accept(Finding.of(
                                CauseId.PVC_CLASS,
                                claim.ref(),
                                0.95,
                                claim.ref().brief() + " names no storage class, and no class is the default"
                                        + (classes.isEmpty() ? "; there is none at all" : "; there are " + classes))
                        .evidence(Evidence.field(claim.ref(), "spec.storageClassName", "not set"))
                        .affects(Unwell.refs(pods))
                        .fixes(Fix.advice(
                                Fix.Risk.MEDIUM,
                                "Mark one storage class as the default (annotation " + IS_DEFAULT
                                        + "), or make the claim anew with a class")));
            }
        }
    }

    private static List<String> classes(State state) {
        return state.all(Kinds.STORAGE_CLASS).stream()
                .map(K8sObject::name)
                .sorted()
                .toList();
    }

    private static boolean says(State state, K8sObject claim, String reason, String part) {
        return state.events(claim).stream()
                .anyMatch(each -> each.reason().equals(reason) && each.message().contains(part));
    }

    private static void noSuchClass(
            State state, K8sObject claim, String name, List<Pod> pods, boolean known, Consumer<Finding> found) {
        List<String> classes = classes(state);
        Optional<String> meant = Nearest.of(name, classes);
        Finding finding = Finding.of(
                        CauseId.PVC_CLASS,
                        claim.ref(),
                        known ? 0.95 : 0.8,
                        claim.ref().brief() + " asks for storage class \"" + name + "\", which does not exist"
                                + (classes.isEmpty()
                                        ? known ? "; the cluster has no storage class" : ""
                                        : "; there are " + String.join(", ", classes)))
                .evidence(Evidence.field(claim.ref(), "spec.storageClassName", name))
                .evidence(newest(state, claim, "ProvisioningFailed"))
                .affects(Unwell.refs(pods));
        found.accept(finding.fixes(Fix.command(
                Fix.Risk.HIGH,
                meant.map(each ->
                                "The class of a claim cannot be changed: delete the claim, which holds no data yet, and"
                                        + " make it anew with class " + each)
                        .orElse("Make the storage class " + name
                                + ", or delete the claim, which holds no data yet, and make"
                                + " it anew with a class that exists"),
                "kubectl -n " + claim.namespace() + " delete pvc " + claim.name())));
    }

    private static List<Evidence> newest(State state, K8sObject object, String reason) {
        return state.events(object).stream()
                .filter(each -> each.reason().equals(reason))
                .limit(1)
                .map(Evidence::event)
                .toList();
    }

    private static void ofClass(
            State state, K8sObject claim, K8sObject storageClass, List<Pod> pods, Consumer<Finding> found) {
        if (storageClass.text("/provisioner").equals("kubernetes.io/no-provisioner")) {
            if (!pods.isEmpty() || !waitsForConsumer(state, claim)) {
                mismatch(state, claim, pods, found);
            }
            return;
        }
        if (waitsForConsumer(state, claim)) {
            List<Pod> unplaced = pods.stream()
                    .filter(each -> each.nodeName().isEmpty()
                            && each.object()
                                    .condition("PodScheduled")
                                    .filter(Condition::isFalse)
                                    .isPresent())
                    .toList();
            if (!unplaced.isEmpty()) {
                found.accept(Finding.of(
                                CauseId.PVC_WAIT_FOR_CONSUMER,
                                claim.ref(),
                                0.9,
                                claim.ref().brief() + " waits, as its class says, until a pod that uses it is placed")
                        .warning()
                        .evidence(Evidence.field(
                                storageClass.ref(), "volumeBindingMode", storageClass.text("/volumeBindingMode")))
                        .because(Unwell.refs(unplaced)));
            }
            if (pods.stream().allMatch(each -> each.nodeName().isEmpty()) && unplaced.size() == pods.size()) {
                return;
            }
        }
        Optional<Event> failed = state.events(claim).stream()
                .filter(each -> each.reason().equals("ProvisioningFailed"))
                .findFirst();
        if (Unwell.isOlder(claim, PROVISIONING, state.now()) || failed.isPresent()) {
            String driver = storageClass.text("/provisioner");
            found.accept(Finding.of(
                            CauseId.PVC_CLASS,
                            claim.ref(),
                            failed.isPresent() ? 0.8 : 0.7,
                            claim.ref().brief() + " has no volume: "
                                    + failed.map(each -> "driver " + driver + " failed: "
                                                    + Evidence.event(each).value())
                                            .orElse("driver " + driver + " of storage class " + storageClass.name()
                                                    + " has not answered"))
                    .part("provisioner")
                    .evidence(Evidence.field(storageClass.ref(), "provisioner", driver))
                    .evidence(failed.map(Evidence::event).stream().toList())
                    .evidence(newest(state, claim, "ExternalProvisioning"))
                    .affects(Unwell.refs(pods))
                    .fixes(Fix.advice(Fix.Risk.MEDIUM, "See that the driver " + driver + " is installed and runs")));
        }
    }

    /** A volume that would do is there, and binding it takes a moment only. */
    private static boolean volumeWaits(State state, K8sObject claim) {
        return state.all(Kinds.VOLUME).stream()
                .anyMatch(each -> lacks(claim, each).isEmpty());
    }

    /** What keeps a volume from being bound to a claim. */
    static List<String> lacks(K8sObject claim, K8sObject volume) {
        List<String> lacks = new ArrayList<>();
        String phase = volume.text("/status/phase");
        String boundTo = volume.text("/spec/claimRef/namespace") + "/" + volume.text("/spec/claimRef/name");
        boolean mine = boundTo.equals(claim.namespace() + "/" + claim.name());
        String uid = volume.text("/spec/claimRef/uid");
        if (phase.equals("Released") || mine && !uid.isEmpty() && !uid.equals(claim.uid())) {
            lacks.add("is Released and still refers to claim " + boundTo + " that is gone");
        } else if (phase.equals("Failed")) {
            lacks.add("is Failed");
        } else if (!boundTo.equals("/") && !mine) {
            lacks.add("belongs to claim " + boundTo);
        }
        if (!volume.text("/spec/storageClassName").equals(className(claim).orElse(""))) {
            lacks.add("is of class \"" + volume.text("/spec/storageClassName") + "\", not \""
                    + className(claim).orElse("") + "\"");
        }
        Set<String> modes = texts(volume.items("/spec/accessModes"));
        Set<String> wanted = texts(claim.items("/spec/accessModes"));
        if (!modes.containsAll(wanted)) {
            lacks.add("offers access " + modes + ", not " + wanted);
        }
        Quantity has = Quantity.of(volume.json().at("/spec/capacity/storage")).orElse(Quantity.ZERO);
        Quantity asks =
                Quantity.of(claim.json().at("/spec/resources/requests/storage")).orElse(Quantity.ZERO);
        if (has.compareTo(asks) < 0) {
            lacks.add("has " + has.bytes() + ", less than " + asks.bytes());
        }
        Selector selector = Selector.of(claim.json().at("/spec/selector"));
        if (!selector.matches(volume.labels())) {
            lacks.add("does not match selector " + selector);
        }
        String mode = volume.json().at("/spec/volumeMode").asText("Filesystem");
        if (!mode.equals(claim.json().at("/spec/volumeMode").asText("Filesystem"))) {
            lacks.add("is of volumeMode " + mode);
        }
        String named = claim.text("/spec/volumeName");
        if (!named.isEmpty() && !named.equals(volume.name())) {
            lacks.add("is not the volume " + named + " that the claim names");
        }
        return lacks;
    }

    private static Set<String> texts(List<JsonNode> list) {
        return list.stream().map(JsonNode::asText).collect(Collectors.toCollection(TreeSet::new));
    }

    private static void mismatch(State state, K8sObject claim, List<Pod> pods, Consumer<Finding> found) {
        if (!state.knows(Kinds.VOLUME)) {
            return;
        }
        Optional<K8sObject> nearest = state.all(Kinds.VOLUME).stream()
                .min(Comparator.comparing((K8sObject each) -> lacks(claim, each).size())
                        .thenComparing(K8sObject::name));
        List<String> lacks = nearest.map(each -> lacks(claim, each)).orElse(List.of());
        if (nearest.isPresent() && lacks.isEmpty()) {
            return;
        }
        Finding finding = Finding.of(
                        CauseId.PVC_PV_MISMATCH,
                        claim.ref(),
                        0.95,
                        claim.ref().brief() + " finds no volume that fits"
                                + nearest.map(each -> ": the nearest, " + each.name() + ", " + String.join(", ", lacks))
                                        .orElse(": there is no PersistentVolume, and none is made for its class"))
                .affects(Unwell.refs(pods))
                .evidence(newest(state, claim, "FailedBinding"))
                .evidence(newest(state, claim, "VolumeMismatch"));
        if (nearest.isPresent()) {
            K8sObject volume = nearest.get();
            finding = finding.evidence(Evidence.field(volume.ref(), "spec", String.join(", ", lacks)));
            finding = finding.fixes(
                    lacks.size() == 1 && lacks.getFirst().startsWith("is Released")
                            ? Fix.command(
                                    Fix.Risk.HIGH,
                                    "Free the volume for a new claim, which will see the data of the old one",
                                    "kubectl patch pv " + volume.name()
                                            + " --type=json -p '[{\"op\":\"remove\",\"path\":\"/spec/claimRef\"}]'")
                            : Fix.advice(
                                    Fix.Risk.MEDIUM,
                                    "Make the claim anew so that it fits " + volume.name()
                                            + ", or make a volume that fits the claim"));
        } else {
            finding = finding.fixes(Fix.advice(Fix.Risk.MEDIUM, "Make a volume that fits the claim"));
        }
        found.accept(finding);
    }

    private static void lost(K8sObject claim, List<Pod> pods, Consumer<Finding> found) {
        found.accept(Finding.of(
                        CauseId.PVC_PV_MISMATCH,
                        claim.ref(),
                        0.95,
                        claim.ref().brief() + " has lost its volume " + claim.text("/spec/volumeName")
                                + ", which is gone or belongs to another claim")
                .evidence(Evidence.field(claim.ref(), "status.phase", "Lost"))
                .affects(Unwell.refs(pods))
                .fixes(Fix.advice(
                        Fix.Risk.HIGH, "Bring the volume back under its name, or restore the data into a new claim")));
    }

    private static void resizing(State state, K8sObject claim, List<Pod> pods, Consumer<Finding> found) {
        Quantity asks =
                Quantity.of(claim.json().at("/spec/resources/requests/storage")).orElse(Quantity.ZERO);
        Quantity has = Quantity.of(claim.json().at("/status/capacity/storage")).orElse(asks);
        if (asks.compareTo(has) <= 0) {
            return;
        }
        Optional<Condition> pendingOnNode = claim.condition("FileSystemResizePending")
                .filter(Condition::isTrue)
                .filter(each -> each.since()
                        .map(at -> at.plus(RESIZING).isBefore(state.now()))
                        .orElse(true));
        Optional<Condition> failed = claim.conditions().stream()
                .filter(each -> each.isTrue()
                        && (each.type().equals("ControllerResizeError")
                                || each.type().equals("NodeResizeError")))
                .findFirst();
        Optional<Event> event = state.events(claim).stream()
                .filter(each -> each.reason().equals("VolumeResizeFailed"))
                .findFirst();
        Optional<String> why = failed.map(Condition::message)
                .or(() -> event.map(Event::message))
                .or(() -> pendingOnNode.map(each -> "the file system grows when a pod mounts the volume anew"));
        why.ifPresent(reason -> found.accept(Finding.of(
                        CauseId.PVC_FULL_OR_RESIZE,
                        claim.ref(),
                        failed.isPresent() || pendingOnNode.isPresent() ? 0.95 : 0.8,
                        claim.ref().brief() + " is to grow from " + has.bytes() + " to " + asks.bytes()
                                + " and does not: "
                                + Evidence.field(claim.ref(), "", reason).value())
                .warning()
                .evidence(Evidence.field(claim.ref(), "status.capacity.storage", has.bytes()))
                .evidence(event.map(Evidence::event).stream().toList())
                .affects(Unwell.refs(pods))
                .fixes(
                        pendingOnNode.isPresent()
                                ? Fix.advice(Fix.Risk.MEDIUM, "Restart the workload that mounts it")
                                : Fix.advice(
                                        Fix.Risk.MEDIUM, "See the driver's message; its class must allow expansion"))));
    }

    /** Only a log that says so leads to the kubelet's numbers: each node is a call. */
    private static void full(State state, Consumer<Finding> found) {
        Set<String> asked = new HashSet<>();
        for (Unwell.Log log : Unwell.logs(state)) {
            Pod pod = log.pod();
            List<String> claims = Scheduling.claims(pod);
            if (claims.isEmpty() || !log.text().contains("o space left on device") || !asked.add(pod.name())) {
                continue;
            }
            Optional<JsonNode> summary = state.json("/api/v1/nodes/" + pod.nodeName() + "/proxy/stats/summary");
            for (JsonNode volume : summary.map(each -> volumes(each, pod)).orElse(List.of())) {
                double used = volume.path("usedBytes").asDouble();
                double capacity = volume.path("capacityBytes").asDouble();
                String name = volume.at("/pvcRef/name").asText();
                if (claims.contains(name) && capacity > 0 && used / capacity >= 0.95) {
                    full(state, pod, log, name, Math.round(100 * used / capacity) + " % used", 0.95, found);
                }
            }
            if (summary.isEmpty() && claims.size() == 1) {
                full(state, pod, log, claims.getFirst(), "usage not readable", 0.75, found);
            }
        }
    }

    private static List<JsonNode> volumes(JsonNode summary, Pod pod) {
        return StreamSupport.stream(summary.path("pods").spliterator(), false)
                .filter(each -> each.at("/podRef/name").asText().equals(pod.name())
                        && each.at("/podRef/namespace").asText().equals(pod.namespace()))
                .flatMap(each -> StreamSupport.stream(each.path("volume").spliterator(), false))
                .toList();
    }

    private static void full(
            State state,
            Pod pod,
            Unwell.Log log,
            String name,
            String usage,
            double confidence,
            Consumer<Finding> found) {
        Ref claim = Ref.of("PersistentVolumeClaim", pod.namespace(), name);
        boolean grows = state.find(Kinds.CLAIM, pod.namespace(), name)
                .flatMap(Claims::className)
                .flatMap(each -> state.find(Kinds.STORAGE_CLASS, "", each))
                .filter(each -> each.json().path("allowVolumeExpansion").asBoolean())
                .isPresent();
        String line = log.text()
                .lines()
                .filter(each -> each.contains("o space left on device"))
                .findFirst()
                .orElse("");
        found.accept(Finding.of(
                        CauseId.PVC_FULL_OR_RESIZE,
                        claim,
                        confidence,
                        claim.brief() + " is full (" + usage + "): " + pod.name() + " gets \"no space left on device\"")
                .evidence(Evidence.log(pod.ref(), log.container(), line))
                .affects(pod.ref(), state.workload(pod.object()).ref())
                .fixes(Fix.advice(
                        Fix.Risk.MEDIUM,
                        grows
                                ? "Raise spec.resources.requests.storage of the claim: its class allows it"
                                : "Remove data, or move to a larger claim: its class does not allow it to grow")));
    }
}
