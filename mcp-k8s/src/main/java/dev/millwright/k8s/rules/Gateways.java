package dev.millwright.k8s.rules;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.diagnose.CauseId;
import dev.millwright.k8s.diagnose.Evidence;
import dev.millwright.k8s.diagnose.Finding;
import dev.millwright.k8s.diagnose.Fix;
import dev.millwright.k8s.diagnose.Rule;
import dev.millwright.k8s.model.Condition;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.state.State;
import java.util.Set;
import java.util.function.Consumer;

/** Gateways and routes whose own controller says that they do not work. */
final class Gateways implements Rule {
    @Override
    public void look(State state, Consumer<Finding> found) {
        if (state.serves(Kinds.GATEWAY)) {
            for (K8sObject gateway : state.all(Kinds.GATEWAY)) {
                gateway.conditions().stream()
                        .filter(each -> Set.of("Accepted", "Programmed").contains(each.type()))
                        .forEach(each -> condition(gateway, each, found));
            }
        }
        if (state.serves(Kinds.HTTP_ROUTE)) {
            for (K8sObject route : state.all(Kinds.HTTP_ROUTE)) {
                for (JsonNode parent : route.items("/status/parents")) {
                    new K8sObject(Json.object().set("status", parent))
                            .conditions().stream()
                                    .filter(each ->
                                            Set.of("Accepted", "ResolvedRefs").contains(each.type()))
                                    .forEach(each -> condition(route, each, found));
                }
            }
        }
    }

    private static void condition(K8sObject object, Condition condition, Consumer<Finding> found) {
        if (condition.isFalse()) {
            found.accept(Finding.of(
                            CauseId.INGRESS,
                            object.ref(),
                            0.9,
                            object.ref().brief() + " is not " + condition.type() + " (" + condition.reason() + "): "
                                    + condition.message())
                    .part(condition.type())
                    .evidence(new Evidence(
                            object.ref(),
                            "status.conditions[" + condition.type() + "]",
                            condition.reason() + ": " + condition.message(),
                            condition.since()))
                    .fixes(Fix.advice(
                            Fix.Risk.MEDIUM,
                            condition.reason().equals("BackendNotFound")
                                    ? "Correct the backend that the route names"
                                    : "See what the controller of the gateway asks for")));
        }
    }
}
