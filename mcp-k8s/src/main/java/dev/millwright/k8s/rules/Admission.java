package dev.millwright.k8s.rules;

import dev.millwright.json.Json;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.diagnose.CauseId;
import dev.millwright.k8s.diagnose.Evidence;
import dev.millwright.k8s.diagnose.Finding;
import dev.millwright.k8s.diagnose.Fix;
import dev.millwright.k8s.diagnose.Rule;
import dev.millwright.k8s.model.Condition;
import dev.millwright.k8s.model.Event;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Quantity;
import dev.millwright.k8s.model.Ref;
import dev.millwright.k8s.state.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Pods that the API refuses to create: quota, policy, webhook, service account. */
final class Admission implements Rule {
    private static final Pattern QUOTA =
            Pattern.compile("exceeded quota: (\\S+), requested: (\\S+), used: (\\S+), limited: (\\S+)");
    private static final Pattern MUST_SPECIFY = Pattern.compile("failed quota: (\\S+): must specify (.+)");
    private static final Pattern LIMIT =
            Pattern.compile("((?:maximum|minimum) \\S+ usage per (?:Container|Pod|PersistentVolumeClaim) is [^.\\]]+)");
    private static final Pattern SECURITY = Pattern.compile("violates PodSecurity \"([^\"]+)\": (.+)");
    private static final Pattern DENIED =
            Pattern.compile("admission webhook \"([^\"]+)\" denied the request:?\\s*(.*)");
    static final Pattern WEBHOOK_FAILED = Pattern.compile("failed calling webhook \"([^\"]+)\"");
    private static final Pattern ACCOUNT = Pattern.compile("error looking up service account ([^/\\s]+)/([^:\\s]+): ");

    /** Controllers repeat what fails at least this often. */
    private static final Duration FRESH = Duration.ofMinutes(20);

    /**
     * A refusal.
     *
     * @param controller that tried to create pods
     * @param missing pods it still wants
     */
    record Refused(K8sObject controller, String message, int missing, Evidence evidence) {}

    @Override
    public void look(State state, Consumer<Finding> found) {
        Map<String, List<Refused>> byQuota = new LinkedHashMap<>();
        for (Refused each : refused(state)) {
            Matcher quota = QUOTA.matcher(each.message());
            if (quota.find()) {
                byQuota.computeIfAbsent(each.controller().namespace() + "/" + quota.group(1), key -> new ArrayList<>())
                        .add(each);
            } else {
                other(state, each, found);
            }
        }
        byQuota.forEach((quota, all) -> quota(state, quota.substring(quota.indexOf('/') + 1), all, found));
    }

    /** Controllers that want more pods than they have, and why they got no more. */
    static List<Refused> refused(State state) {
        List<Refused> all = new ArrayList<>();
        for (K8sObject set : state.all(Kinds.REPLICA_SET)) {
            int missing = set.number("/spec/replicas", 0) - set.number("/status/replicas", 0);
            Optional<Condition> failure = set.condition("ReplicaFailure")
                    .filter(each -> each.isTrue() && each.reason().equals("FailedCreate"));
            if (missing > 0 && failure.isPresent()) {
                all.add(new Refused(
                        set,
                        failure.get().message(),
                        missing,
                        new Evidence(
                                set.ref(),
                                "status.conditions[ReplicaFailure]",
                                failure.get().message(),
                                failure.get().since())));
            }
        }
        lagging(state, state.all(Kinds.STATEFUL_SET), "/spec/replicas", "/status/replicas", all);
        lagging(
                state,
                state.all(Kinds.DAEMON_SET),
                "/status/desiredNumberScheduled",
                "/status/currentNumberScheduled",
                all);
        for (K8sObject job : state.all(Kinds.JOB)) {
            boolean over = job.conditions().stream()
                    .anyMatch(each -> each.isTrue()
                            && (each.type().equals("Complete")
                                    || each.type().equals("Failed")
                                    || each.type().equals("Suspended")));
            if (!over && job.number("/status/active", 0) == 0) {
                byEvent(state, job, 1, all);
            }
        }
        return all;
    }

    private static void lagging(State state, List<K8sObject> sets, String wanted, String there, List<Refused> to) {
        for (K8sObject each : sets) {
            int missing = each.number(wanted, 0) - each.number(there, 0);
            if (missing > 0) {
                byEvent(state, each, missing, to);
            }
        }
    }

    /** These kinds have no condition for it: that pods are short is the proof, the event says why. */
    private static void byEvent(State state, K8sObject controller, int missing, List<Refused> to) {
        state.events(controller).stream()
                .filter(each -> each.reason().equals("FailedCreate") && isFresh(each, state))
                .findFirst()
                .ifPresent(event -> to.add(new Refused(controller, event.message(), missing, Evidence.event(event))));
    }

    private static boolean isFresh(Event event, State state) {
        return event.last().map(at -> at.plus(FRESH).isAfter(state.now())).orElse(true);
    }

    private static Map<String, Quantity> amounts(String list) {
        Map<String, Quantity> amounts = new LinkedHashMap<>();
        for (String each : list.split(",")) {
            int equals = each.indexOf('=');
            if (equals > 0) {
                Quantity.parse(each.substring(equals + 1))
                        .ifPresent(amount -> amounts.put(each.substring(0, equals), amount));
            }
        }
        return amounts;
    }

    private static void quota(State state, String name, List<Refused> all, Consumer<Finding> found) {
        Refused first = all.getFirst();
        Matcher said = QUOTA.matcher(first.message());
        if (!said.find()) {
            return;
        }
        String namespace = first.controller().namespace();
        Optional<K8sObject> quota = state.find(Kinds.QUOTA, namespace, name);
        if (quota.isEmpty() && state.knows(Kinds.QUOTA)) {
            return;
        }
        Map<String, Quantity> asked = amounts(said.group(2));
        Map<String, Quantity> used = new LinkedHashMap<>(amounts(said.group(3)));
        Map<String, Quantity> hard = new LinkedHashMap<>(amounts(said.group(4)));
        quota.ifPresent(now -> asked.keySet().forEach(resource -> {
            Quantity.of(now.json().at("/status/used").path(resource)).ifPresent(each -> used.put(resource, each));
            Quantity.of(now.json().at("/spec/hard").path(resource)).ifPresent(each -> hard.put(resource, each));
        }));
        List<String> over = asked.keySet().stream()
                .filter(each -> used.getOrDefault(each, Quantity.ZERO)
                                .plus(asked.get(each))
                                .compareTo(hard.getOrDefault(each, Quantity.ZERO))
                        > 0)
                .toList();
        if (over.isEmpty()) {
            // There is room by now: the controller has not tried again yet.
            return;
        }
        int missing = all.stream().mapToInt(Refused::missing).sum();
        List<K8sObject> workloads = all.stream()
                .map(each -> state.workload(each.controller()))
                .distinct()
                .toList();
        Ref object = workloads.size() == 1 ? workloads.getFirst().ref() : Ref.of("ResourceQuota", namespace, name);
        String amounts = over.stream()
                .map(each -> each + " " + used.getOrDefault(each, Quantity.ZERO).show(each) + " of "
                        + hard.get(each).show(each) + " used, "
                        + asked.get(each).show(each) + " more asked for")
                .collect(Collectors.joining("; "));
        Finding finding = Finding.of(
                        CauseId.ADMISSION_QUOTA,
                        object,
                        quota.isPresent() ? 0.95 : 0.85,
                        workloads.stream().map(each -> each.ref().brief()).collect(Collectors.joining(", "))
                                + (workloads.size() == 1 ? " lacks " : " lack ") + Unwell.count(missing, "pod")
                                + ": quota \"" + name + "\" is exceeded (" + amounts + ")")
                .affects(workloads.stream().map(K8sObject::ref).toList())
                .affects(all.stream().map(each -> each.controller().ref()).toList());
        for (Refused each : all) {
            finding = finding.evidence(each.evidence());
        }
        if (quota.isPresent()) {
            K8sObject now = quota.get();
            var raise = Json.array();
            for (String each : over) {
                finding = finding.evidence(Evidence.field(
                        now.ref(),
                        "status.used." + each + " / spec.hard." + each,
                        used.get(each).show(each) + " / " + hard.get(each).show(each)));
                raise.addObject()
                        .put("op", "replace")
                        .put("path", "/spec/hard/" + Fix.escape(each))
                        .put(
                                "value",
                                used.get(each)
                                        .plus(asked.get(each).times(missing))
                                        .show(each));
            }
            finding = finding.fixes(Fix.patch(
                    Fix.Risk.HIGH,
                    "Raise quota " + name + " by what " + Unwell.count(missing, "pod")
                            + " need; whoever set it must agree",
                    now,
                    raise));
        }
        found.accept(finding.fixes(Fix.advice(Fix.Risk.MEDIUM, "Or ask for fewer replicas, or smaller requests")));
    }

    private static void other(State state, Refused refused, Consumer<Finding> found) {
        String message = refused.message();
        K8sObject workload = state.workload(refused.controller());
        String start = workload.ref().brief() + " lacks " + Unwell.count(refused.missing(), "pod") + ": ";
        Matcher matcher = MUST_SPECIFY.matcher(message);
        if (matcher.find()) {
            accept(
                    Finding.of(
                                    CauseId.ADMISSION_QUOTA,
                                    workload.ref(),
                                    0.9,
                                    start + "quota \"" + matcher.group(1) + "\" demands that each container says "
                                            + matcher.group(2))
                            .part("must specify")
                            .fixes(Fix.advice(
                                    Fix.Risk.MEDIUM,
                                    "Set " + matcher.group(2) + " in the pod template, or defaults in a LimitRange")),
                    refused,
                    workload,
                    found);
            return;
        }
        matcher = ACCOUNT.matcher(message);
        if (matcher.find()) {
            account(state, refused, workload, matcher.group(1), matcher.group(2), start, found);
            return;
        }
        matcher = WEBHOOK_FAILED.matcher(message);
        if (matcher.find()) {
            String webhook = matcher.group(1);
            Finding finding = Finding.of(
                            CauseId.ADMISSION_POLICY,
                            workload.ref(),
                            0.85,
                            start + "admission webhook \"" + webhook + "\" cannot be called"
                                    + (message.contains("x509") ? ", its certificate is not trusted" : ""))
                    .part("webhook")
                    .fixes(Fix.advice(
                            Fix.Risk.MEDIUM, "Mend the service behind the webhook; the controllers then try again"));
            accept(finding.because(ControlPlane.webhook(state, webhook).stream().toList()), refused, workload, found);
            return;
        }
        String reason = reason(message);
        accept(
                Finding.of(CauseId.ADMISSION_POLICY, workload.ref(), 0.9, start + reason)
                        .fixes(Fix.advice(
                                Fix.Risk.MEDIUM,
                                "Change the pod template so that it satisfies the rule, or have the rule changed")),
                refused,
                workload,
                found);
    }

    private static String reason(String message) {
        Matcher matcher = SECURITY.matcher(message);
        if (matcher.find()) {
            return "violates PodSecurity \"" + matcher.group(1) + "\": " + matcher.group(2);
        }
        matcher = DENIED.matcher(message);
        if (matcher.find()) {
            return "admission webhook \"" + matcher.group(1) + "\" denied it: " + matcher.group(2);
        }
        matcher = LIMIT.matcher(message);
        return matcher.find() ? "a LimitRange refuses it, " + matcher.group(1).strip() : message;
    }

    private static void accept(Finding finding, Refused refused, K8sObject workload, Consumer<Finding> found) {
        found.accept(finding.evidence(refused.evidence())
                .affects(workload.ref(), refused.controller().ref()));
    }

    /** Creation races heal: only an account that is missing now counts. */
    private static void account(
            State state,
            Refused refused,
            K8sObject workload,
            String namespace,
            String name,
            String start,
            Consumer<Finding> found) {
        if (!state.knows(Kinds.SERVICE_ACCOUNT)
                || state.find(Kinds.SERVICE_ACCOUNT, namespace, name).isPresent()) {
            return;
        }
        Optional<String> meant = Nearest.of(
                name,
                state.all(Kinds.SERVICE_ACCOUNT).stream()
                        .filter(each -> each.namespace().equals(namespace))
                        .map(K8sObject::name)
                        .toList());
        Finding finding = Finding.of(
                CauseId.ADMISSION_SERVICE_ACCOUNT,
                workload.ref(),
                0.95,
                start + "service account \"" + name + "\" does not exist"
                        + meant.map(each -> "; \"" + each + "\" does").orElse(""));
        Optional<Template> template = Template.of(workload).filter(Template::changeable);
        if (meant.isPresent() && template.isPresent()) {
            finding = finding.fixes(Fix.patch(
                    Fix.Risk.MEDIUM,
                    "Run as service account " + meant.get(),
                    workload,
                    Fix.replace(template.get().at() + "/spec/serviceAccountName", meant.get())));
        }
        accept(
                finding.fixes(Fix.command(
                        Fix.Risk.MEDIUM,
                        "Create the account, which has no rights until they are given",
                        "kubectl -n " + namespace + " create serviceaccount " + name)),
                refused,
                workload,
                found);
    }
}
