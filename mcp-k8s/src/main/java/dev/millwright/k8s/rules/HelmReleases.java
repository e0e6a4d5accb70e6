package dev.millwright.k8s.rules;

import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.diagnose.CauseId;
import dev.millwright.k8s.diagnose.Evidence;
import dev.millwright.k8s.diagnose.Finding;
import dev.millwright.k8s.diagnose.Fix;
import dev.millwright.k8s.diagnose.Rule;
import dev.millwright.k8s.model.Condition;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Pod;
import dev.millwright.k8s.model.Ref;
import dev.millwright.k8s.state.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Helm releases whose last change failed or was never finished, by the labels of what Helm stores. */
final class HelmReleases implements Rule {
    /** Helm waits 5 minutes by default; what is pending for twice that has been left by its client. */
    private static final Duration PENDING = Duration.ofMinutes(10);

    private static final List<Kind> LABELLED =
            List.of(Kinds.DEPLOYMENT, Kinds.STATEFUL_SET, Kinds.DAEMON_SET, Kinds.JOB, Kinds.SERVICE);

    @Override
    public void look(State state, Consumer<Finding> found) {
        Map<String, List<K8sObject>> members = new HashMap<>();
        for (Kind kind : LABELLED) {
            for (K8sObject each : state.all(kind)) {
                Optional.ofNullable(each.annotations().get("meta.helm.sh/release-name"))
                        .or(() -> Optional.ofNullable(each.annotations().get("helm.sh/hook")))
                        .ifPresent(release -> members.computeIfAbsent(
                                        each.namespace() + "/" + release, key -> new ArrayList<>())
                                .add(each));
            }
        }
        // Only then are there releases, and are Secrets worth reading.
        if (members.isEmpty()) {
            return;
        }
        Map<String, K8sObject> newest = new HashMap<>();
        Set<String> deployed = new HashSet<>();
        for (K8sObject each : state.all(Kinds.SECRET)) {
            Map<String, String> labels = each.labels();
            if ("helm".equals(labels.get("owner")) && each.text("/type").equals("helm.sh/release.v1")) {
                String release = each.namespace() + "/" + labels.get("name");
                newest.merge(release, each, (a, b) -> version(a) >= version(b) ? a : b);
                if ("deployed".equals(labels.get("status"))) {
                    deployed.add(release);
                }
            }
        }
        newest.forEach(
                (release, secret) -> release(state, release, secret, deployed.contains(release), members, found));
    }

    private static int version(K8sObject secret) {
        String version = secret.labels().getOrDefault("version", "0");
        return version.matches("[0-9]{1,9}") ? Integer.parseInt(version) : 0;
    }

    private static void release(
            State state,
            String release,
            K8sObject secret,
            boolean deployed,
            Map<String, List<K8sObject>> members,
            Consumer<Finding> found) {
        String status = secret.labels().getOrDefault("status", "");
        boolean failed = status.equals("failed");
        if (!failed && !(status.startsWith("pending-") && isLeft(state, secret))) {
            return;
        }
        String name = secret.labels().getOrDefault("name", "");
        List<Ref> because = new ArrayList<>();
        for (K8sObject each : members.getOrDefault(release, List.of())) {
            state.podsOf(each).stream()
                    .filter(pod -> Unwell.is(pod, state.now()) || pod.phase().equals("Failed"))
                    .map(Pod::ref)
                    .forEach(because::add);
            because.add(each.ref());
        }
        Optional<K8sObject> hook = state.all(Kinds.JOB).stream()
                .filter(each -> each.namespace().equals(secret.namespace())
                        && each.annotations().containsKey("helm.sh/hook")
                        && each.condition("Failed").filter(Condition::isTrue).isPresent())
                .findFirst();
        hook.ifPresent(each -> because.add(each.ref()));
        Ref object = Ref.of("HelmRelease", secret.namespace(), name);
        Finding finding = Finding.of(
                        CauseId.HELM,
                        object,
                        0.95,
                        "Helm release " + name + ", revision " + version(secret) + ", is " + status
                                + (failed
                                        ? ""
                                        : ": whoever changed it did not finish, and Helm refuses the next change")
                                + hook.map(each -> "; its hook " + each.ref().brief() + " failed")
                                        .orElse(""))
                .evidence(Evidence.field(secret.ref(), "metadata.labels.status", status))
                .because(because);
        boolean first = version(secret) <= 1 || !deployed && status.equals("pending-install");
        found.accept(finding.fixes(Fix.command(
                first ? Fix.Risk.HIGH : Fix.Risk.MEDIUM,
                first ? "Remove the release and install it again" : "Go back to the last good revision",
                first
                        ? "helm uninstall " + name + " -n " + secret.namespace()
                        : "helm rollback " + name + " -n " + secret.namespace())));
    }

    private static boolean isLeft(State state, K8sObject secret) {
        String changed =
                secret.labels().getOrDefault("modifiedAt", secret.labels().getOrDefault("createdAt", ""));
        Instant at = changed.matches("[0-9]{1,11}")
                ? Instant.ofEpochSecond(Long.parseLong(changed))
                : secret.created().orElse(Instant.EPOCH);
        return at.plus(PENDING).isBefore(state.now());
    }
}
