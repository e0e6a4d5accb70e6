package dev.millwright.k8s.fix;

import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.diagnose.Cause;
import dev.millwright.k8s.diagnose.Finding;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Pod;
import dev.millwright.k8s.model.Ref;
import dev.millwright.k8s.state.State;
import dev.millwright.mask.SecretText;
import dev.millwright.tool.ToolException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Finds the workload a call means, and what concerns it. */
public final class Workloads {
    public static final List<Kind> SCALABLE = List.of(Kinds.DEPLOYMENT, Kinds.STATEFUL_SET, Kinds.REPLICA_SET);
    public static final List<Kind> RESTARTABLE = List.of(Kinds.DEPLOYMENT, Kinds.STATEFUL_SET, Kinds.DAEMON_SET);
    private static final List<Kind> ALL = List.of(
            Kinds.DEPLOYMENT,
            Kinds.STATEFUL_SET,
            Kinds.DAEMON_SET,
            Kinds.CRON_JOB,
            Kinds.JOB,
            Kinds.REPLICA_SET,
            Kinds.POD);

    private Workloads() {}

    /** @throws ToolException {@code INVALID_INPUT} when it is not one of these */
    public static Kind kind(String name, List<Kind> fitting) {
        return Kinds.named(name)
                .filter(fitting::contains)
                .orElseThrow(() -> ToolException.invalidInput("/kind must be one of %s, got %s"
                        .formatted(
                                String.join(
                                        ", ", fitting.stream().map(Kind::name).toList()),
                                name)));
    }

    /**
     * A kind that may be scaled: a built-in one that has replicas, or a custom one.
     *
     * @throws ToolException {@code INVALID_INPUT} for other kinds
     */
    public static Kind scalable(Cluster cluster, String name) {
        return Kinds.named(name).isPresent()
                ? kind(name, SCALABLE)
                : Optional.of(Targets.kind(cluster, name))
                        .filter(Kind::namespaced)
                        .orElseThrow(() -> ToolException.invalidInput("/kind " + name + " is in no namespace"));
    }

    /**
     * Reads a workload that may be changed.
     *
     * @throws ToolException {@code NOT_FOUND} when there is none, {@code CONFLICT} when it is being deleted or another
     *     object manages it
     */
    public static K8sObject read(Cluster cluster, Kind kind, String namespace, String name) {
        Ref ref = Ref.of(kind.name(), namespace, name);
        K8sObject workload =
                Edit.read(cluster, kind, ref).orElseThrow(() -> ToolException.notFound("/name: there is no " + ref));
        if (workload.deleted().isPresent()) {
            throw ToolException.conflict(ref + " is being deleted");
        }
        workload.controller().ifPresent(owner -> {
            throw ToolException.conflict("%s is managed by %s %s, which would undo a change: change that"
                    .formatted(ref, owner.kind(), owner.name()));
        });
        return workload;
    }

    /**
     * The workload of a name in a namespace.
     *
     * @param name may begin with the kind, as in {@code deployment/web}
     * @throws ToolException {@code NOT_FOUND}; {@code INVALID_INPUT} where several kinds have one of that name
     */
    public static K8sObject named(State state, String namespace, String name) {
        int slash = name.indexOf('/');
        List<Kind> kinds = slash < 0 ? ALL : List.of(kind(name.substring(0, slash), ALL));
        String bare = name.substring(slash + 1);
        List<K8sObject> found = kinds.stream()
                .flatMap(kind -> state.find(kind, namespace, bare).stream())
                .toList();
        if (found.size() > 1) {
            throw ToolException.invalidInput("/name %s is %s: say which, as in %s/%s"
                    .formatted(
                            bare,
                            String.join(
                                    " and ", found.stream().map(K8sObject::kind).toList()),
                            found.getFirst().kind().toLowerCase(Locale.ROOT),
                            bare));
        }
        return found.stream()
                .findFirst()
                .orElseThrow(() -> ToolException.notFound(
                        "/name: no workload %s in %s; there are %s".formatted(bare, namespace, some(state))));
    }

    private static String some(State state) {
        List<String> names = ALL.stream()
                .limit(4)
                .flatMap(kind -> state.all(kind).stream())
                .map(each -> each.kind().toLowerCase(Locale.ROOT) + "/" + each.name())
                .limit(10)
                .toList();
        return names.isEmpty() ? "none that can be read" : String.join(", ", names);
    }

    /** Causes on whose account a workload does not work, best first. */
    public static List<Cause> concerning(State state, List<Cause> causes, K8sObject workload) {
        Set<Ref> its = new HashSet<>();
        its.add(workload.ref());
        state.ownedBy(workload).forEach(each -> its.add(each.ref()));
        state.podsOf(workload).stream().map(Pod::ref).forEach(its::add);
        return causes.stream()
                .filter(cause -> Stream.concat(
                                cause.affects().stream(),
                                Stream.concat(Stream.of(cause.finding()), cause.symptoms().stream())
                                        .map(Finding::object))
                        .anyMatch(its::contains))
                .toList();
    }

    /** Why a workload does not work, in one line, masked. */
    public static Optional<String> worst(State state, List<Cause> causes, K8sObject workload) {
        return concerning(state, causes, workload).stream()
                .findFirst()
                .map(each -> each.finding().id().id() + ": "
                        + SecretText.text(each.finding().why()));
    }
}
