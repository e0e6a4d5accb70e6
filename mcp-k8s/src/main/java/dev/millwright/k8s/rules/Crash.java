package dev.millwright.k8s.rules;

import dev.millwright.k8s.logs.LogReading;
import dev.millwright.k8s.logs.LogText;
import dev.millwright.k8s.model.Container;
import dev.millwright.k8s.model.Event;
import dev.millwright.k8s.model.Pod;
import dev.millwright.k8s.model.Times;
import dev.millwright.k8s.state.State;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** How to tell that a container keeps ending, who ended it, and what it said. */
final class Crash {
    /** After this long without a restart the kubelet takes a container for mended, and forgets its back-off. */
    static final Duration RECENT = Duration.ofMinutes(10);

    /** Restarts from which a container that is ready now is still in trouble. */
    private static final int AGAIN = 3;

    private static final Duration APART = Duration.ofSeconds(90);

    private Crash() {}

    /** Whether a container ends, time and again, or for good where it should not. */
    static boolean is(State state, Pod pod, Container container) {
        boolean keepsRunning = !pod.object().text("/spec/restartPolicy").matches("Never|OnFailure")
                && container.role() != Container.Role.INIT;
        if (!container.waiting().isEmpty()) {
            return container.waiting().equals("CrashLoopBackOff")
                    || container.waiting().equals("RunContainerError")
                            && container.lastEnd().isPresent();
        }
        Optional<Container.Ended> now = container.ended();
        if (now.isPresent()) {
            return now.get().exitCode() != 0 || keepsRunning && container.restarts() > 0;
        }
        Optional<Container.Ended> before = container.endedBefore();
        if (before.isEmpty() || before.get().exitCode() == 0 && (!keepsRunning || container.restarts() < 2)) {
            return false;
        }
        boolean recent = before.get().at().isEmpty()
                || before.get().at().get().isAfter(state.now().minus(RECENT));
        return recent && container.restarts() >= (container.ready() || pod.ready() ? AGAIN : 1);
    }

    /** The probe because of which the kubelet ended the last run: {@code liveness} or {@code startup}. */
    static Optional<String> probe(State state, Pod pod, Container container) {
        Optional<Container.Ended> end = container.lastEnd();
        for (Event event : state.events(pod.object())) {
            if (event.reason().equals("Killing")
                    && (event.container().isEmpty() || event.container().equals(container.name()))
                    && event.message().contains("Container " + container.name() + " failed ")
                    && near(event.last(), end.flatMap(Container.Ended::at), grace(pod))) {
                return event.message().contains("startup probe") ? Optional.of("startup") : Optional.of("liveness");
            }
        }
        return Optional.empty();
    }

    private static Duration grace(Pod pod) {
        return Duration.ofSeconds(pod.object().number("/spec/terminationGracePeriodSeconds", 30));
    }

    private static boolean near(Optional<Instant> event, Optional<Instant> end, Duration grace) {
        return event.isEmpty()
                || end.isEmpty()
                || Duration.between(event.get(), end.get()).abs().compareTo(APART.plus(grace)) <= 0
                || event.get().isAfter(end.get());
    }

    /** How long the last run lasted. */
    static Optional<Duration> lived(Container container) {
        for (String state : new String[] {"/state/terminated", "/lastState/terminated"}) {
            Optional<Instant> from = Times.of(container.status().at(state + "/startedAt"));
            Optional<Instant> to = Times.of(container.status().at(state + "/finishedAt"));
            if (from.isPresent() && to.isPresent() && from.get().isAfter(Instant.EPOCH)) {
                return Optional.of(Duration.between(from.get(), to.get()));
            }
        }
        return Optional.empty();
    }

    /** What it said before it ended: the log of the previous run, else of this one, else its last message. */
    static Optional<LogReading> log(Place place) {
        return place.state()
                .log(place.pod(), place.name(), true)
                .filter(Crash::says)
                .or(() -> place.state().log(place.pod(), place.name(), false).filter(Crash::says))
                .or(() -> place.container()
                        .lastEnd()
                        .map(Container.Ended::message)
                        .filter(Crash::says))
                .map(LogReading::of);
    }

    private static boolean says(String log) {
        return !log.isBlank() && LogText.isLog(log);
    }
}
