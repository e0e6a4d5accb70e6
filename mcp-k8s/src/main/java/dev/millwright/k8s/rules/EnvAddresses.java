package dev.millwright.k8s.rules;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.diagnose.CauseId;
import dev.millwright.k8s.diagnose.Evidence;
import dev.millwright.k8s.diagnose.Finding;
import dev.millwright.k8s.diagnose.Fix;
import dev.millwright.k8s.diagnose.Rule;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Pod;
import dev.millwright.k8s.state.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Programs that are told to reach a service by a name or a port that it does not have. */
final class EnvAddresses implements Rule {
    /** An address that a workload is told, and those of its pods that are not well. */
    private record Told(K8sObject workload, Template template, Address address, List<Pod> unwell) {}

    @Override
    public void look(State state, Consumer<Finding> found) {
        if (!state.knows(Kinds.SERVICE)) {
            return;
        }
        Map<String, Set<String>> names = new HashMap<>();
        state.all(Kinds.SERVICE)
                .forEach(each -> names.computeIfAbsent(each.namespace(), key -> new TreeSet<>())
                        .add(each.name()));
        for (K8sObject workload : Unwell.workloads(state)) {
            Template.of(workload).ifPresent(template -> {
                List<Pod> unwell = state.podsOf(workload).stream()
                        .filter(each ->
                                Unwell.is(each, state.now()) || each.phase().equals("Failed"))
                        .toList();
                List<Address> addresses = new ArrayList<>(Address.of(template));
                if (!unwell.isEmpty()) {
                    addresses.addAll(Address.ofConfig(state, template));
                }
                for (Address each : addresses) {
                    look(state, new Told(workload, template, each, unwell), names, found);
                }
            });
        }
    }

    private static void look(State state, Told told, Map<String, Set<String>> names, Consumer<Finding> found) {
        K8sObject workload = told.workload();
        Address address = told.address();
        String namespace = address.namespace(workload.namespace());
        Optional<K8sObject> service = address.find(state, workload.namespace());
        String start = workload.ref().brief() + " is told to reach " + address.host() + ":" + address.port() + " ("
                + address.where() + "), ";
        if (service.isPresent()) {
            List<JsonNode> ports = service.get().items("/spec/ports");
            boolean headless = service.get().text("/spec/clusterIP").equals("None");
            boolean open = ports.isEmpty()
                    || headless
                    || ports.stream().anyMatch(each -> each.path("port").asInt() == address.port());
            if (!open) {
                String there = String.join(
                        ", ",
                        ports.stream().map(each -> each.path("port").asText()).toList());
                Finding finding = Finding.of(
                                CauseId.SERVICE_ENV_ADDRESS,
                                address.holder().ref(),
                                0.9,
                                start + "but Service " + service.get().name() + " listens on " + there)
                        .evidence(Evidence.field(service.get().ref(), "spec.ports", there));
                report(
                        told,
                        finding,
                        ports.size() == 1
                                ? Optional.of(address.with(
                                        address.host(),
                                        ports.getFirst().path("port").asInt()))
                                : Optional.empty(),
                        Fix.Risk.LOW,
                        "Use port " + there,
                        found);
            }
        } else if (address.meansService() && !aliases(told.template()).contains(address.host())) {
            Optional<String> meant = Nearest.of(address.service(), names.getOrDefault(namespace, Set.of()));
            meant.ifPresent(name -> report(
                    told,
                    Finding.of(
                            CauseId.SERVICE_ENV_ADDRESS,
                            address.holder().ref(),
                            0.85,
                            start + "but there is no such service; there is \"" + name + "\""),
                    Optional.of(address.with(
                            name + address.host().substring(address.service().length()), address.port())),
                    Nearest.risk(address.service(), name),
                    "Use the host " + name,
                    found));
        }
    }

    private static Set<String> aliases(Template template) {
        Set<String> names = new TreeSet<>();
        template.spec()
                .path("hostAliases")
                .forEach(each -> each.path("hostnames").forEach(name -> names.add(name.asText())));
        template.containers().forEach(each -> names.add(each.path("name").asText()));
        return names;
    }

    /** Broken where its pods are not well; else they may not have used the address yet. */
    private static void report(
            Told told,
            Finding finding,
            Optional<String> corrected,
            Fix.Risk risk,
            String what,
            Consumer<Finding> found) {
        Address address = told.address();
        K8sObject holder = address.holder();
        boolean changeable =
                holder.kind().equals("ConfigMap") || told.template().changeable();
        Finding complete = finding.part(address.at())
                .evidence(Evidence.field(
                        holder.ref(),
                        address.at().substring(1).replace('/', '.'),
                        "… " + address.host() + ":" + address.port() + " …"))
                .affects(Unwell.refs(told.unwell()))
                .affects(told.workload().ref())
                .fixes(
                        corrected.isPresent() && changeable && !address.besideCredentials()
                                ? Fix.patch(risk, what, holder, Fix.replace(address.at(), corrected.get()))
                                : Fix.advice(Fix.Risk.LOW, what + " in " + address.where()));
        found.accept(told.unwell().isEmpty() ? complete.warning() : complete);
    }
}
