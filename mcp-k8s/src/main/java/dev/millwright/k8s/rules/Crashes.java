package dev.millwright.k8s.rules;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.diagnose.CauseId;
import dev.millwright.k8s.diagnose.Evidence;
import dev.millwright.k8s.diagnose.Finding;
import dev.millwright.k8s.diagnose.Fix;
import dev.millwright.k8s.diagnose.Rule;
import dev.millwright.k8s.logs.Failure;
import dev.millwright.k8s.logs.LogReading;
import dev.millwright.k8s.model.Container;
import dev.millwright.k8s.model.Event;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Quantity;
import dev.millwright.k8s.state.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Containers that end: of themselves, of memory, of a signal, or without ever starting. Those that a probe ends are the probes'. */
final class Crashes implements Rule {
    private static final Pattern NO_COMMAND = Pattern.compile(
            "executable file not found|no such file or directory|exec format error|permission denied|is a directory");

    /** What the runtime could not run, in its message or in that of a shell. */
    private static final Pattern COMMAND = Pattern.compile(
            "exec: \"([^\"]{1,200})\"|(?:exec|stat) (/\\S{1,200}?):|: (?:\\d+: )?([\\w./-]{1,200}): (?:not found|Permission denied)");

    private static final Pattern IN_USE = Pattern.compile(
            "(?i)address already in use|EADDRINUSE|port \\d{1,5} (?:was|is) already in use|bind: address in use|only one usage of each socket address");

    private static final Pattern PORT = Pattern.compile("(?:[:.]|port )(\\d{2,5})\\b");

    @Override
    public void look(State state, Consumer<Finding> found) {
        Place.of(
                        state,
                        (pod, container) -> Crash.is(state, pod, container)
                                        && Crash.probe(state, pod, container).isEmpty()
                                ? Optional.of("")
                                : Optional.empty())
                .forEach(place -> found.accept(find(place)));
    }

    private static Finding find(Place place) {
        Container container = place.container();
        Optional<Container.Ended> end = container.lastEnd();
        String reason = end.map(Container.Ended::reason).orElse("");
        int code = end.map(Container.Ended::exitCode).orElse(0);
        String message = end.map(Container.Ended::message)
                .filter(each -> !each.isEmpty())
                .orElse(container.waitingMessage());
        if (reason.equals("StartError")
                || reason.equals("ContainerCannotRun")
                || container.waiting().equals("RunContainerError")) {
            return notStarted(place, message, code);
        } else if (reason.equals("OOMKilled")) {
            return outOfMemory(place, code);
        } else if (reason.equals("ContainerStatusUnknown")) {
            return ended(
                    place.finding(
                            CauseId.CRASH_NODE_OOM,
                            0.8,
                            "%s was lost with its node %s (ContainerStatusUnknown, exit code %d)"
                                    .formatted(place.subject(), place.pod().nodeName(), code)),
                    place);
        }
        return switch (code) {
            case 0 -> completed(place);
            case 126, 127 -> commandMissing(place, code);
            case 137 -> killed(place);
            case 130, 132, 134, 135, 136, 139, 143 -> signalled(place, code);
            default -> failed(place, code);
        };
    }

    private static Finding ended(Finding finding, Place place) {
        Optional<Container.Ended> end = place.container().lastEnd();
        String state = place.container().ended().isPresent() ? "state" : "lastState";
        return end.map(each -> finding.evidence(place.status(
                        state + ".terminated",
                        "%s, exit code %d, %d restarts"
                                .formatted(
                                        each.reason(),
                                        each.exitCode(),
                                        place.container().restarts()))))
                .orElse(finding);
    }

    private static Finding notStarted(Place place, String message, int code) {
        if (message.contains("init was OOM-killed")) {
            return Sandboxes.memoryTooSmall(place, message);
        }
        Evidence said = place.status(
                place.container().waiting().equals("RunContainerError")
                        ? "state.waiting.message"
                        : "lastState.terminated.message",
                message);
        boolean command = NO_COMMAND.matcher(message).find() && (message.contains("exec") || message.contains("stat "));
        if (!command) {
            return withUndo(
                    place.finding(
                                    CauseId.CONTAINER_CREATE_ERROR,
                                    0.95,
                                    "%s cannot be started: %s".formatted(place.subject(), tail(message)))
                            .evidence(said),
                    place,
                    Fix.advice(Fix.Risk.LOW, "Mend what the message names in the container's spec"));
        }
        return withUndo(
                place.finding(
                                CauseId.CRASH_COMMAND_NOT_FOUND,
                                0.95,
                                "%s cannot start (StartError, exit code %d): %s"
                                        .formatted(place.subject(), code, missing(message)))
                        .evidence(said),
                place,
                Fix.advice(
                        Fix.Risk.LOW,
                        "Name a command that is in image " + place.container().image()));
    }

    private static String missing(String message) {
        Matcher command = COMMAND.matcher(message);
        String name = command.find()
                ? Optional.ofNullable(command.group(1))
                        .or(() -> Optional.ofNullable(command.group(2)))
                        .orElse(command.group(3))
                : "its command";
        if (message.contains("exec format error")) {
            return name + ": exec format error, built for another architecture or a script without #!";
        } else if (message.toLowerCase(Locale.ROOT).contains("permission denied")) {
            return name + ": permission denied, the file is not executable";
        } else if (message.contains("executable file not found")) {
            return name + ": executable file not found in $PATH";
        }
        return name + ": no such file or directory";
    }

    private static Finding commandMissing(Place place, int code) {
        Optional<Failure> said = Crash.log(place).flatMap(LogReading::first);
        String why = "%s ends with exit code %d, %s%s"
                .formatted(
                        place.subject(),
                        code,
                        code == 127 ? "command not found" : "command not executable",
                        said.map(each -> ": " + each.quote()).orElse(""));
        return withUndo(
                log(
                        ended(
                                place.finding(CauseId.CRASH_COMMAND_NOT_FOUND, said.isPresent() ? 0.95 : 0.8, why),
                                place),
                        place,
                        said),
                place,
                Fix.advice(
                        Fix.Risk.LOW,
                        "Name a command that is in image " + place.container().image()));
    }

    private static Finding outOfMemory(Place place, int code) {
        Optional<Quantity> limit = place.container().limit("memory");
        int restarts = place.container().restarts();
        if (limit.isEmpty()) {
            return ended(
                            place.finding(
                                    CauseId.CRASH_NODE_OOM,
                                    0.8,
                                    "%s has no memory limit and is OOM-killed because node %s runs out of memory"
                                            .formatted(
                                                    place.subject(), place.pod().nodeName())),
                            place)
                    .fixes(Fix.advice(Fix.Risk.MEDIUM, "Give the node's pods memory requests that say what they use"));
        }
        Quantity more = raised(limit.get());
        List<Fix> fixes = new ArrayList<>(place.undo().stream().toList());
        place.set(
                        Fix.Risk.MEDIUM,
                        "Raise the memory limit from %s to %s, as an autoscaler does after an OOM (20 %%, at least 100Mi more); or find the leak"
                                .formatted(limit.get().bytes(), more.bytes()),
                        "/resources/limits/memory",
                        more.bytes())
                .ifPresent(fixes::add);
        return ended(
                        place.finding(
                                CauseId.CRASH_OOM,
                                0.95,
                                "%s is OOM-killed at its memory limit of %s (OOMKilled, exit code %d, %d restarts)"
                                        .formatted(place.subject(), limit.get().bytes(), code, restarts)),
                        place)
                .evidence(Evidence.field(
                        place.pod().ref(),
                        "spec." + (place.container().role() == Container.Role.MAIN ? "containers[" : "initContainers[")
                                + place.name() + "].resources.limits.memory",
                        limit.get().bytes()))
                .fixes(fixes);
    }

    /** Vertical Pod Autoscaler, recommender flags: {@code oom-bump-up-ratio} 1.2, {@code oom-min-bump-up-bytes} 100 MiB. */
    private static Quantity raised(Quantity limit) {
        return limit.times(1.2).max(limit.plus(Quantity.of(100L << 20)));
    }

    private static Finding completed(Place place) {
        return ended(
                        place.finding(
                                CauseId.CRASH_COMPLETED,
                                0.95,
                                "%s ends by itself with exit code 0 and is started again each time (Completed, %d restarts)"
                                        .formatted(
                                                place.subject(),
                                                place.container().restarts())),
                        place)
                .fixes(place.undo().stream().toList())
                .fixes(Fix.advice(
                        Fix.Risk.LOW, "Run what ends as a Job, or give the container a command that keeps running"));
    }

    /** Killed, and not for its own memory: the node's, or nobody says whose. */
    private static Finding killed(Place place) {
        Optional<Event> node = place.pod().nodeName().isEmpty()
                ? Optional.empty()
                : place.state().elsewhere(Kinds.EVENT, "default").stream()
                        .map(each -> Event.of(each.json()))
                        .filter(each -> each.reason().equals("SystemOOM")
                                && each.object().name().equals(place.pod().nodeName()))
                        .findFirst();
        if (node.isPresent()) {
            return ended(
                            place.finding(
                                    CauseId.CRASH_NODE_OOM,
                                    0.8,
                                    "%s is killed (exit code 137) because node %s runs out of memory"
                                            .formatted(
                                                    place.subject(), place.pod().nodeName())),
                            place)
                    .evidence(Evidence.event(node.get()))
                    .fixes(Fix.advice(Fix.Risk.MEDIUM, "Give the node's pods memory requests that say what they use"));
        }
        return ended(
                        place.finding(
                                CauseId.CRASH_SIGNAL,
                                0.6,
                                "%s is killed by SIGKILL (exit code 137), not for its own memory limit and not by a probe"
                                        .formatted(place.subject())),
                        place)
                .fixes(place.readLog());
    }

    private static Finding signalled(Place place, int code) {
        String signal = switch (code) {
            case 130 -> "SIGINT, interrupted";
            case 132 -> "SIGILL, an instruction the node's processor does not have";
            case 134 -> "SIGABRT, it aborted itself";
            case 135 -> "SIGBUS, a bad memory access";
            case 136 -> "SIGFPE, an arithmetic error";
            case 139 -> "SIGSEGV, a bad memory access";
            default -> "SIGTERM, something told it to stop";
        };
        Optional<Failure> said = Crash.log(place).flatMap(LogReading::first);
        String why = "%s ends by signal %s (exit code %d)%s"
                .formatted(
                        place.subject(),
                        signal,
                        code,
                        said.map(each -> ": " + each.quote()).orElse(""));
        return log(ended(place.finding(CauseId.CRASH_SIGNAL, 0.8, why), place), place, said)
                .fixes(place.undo().stream().toList())
                .fixes(place.readLog());
    }

    private static Finding failed(Place place, int code) {
        Optional<LogReading> log = Crash.log(place);
        Optional<Failure> inUse =
                log.flatMap(each -> each.find(quote -> IN_USE.matcher(quote).find()));
        Optional<Failure> database = log.flatMap(Databases::failure);
        if (inUse.isPresent()) {
            return portConflict(place, inUse.get(), code);
        } else if (database.isPresent()) {
            return ended(Databases.finding(place, database.get()), place);
        }
        Optional<Failure> said = log.flatMap(LogReading::first);
        Optional<String> quote = said.map(Failure::quote)
                .or(() -> log.flatMap(LogReading::lastLine).map(each -> "last line \"" + each + "\""));
        String why = "%s fails with exit code %d%s"
                .formatted(place.subject(), code, quote.map(each -> ": " + each).orElse(" and left no log"));
        Finding finding = log(
                ended(place.finding(CauseId.CRASH_APP_ERROR, said.isPresent() ? 0.95 : 0.8, why), place), place, said);
        return finding.because(
                        quote
                                .map(each ->
                                        Hosts.behind(place.state(), place.pod().namespace(), each))
                                .orElse(List.of())
                                .stream()
                                .filter(each -> !each.equals(place.ref()))
                                .toList())
                .fixes(place.undo().stream().toList())
                .fixes(place.readLog());
    }

    private static Finding portConflict(Place place, Failure said, int code) {
        Matcher number = PORT.matcher(said.quote());
        String port = number.find() ? number.group(1) : "";
        List<String> others = place.pod().containers().stream()
                .filter(each -> !each.name().equals(place.name()) && each.role() != Container.Role.INIT)
                .filter(each -> each.ports().stream()
                        .anyMatch(other -> port.isEmpty()
                                ? place.container().ports().stream()
                                        .anyMatch(
                                                own -> own.path("containerPort").equals(other.path("containerPort")))
                                : other.path("containerPort").asText().equals(port)))
                .map(Container::name)
                .toList();
        String why = "%s cannot listen%s, the port is in use%s (exit code %d): %s"
                .formatted(
                        place.subject(),
                        port.isEmpty() ? "" : " on port " + port,
                        others.isEmpty() ? "" : " by container " + others.getFirst(),
                        code,
                        said.quote());
        return log(
                        ended(place.finding(CauseId.PORT_CONFLICT_IN_POD, others.isEmpty() ? 0.8 : 0.95, why), place),
                        place,
                        Optional.of(said))
                .fixes(place.undo().stream().toList())
                .fixes(Fix.advice(
                        Fix.Risk.LOW, "Let one of the two listen on another port; containers of a pod share them"));
    }

    static Finding log(Finding finding, Place place, Optional<Failure> said) {
        return said.map(each -> finding.evidence(Evidence.log(place.pod().ref(), place.name(), each.quote())))
                .orElse(finding);
    }

    private static Finding withUndo(Finding finding, Place place, Fix otherwise) {
        Optional<Fix> undo = place.undo();
        return finding.fixes(undo.orElse(otherwise));
    }

    /** The end of a chain of errors. */
    static String tail(String message) {
        String text = message.strip();
        return text.length() <= 200 ? text : "… " + text.substring(text.length() - 200);
    }

    /** Secrets that the container's environment comes from. */
    static List<K8sObject> environment(Place place) {
        List<K8sObject> secrets = new ArrayList<>();
        List<JsonNode> names = new ArrayList<>();
        place.container().spec().path("env").forEach(each -> names.add(each.at("/valueFrom/secretKeyRef/name")));
        place.container().spec().path("envFrom").forEach(each -> names.add(each.at("/secretRef/name")));
        names.stream()
                .map(JsonNode::asText)
                .filter(each -> !each.isEmpty())
                .distinct()
                .forEach(each -> place.state()
                        .find(Kinds.SECRET, place.pod().namespace(), each)
                        .ifPresent(secrets::add));
        return secrets;
    }
}
