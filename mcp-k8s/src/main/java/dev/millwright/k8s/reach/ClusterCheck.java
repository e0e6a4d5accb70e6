package dev.millwright.k8s.reach;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.ApiError;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.api.Write;
import dev.millwright.k8s.config.K8sReach;
import dev.millwright.server.McpServer.Check;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Looks whether a tenant's clusters can be reached, and what the identity may do there. */
public final class ClusterCheck {
    private static final int OLDEST_MINOR = 28;
    private static final int NEWEST_MINOR = 36;
    private static final Kind ACCESS_REVIEW =
            new Kind("authorization.k8s.io", "v1", "SelfSubjectAccessReview", "selfsubjectaccessreviews", false);

    /** What a diagnosis cannot do without, and what it is poorer without. */
    private static final List<Kind> READ = List.of(
            Kinds.POD,
            Kinds.EVENT,
            Kinds.SERVICE,
            Kinds.CONFIG_MAP,
            Kinds.SECRET,
            Kinds.DEPLOYMENT,
            Kinds.REPLICA_SET,
            Kinds.ENDPOINT_SLICE,
            Kinds.CLAIM);

    private final Connector connector;
    private final List<Check> checks = new ArrayList<>();

    private ClusterCheck(Connector connector) {
        this.connector = connector;
    }

    /** Each finding with what to do about it; asks each context that the tenant may use. */
    public static List<Check> of(Tenant tenant, K8sReach reach, Connector connector) {
        ClusterCheck check = new ClusterCheck(connector);
        check.tenant(tenant, reach);
        return List.copyOf(check.checks);
    }

    private void tenant(Tenant tenant, K8sReach reach) {
        String subject = "kubernetes of tenant " + tenant.name();
        List<String> contexts;
        try {
            contexts = connector.contexts(reach).stream()
                    .filter(each ->
                            reach.contexts().isEmpty() || reach.contexts().contains(each))
                    .toList();
        } catch (ToolException e) {
            checks.add(missing(
                    subject,
                    String.valueOf(e.getMessage()),
                    "name a kubeconfig, or go without: snapshots can be diagnosed all the same"));
            return;
        }
        if (contexts.isEmpty()) {
            checks.add(missing(
                    subject,
                    "the kubeconfig has none of the contexts that may be used",
                    "correct contexts in the configuration, or add one with kubectl config set-context"));
            return;
        }
        Optional<String> current = reach.context().or(() -> connector.current(reach));
        if (current.filter(contexts::contains).isEmpty() && contexts.size() > 1) {
            checks.add(
                    new Check(
                            subject,
                            Check.State.WEAK,
                            "no context is the usual one among " + String.join(", ", contexts),
                            "set one with kubectl config use-context or --context; until then each call must name its context"));
        }
        contexts.forEach(each -> context(subject + ", context " + each, reach, each));
    }

    private static Check missing(String subject, String finding, String remedy) {
        return new Check(subject, Check.State.MISSING, finding, remedy);
    }

    private void context(String subject, K8sReach reach, String context) {
        try {
            Cluster cluster = connector.connect(reach, context);
            version(subject, cluster.json("/version"));
            String namespace = reach.namespaces().stream()
                    .filter(each -> each.indexOf('*') < 0)
                    .findFirst()
                    .orElseGet(() -> connector.namespace(reach, context));
            rights(subject, cluster, namespace);
            metrics(subject, cluster);
        } catch (ApiError e) {
            String why = "cannot " + e.what() + ": " + e.getMessage();
            checks.add(missing(
                    subject,
                    why,
                    switch (e.code()) {
                        case 401 ->
                            "renew the credentials of this context, then try kubectl --context " + context + " version";
                        case 403 -> "let the identity read /version, as system:public-info-viewer does";
                        default -> "make kubectl --context " + context + " version work here, then try again";
                    }));
        }
    }

    private void version(String subject, JsonNode version) {
        String told = version.path("gitVersion").asText("unknown");
        String digits = version.path("minor").asText("").replaceAll("[^0-9].*", "");
        int minor = digits.isEmpty() ? 0 : Integer.parseInt(digits);
        checks.add(
                minor >= OLDEST_MINOR && minor <= NEWEST_MINOR
                        ? Check.ok(subject, "Kubernetes " + told)
                        : new Check(
                                subject,
                                Check.State.WEAK,
                                "Kubernetes %s is not one of 1.%d to 1.%d".formatted(told, OLDEST_MINOR, NEWEST_MINOR),
                                "expect what is new or gone in it to be missed"));
    }

    private void rights(String subject, Cluster cluster, String namespace) {
        List<String> no = new ArrayList<>();
        for (Kind each : READ) {
            if (!may(cluster, "list", each, "", namespace)) {
                no.add("list " + each.resource());
            }
        }
        if (!may(cluster, "get", Kinds.POD, "log", namespace)) {
            no.add("get pods/log");
        }
        List<String> changes = new ArrayList<>();
        for (Kind each : List.of(Kinds.DEPLOYMENT, Kinds.STATEFUL_SET)) {
            if (may(cluster, "patch", each, "", namespace)) {
                changes.add(each.plural());
            }
        }
        String finding = "in namespace %s the identity may %s, and patch %s"
                .formatted(
                        namespace,
                        no.isEmpty() ? "read all that a diagnosis looks at" : "not " + String.join(", not ", no),
                        changes.isEmpty() ? "no workload" : String.join(" and ", new TreeSet<>(changes)));
        checks.add(
                no.isEmpty()
                        ? Check.ok(subject, finding)
                        : new Check(
                                subject,
                                Check.State.WEAK,
                                finding,
                                "answers name what they could not read; grant it with a Role, as the ClusterRole view"
                                        + " does but for secrets"));
    }

    private static boolean may(Cluster cluster, String verb, Kind kind, String subresource, String namespace) {
        ObjectNode review =
                Json.object().put("apiVersion", ACCESS_REVIEW.apiVersion()).put("kind", ACCESS_REVIEW.name());
        ObjectNode asked = review.putObject("spec").putObject("resourceAttributes");
        asked.put("verb", verb)
                .put("group", kind.group())
                .put("resource", kind.plural())
                .put("namespace", namespace);
        if (!subresource.isEmpty()) {
            asked.put("subresource", subresource);
        }
        return cluster.create(ACCESS_REVIEW, Optional.empty(), review, Write.FOR_REAL)
                .at("/status/allowed")
                .asBoolean();
    }

    private void metrics(String subject, Cluster cluster) {
        try {
            cluster.json("/apis/metrics.k8s.io/v1beta1");
            checks.add(Check.ok(subject, "the metrics API answers"));
        } catch (ApiError e) {
            checks.add(new Check(
                    subject,
                    Check.State.WEAK,
                    e.isNotFound()
                            ? "no metrics API is installed"
                            : "the metrics API does not answer: " + e.getMessage(),
                    "install or mend metrics-server; use of CPU and memory is read from the kubelets until then, where"
                            + " they may be asked"));
        }
    }
}
