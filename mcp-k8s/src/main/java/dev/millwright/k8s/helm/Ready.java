package dev.millwright.k8s.helm;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.k8s.model.K8sObject;

/** When an object counts as ready, as Helm waits for it (helm {@code pkg/kube/ready.go}). */
final class Ready {
    private Ready() {}

    /** Whether there is anything to wait for in objects of this kind. */
    static boolean takesTime(String kind) {
        return switch (kind) {
            case "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController" -> true;
            case "Pod", "PersistentVolumeClaim", "Service", "CustomResourceDefinition" -> true;
            default -> false;
        };
    }

    static boolean is(JsonNode json) {
        K8sObject object = new K8sObject(json);
        boolean seen = object.number("/status/observedGeneration", 0) >= object.number("/metadata/generation", 0);
        int wanted = object.number("/spec/replicas", 1);
        return switch (object.kind()) {
            case "Deployment" ->
                seen
                        && object.number("/status/updatedReplicas", 0) >= wanted
                        && object.number("/status/availableReplicas", 0) >= wanted - unavailable(object, wanted);
            case "StatefulSet" ->
                object.text("/spec/updateStrategy/type").equals("OnDelete")
                        || seen
                                && object.number("/status/updatedReplicas", 0)
                                        >= wanted - object.number("/spec/updateStrategy/rollingUpdate/partition", 0)
                                && object.number("/status/readyReplicas", 0) >= wanted;
            case "DaemonSet" ->
                object.text("/spec/updateStrategy/type").equals("OnDelete")
                        || seen
                                && object.number("/status/updatedNumberScheduled", 0)
                                        >= object.number("/status/desiredNumberScheduled", 0)
                                && object.number("/status/numberReady", 0)
                                        >= object.number("/status/desiredNumberScheduled", 0);
            case "ReplicaSet", "ReplicationController" -> seen && object.number("/status/readyReplicas", 0) >= wanted;
            case "Pod" ->
                object.condition("Ready").filter(each -> each.isTrue()).isPresent();
            case "PersistentVolumeClaim" -> object.text("/status/phase").equals("Bound");
            case "Service" ->
                !object.text("/spec/type").equals("LoadBalancer")
                        || !object.items("/spec/externalIPs").isEmpty()
                        || !object.items("/status/loadBalancer/ingress").isEmpty();
            case "CustomResourceDefinition" ->
                object.condition("Established").filter(each -> each.isTrue()).isPresent();
            default -> true;
        };
    }

    /** Pods that may be missing while a deployment rolls; percentages are rounded down. */
    private static int unavailable(K8sObject deployment, int wanted) {
        String most = deployment.text("/spec/strategy/rollingUpdate/maxUnavailable");
        if (most.endsWith("%")) {
            String percent = most.substring(0, most.length() - 1);
            return percent.matches("[0-9]{1,3}") ? wanted * Integer.parseInt(percent) / 100 : 0;
        }
        return most.matches("[0-9]{1,6}") ? Math.min(wanted, Integer.parseInt(most)) : 0;
    }

    /** Whether a hook's object has run to its end, well or not; everything but jobs and pods has at once. */
    static boolean isOver(JsonNode json) {
        return failed(json) || succeeded(json);
    }

    static boolean succeeded(JsonNode json) {
        K8sObject object = new K8sObject(json);
        return switch (object.kind()) {
            case "Job" ->
                object.condition("Complete").filter(each -> each.isTrue()).isPresent();
            case "Pod" -> object.text("/status/phase").equals("Succeeded");
            default -> true;
        };
    }

    static boolean failed(JsonNode json) {
        K8sObject object = new K8sObject(json);
        return switch (object.kind()) {
            case "Job" ->
                object.condition("Failed").filter(each -> each.isTrue()).isPresent();
            case "Pod" -> object.text("/status/phase").equals("Failed");
            default -> false;
        };
    }
}
