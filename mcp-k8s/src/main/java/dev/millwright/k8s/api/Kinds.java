package dev.millwright.k8s.api;

import dev.millwright.json.Schema;
import dev.millwright.tool.ToolException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The kinds that every cluster since Kubernetes 1.28 serves, a few that most have, and the short names people use for them. */
public final class Kinds {
    private static final Map<String, Kind> BY_NAME = new LinkedHashMap<>();

    public static final Kind POD = of("", "v1", "Pod", "pods", true, "po");
    public static final Kind EVENT = of("", "v1", "Event", "events", true, "ev");
    public static final Kind SERVICE = of("", "v1", "Service", "services", true, "svc");
    public static final Kind ENDPOINTS = of("", "v1", "Endpoints", "endpoints", true, "ep");
    public static final Kind CONFIG_MAP = of("", "v1", "ConfigMap", "configmaps", true, "cm");
    public static final Kind SECRET = of("", "v1", "Secret", "secrets", true);
    public static final Kind SERVICE_ACCOUNT = of("", "v1", "ServiceAccount", "serviceaccounts", true, "sa");
    public static final Kind CLAIM = of("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims", true, "pvc");
    public static final Kind VOLUME = of("", "v1", "PersistentVolume", "persistentvolumes", false, "pv");
    public static final Kind NODE = of("", "v1", "Node", "nodes", false, "no");
    public static final Kind NAMESPACE = of("", "v1", "Namespace", "namespaces", false, "ns");
    public static final Kind QUOTA = of("", "v1", "ResourceQuota", "resourcequotas", true, "quota");
    public static final Kind LIMIT_RANGE = of("", "v1", "LimitRange", "limitranges", true, "limits");
    public static final Kind REPLICATION_CONTROLLER =
            of("", "v1", "ReplicationController", "replicationcontrollers", true, "rc");
    public static final Kind DEPLOYMENT = of("apps", "v1", "Deployment", "deployments", true, "deploy");
    public static final Kind REPLICA_SET = of("apps", "v1", "ReplicaSet", "replicasets", true, "rs");
    public static final Kind STATEFUL_SET = of("apps", "v1", "StatefulSet", "statefulsets", true, "sts");
    public static final Kind DAEMON_SET = of("apps", "v1", "DaemonSet", "daemonsets", true, "ds");
    public static final Kind JOB = of("batch", "v1", "Job", "jobs", true);
    public static final Kind CRON_JOB = of("batch", "v1", "CronJob", "cronjobs", true, "cj");
    public static final Kind AUTOSCALER =
            of("autoscaling", "v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers", true, "hpa");
    public static final Kind DISRUPTION_BUDGET =
            of("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets", true, "pdb");
    public static final Kind INGRESS = of("networking.k8s.io", "v1", "Ingress", "ingresses", true, "ing");
    public static final Kind INGRESS_CLASS = of("networking.k8s.io", "v1", "IngressClass", "ingressclasses", false);
    public static final Kind NETWORK_POLICY =
            of("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies", true, "netpol");
    public static final Kind ENDPOINT_SLICE = of("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", true);
    public static final Kind STORAGE_CLASS = of("storage.k8s.io", "v1", "StorageClass", "storageclasses", false, "sc");
    public static final Kind VOLUME_ATTACHMENT =
            of("storage.k8s.io", "v1", "VolumeAttachment", "volumeattachments", false);
    public static final Kind LEASE = of("coordination.k8s.io", "v1", "Lease", "leases", true);
    public static final Kind PRIORITY_CLASS = of("scheduling.k8s.io", "v1", "PriorityClass", "priorityclasses", false);
    public static final Kind ROLE = of("rbac.authorization.k8s.io", "v1", "Role", "roles", true);
    public static final Kind ROLE_BINDING = of("rbac.authorization.k8s.io", "v1", "RoleBinding", "rolebindings", true);
    public static final Kind CLUSTER_ROLE = of("rbac.authorization.k8s.io", "v1", "ClusterRole", "clusterroles", false);
    public static final Kind CLUSTER_ROLE_BINDING =
            of("rbac.authorization.k8s.io", "v1", "ClusterRoleBinding", "clusterrolebindings", false);
    public static final Kind VALIDATING_WEBHOOK = of(
            "admissionregistration.k8s.io",
            "v1",
            "ValidatingWebhookConfiguration",
            "validatingwebhookconfigurations",
            false);
    public static final Kind MUTATING_WEBHOOK = of(
            "admissionregistration.k8s.io",
            "v1",
            "MutatingWebhookConfiguration",
            "mutatingwebhookconfigurations",
            false);
    public static final Kind API_SERVICE = of("apiregistration.k8s.io", "v1", "APIService", "apiservices", false);
    public static final Kind CERTIFICATE_SIGNING_REQUEST =
            of("certificates.k8s.io", "v1", "CertificateSigningRequest", "certificatesigningrequests", false, "csr");
    public static final Kind CUSTOM_RESOURCE_DEFINITION =
            of("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", false, "crd");
    public static final Kind GATEWAY = of("gateway.networking.k8s.io", "v1", "Gateway", "gateways", true, "gtw");
    public static final Kind HTTP_ROUTE = of("gateway.networking.k8s.io", "v1", "HTTPRoute", "httproutes", true);
    /** Of cert-manager, where that is installed. */
    public static final Kind CERTIFICATE = of("cert-manager.io", "v1", "Certificate", "certificates", true);

    public static final Kind POD_METRICS = new Kind("metrics.k8s.io", "v1beta1", "PodMetrics", "pods", true);
    public static final Kind NODE_METRICS = new Kind("metrics.k8s.io", "v1beta1", "NodeMetrics", "nodes", false);

    private Kinds() {}

    private static Kind of(
            String group, String version, String name, String plural, boolean namespaced, String... shortNames) {
        Kind kind = new Kind(group, version, name, plural, namespaced);
        for (String key : List.of(name, plural, kind.resource())) {
            BY_NAME.putIfAbsent(key.toLowerCase(Locale.ROOT), kind);
        }
        for (String key : shortNames) {
            BY_NAME.putIfAbsent(key, kind);
        }
        return kind;
    }

    /** All of them, each once. */
    public static List<Kind> all() {
        return BY_NAME.values().stream().distinct().toList();
    }

    /** What a person calls a kind: {@code Pod}, {@code pods}, {@code po}, {@code deployments.apps}; in any case. */
    public static Optional<Kind> named(String name) {
        return Optional.ofNullable(BY_NAME.get(name.toLowerCase(Locale.ROOT)));
    }

    /**
     * A kind that a cluster serves, custom ones too: {@code Certificate}, {@code certificates.cert-manager.io}. Built-in
     * ones cost no call.
     *
     * @throws ToolException {@code INVALID_INPUT} with the nearest name
     */
    public static Kind served(String name, Cluster cluster) {
        String wanted = name.strip();
        return named(wanted)
                .or(() -> custom(wanted, cluster.kinds()))
                .orElseThrow(() -> unknown(wanted, cluster.kinds()));
    }

    private static Optional<Kind> custom(String name, List<Kind> served) {
        return served.stream()
                .filter(each -> Stream.of(
                                each.name(),
                                each.plural(),
                                each.resource(),
                                each.name() + "." + each.group(),
                                each.apiVersion() + "/" + each.name(),
                                each.apiVersion() + "/" + each.plural())
                        .anyMatch(name::equalsIgnoreCase))
                .findFirst();
    }

    private static ToolException unknown(String name, List<Kind> served) {
        List<String> known = Stream.concat(
                        BY_NAME.keySet().stream(),
                        served.stream().flatMap(each -> Stream.of(each.name().toLowerCase(Locale.ROOT), each.plural())))
                .distinct()
                .toList();
        return ToolException.invalidInput("/kind %s is no kind this cluster serves%s"
                .formatted(
                        name,
                        Schema.nearest(name, known)
                                .map(near -> "; did you mean " + near + "?")
                                .orElse("; custom ones are named like certificates.cert-manager.io")));
    }

    /** The built-in kind an object says it is of. */
    public static Optional<Kind> of(String apiVersion, String kind) {
        return named(kind).filter(each -> each.group().equals(group(apiVersion)));
    }

    /** {@code apps} of {@code apps/v1}; empty for {@code v1}. */
    public static String group(String apiVersion) {
        int slash = apiVersion.indexOf('/');
        return slash < 0 ? "" : apiVersion.substring(0, slash);
    }
}
