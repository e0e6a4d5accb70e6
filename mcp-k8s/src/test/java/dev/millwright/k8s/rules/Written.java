package dev.millwright.k8s.rules;

import dev.millwright.k8s.Recorded;
import dev.millwright.k8s.Yaml;
import dev.millwright.k8s.diagnose.Cause;
import dev.millwright.k8s.diagnose.Diagnosis;
import dev.millwright.k8s.diagnose.Finding;
import dev.millwright.k8s.diagnose.Fix;
import dev.millwright.k8s.state.MemorySource.LogName;
import dev.millwright.k8s.state.State;
import java.util.List;
import java.util.Map;

/** States that a test writes, and what is found in them. The time is 2026-11-20T14:30:00Z. */
final class Written {
    private Written() {}

    /**
     * A deployment with its replica set and one pod, as a cluster has them.
     *
     * @param spec of the pod, in one line
     * @param status of the pod, in one line
     */
    static String deployment(String name, String spec, String status) {
        return """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: NAME}
                spec: {replicas: 1, selector: {matchLabels: {app: NAME}}, template: {metadata: {labels: {app: NAME}}, spec: SPEC}}
                ---
                apiVersion: apps/v1
                kind: ReplicaSet
                metadata:
                  name: NAME-1
                  annotations: {deployment.kubernetes.io/revision: '2'}
                  ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: NAME, uid: DEPLOYMENT, controller: true}]
                spec: {replicas: 1, template: {metadata: {labels: {app: NAME, pod-template-hash: '1'}}, spec: SPEC}}
                ---
                """.replace("DEPLOYMENT", Yaml.uid("Deployment", name))
                        .replace("NAME", name)
                        .replace("SPEC", spec)
                + pod(name + "-1-a", name, spec, status);
    }

    /** One more pod of a deployment. */
    static String pod(String pod, String deployment, String spec, String status) {
        return """
                apiVersion: v1
                kind: Pod
                metadata:
                  name: POD
                  labels: {app: NAME, pod-template-hash: '1'}
                  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: NAME-1, uid: REPLICAS, controller: true}]
                spec: SPEC
                status: STATUS
                ---
                """.replace("REPLICAS", Yaml.uid("ReplicaSet", deployment + "-1"))
                .replace("POD", pod)
                .replace("NAME", deployment)
                .replace("SPEC", spec.replaceFirst("\\{", "{nodeName: node-1, "))
                .replace("STATUS", status);
    }

    /** The revision before of a deployment, whose pods are ready. */
    static String before(String deployment, String spec, int ready) {
        return """
                apiVersion: apps/v1
                kind: ReplicaSet
                metadata:
                  name: NAME-0
                  annotations: {deployment.kubernetes.io/revision: '1'}
                  ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: NAME, uid: DEPLOYMENT, controller: true}]
                spec: {replicas: 1, template: {metadata: {labels: {app: NAME, pod-template-hash: '0'}}, spec: SPEC}}
                status: {replicas: READY, readyReplicas: READY}
                ---
                """.replace("DEPLOYMENT", Yaml.uid("Deployment", deployment))
                .replace("NAME", deployment)
                .replace("SPEC", spec)
                .replace("READY", "" + ready);
    }

    /** Something noticed about a pod, at 14:minute. */
    static String event(String pod, String container, String reason, String minute, String message) {
        return """
                apiVersion: v1
                kind: Event
                metadata: {name: e-HASH}
                involvedObject: {kind: Pod, namespace: shop, name: POD, fieldPath: 'spec.containers{CONTAINER}'}
                type: Warning
                reason: REASON
                message: >-
                  MESSAGE
                lastTimestamp: '2026-11-20T14:MINUTE:00Z'
                ---
                """.replace("HASH", Integer.toHexString((pod + reason + message).hashCode()))
                .replace("POD", pod)
                .replace("CONTAINER", container)
                .replace("REASON", reason)
                .replace("MESSAGE", message)
                .replace("MINUTE", minute);
    }

    static LogName log(String pod, boolean previous) {
        return new LogName("shop", pod, "app", previous);
    }

    static List<Cause> causes(State state) {
        return Diagnosis.of(state, Rules.ALL);
    }

    static List<Cause> causes(String yaml) {
        return causes(Recorded.written(yaml));
    }

    static List<Cause> causes(String yaml, Map<LogName, String> logs) {
        return causes(Recorded.written(yaml, logs));
    }

    /** The one cause there is, in a line: {@code id object/part: why}. */
    static String only(String yaml) {
        return only(causes(yaml));
    }

    static String only(List<Cause> causes) {
        if (causes.size() != 1) {
            return causes.size() + " causes: "
                    + causes.stream().map(Written::line).toList();
        }
        return line(causes.getFirst());
    }

    static String line(Cause cause) {
        Finding finding = cause.finding();
        return "%s %s/%s: %s".formatted(finding.id().id(), finding.object().brief(), finding.part(), finding.why());
    }

    /** The patches that are proposed, as JSON. */
    static List<String> patches(List<Cause> causes) {
        return causes.stream()
                .flatMap(each -> each.finding().fixes().stream())
                .flatMap(each -> each.change().stream())
                .map(Fix.Change::operations)
                .map(Object::toString)
                .toList();
    }
}
