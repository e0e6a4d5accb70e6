package dev.millwright.k8s.rules;

import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.diagnose.CauseId;
import dev.millwright.k8s.diagnose.Evidence;
import dev.millwright.k8s.diagnose.Finding;
import dev.millwright.k8s.diagnose.Fix;
import dev.millwright.k8s.diagnose.Rule;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Ref;
import dev.millwright.k8s.model.Selector;
import dev.millwright.k8s.state.State;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Workloads scaled to nothing while a service still sends to them. */
final class ZeroReplicas implements Rule {
    @Override
    public void look(State state, Consumer<Finding> found) {
        Set<Ref> used = new HashSet<>();
        for (K8sObject ingress : state.all(Kinds.INGRESS)) {
            Ingresses.backends(ingress).forEach(each -> used.add(each.service()));
        }
        for (K8sObject workload : resting(state)) {
            Template template = Template.of(workload).orElseThrow();
            List<Ref> services = new ArrayList<>();
            for (K8sObject service : state.all(Kinds.SERVICE)) {
                Selector selector = Selector.ofLabels(service.spec().path("selector"));
                if (!selector.isEmpty()
                        && service.namespace().equals(workload.namespace())
                        && selector.matches(template.labels())
                        && state.selected(service.namespace(), selector).isEmpty()) {
                    services.add(service.ref());
                }
            }
            if (services.isEmpty()) {
                continue;
            }
            Optional<K8sObject> autoscaler = state.all(Kinds.AUTOSCALER).stream()
                    .filter(each -> each.namespace().equals(workload.namespace())
                            && each.text("/spec/scaleTargetRef/kind").equals(workload.kind())
                            && each.text("/spec/scaleTargetRef/name").equals(workload.name()))
                    .findFirst();
            int replicas = Math.max(
                    1,
                    autoscaler.map(each -> each.number("/spec/minReplicas", 1)).orElse(1));
            Finding finding = Finding.of(
                            CauseId.WORKLOAD_ZERO_REPLICAS,
                            workload.ref(),
                            0.95,
                            workload.ref().brief() + " is scaled to 0 replicas, and Service "
                                    + services.getFirst().name() + " has nothing else to send to")
                    .evidence(Evidence.field(workload.ref(), "spec.replicas", "0"))
                    .affects(services)
                    .fixes(Fix.patch(
                            Fix.Risk.MEDIUM,
                            "Scale it up, if it was not stopped on purpose",
                            workload,
                            Fix.replace("/spec/replicas", replicas)));
            if (autoscaler.isPresent()) {
                finding = finding.affects(autoscaler.get().ref());
            }
            found.accept(services.stream().anyMatch(used::contains) ? finding : finding.warning());
        }
    }

    static List<K8sObject> resting(State state) {
        List<K8sObject> all = new ArrayList<>();
        for (var kind : List.of(Kinds.DEPLOYMENT, Kinds.STATEFUL_SET)) {
            state.all(kind).stream()
                    .filter(each -> each.spec().path("replicas").isInt() && each.number("/spec/replicas", 1) == 0)
                    .forEach(all::add);
        }
        return all;
    }
}
