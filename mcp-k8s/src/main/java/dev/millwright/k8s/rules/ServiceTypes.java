package dev.millwright.k8s.rules;

import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.diagnose.CauseId;
import dev.millwright.k8s.diagnose.Evidence;
import dev.millwright.k8s.diagnose.Finding;
import dev.millwright.k8s.diagnose.Fix;
import dev.millwright.k8s.diagnose.Rule;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Pod;
import dev.millwright.k8s.model.Selector;
import dev.millwright.k8s.state.State;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Services whose type or traffic policy keeps them from being reached: no load balancer, no such external name, no endpoint on the node. */
final class ServiceTypes implements Rule {
    /** A load balancer takes so long where one is made at all. */
    private static final Duration BALANCING = Duration.ofMinutes(5);

    @Override
    public void look(State state, Consumer<Finding> found) {
        if (state.all(Kinds.SERVICE).isEmpty()) {
            return;
        }
        Endpoints endpoints = new Endpoints(state);
        for (K8sObject service : state.all(Kinds.SERVICE)) {
            if (service.deleted().isEmpty()) {
                switch (service.text("/spec/type")) {
                    case "ExternalName" -> externalName(state, service, found);
                    case "LoadBalancer" -> balancer(state, service, found);
                    default -> {}
                }
                local(state, service, endpoints, found);
            }
        }
    }

    private static void local(State state, K8sObject service, Endpoints endpoints, Consumer<Finding> found) {
        if (!service.text("/spec/internalTrafficPolicy").equals("Local") || !endpoints.anyReady(service.ref())) {
            return;
        }
        Set<String> served = new TreeSet<>();
        endpoints.of(service.ref()).stream().filter(Endpoints.Endpoint::ready).forEach(each -> served.add(each.node()));
        Set<String> without = new TreeSet<>();
        for (Pod each : state.selected(service.namespace(), new Selector(Map.of(), List.of()))) {
            if (each.ready() && !served.contains(each.nodeName())) {
                without.add(each.nodeName());
            }
        }
        if (!without.isEmpty()) {
            found.accept(Finding.of(
                            CauseId.SERVICE_TYPE,
                            service.ref(),
                            0.8,
                            service.ref().brief()
                                    + " serves each node from that node alone (internalTrafficPolicy Local),"
                                    + " and has no endpoint on " + String.join(", ", without))
                    .part("local")
                    .warning()
                    .evidence(Evidence.field(service.ref(), "spec.internalTrafficPolicy", "Local"))
                    .fixes(Fix.patch(
                            Fix.Risk.MEDIUM,
                            "Serve from every node",
                            service,
                            Fix.replace("/spec/internalTrafficPolicy", "Cluster"))));
        }
    }

    private static void balancer(State state, K8sObject service, Consumer<Finding> found) {
        if (!service.items("/status/loadBalancer/ingress").isEmpty()
                || !Unwell.isOlder(service, BALANCING, state.now())) {
            return;
        }
        List<Evidence> said = state.events(service).stream()
                .filter(each -> Set.of(
                                "SyncLoadBalancerFailed", "UnAvailableLoadBalancer", "CreatingLoadBalancerFailed")
                        .contains(each.reason()))
                .limit(1)
                .map(Evidence::event)
                .toList();
        found.accept(Finding.of(
                        CauseId.SERVICE_TYPE,
                        service.ref(),
                        said.isEmpty() ? 0.75 : 0.9,
                        service.ref().brief() + " of type LoadBalancer has got no address"
                                + (said.isEmpty()
                                        ? ": nothing in this cluster seems to make load balancers"
                                        : ": " + said.getFirst().value()))
                .evidence(Evidence.field(service.ref(), "status.loadBalancer.ingress", "empty"))
                .evidence(said)
                .fixes(Fix.advice(
                        Fix.Risk.MEDIUM, "Install or mend a load-balancer controller, or use NodePort or an Ingress")));
    }

    /** {@code db.prod.svc.cluster.local} that does not exist; names outside of the cluster cannot be judged from here. */
    private static void externalName(State state, K8sObject service, Consumer<Finding> found) {
        String name = service.text("/spec/externalName");
        String[] parts = name.split("\\.");
        if (parts.length < 3 || !parts[2].equals("svc")) {
            return;
        }
        boolean here = state.namespace().isEmpty() || state.namespace().get().equals(parts[1]);
        if (!here
                || !state.knows(Kinds.SERVICE)
                || state.find(Kinds.SERVICE, parts[1], parts[0]).isPresent()) {
            return;
        }
        Optional<String> meant = Nearest.of(
                parts[0],
                state.all(Kinds.SERVICE).stream()
                        .filter(each -> each.namespace().equals(parts[1]))
                        .map(K8sObject::name)
                        .toList());
        Finding finding = Finding.of(
                        CauseId.SERVICE_TYPE,
                        service.ref(),
                        0.9,
                        service.ref().brief() + " stands for " + name + ", and there is no such service"
                                + meant.map(each -> "; there is \"" + each + "\"")
                                        .orElse(""))
                .part("external")
                .evidence(Evidence.field(service.ref(), "spec.externalName", name));
        found.accept(
                meant.isPresent()
                        ? finding.fixes(Fix.patch(
                                Nearest.risk(parts[0], meant.get()),
                                "Stand for " + meant.get(),
                                service,
                                Fix.replace("/spec/externalName", meant.get() + name.substring(parts[0].length()))))
                        : finding.fixes(Fix.advice(Fix.Risk.LOW, "Correct spec.externalName")));
    }
}
