package dev.millwright.k8s.rules;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Schema;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.diagnose.CauseId;
import dev.millwright.k8s.diagnose.Evidence;
import dev.millwright.k8s.diagnose.Finding;
import dev.millwright.k8s.diagnose.Fix;
import dev.millwright.k8s.diagnose.Rule;
import dev.millwright.k8s.logs.LogReading;
import dev.millwright.k8s.logs.LogText;
import dev.millwright.k8s.model.Container;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Pod;
import dev.millwright.k8s.model.Ref;
import dev.millwright.k8s.state.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Init containers that run and do not end, and so keep their pod from starting: mostly they wait for a service. */
final class Waits implements Rule {
    /** An init container that has work to do is given this long before it counts. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** After this long one is told of also where nothing says what it waits for. */
    private static final Duration LONG = Duration.ofMinutes(10);

    @Override
    public void look(State state, Consumer<Finding> found) {
        Place.of(state, (pod, container) -> waits(state, pod, container) ? Optional.of("") : Optional.empty())
                .forEach(place -> find(place).ifPresent(found));
    }

    private static boolean waits(State state, Pod pod, Container container) {
        return container.role() == Container.Role.INIT
                && container.running()
                && !Crash.is(state, pod, container)
                && since(container).isBefore(state.now().minus(PATIENCE));
    }

    private static Instant since(Container container) {
        return container.runningSince().orElse(Instant.EPOCH);
    }

    private static Optional<Finding> find(Place place) {
        State state = place.state();
        String namespace = place.pod().namespace();
        Optional<String> log = state.log(place.pod(), place.name(), false).filter(LogText::isLog);
        List<Ref> services = new ArrayList<>();
        List<String> absent = new ArrayList<>();
        String command = command(place.container());
        for (String host : Hosts.in(command + "\n" + log.orElse(""))) {
            Hosts.service(state, namespace, host).ifPresent(each -> services.addAll(Hosts.behind(state, each)));
        }
        for (String host : Hosts.given(command)) {
            // A name with dots may be of another namespace, or outside of the cluster.
            if (host.indexOf('.') < 0
                    && !host.equals("localhost")
                    && state.knows(Kinds.SERVICE)
                    && Hosts.service(state, namespace, host).isEmpty()) {
                absent.add(host);
            }
        }
        Duration waiting = Duration.between(since(place.container()), state.now());
        Optional<String> last = log.map(LogReading::of).flatMap(LogReading::lastLine);
        List<Evidence> evidence = new ArrayList<>(List.of(
                place.status("state.running.startedAt", since(place.container()).toString())));
        last.ifPresent(line -> evidence.add(Evidence.log(place.pod().ref(), place.name(), line)));
        if (!services.isEmpty()) {
            return Optional.of(place.finding(
                            CauseId.INIT_BLOCKED,
                            0.8,
                            "%s has been waiting for %s for %s, so the pod does not start"
                                    .formatted(
                                            place.subject(), services.getFirst().brief(), minutes(waiting)))
                    .evidence(evidence)
                    .because(services.stream()
                            .filter(each -> !each.equals(place.ref()))
                            .toList()));
        } else if (!absent.isEmpty()) {
            Optional<String> near = Schema.nearest(
                    absent.getFirst(),
                    state.all(Kinds.SERVICE).stream()
                            .filter(each -> each.namespace().equals(namespace))
                            .map(K8sObject::name)
                            .toList());
            return Optional.of(place.finding(
                            CauseId.INIT_BLOCKED,
                            0.8,
                            "%s has been waiting for \"%s\" for %s, and there is no service of that name"
                                    .formatted(place.subject(), absent.getFirst(), minutes(waiting)))
                    .evidence(evidence)
                    .fixes(Fix.advice(
                            Fix.Risk.LOW,
                            near.map(each -> "Wait for service %s, which exists".formatted(each))
                                    .orElse("Create the service, or name one that exists"))));
        }
        return waiting.compareTo(LONG) < 0
                ? Optional.empty()
                : Optional.of(place.finding(
                                CauseId.INIT_BLOCKED,
                                0.6,
                                "%s has been running for %s, and the pod does not start before it ends%s"
                                        .formatted(
                                                place.subject(),
                                                minutes(waiting),
                                                last.map(each -> "; it said last: " + each)
                                                        .orElse("")))
                        .warning()
                        .evidence(evidence)
                        .fixes(place.readLog()));
    }

    /** Its command and arguments, with the variables that the spec gives a value. */
    private static String command(Container container) {
        StringBuilder all = new StringBuilder();
        for (String list : List.of("command", "args")) {
            container
                    .spec()
                    .path(list)
                    .forEach(each -> all.append(each.asText()).append(' '));
        }
        String command = all.toString();
        for (JsonNode each : container.spec().path("env")) {
            String name = each.path("name").asText();
            String value = each.path("value").asText();
            if (!name.isEmpty() && !value.isEmpty()) {
                command = command.replace("${" + name + "}", value)
                        .replace("$(" + name + ")", value)
                        .replace("$" + name, value);
            }
        }
        return command;
    }

    private static String minutes(Duration time) {
        return time.toHours() > 0 ? time.toHours() + " h" : Math.max(1, time.toMinutes()) + " min";
    }
}
