package dev.millwright.k8s.rules;

import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.diagnose.CauseId;
import dev.millwright.k8s.diagnose.Evidence;
import dev.millwright.k8s.diagnose.Finding;
import dev.millwright.k8s.diagnose.Fix;
import dev.millwright.k8s.diagnose.Rule;
import dev.millwright.k8s.model.Condition;
import dev.millwright.k8s.model.Container;
import dev.millwright.k8s.model.Event;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Pod;
import dev.millwright.k8s.model.Times;
import dev.millwright.k8s.state.State;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Jobs that failed or cannot end, cron jobs that do not start theirs. */
final class Jobs implements Rule {
    /** A container that still runs so long after another has done its work is not about to end. */
    private static final Duration LINGERS = Duration.ofMinutes(5);

    private static final Duration FRESH = Duration.ofHours(1);

    @Override
    public void look(State state, Consumer<Finding> found) {
        Map<String, Instant> succeeded = new HashMap<>();
        for (K8sObject job : state.all(Kinds.JOB)) {
            if (job.condition("Complete").filter(Condition::isTrue).isPresent()) {
                job.controller()
                        .ifPresent(owner -> succeeded.merge(owner.uid(), started(job), (a, b) -> a.isAfter(b) ? a : b));
            }
        }
        for (K8sObject job : state.all(Kinds.JOB)) {
            Optional<Condition> failed = job.conditions().stream()
                    .filter(each -> each.isTrue()
                            && (each.type().equals("Failed") || each.type().equals("FailureTarget")))
                    .findFirst();
            boolean made = job.controller()
                    .map(owner ->
                            succeeded.getOrDefault(owner.uid(), Instant.MIN).isAfter(started(job)))
                    .orElse(false);
            if (failed.isPresent() && !made) {
                failed(state, job, failed.get(), found);
            } else if (failed.isEmpty() && job.number("/status/active", 0) > 0) {
                lingers(state, job, found);
            } else if (job.spec().path("suspend").asBoolean()
                    && job.controller().isEmpty()
                    && !job.labels().containsKey("kueue.x-k8s.io/queue-name")) {
                found.accept(
                        Finding.of(CauseId.JOB, job.ref(), 0.8, job.ref().brief() + " is suspended and runs no pod")
                                .part("suspend")
                                .warning()
                                .evidence(Evidence.field(job.ref(), "spec.suspend", "true"))
                                .fixes(Fix.patch(
                                        Fix.Risk.MEDIUM,
                                        "Resume it, if it was not stopped on purpose",
                                        job,
                                        Fix.replace("/spec/suspend", false))));
            }
        }
        state.all(Kinds.CRON_JOB).forEach(each -> cron(state, each, found));
    }

    private static Instant started(K8sObject job) {
        return job.created().orElse(Instant.EPOCH);
    }

    private static void failed(State state, K8sObject job, Condition failed, Consumer<Finding> found) {
        K8sObject workload = state.workload(job);
        List<Pod> pods = state.podsOf(job).stream()
                .filter(each -> !each.phase().equals("Succeeded"))
                .toList();
        Optional<Pod> last = pods.stream()
                .filter(each -> each.phase().equals("Failed"))
                .max(Comparator.comparing(each -> each.object().created().orElse(Instant.EPOCH)));
        Optional<Evidence> line = last.flatMap(pod -> lastLine(state, pod));
        found.accept(Finding.of(
                        CauseId.JOB,
                        workload.ref(),
                        0.9,
                        (workload.equals(job) ? "" : workload.ref().brief() + ": ")
                                + job.ref().brief() + " failed ("
                                + failed.reason() + ")"
                                + switch (failed.reason()) {
                                    case "BackoffLimitExceeded" ->
                                        " after "
                                                + Unwell.count(job.number("/status/failed", pods.size()), "failed pod");
                                    case "DeadlineExceeded" ->
                                        ", it took longer than " + job.text("/spec/activeDeadlineSeconds") + " s";
                                    default -> failed.message().isEmpty() ? "" : ": " + failed.message();
                                }
                                + line.map(each -> "; its last words: " + each.value())
                                        .orElse(""))
                .evidence(new Evidence(
                        job.ref(),
                        "status.conditions[" + failed.type() + "]",
                        failed.reason() + ": " + failed.message(),
                        failed.since()))
                .evidence(line.stream().toList())
                .affects(job.ref())
                .because(Unwell.refs(pods))
                .fixes(Fix.advice(
                        Fix.Risk.MEDIUM,
                        failed.reason().equals("DeadlineExceeded")
                                ? "Find what takes so long, or raise activeDeadlineSeconds; a failed job must be made anew"
                                : "Mend what its pods fail of; a failed job must be made anew")));
    }

    private static Optional<Evidence> lastLine(State state, Pod pod) {
        return pod.containers().stream()
                .filter(each ->
                        each.lastEnd().filter(end -> end.exitCode() != 0).isPresent())
                .findFirst()
                .flatMap(each -> state.log(pod, each.name(), false)
                        .flatMap(text ->
                                text.lines().filter(line -> !line.isBlank()).reduce((before, after) -> after))
                        .map(line -> Evidence.log(pod.ref(), each.name(), line)));
    }

    private static void lingers(State state, K8sObject job, Consumer<Finding> found) {
        for (Pod pod : state.podsOf(job)) {
            List<Container> main = pod.containers().stream()
                    .filter(each -> each.role() == Container.Role.MAIN)
                    .toList();
            List<Container> done = main.stream()
                    .filter(each -> each.ended()
                            .filter(end -> end.exitCode() == 0
                                    && end.at()
                                            .map(at -> at.plus(LINGERS).isBefore(state.now()))
                                            .orElse(false))
                            .isPresent())
                    .toList();
            List<Container> running = main.stream().filter(Container::running).toList();
            if (!done.isEmpty() && !running.isEmpty() && done.size() + running.size() == main.size()) {
                String names = running.stream().map(Container::name).collect(Collectors.joining(", "));
                found.accept(Finding.of(
                                CauseId.JOB,
                                state.workload(job).ref(),
                                0.75,
                                job.ref().brief() + " cannot end: container "
                                        + done.getFirst().name() + " has done its work, and " + names
                                        + " keeps running beside it")
                        .part("sidecar")
                        .warning()
                        .evidence(Evidence.field(
                                pod.ref(),
                                "status.containerStatuses[" + done.getFirst().name() + "].state.terminated.exitCode",
                                "0"))
                        .affects(pod.ref(), job.ref())
                        .fixes(Fix.advice(
                                Fix.Risk.MEDIUM,
                                "Make " + names
                                        + " an init container with restartPolicy Always: such a sidecar ends with the"
                                        + " job")));
                return;
            }
        }
    }

    private static void cron(State state, K8sObject cron, Consumer<Finding> found) {
        String schedule = cron.text("/spec/schedule");
        String zone = cron.text("/spec/timeZone");
        if (!Schedule.isValid(schedule)) {
            found.accept(Finding.of(
                            CauseId.CRONJOB,
                            cron.ref(),
                            0.95,
                            cron.ref().brief() + " never starts: \"" + schedule + "\" is no schedule")
                    .evidence(Evidence.field(cron.ref(), "spec.schedule", schedule))
                    .evidence(event(state, cron, Set.of("InvalidSchedule", "UnparseableSchedule")))
                    .fixes(Fix.advice(
                            Fix.Risk.LOW,
                            "Write minute, hour, day of month, month, day of week, as in \"0 3 * * *\"")));
        } else if (!zone.isEmpty() && !Schedule.isZone(zone)) {
            found.accept(Finding.of(
                            CauseId.CRONJOB,
                            cron.ref(),
                            0.95,
                            cron.ref().brief() + " never starts: \"" + zone + "\" is no time zone")
                    .part("zone")
                    .evidence(Evidence.field(cron.ref(), "spec.timeZone", zone))
                    .evidence(event(state, cron, Set.of("UnknownTimeZone")))
                    .fixes(Fix.advice(Fix.Risk.LOW, "Name a zone of the tz database, as in Europe/Berlin")));
        } else if (cron.spec().path("suspend").asBoolean()) {
            found.accept(
                    Finding.of(CauseId.CRONJOB, cron.ref(), 0.7, cron.ref().brief() + " is suspended and starts no job")
                            .part("suspend")
                            .warning()
                            .evidence(Evidence.field(cron.ref(), "spec.suspend", "true"))
                            .fixes(Fix.patch(
                                    Fix.Risk.MEDIUM,
                                    "Resume it, if it was not stopped on purpose",
                                    cron,
                                    Fix.replace("/spec/suspend", false))));
        } else {
            missed(state, cron, found);
        }
    }

    private static List<Evidence> event(State state, K8sObject object, Set<String> reasons) {
        return state.events(object).stream()
                .filter(each -> reasons.contains(each.reason()))
                .limit(1)
                .map(Evidence::event)
                .toList();
    }

    private static void missed(State state, K8sObject cron, Consumer<Finding> found) {
        boolean active = !cron.items("/status/active").isEmpty();
        Optional<Event> said = state.events(cron).stream()
                .filter(each -> Set.of("TooManyMissedTimes", "MissSchedule", "JobAlreadyActive", "FailedCreate")
                                .contains(each.reason())
                        && each.last()
                                .map(at -> at.plus(FRESH).isAfter(state.now()))
                                .orElse(false))
                .filter(each -> !each.reason().equals("JobAlreadyActive") || active)
                .filter(each ->
                        cron.json().at("/status/lastScheduleTime").asText().isEmpty()
                                || each.reason().equals("JobAlreadyActive")
                                || Times.of(cron.json().at("/status/lastScheduleTime"))
                                        .map(at -> at.isBefore(each.last().orElseThrow()))
                                        .orElse(true))
                .findFirst();
        said.ifPresent(event -> found.accept(Finding.of(
                        CauseId.CRONJOB,
                        cron.ref(),
                        0.75,
                        cron.ref().brief()
                                + switch (event.reason()) {
                                    case "JobAlreadyActive" -> " starts no job while its last one still runs";
                                    case "TooManyMissedTimes" -> " has missed too many starts and has given up";
                                    case "MissSchedule" -> " missed a start";
                                    default -> " cannot create its job: " + event.message();
                                })
                .part("missed")
                .warning()
                .evidence(Evidence.event(event))
                .because(state.ownedBy(cron).stream()
                        .filter(each -> each.number("/status/active", 0) > 0)
                        .map(K8sObject::ref)
                        .toList())
                .fixes(Fix.advice(
                        Fix.Risk.MEDIUM,
                        event.reason().equals("JobAlreadyActive")
                                ? "See why the running job does not end, or set concurrencyPolicy Replace"
                                : "Set startingDeadlineSeconds so that old starts are not counted"))));
    }
}
