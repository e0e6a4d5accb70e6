package dev.millwright.k8s.rules;

import dev.millwright.json.Json;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.diagnose.CauseId;
import dev.millwright.k8s.diagnose.Evidence;
import dev.millwright.k8s.diagnose.Finding;
import dev.millwright.k8s.diagnose.Fix;
import dev.millwright.k8s.model.Container;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Pod;
import dev.millwright.k8s.model.Quantity;
import dev.millwright.k8s.model.Ref;
import dev.millwright.k8s.state.State;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** What is said of a pod that no node takes: the filter that keeps it out, the nearest node, and what would help. */
final class NoRoom {
    /** Of nodes that lack one thing only, the thing that more of them lack decides; then this order. */
    private static final List<CauseId> ORDER = List.of(
            CauseId.SCHED_RESOURCES,
            CauseId.SCHED_CORDON,
            CauseId.SCHED_TAINT,
            CauseId.SCHED_NODE_AFFINITY,
            CauseId.SCHED_POD_AFFINITY_OR_SPREAD,
            CauseId.SCHED_PORT_NAME_GATE);

    private NoRoom() {}

    static void decide(
            State state,
            K8sObject workload,
            List<Pod> pods,
            List<Placement.Verdict> verdicts,
            Evidence condition,
            Consumer<Finding> found) {
        Placement.Verdict first = verdicts.getFirst();
        int families = first.families().size();
        Map<CauseId, Long> counts = verdicts.stream()
                .filter(each -> each.families().size() == families
                        && each.room().reserved() == first.room().reserved())
                .flatMap(each -> each.families().stream())
                .collect(Collectors.groupingBy(each -> each, Collectors.counting()));
        CauseId id = counts.keySet().stream()
                .min(Comparator.comparing((CauseId each) -> -counts.get(each)).thenComparing(ORDER::indexOf))
                .orElseThrow();
        Placement.Verdict nearest = verdicts.stream()
                .filter(each -> each.families().size() == families
                        && each.room().reserved() == first.room().reserved()
                        && each.families().contains(id))
                .findFirst()
                .orElseThrow();
        String lacks =
                nearest.lacks().stream().map(Placement.Lack::what).distinct().collect(Collectors.joining(", "));
        String start = workload.ref().brief() + " waits for a node (" + Unwell.count(pods.size(), "pod") + "): ";
        Finding finding = switch (id) {
            case SCHED_RESOURCES -> resources(workload, pods.getFirst(), verdicts, nearest, start, lacks);
            case SCHED_CORDON -> cordon(workload, nearest, lacks);
            case SCHED_TAINT -> taint(workload, nearest, start, lacks);
            case SCHED_NODE_AFFINITY -> labels(state, workload, pods.getFirst(), nearest, start, lacks);
            case SCHED_PORT_NAME_GATE ->
                Finding.of(
                                id,
                                workload.ref(),
                                0.9,
                                start + "the host port it asks for is free on no node that suits; the nearest, "
                                        + nearest.room().name() + ": " + lacks)
                        .fixes(Fix.advice(
                                Fix.Risk.MEDIUM,
                                "Use another hostPort, or none and a Service, or fewer replicas than nodes"));
            default ->
                Finding.of(
                                CauseId.SCHED_POD_AFFINITY_OR_SPREAD,
                                workload.ref(),
                                0.9,
                                start + "its rules about other pods leave no node; the nearest, "
                                        + nearest.room().name() + ", " + lacks)
                        .fixes(Fix.advice(
                                Fix.Risk.MEDIUM,
                                "Make the rule preferred instead of required, raise maxSkew, or add nodes"));
        };
        found.accept(finding.evidence(condition).affects(Unwell.refs(pods)).affects(workload.ref()));
    }

    private static Finding resources(
            K8sObject workload,
            Pod pod,
            List<Placement.Verdict> verdicts,
            Placement.Verdict nearest,
            String start,
            String lacks) {
        List<String> scarce = nearest.lacks().stream()
                .map(Placement.Lack::resource)
                .filter(each -> !each.isEmpty())
                .distinct()
                .toList();
        boolean never = verdicts.stream()
                .allMatch(each ->
                        each.lacks().stream().anyMatch(lack -> lack.never() || lack.id() != CauseId.SCHED_RESOURCES));
        String asked = scarce.stream()
                .filter(each -> !each.equals("pods"))
                .map(each -> pod.request(each).show(each) + " " + each)
                .collect(Collectors.joining(" and "));
        Finding finding = Finding.of(
                CauseId.SCHED_RESOURCES,
                workload.ref(),
                0.95,
                start + "insufficient " + String.join(" and ", scarce)
                        + (asked.isEmpty() ? "" : ", it asks for " + asked)
                        + (never ? " and no node that suits is that large; the nearest, " : "; the nearest node, ")
                        + nearest.room().name() + ", " + lacks);
        for (String resource : scarce) {
            for (Container each : pod.containers()) {
                Optional<Quantity> request = each.request(resource);
                if (request.isPresent()) {
                    finding = finding.evidence(Evidence.field(
                            pod.ref(),
                            "spec.containers[" + each.name() + "].resources.requests." + resource,
                            request.get().show(resource)));
                }
            }
            if (!resource.equals("pods")) {
                Quantity room =
                        never ? nearest.room().has(resource) : nearest.room().left(resource);
                finding = finding.evidence(Evidence.field(
                                nearest.room().node().ref(),
                                never ? "status.allocatable." + resource : "allocatable − requested, " + resource,
                                room.show(resource)))
                        .fixes(Fix.advice(
                                Fix.Risk.MEDIUM,
                                "Lower the " + resource + " requests of "
                                        + workload.ref().brief() + " to at most "
                                        + room.show(resource) + " a pod if it needs no more, or add a node that offers "
                                        + pod.request(resource).show(resource)));
            } else {
                finding = finding.fixes(
                        Fix.advice(Fix.Risk.MEDIUM, "Add a node: those there run as many pods as they may"));
            }
        }
        return finding;
    }

    private static Finding cordon(K8sObject workload, Placement.Verdict nearest, String lacks) {
        Ref node = nearest.room().node().ref();
        return Finding.of(
                        CauseId.SCHED_CORDON,
                        node,
                        0.95,
                        node.brief() + " " + lacks + " (unschedulable), and no other node takes what waits for it")
                .affects(workload.ref())
                .evidence(Evidence.field(node, "spec.unschedulable", "true"))
                .fixes(Fix.command(
                        Fix.Risk.MEDIUM,
                        "Let pods onto the node again, if nobody is working on it",
                        "kubectl uncordon " + node.name()));
    }

    private static Finding taint(K8sObject workload, Placement.Verdict nearest, String start, String lacks) {
        List<NodeRoom.Taint> taints = nearest.room().taints().stream()
                .filter(each ->
                        nearest.lacks().stream().anyMatch(lack -> lack.what().equals("has taint " + each)))
                .toList();
        K8sObject node = nearest.room().node();
        Finding finding = Finding.of(
                        CauseId.SCHED_TAINT,
                        workload.ref(),
                        0.95,
                        start + "it does not tolerate the taint of any node with room; the nearest, " + node.name()
                                + ", " + lacks)
                .evidence(Evidence.field(
                        node.ref(),
                        "spec.taints",
                        taints.stream().map(NodeRoom.Taint::toString).collect(Collectors.joining(", "))));
        if (taints.stream().anyMatch(NodeRoom.Taint::tellsTrouble)) {
            return finding.because(node.ref())
                    .fixes(Fix.advice(
                            Fix.Risk.MEDIUM, "Mend the node: Kubernetes put the taint there and takes it away then"));
        }
        Optional<Template> template = Template.of(workload).filter(Template::changeable);
        if (template.isPresent()) {
            var operations = Json.array();
            String at = template.get().at() + "/spec/tolerations";
            if (!template.get().spec().path("tolerations").isArray()) {
                operations.addObject().put("op", "add").put("path", at).set("value", Json.array());
            }
            for (NodeRoom.Taint each : taints) {
                var toleration = Json.object().put("key", each.key());
                if (each.value().isEmpty()) {
                    toleration.put("operator", "Exists");
                } else {
                    toleration.put("operator", "Equal").put("value", each.value());
                }
                operations
                        .addObject()
                        .put("op", "add")
                        .put("path", at + "/-")
                        .set("value", toleration.put("effect", each.effect()));
            }
            finding = finding.fixes(Fix.patch(
                    Fix.Risk.MEDIUM, "Tolerate the taint, if these pods may run on such nodes", workload, operations));
        }
        for (NodeRoom.Taint each : taints) {
            finding = finding.fixes(Fix.command(
                    Fix.Risk.HIGH,
                    "Or take the taint from the node, if nothing needs it",
                    "kubectl taint nodes " + node.name() + " " + each + "-"));
        }
        return finding;
    }

    private static Finding labels(
            State state, K8sObject workload, Pod pod, Placement.Verdict nearest, String start, String lacks) {
        Finding finding = Finding.of(
                        CauseId.SCHED_NODE_AFFINITY,
                        workload.ref(),
                        0.95,
                        start + "no node matches its node selector or affinity; the nearest, "
                                + nearest.room().name() + ", " + lacks)
                .evidence(Evidence.field(
                        pod.ref(),
                        "spec.nodeSelector",
                        Json.write(
                                pod.object().spec().path("nodeSelector").isObject()
                                        ? pod.object().spec().path("nodeSelector")
                                        : pod.object().json().at("/spec/affinity/nodeAffinity"))));
        Optional<Template> template = Template.of(workload).filter(Template::changeable);
        for (Map.Entry<String, String> each : K8sObject.texts(
                        template.map(Template::spec).orElse(Json.object()).path("nodeSelector"))
                .entrySet()) {
            TreeSet<String> values = new TreeSet<>();
            for (K8sObject node : state.all(Kinds.NODE)) {
                Optional.ofNullable(node.labels().get(each.getKey())).ifPresent(values::add);
            }
            if (!values.contains(each.getValue())) {
                Optional<String> meant = Nearest.of(each.getValue(), values);
                finding = meant.isPresent()
                        ? finding.fixes(Fix.patch(
                                Nearest.risk(each.getValue(), meant.get()),
                                "Select " + each.getKey() + "=" + meant.get() + ", which nodes have",
                                workload,
                                Fix.replace(
                                        template.orElseThrow().at() + "/spec/nodeSelector/" + Fix.escape(each.getKey()),
                                        meant.get())))
                        : finding.fixes(Fix.advice(
                                Fix.Risk.MEDIUM,
                                "Label a node " + each.getKey() + "=" + each.getValue() + ", or select one of "
                                        + (values.isEmpty() ? "the labels that nodes have" : values)));
            }
        }
        return finding.fixes().isEmpty()
                ? finding.fixes(Fix.advice(Fix.Risk.MEDIUM, "Correct the affinity, or label a node as it asks"))
                : finding;
    }
}
