package dev.millwright.k8s.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.diagnose.CauseId;
import dev.millwright.k8s.diagnose.Evidence;
import dev.millwright.k8s.diagnose.Finding;
import dev.millwright.k8s.diagnose.Fix;
import dev.millwright.k8s.diagnose.Rule;
import dev.millwright.k8s.model.Container;
import dev.millwright.k8s.model.Event;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Pod;
import dev.millwright.k8s.model.Ref;
import dev.millwright.k8s.state.State;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Config maps and secrets that a pod needs, and which are not there or lack a key. What is optional is no cause. */
final class References implements Rule {
    /**
     * A place in a pod's spec that names a config map or a secret.
     *
     * @param at pointer to the name
     * @param keys that must be in it, with the pointer to each
     * @param use in words, as in {@code takes its environment from it}
     */
    record Reference(Kind kind, String name, String at, Map<String, String> keys, String use) {}

    /** Made by the cluster in each namespace: nobody means them. */
    private static final Set<String> AUTOMATIC = Set.of("kube-root-ca.crt", "openshift-service-ca.crt");

    private static final Pattern NOT_FOUND = Pattern.compile("(configmap|secret) \"([^\"]{1,253})\" not found");
    private static final Pattern NO_KEY =
            Pattern.compile("couldn't find key (\\S{1,253}) in (ConfigMap|Secret) [^\\s/]+/(\\S{1,253})");

    @Override
    public void look(State state, Consumer<Finding> found) {
        for (Pod pod : Place.wanted(state)) {
            if (!waits(pod)) {
                continue;
            }
            Set<String> told = new LinkedHashSet<>();
            List<Reference> all = all(pod.object().spec(), "/spec");
            for (Reference each : all) {
                check(state, pod, each, found).ifPresent(told::add);
            }
            said(state, pod, told, found);
        }
    }

    /** Not all containers have started: only then is a reference read. */
    private static boolean waits(Pod pod) {
        return !pod.finished()
                && pod.containers().stream()
                        .filter(each -> each.role() != Container.Role.EPHEMERAL)
                        .anyMatch(each -> !each.running()
                                && each.ended().isEmpty()
                                && !each.waiting().equals("CrashLoopBackOff"));
    }

    /** @return the name that was told to be missing */
    private static Optional<String> check(State state, Pod pod, Reference reference, Consumer<Finding> found) {
        Optional<K8sObject> object = state.find(reference.kind(), pod.namespace(), reference.name());
        if (object.isEmpty()) {
            if (!state.knows(reference.kind())) {
                return Optional.empty();
            }
            found.accept(missing(
                    state,
                    pod,
                    reference.kind(),
                    reference.name(),
                    reference.use(),
                    0.95,
                    named(pod, reference.at(), reference.name())));
            return Optional.of(reference.name());
        }
        Set<String> keys = keys(object.get());
        for (String key : reference.keys().keySet()) {
            if (!keys.contains(key)) {
                found.accept(missingKey(
                        state,
                        pod,
                        object.get().ref(),
                        key,
                        Optional.of(keys),
                        named(pod, reference.keys().getOrDefault(key, reference.at()), key)));
                return Optional.of(reference.name());
            }
        }
        return Optional.empty();
    }

    /** Where the objects may not be read, the kubelet has said what it misses. */
    private static void said(State state, Pod pod, Set<String> told, Consumer<Finding> found) {
        List<String> messages = new ArrayList<>();
        pod.containers().stream()
                .filter(each -> each.waiting().equals("CreateContainerConfigError"))
                .forEach(each -> messages.add(each.waitingMessage()));
        state.events(pod.object()).stream()
                .filter(each -> each.reason().equals("FailedMount") && Mounts.current(state, each))
                .forEach(each -> messages.add(each.message()));
        for (String message : messages) {
            Matcher object = NOT_FOUND.matcher(message);
            if (object.find() && told.add(object.group(2))) {
                Kind kind = object.group(1).equals("secret") ? Kinds.SECRET : Kinds.CONFIG_MAP;
                if (!state.knows(kind)) {
                    found.accept(missing(state, pod, kind, object.group(2), "needs it", 0.8, List.of()));
                }
            }
            Matcher key = NO_KEY.matcher(message);
            if (key.find() && told.add(key.group(3))) {
                Kind kind = key.group(2).equals("Secret") ? Kinds.SECRET : Kinds.CONFIG_MAP;
                if (!state.knows(kind)) {
                    found.accept(missingKey(
                            state,
                            pod,
                            Ref.of(kind.name(), pod.namespace(), key.group(3)),
                            key.group(1),
                            Optional.empty(),
                            List.of()));
                }
            }
        }
    }

    private static Finding missing(
            State state, Pod pod, Kind kind, String name, String use, double confidence, List<Evidence> at) {
        K8sObject workload = state.workload(pod.object());
        Ref object = Ref.of(kind.name(), pod.namespace(), name);
        String word = kind.equals(Kinds.SECRET) ? "secret" : "configmap";
        Finding finding = Finding.of(
                        CauseId.CONFIG_MISSING_OBJECT,
                        object,
                        confidence,
                        "%s \"%s\" not found: %s %s"
                                .formatted(word, name, workload.ref().brief(), use))
                .affects(pod.ref(), workload.ref())
                .evidence(said(pod, "\"" + name + "\" not found", at));
        List<Reference> references = templates(state, workload, pod).stream()
                .filter(each -> each.kind().equals(kind) && each.name().equals(name))
                .toList();
        Set<String> keys = new LinkedHashSet<>();
        references.forEach(each -> keys.addAll(each.keys().keySet()));
        List<String> others = state.all(kind).stream()
                .filter(each -> each.namespace().equals(pod.namespace()) && !AUTOMATIC.contains(each.name()))
                .filter(each -> keys(each).containsAll(keys))
                .map(K8sObject::name)
                .sorted()
                .toList();
        Optional<String> near = Nearest.slip(name, others);
        if (near.isPresent() && !references.isEmpty()) {
            ArrayNode operations = Json.array();
            references.forEach(each -> operations.addAll(Fix.replace(each.at(), near.get())));
            finding = finding.fixes(Fix.patch(
                    Fix.Risk.MEDIUM,
                    "Name %s %s, which exists and has a name like it".formatted(word, near.get()),
                    workload,
                    operations));
        }
        return finding.fixes(create(kind, name, pod.namespace(), keys));
    }

    private static Fix create(Kind kind, String name, String namespace, Set<String> keys) {
        String key = keys.isEmpty() ? "KEY" : keys.iterator().next();
        return Fix.command(
                Fix.Risk.LOW,
                "Create it with the values that the program expects",
                "kubectl create %s %s -n %s --from-literal=%s=VALUE"
                        .formatted(kind.equals(Kinds.SECRET) ? "secret generic" : "configmap", name, namespace, key));
    }

    private static Finding missingKey(
            State state, Pod pod, Ref object, String key, Optional<Set<String>> keys, List<Evidence> at) {
        K8sObject workload = state.workload(pod.object());
        Finding finding = Finding.of(
                        CauseId.CONFIG_MISSING_KEY,
                        object,
                        keys.isPresent() ? 0.95 : 0.8,
                        "%s has no key \"%s\", which %s takes from it%s"
                                .formatted(
                                        object.brief(),
                                        key,
                                        workload.ref().brief(),
                                        keys.map(each -> "; it has " + names(each))
                                                .orElse("")))
                .part(key)
                .affects(pod.ref(), workload.ref())
                .evidence(said(pod, key, at));
        Optional<String> near = keys.flatMap(each -> Nearest.slip(key, each));
        ArrayNode operations = Json.array();
        for (Reference each : templates(state, workload, pod)) {
            if (each.kind().name().equals(object.kind())
                    && each.name().equals(object.name())
                    && each.keys().containsKey(key)) {
                near.ifPresent(name -> operations.addAll(Fix.replace(each.keys().get(key), name)));
            }
        }
        return operations.isEmpty()
                ? finding.fixes(Fix.advice(Fix.Risk.LOW, "Add key %s to %s".formatted(key, object.brief())))
                : finding.fixes(Fix.patch(
                        Fix.Risk.MEDIUM,
                        "Take key %s, which exists and has a name like it".formatted(near.orElse("")),
                        workload,
                        operations));
    }

    private static String names(Set<String> keys) {
        return keys.isEmpty()
                ? "none"
                : String.join(", ", keys.stream().sorted().limit(8).toList());
    }

    private static List<Evidence> named(Pod pod, String at, String value) {
        return List.of(Evidence.field(pod.ref(), at.substring(1).replace('/', '.'), value));
    }

    /** What the kubelet says of it, where it has come that far; else where the pod names it. */
    private static List<Evidence> said(Pod pod, String part, List<Evidence> at) {
        return waiting(pod, part).isEmpty() ? at : waiting(pod, part);
    }

    private static List<Evidence> waiting(Pod pod, String part) {
        return pod.containers().stream()
                .filter(each -> each.waitingMessage().contains(part))
                .map(each -> Evidence.field(
                        pod.ref(),
                        "status.%s[%s].state.waiting.message"
                                .formatted(
                                        each.role() == Container.Role.MAIN
                                                ? "containerStatuses"
                                                : "initContainerStatuses",
                                        each.name()),
                        each.waitingMessage()))
                .limit(1)
                .toList();
    }

    private static Set<String> keys(K8sObject object) {
        Set<String> keys = new LinkedHashSet<>(object.texts("/data").keySet());
        keys.addAll(object.texts("/binaryData").keySet());
        return keys;
    }

    /** References in the workload, where a change of it reaches the pods. */
    private static List<Reference> templates(State state, K8sObject workload, Pod pod) {
        return new Place(state, workload, "", List.of(pod))
                .podSpec()
                .map(at -> all(workload.json().at(at), at))
                .orElse(List.of());
    }

    /** All that must be there before the pod can start. */
    static List<Reference> all(JsonNode spec, String at) {
        List<Reference> all = new ArrayList<>();
        for (String list : List.of("initContainers", "containers")) {
            for (int i = 0; i < spec.path(list).size(); i++) {
                container(spec.path(list).get(i), at + "/" + list + "/" + i, all);
            }
        }
        for (int i = 0; i < spec.path("volumes").size(); i++) {
            JsonNode volume = spec.path("volumes").get(i);
            String its = at + "/volumes/" + i;
            String use = "mounts it as volume " + volume.path("name").asText();
            mounted(Kinds.CONFIG_MAP, volume.path("configMap"), "name", its + "/configMap", use, all);
            mounted(Kinds.SECRET, volume.path("secret"), "secretName", its + "/secret", use, all);
            JsonNode sources = volume.at("/projected/sources");
            for (int j = 0; j < sources.size(); j++) {
                String source = its + "/projected/sources/" + j;
                mounted(Kinds.CONFIG_MAP, sources.get(j).path("configMap"), "name", source + "/configMap", use, all);
                mounted(Kinds.SECRET, sources.get(j).path("secret"), "name", source + "/secret", use, all);
            }
        }
        return all;
    }

    private static void container(JsonNode container, String at, List<Reference> all) {
        String use = "takes its environment from it (container "
                + container.path("name").asText() + ")";
        for (int i = 0; i < container.path("env").size(); i++) {
            JsonNode from = container.path("env").get(i).path("valueFrom");
            String its = at + "/env/" + i + "/valueFrom/";
            keyed(Kinds.CONFIG_MAP, from.path("configMapKeyRef"), its + "configMapKeyRef", use, all);
            keyed(Kinds.SECRET, from.path("secretKeyRef"), its + "secretKeyRef", use, all);
        }
        for (int i = 0; i < container.path("envFrom").size(); i++) {
            JsonNode from = container.path("envFrom").get(i);
            String its = at + "/envFrom/" + i;
            whole(Kinds.CONFIG_MAP, from.path("configMapRef"), its + "/configMapRef", use, all);
            whole(Kinds.SECRET, from.path("secretRef"), its + "/secretRef", use, all);
        }
    }

    private static void keyed(Kind kind, JsonNode reference, String at, String use, List<Reference> all) {
        if (needed(reference, "name")) {
            all.add(new Reference(
                    kind,
                    reference.path("name").asText(),
                    at + "/name",
                    Map.of(reference.path("key").asText(), at + "/key"),
                    use));
        }
    }

    private static void whole(Kind kind, JsonNode reference, String at, String use, List<Reference> all) {
        if (needed(reference, "name")) {
            all.add(new Reference(kind, reference.path("name").asText(), at + "/name", Map.of(), use));
        }
    }

    private static void mounted(Kind kind, JsonNode source, String member, String at, String use, List<Reference> all) {
        if (needed(source, member)) {
            Map<String, String> keys = new TreeMap<>();
            for (int i = 0; i < source.path("items").size(); i++) {
                keys.put(source.path("items").get(i).path("key").asText(), at + "/items/" + i + "/key");
            }
            all.add(new Reference(kind, source.path(member).asText(), at + "/" + member, keys, use));
        }
    }

    private static boolean needed(JsonNode reference, String member) {
        return reference.isObject()
                && !reference.path(member).asText().isEmpty()
                && !reference.path("optional").asBoolean();
    }

    static boolean speaksOf(Event event) {
        return NOT_FOUND.matcher(event.message()).find() || event.message().contains("references non-existent");
    }
}
