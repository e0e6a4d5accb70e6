package dev.millwright.k8s.rules;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.diagnose.CauseId;
import dev.millwright.k8s.diagnose.Evidence;
import dev.millwright.k8s.diagnose.Finding;
import dev.millwright.k8s.diagnose.Fix;
import dev.millwright.k8s.diagnose.Rule;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Ref;
import dev.millwright.k8s.state.State;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Programs that the API refuses, as their logs say; the rights they have now decide whether that still is so. */
final class AccessRights implements Rule {
    /** The wording of the API server since Kubernetes 1.9. */
    private static final Pattern REFUSED = Pattern.compile(
            "User \\\\?\"system:serviceaccount:([a-z0-9.-]+):([a-z0-9.-]+)\\\\?\" cannot ([a-z*]+) resource"
                    + " \\\\?\"([a-z0-9./*-]+)\\\\?\" in API group \\\\?\"([a-z0-9.-]*)\\\\?\""
                    + "(?: in the namespace \\\\?\"([a-z0-9.-]+)\\\\?\")?");

    /** What was refused to whom; {@code namespace} is empty for the whole cluster. */
    private record Right(String owner, String account, String verb, String resource, String group, String namespace) {}

    @Override
    public void look(State state, Consumer<Finding> found) {
        Map<Right, Unwell.Log> refused = new LinkedHashMap<>();
        List<Unwell.Log> logs = new ArrayList<>(Unwell.logs(state));
        logs.addAll(Unwell.logsOfIdentified(state));
        for (Unwell.Log log : logs) {
            Matcher matcher = REFUSED.matcher(log.text());
            while (matcher.find()) {
                refused.putIfAbsent(
                        new Right(
                                matcher.group(1),
                                matcher.group(2),
                                matcher.group(3),
                                matcher.group(4),
                                matcher.group(5),
                                Optional.ofNullable(matcher.group(6)).orElse("")),
                        log);
            }
        }
        refused.forEach((right, log) -> {
            if (!grantedNow(state, right)) {
                report(state, right, log, found);
            }
        });
    }

    private static void report(State state, Right right, Unwell.Log log, Consumer<Finding> found) {
        Ref account = Ref.of("ServiceAccount", right.owner(), right.account());
        String resource = right.resource() + (right.group().isEmpty() ? "" : "." + right.group());
        boolean cluster = right.namespace().isEmpty();
        String name =
                right.account() + "-" + right.verb() + "-" + right.resource().replace('/', '-');
        String subject = "--serviceaccount=" + right.owner() + ":" + right.account();
        String role = "--verb=" + right.verb() + " --resource=" + resource;
        String create = cluster
                ? "kubectl create clusterrole " + name + " " + role + "\nkubectl create clusterrolebinding " + name
                        + " --clusterrole=" + name + " " + subject
                : "kubectl -n " + right.namespace() + " create role " + name + " " + role + "\nkubectl -n "
                        + right.namespace() + " create rolebinding " + name + " --role=" + name + " " + subject;
        String line = log.text()
                .lines()
                .filter(each -> REFUSED.matcher(each).find())
                .findFirst()
                .orElse("");
        found.accept(Finding.of(
                        CauseId.RBAC,
                        account,
                        0.9,
                        account.brief() + " may not " + right.verb() + " " + resource
                                + (cluster ? " in the whole cluster" : " in namespace " + right.namespace())
                                + ", which "
                                + log.pod().name() + " needs")
                .part(right.verb() + " " + resource + " " + right.namespace())
                .evidence(Evidence.log(log.pod().ref(), log.container(), line))
                .affects(log.pod().ref(), state.workload(log.pod().object()).ref())
                .fixes(Fix.command(
                        Fix.Risk.HIGH,
                        "Give it this right and no other, if the program should have it: a "
                                + (cluster ? "ClusterRole" : "Role") + " and its binding",
                        create)));
    }

    /** By the roles that can be read; what cannot be read grants nothing. */
    private static boolean grantedNow(State state, Right right) {
        List<K8sObject> bindings = new ArrayList<>(state.all(Kinds.CLUSTER_ROLE_BINDING));
        if (!right.namespace().isEmpty()) {
            bindings.addAll(
                    state.namespace().filter(right.namespace()::equals).isPresent()
                            ? state.all(Kinds.ROLE_BINDING)
                            : state.elsewhere(Kinds.ROLE_BINDING, right.namespace()));
        }
        return bindings.stream()
                .filter(each -> binds(each, right))
                .anyMatch(each -> role(state, each)
                        .filter(role -> role.items("/rules").stream().anyMatch(rule -> grants(rule, right)))
                        .isPresent());
    }

    private static boolean binds(K8sObject binding, Right right) {
        return binding.items("/subjects").stream().anyMatch(each -> switch (each.path("kind")
                .asText()) {
            case "ServiceAccount" ->
                each.path("name").asText().equals(right.account())
                        && each.path("namespace").asText(binding.namespace()).equals(right.owner());
            case "Group" ->
                List.of("system:serviceaccounts", "system:serviceaccounts:" + right.owner(), "system:authenticated")
                        .contains(each.path("name").asText());
            case "User" ->
                each.path("name").asText().equals("system:serviceaccount:" + right.owner() + ":" + right.account());
            default -> false;
        });
    }

    private static Optional<K8sObject> role(State state, K8sObject binding) {
        String name = binding.text("/roleRef/name");
        return binding.text("/roleRef/kind").equals("ClusterRole")
                ? state.find(Kinds.CLUSTER_ROLE, "", name)
                : state.find(Kinds.ROLE, binding.namespace(), name);
    }

    private static boolean grants(JsonNode rule, Right right) {
        return has(rule.path("verbs"), right.verb())
                && has(rule.path("apiGroups"), right.group())
                && has(rule.path("resources"), right.resource())
                && rule.path("resourceNames").isEmpty();
    }

    private static boolean has(JsonNode list, String wanted) {
        for (JsonNode each : list) {
            if (each.asText().equals("*") || each.asText().equals(wanted)) {
                return true;
            }
        }
        return false;
    }
}
