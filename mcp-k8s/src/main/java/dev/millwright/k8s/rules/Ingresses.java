package dev.millwright.k8s.rules;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
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
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Ingresses that lead nowhere: class, backend service and port, TLS secret. Nothing else would say so. */
final class Ingresses implements Rule {
    private static final String DEFAULT_CLASS = "ingressclass.kubernetes.io/is-default-class";

    /**
     * Where a path of an ingress leads.
     *
     * @param at JSON pointer of the backend
     * @param from host and path as people write them
     */
    record Backend(String at, String from, Ref service, JsonNode port) {}

    @Override
    public void look(State state, Consumer<Finding> found) {
        List<K8sObject> ingresses = state.all(Kinds.INGRESS);
        if (!ingresses.isEmpty()) {
            Endpoints endpoints = new Endpoints(state);
            for (K8sObject ingress : ingresses) {
                ofClass(state, ingress, found);
                backends(ingress).forEach(each -> backend(state, ingress, each, endpoints, found));
                tls(state, ingress, found);
            }
        }
    }

    static List<Backend> backends(K8sObject ingress) {
        List<Backend> all = new ArrayList<>();
        backend(ingress, "/spec/defaultBackend", "everything else", all);
        int rule = 0;
        for (JsonNode each : ingress.items("/spec/rules")) {
            int path = 0;
            for (JsonNode one : each.at("/http/paths")) {
                backend(
                        ingress,
                        "/spec/rules/" + rule + "/http/paths/" + path++ + "/backend",
                        each.path("host").asText("*") + one.path("path").asText("/"),
                        all);
            }
            rule++;
        }
        return all;
    }

    private static void backend(K8sObject ingress, String at, String from, List<Backend> to) {
        JsonNode service = ingress.json().at(at + "/service");
        if (service.isObject()) {
            to.add(new Backend(
                    at,
                    from,
                    Services.ref(ingress.namespace(), service.path("name").asText()),
                    service.path("port")));
        }
    }

    private static void ofClass(State state, K8sObject ingress, Consumer<Finding> found) {
        String name = ingress.text("/spec/ingressClassName");
        if (ingress.annotations().containsKey("kubernetes.io/ingress.class") || !state.knows(Kinds.INGRESS_CLASS)) {
            return;
        }
        List<String> classes = state.all(Kinds.INGRESS_CLASS).stream()
                .map(K8sObject::name)
                .sorted()
                .toList();
        if (!name.isEmpty() && !classes.contains(name)) {
            Optional<String> meant = Nearest.of(name, classes)
                    .or(() -> classes.size() == 1 ? Optional.of(classes.getFirst()) : Optional.empty());
            Finding finding = Finding.of(
                            CauseId.INGRESS,
                            ingress.ref(),
                            0.95,
                            ingress.ref().brief() + " names ingress class \"" + name + "\", which does not exist"
                                    + (classes.isEmpty() ? "" : "; there is " + String.join(", ", classes)))
                    .part("class")
                    .evidence(Evidence.field(ingress.ref(), "spec.ingressClassName", name));
            found.accept(
                    meant.isPresent()
                            ? finding.fixes(Fix.patch(
                                    Nearest.risk(name, meant.get()),
                                    "Use ingress class " + meant.get(),
                                    ingress,
                                    Fix.replace("/spec/ingressClassName", meant.get())))
                            : finding.fixes(Fix.advice(
                                    Fix.Risk.MEDIUM, "Install an ingress controller with the class " + name)));
        } else if (name.isEmpty()
                && ingress.items("/status/loadBalancer/ingress").isEmpty()
                && state.all(Kinds.INGRESS_CLASS).stream()
                        .noneMatch(each -> "true".equals(each.annotations().get(DEFAULT_CLASS)))) {
            found.accept(Finding.of(
                            CauseId.INGRESS,
                            ingress.ref(),
                            0.7,
                            ingress.ref().brief()
                                    + " names no ingress class, and none is the default: perhaps no controller"
                                    + " serves it")
                    .part("class")
                    .warning()
                    .evidence(Evidence.field(ingress.ref(), "spec.ingressClassName", "not set"))
                    .fixes(Fix.advice(
                            Fix.Risk.LOW,
                            "Set spec.ingressClassName"
                                    + (classes.isEmpty()
                                            ? " once a controller is installed"
                                            : " to one of " + classes))));
        }
    }

    private static void backend(
            State state, K8sObject ingress, Backend backend, Endpoints endpoints, Consumer<Finding> found) {
        String name = backend.service().name();
        String start = ingress.ref().brief() + " sends " + backend.from() + " to ";
        Optional<K8sObject> service = state.find(backend.service());
        if (service.isEmpty()) {
            if (!state.knows(Kinds.SERVICE)) {
                return;
            }
            Optional<String> meant = Nearest.of(
                    name,
                    state.all(Kinds.SERVICE).stream()
                            .filter(each -> each.namespace().equals(ingress.namespace()))
                            .map(K8sObject::name)
                            .toList());
            Finding finding = Finding.of(
                            CauseId.INGRESS,
                            ingress.ref(),
                            0.95,
                            start + "backend service \"" + name + "\", which does not exist (dangling backend)"
                                    + meant.map(each -> "; there is \"" + each + "\"")
                                            .orElse(""))
                    .part("backend " + name)
                    .evidence(Evidence.field(
                            ingress.ref(), backend.at().substring(1).replace('/', '.') + ".service.name", name));
            found.accept(
                    meant.isPresent()
                            ? finding.fixes(Fix.patch(
                                    Nearest.risk(name, meant.get()),
                                    "Send to service " + meant.get(),
                                    ingress,
                                    Fix.replace(backend.at() + "/service/name", meant.get())))
                            : finding.fixes(Fix.advice(
                                    Fix.Risk.MEDIUM,
                                    "Create the service " + name + ", or correct or remove the backend")));
            return;
        }
        List<JsonNode> ports = service.get().items("/spec/ports");
        String field = backend.port().has("name") ? "name" : "number";
        String asked = backend.port().path(field).asText();
        boolean open = ports.stream()
                .anyMatch(each -> each.path(field.equals("name") ? "name" : "port")
                        .asText()
                        .equals(asked));
        if (!asked.isEmpty() && !open && !service.get().text("/spec/type").equals("ExternalName")) {
            List<String> there = ports.stream()
                    .map(each -> each.path("port").asText()
                            + (each.has("name") ? " (" + each.path("name").asText() + ")" : ""))
                    .toList();
            Finding finding = Finding.of(
                            CauseId.INGRESS,
                            ingress.ref(),
                            0.95,
                            start + "port " + asked + " of Service " + name + ", which has " + String.join(", ", there))
                    .part("port " + name + " " + asked)
                    .evidence(Evidence.field(
                            ingress.ref(), backend.at().substring(1).replace('/', '.') + ".service.port", asked));
            found.accept(
                    ports.size() == 1
                            ? finding.fixes(Fix.patch(
                                    Fix.Risk.LOW,
                                    "Send to port "
                                            + ports.getFirst().path("port").asText(),
                                    ingress,
                                    Fix.replace(
                                            backend.at() + "/service/port",
                                            Json.object()
                                                    .put(
                                                            "number",
                                                            ports.getFirst()
                                                                    .path("port")
                                                                    .asInt()))))
                            : finding.fixes(Fix.advice(Fix.Risk.LOW, "Name one of the ports the service has")));
        } else if (state.knows(Kinds.ENDPOINT_SLICE)
                && !Selector.ofLabels(service.get().spec().path("selector")).isEmpty()
                && !endpoints.anyReady(backend.service())
                && Unwell.isOlder(service.get(), Unwell.STARTING, state.now())) {
            found.accept(Finding.of(
                            CauseId.INGRESS,
                            ingress.ref(),
                            0.85,
                            start + "Service " + name + ", which has no ready endpoints")
                    .part("backend " + name)
                    .evidence(Evidence.field(backend.service(), "endpoints ready", "0"))
                    .because(backend.service()));
        }
    }

    private static void tls(State state, K8sObject ingress, Consumer<Finding> found) {
        for (JsonNode each : ingress.items("/spec/tls")) {
            String name = each.path("secretName").asText();
            if (name.isEmpty() || !state.knows(Kinds.SECRET)) {
                continue;
            }
            Ref ref = Ref.of("Secret", ingress.namespace(), name);
            Optional<K8sObject> secret = state.find(ref);
            String start = ingress.ref().brief() + " takes its certificate from Secret " + name + ", ";
            boolean complete = secret.map(one -> one.json().path("data"))
                    .filter(data -> data.has("tls.crt") && data.has("tls.key"))
                    .isPresent();
            if (secret.isEmpty()) {
                found.accept(Finding.of(CauseId.INGRESS, ingress.ref(), 0.95, start + "which does not exist")
                        .part("tls " + name)
                        .evidence(Evidence.field(ingress.ref(), "spec.tls.secretName", name))
                        .because(ref, Ref.of("Certificate", ingress.namespace(), name))
                        .fixes(Fix.advice(Fix.Risk.MEDIUM, "Create the TLS secret, or correct its name")));
            } else if (!complete) {
                found.accept(Finding.of(
                                CauseId.INGRESS,
                                ingress.ref(),
                                0.95,
                                start + "which is of type " + secret.get().text("/type")
                                        + " and lacks tls.crt or tls.key")
                        .part("tls " + name)
                        .evidence(Evidence.field(ref, "type", secret.get().text("/type")))
                        .fixes(Fix.advice(
                                Fix.Risk.MEDIUM,
                                "Make it a secret of type kubernetes.io/tls with tls.crt and tls.key")));
            }
        }
    }
}
