package dev.millwright.k8s.config;

import dev.millwright.config.Glob;
import dev.millwright.json.Doc;
import dev.millwright.json.Json;
import dev.millwright.json.Schema;
import java.util.List;
import java.util.Optional;

/** What a tenant may reach of clusters. */
public record K8sReach(
        @Doc("File with contexts; default: $KUBECONFIG, else ~/.kube/config, else the credentials inside a pod.")
        Optional<String> kubeconfig,

        @Doc("Context of a call that names none; default: the file's current one.")
        Optional<String> context,

        @Doc(value = "Contexts that may be used; default: all in the file.", orElse = "[]")
        List<String> contexts,

        @Doc(value = "Namespaces that may be reached, with * for any characters; default: all.", orElse = "[]")
        List<String> namespaces,

        @Doc(
                value = "Namespaces in which nothing is changed, with * for any characters.",
                orElse = "[\"kube-system\", \"kube-public\", \"kube-node-lease\"]")
        List<String> protectedNamespaces,

        @Doc("Who to act as towards the API; the credentials must be allowed to impersonate.")
        Optional<Impersonation> impersonate,

        @Doc(value = "Most replicas that a workload may be scaled to.", min = 0, max = 100_000, orElse = "50")
        int maxReplicas,

        @Doc(
                value = "Folders with snapshots, manifests and charts that calls may name; each must exist.",
                orElse = "[]")
        List<String> roots,

        @Doc(
                value =
                        "Where charts may come from, as https://charts.example.org/ or oci://registry.example.org/charts/; folders in roots always.",
                orElse = "[]")
        List<String> chartSources) {
    /** Whom the API takes us for. */
    public record Impersonation(
            @Doc("User name, as in system:serviceaccount:shop:reader.")
            String user,

            @Doc(value = "Groups.", orElse = "[]") List<String> groups) {
        public Impersonation {
            groups = List.copyOf(groups);
        }
    }

    public K8sReach {
        contexts = List.copyOf(contexts);
        namespaces = List.copyOf(namespaces);
        protectedNamespaces = List.copyOf(protectedNamespaces);
        roots = List.copyOf(roots);
        chartSources = List.copyOf(chartSources);
    }

    /** All defaults. */
    public static K8sReach defaults() {
        return Schema.of(K8sReach.class, Schema.Keys.KEBAB).bind(Json.object());
    }

    public boolean reaches(String namespace) {
        return namespaces.isEmpty() || Glob.matchesAny(namespaces, namespace);
    }

    public boolean protects(String namespace) {
        return Glob.matchesAny(protectedNamespaces, namespace);
    }
}
