package dev.millwright.k8s.rules;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.diagnose.CauseId;
import dev.millwright.k8s.diagnose.Evidence;
import dev.millwright.k8s.diagnose.Finding;
import dev.millwright.k8s.diagnose.Fix;
import dev.millwright.k8s.diagnose.Rule;
import dev.millwright.k8s.logs.LogText;
import dev.millwright.k8s.model.Condition;
import dev.millwright.k8s.model.Container;
import dev.millwright.k8s.model.Event;
import dev.millwright.k8s.model.Pod;
import dev.millwright.k8s.state.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Probes that fail: they ask the wrong port, path or scheme, too soon, or rightly; and gates that nobody opens. */
final class Probes implements Rule {
    /** What servers say of the port they listen on. */
    private static final Pattern LISTENS = Pattern.compile(
            "(?i)(?:listening|running|started|serving|available|ready)[^\\n]{0,60}?(?:(?:on|at|:)\\s*(?:https?://)?(?:[\\w.*\\[\\]-]{0,60}:)|port\\(?s?\\)?:? ?)(\\d{2,5})\\b");

    private static final Pattern LOOPBACK = Pattern.compile(
            "(?i)(?:listening|running|started|serving)[^\\n]{0,60}?(?:127\\.0\\.0\\.1|localhost):(\\d{2,5})");

    /** Spring Boot, Quarkus, and others: {@code Started App in 45.2 seconds}. */
    private static final Pattern STARTED_IN =
            Pattern.compile("(?i)started (?:\\S+ ){0,6}?in (\\d{1,5}(?:\\.\\d{1,6})?) ?s(?:ec|\\b)");

    /** Seconds that a start may take by the fix, where no log tells how long it takes: 30 probes of 10 s, as in the Kubernetes documentation of startup probes. */
    private static final int START_SECONDS = 300;

    private record Probe(Place place, String kind, JsonNode spec, String message) {
        String handler() {
            for (String each : List.of("httpGet", "tcpSocket", "grpc", "exec")) {
                if (spec.path(each).isObject()) {
                    return each;
                }
            }
            return "";
        }

        JsonNode port() {
            return spec.path(handler()).path("port");
        }

        /** As in {@code readiness probe of container app of Deployment web}. */
        String subject() {
            return kind + " probe of " + place.subject();
        }

        String asks() {
            String path = spec.path(handler()).path("path").asText();
            return switch (handler()) {
                case "httpGet" -> "GET %s on port %s".formatted(path.isEmpty() ? "/" : path, port().asText());
                case "exec" -> "its command";
                default -> "port " + port().asText();
            };
        }

        int seconds(String member, int orElse) {
            int value = spec.path(member).asInt(orElse);
            return value <= 0 && !member.equals("initialDelaySeconds") ? orElse : value;
        }

        /** How long it fails before it counts. */
        int patience() {
            return seconds("initialDelaySeconds", 0) + seconds("failureThreshold", 3) * seconds("periodSeconds", 10);
        }

        Optional<Fix> set(Fix.Risk risk, String what, String member, Object value) {
            return place.set(risk, what, "/" + kind + "Probe" + member, value);
        }

        Finding finding(CauseId id, double confidence, String why) {
            Finding finding = place.finding(id, confidence, why)
                    .evidence(place.events().stream()
                            .filter(each -> each.reason().equals("Unhealthy") && isOf(each))
                            .findFirst()
                            .map(Evidence::event)
                            .stream()
                            .toList());
            return kind.equals("readiness")
                    ? finding.evidence(place.status("ready", "false"))
                    : finding.evidence(
                            place.status("restartCount", "" + place.container().restarts()));
        }

        boolean isOf(Event event) {
            return event.message().toLowerCase(Locale.ROOT).startsWith(kind + " probe");
        }
    }

    @Override
    public void look(State state, Consumer<Finding> found) {
        Place.of(state, (pod, container) -> failing(state, pod, container)).forEach(place -> {
            String kind = failing(state, place.pod(), place.container()).orElseThrow();
            place.container().probe(kind).ifPresent(spec -> found.accept(find(place, kind, spec)));
        });
        for (Pod pod : Place.wanted(state)) {
            gates(state, pod, found);
        }
    }

    /** The probe that keeps a container down: it had it killed, or keeps it from being ready. */
    private static Optional<String> failing(State state, Pod pod, Container container) {
        if (Crash.is(state, pod, container)) {
            return Crash.probe(state, pod, container)
                    .filter(kind -> container.probe(kind).isPresent());
        }
        if (!container.running() || container.ready() || container.role() == Container.Role.INIT) {
            return Optional.empty();
        }
        Optional<JsonNode> readiness = container.probe("readiness");
        boolean started = container.status().path("started").asBoolean(true);
        boolean over = readiness
                .flatMap(spec -> container
                        .runningSince()
                        .map(since -> state.now()
                                .isAfter(since.plus(Duration.ofSeconds(spec.path("initialDelaySeconds")
                                                .asInt()
                                        + (long) spec.path("failureThreshold").asInt(3)
                                                * spec.path("periodSeconds").asInt(10))))))
                .orElse(false);
        return started && over ? Optional.of("readiness") : Optional.empty();
    }

    private static Finding find(Place place, String kind, JsonNode spec) {
        String message = place.events().stream()
                .filter(each -> each.reason().equals("Unhealthy")
                        && each.message().toLowerCase(Locale.ROOT).startsWith(kind + " probe"))
                .findFirst()
                .map(Event::message)
                .orElse("");
        Probe probe = new Probe(place, kind, spec, message);
        Finding finding = wrongPort(probe)
                .or(() -> wrongQuestion(probe))
                .or(() -> tooSoon(probe))
                .orElseGet(() -> rightly(probe));
        return finding.because(Hosts.behind(place.state(), place.pod().namespace(), message).stream()
                .filter(each -> !each.equals(place.ref()))
                .toList());
    }

    private static Optional<Finding> wrongPort(Probe probe) {
        Place place = probe.place();
        JsonNode port = probe.port();
        if (port.isMissingNode()) {
            return Optional.empty();
        }
        List<JsonNode> own = place.container().ports();
        boolean declared = port.isInt()
                ? place.pod().containers().stream()
                        .flatMap(each -> each.ports().stream())
                        .anyMatch(each -> each.path("containerPort").asInt() == port.asInt())
                : own.stream().anyMatch(each -> each.path("name").asText().equals(port.asText()));
        boolean refused = probe.message().contains("connection refused");
        OptionalInt listens = listens(place);
        int number = number(port, own);
        if (refused && listens.isPresent() && number > 0 && listens.getAsInt() != number) {
            return Optional.of(probe.finding(
                            CauseId.PROBE_WRONG_PORT,
                            0.95,
                            "%s asks port %s, but the program listens on port %d by its log"
                                    .formatted(probe.subject(), port.asText(), listens.getAsInt()))
                    .fixes(toPort(probe, listens.getAsInt()).stream().toList()));
        }
        Optional<String> loopback = refused ? loopback(place) : Optional.empty();
        if (loopback.isPresent()) {
            return Optional.of(probe.finding(
                            CauseId.PROBE_WRONG_PORT,
                            0.8,
                            "%s is refused on port %s: by its log the program listens on the loopback address only (%s)"
                                    .formatted(probe.subject(), port.asText(), loopback.get()))
                    .fixes(Fix.advice(Fix.Risk.LOW, "Let the program listen on 0.0.0.0")));
        }
        if (declared || !(refused || port.isTextual())) {
            return Optional.empty();
        }
        List<Integer> ports = own.stream()
                .filter(each -> each.path("protocol").asText("TCP").equals("TCP"))
                .map(each -> each.path("containerPort").asInt())
                .distinct()
                .toList();
        String why = port.isTextual()
                ? "%s asks port \"%s\", and the container declares no port of that name"
                        .formatted(probe.subject(), port.asText())
                : "%s asks port %s, where nothing listens (connection refused)%s"
                        .formatted(
                                probe.subject(),
                                port.asText(),
                                ports.isEmpty() ? "" : "; the container declares port " + ports.getFirst());
        Finding finding =
                probe.finding(CauseId.PROBE_WRONG_PORT, port.isTextual() || !ports.isEmpty() ? 0.95 : 0.8, why);
        return Optional.of(
                ports.size() == 1
                        ? finding.fixes(toPort(probe, ports.getFirst()).stream().toList())
                        : finding.fixes(
                                Fix.advice(Fix.Risk.LOW, "Let the probe ask the port on which the program listens")));
    }

    private static Optional<Fix> toPort(Probe probe, int port) {
        return probe.set(
                Fix.Risk.LOW,
                "Let the %s probe ask port %d".formatted(probe.kind(), port),
                "/" + probe.handler() + "/port",
                port);
    }

    private static int number(JsonNode port, List<JsonNode> own) {
        return port.isInt()
                ? port.asInt()
                : own.stream()
                        .filter(each -> each.path("name").asText().equals(port.asText()))
                        .findFirst()
                        .map(each -> each.path("containerPort").asInt())
                        .orElse(0);
    }

    private static OptionalInt listens(Place place) {
        Optional<Matcher> said = log(place).map(LISTENS::matcher).filter(Matcher::find);
        return said.map(each -> OptionalInt.of(Integer.parseInt(each.group(1)))).orElse(OptionalInt.empty());
    }

    private static Optional<String> loopback(Place place) {
        return log(place).map(LOOPBACK::matcher).filter(Matcher::find).map(Matcher::group);
    }

    private static Optional<String> log(Place place) {
        return place.state()
                .log(place.pod(), place.name(), !place.container().running())
                .or(() -> place.state().log(place.pod(), place.name(), false))
                .filter(LogText::isLog);
    }

    private static Optional<Finding> wrongQuestion(Probe probe) {
        String message = probe.message().toLowerCase(Locale.ROOT);
        boolean toHttp = message.contains("server gave http response to https client");
        boolean toHttps = message.contains("malformed http response")
                || message.contains("http request was sent to https")
                || message.contains("http request to an https");
        if (toHttp || toHttps) {
            String scheme = toHttp ? "HTTP" : "HTTPS";
            return Optional.of(probe.finding(
                            CauseId.PROBE_WRONG_PROTOCOL_OR_PATH,
                            0.95,
                            "%s speaks %s to a port that speaks %s"
                                    .formatted(probe.subject(), toHttp ? "HTTPS" : "HTTP", scheme))
                    .fixes(probe
                            .set(
                                    Fix.Risk.LOW,
                                    "Let the %s probe speak %s".formatted(probe.kind(), scheme),
                                    "/httpGet/scheme",
                                    scheme)
                            .stream()
                            .toList()));
        }
        Matcher code = Pattern.compile("statuscode: (\\d{3})").matcher(message);
        if (code.find()) {
            int status = Integer.parseInt(code.group(1));
            String means = switch (status) {
                case 404 -> "the path does not exist";
                case 401, 403 -> "the path asks for credentials";
                default ->
                    status >= 500 ? "the program says that it is not well" : "not what a healthy program answers";
            };
            return Optional.of(probe.finding(
                            CauseId.PROBE_WRONG_PROTOCOL_OR_PATH,
                            status < 500 ? 0.95 : 0.8,
                            "%s (%s) is answered with status %d: %s"
                                    .formatted(probe.subject(), probe.asks(), status, means))
                    .fixes(
                            status < 500
                                    ? Fix.advice(
                                            Fix.Risk.LOW,
                                            "Let the probe ask a path that needs no credentials and answers 200")
                                    : probe.place().readLog()));
        }
        if (message.contains("unimplemented")
                || message.contains("executable file not found")
                || message.contains("no such file or directory")) {
            return Optional.of(probe.finding(
                            CauseId.PROBE_WRONG_PROTOCOL_OR_PATH,
                            0.95,
                            "%s asks what the container does not have: %s"
                                    .formatted(probe.subject(), Crashes.tail(probe.message())))
                    .fixes(Fix.advice(
                            Fix.Risk.LOW,
                            "Use a probe that image %s can answer"
                                    .formatted(probe.place().container().image()))));
        }
        return Optional.empty();
    }

    /** A probe that ends a program which was still starting, or gives it no time to answer. */
    private static Optional<Finding> tooSoon(Probe probe) {
        Place place = probe.place();
        boolean slow = probe.message().matches("(?s).*(?:deadline exceeded|i/o timeout|Timeout exceeded|timed out).*");
        if (slow && Throttling.throttled(place)) {
            return Optional.of(Throttling.finding(place, probe.subject(), probe.message()));
        }
        if (slow && probe.seconds("timeoutSeconds", 1) <= 1) {
            return Optional.of(
                    probe.finding(
                                    CauseId.PROBE_TOO_AGGRESSIVE,
                                    0.8,
                                    "%s gives the program %d s to answer (timeoutSeconds), and it takes longer"
                                            .formatted(probe.subject(), probe.seconds("timeoutSeconds", 1)))
                            .fixes(
                                    Fix.advice(
                                            Fix.Risk.LOW,
                                            "Raise timeoutSeconds above the time the program takes to answer, or find what makes it slow")));
        }
        if (probe.kind().equals("readiness")) {
            return Optional.empty();
        }
        Optional<Duration> needs = log(place)
                .map(STARTED_IN::matcher)
                .filter(Matcher::find)
                .map(each -> Duration.ofMillis((long) (Double.parseDouble(each.group(1)) * 1_000)));
        Optional<Duration> lived = Crash.lived(place.container());
        boolean early = needs.map(each -> each.toSeconds() >= probe.patience())
                .orElseGet(() -> probe.message().contains("connection refused")
                        && lived.filter(each -> each.toSeconds()
                                        <= probe.patience()
                                                + 2L * probe.seconds("periodSeconds", 10)
                                                + place.pod()
                                                        .object()
                                                        .number("/spec/terminationGracePeriodSeconds", 30))
                                .isPresent());
        if (!early
                || probe.kind().equals("liveness")
                        && place.container().probe("startup").isPresent()) {
            return Optional.empty();
        }
        String why =
                "%s has the container killed after %d s (initialDelaySeconds + failureThreshold × periodSeconds), before it has started%s"
                        .formatted(
                                probe.subject(),
                                probe.patience(),
                                needs.map(each -> ", which takes " + each.toSeconds() + " s by its log")
                                        .orElse(""));
        Finding finding = probe.finding(CauseId.PROBE_TOO_AGGRESSIVE, needs.isPresent() ? 0.95 : 0.8, why);
        return Optional.of(finding.fixes(moreTime(probe, needs).stream().toList()));
    }

    /** A startup probe of the same question, with twice the time a start was seen to take. */
    private static Optional<Fix> moreTime(Probe probe, Optional<Duration> needs) {
        long seconds = Math.max(needs.map(Duration::toSeconds).orElse(0L) * 2, needs.isPresent() ? 60 : START_SECONDS);
        long times = (seconds + 9) / 10;
        if (probe.kind().equals("startup")) {
            long threshold = (seconds + probe.seconds("periodSeconds", 10) - 1) / probe.seconds("periodSeconds", 10);
            return probe.set(
                    Fix.Risk.LOW,
                    "Give the start %d s (failureThreshold %d)".formatted(seconds, threshold),
                    "/failureThreshold",
                    threshold);
        }
        var startup = Json.object();
        startup.set(probe.handler(), probe.spec().path(probe.handler()));
        startup.put("periodSeconds", 10).put("failureThreshold", times);
        return probe.place()
                .set(
                        Fix.Risk.LOW,
                        "Add a startup probe that gives the start %d s; the liveness probe waits for it"
                                .formatted(times * 10),
                        "/startupProbe",
                        startup);
    }

    /** The probe asks the right thing, and the program does not answer well. */
    private static Finding rightly(Probe probe) {
        CauseId id = probe.kind().equals("liveness") ? CauseId.CRASH_LIVENESS_KILL : CauseId.PROBE_STARTUP_OR_GATE;
        String what = probe.message().isEmpty()
                ? "fails"
                : "fails: "
                        + Crashes.tail(probe.message().replaceFirst("^\\w+ probe (?:failed|errored)[^:]{0,60}: ?", ""));
        String why = probe.kind().equals("readiness")
                ? "%s (%s) %s, so the pod gets no traffic".formatted(probe.subject(), probe.asks(), what)
                : "%s (%s) %s, so the kubelet kills the container (%d restarts)"
                        .formatted(
                                probe.subject(),
                                probe.asks(),
                                what,
                                probe.place().container().restarts());
        List<Fix> fixes = new ArrayList<>(probe.place().undo().stream().toList());
        fixes.add(probe.place().readLog());
        return probe.finding(id, probe.message().isEmpty() ? 0.6 : 0.8, why).fixes(fixes);
    }

    /** Readiness gates: conditions that somebody else must set. */
    private static void gates(State state, Pod pod, Consumer<Finding> found) {
        Optional<Condition> ready = pod.object()
                .condition("Ready")
                .filter(each -> each.isFalse() && each.reason().equals("ReadinessGatesNotReady"));
        if (ready.isEmpty()) {
            return;
        }
        for (JsonNode gate : pod.object().items("/spec/readinessGates")) {
            String type = gate.path("conditionType").asText();
            Optional<Condition> condition = pod.object().condition(type);
            if (condition.filter(Condition::isTrue).isEmpty()) {
                var workload = state.workload(pod.object()).ref();
                found.accept(Finding.of(
                                CauseId.PROBE_STARTUP_OR_GATE,
                                workload,
                                0.95,
                                "pods of %s wait for readiness gate %s, which %s"
                                        .formatted(
                                                workload.brief(),
                                                type,
                                                condition
                                                        .map(each -> "is " + each.status()
                                                                + (each.message()
                                                                                .isEmpty()
                                                                        ? ""
                                                                        : ": " + each.message()))
                                                        .orElse("nobody has set")))
                        .part(type)
                        .affects(pod.ref(), workload)
                        .evidence(Evidence.field(
                                pod.ref(),
                                "status.conditions[Ready]",
                                ready.get().message()))
                        .fixes(Fix.advice(Fix.Risk.LOW, "Mend the controller that sets condition " + type)));
            }
        }
    }
}
