package dev.millwright.k8s.diagnose;

import dev.millwright.json.Schema;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Selector;
import dev.millwright.k8s.state.State;
import dev.millwright.tool.ToolException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Finds what a person means by a kind, a name, a selector. */
public final class Targets {
    private static final List<Kind> WORKLOADS = List.of(
            Kinds.DEPLOYMENT, Kinds.STATEFUL_SET, Kinds.DAEMON_SET, Kinds.CRON_JOB, Kinds.JOB, Kinds.REPLICA_SET);

    /** Where no kind is given, in this order. */
    private static final List<Kind> ANYTHING = List.of(
            Kinds.DEPLOYMENT,
            Kinds.STATEFUL_SET,
            Kinds.DAEMON_SET,
            Kinds.CRON_JOB,
            Kinds.JOB,
            Kinds.POD,
            Kinds.SERVICE,
            Kinds.INGRESS,
            Kinds.CLAIM,
            Kinds.AUTOSCALER);

    private static final Map<String, List<Kind>> WORDS = Map.of(
            "workload", WORKLOADS,
            "claim", List.of(Kinds.CLAIM),
            "job", List.of(Kinds.JOB, Kinds.CRON_JOB),
            "autoscaler", List.of(Kinds.AUTOSCALER));

    private Targets() {}

    /** The kinds a word stands for: {@code workload}, {@code claim}, or any that a command line takes. */
    public static List<Kind> kinds(String word) {
        return Optional.ofNullable(WORDS.get(word.toLowerCase(Locale.ROOT)))
                .or(() -> Kinds.named(word).map(List::of))
                .orElseThrow(() -> ToolException.invalidInput("/kind " + word + " is none of namespace, workload, pod,"
                        + " service, ingress, claim, job, autoscaler, node, cluster, nor a kind of Kubernetes"));
    }

    /**
     * @param at which argument it is that names it, as in {@code /name}
     * @param kind empty for the first that has the name
     * @throws ToolException {@code NOT_FOUND} with the nearest name
     */
    public static List<K8sObject> find(
            State state, String at, Optional<String> kind, Optional<String> name, Optional<Selector> selector) {
        List<Kind> kinds = kind.map(Targets::kinds).orElse(ANYTHING);
        List<K8sObject> found = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (Kind each : kinds) {
            for (K8sObject object : state.all(each)) {
                names.add(object.name());
                if (name.map(object.name()::equals).orElse(true)
                        && selector.map(by -> by.matches(object.labels())).orElse(true)) {
                    found.add(object);
                }
            }
            if (name.isPresent() && !found.isEmpty()) {
                return found;
            }
        }
        if (found.isEmpty()) {
            throw notFound(state, at, kinds, name, selector, names);
        }
        return found;
    }

    private static ToolException notFound(
            State state,
            String at,
            List<Kind> kinds,
            Optional<String> name,
            Optional<Selector> selector,
            List<String> names) {
        String where = state.namespace().map(each -> " in " + each).orElse("");
        String what = kinds.equals(ANYTHING) ? "object" : kinds.getFirst().name();
        List<Kind> unread = kinds.stream().filter(each -> !state.knows(each)).toList();
        if (!unread.isEmpty() && names.isEmpty()) {
            return ToolException.denied("cannot look for %s %s%s: %s"
                    .formatted(at, name.orElse(""), where, state.partial().getFirst()));
        }
        return ToolException.notFound(
                name.isPresent()
                        ? "%s: no %s is called %s%s%s"
                                .formatted(
                                        at,
                                        what,
                                        name.get(),
                                        where,
                                        Schema.nearest(name.get(), names)
                                                .map(near -> "; did you mean " + near + "?")
                                                .orElse(""))
                        : "/selector %s matches no %s%s"
                                .formatted(selector.map(Selector::toString).orElse(""), what, where));
    }
}
