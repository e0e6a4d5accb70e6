package dev.millwright.k8s.rules;

import dev.millwright.k8s.diagnose.CauseId;
import dev.millwright.k8s.diagnose.Evidence;
import dev.millwright.k8s.diagnose.Finding;
import dev.millwright.k8s.diagnose.Fix;
import dev.millwright.k8s.diagnose.Rule;
import dev.millwright.k8s.logs.Failure;
import dev.millwright.k8s.logs.LogReading;
import dev.millwright.k8s.model.Container;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Pod;
import dev.millwright.k8s.model.Times;
import dev.millwright.k8s.state.State;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** What a program says of its database in its log: not let in, no more connections, nothing may be written, not reached. */
final class Databases implements Rule {
    private enum Trouble {
        CREDENTIALS(
                "the database refuses its credentials",
                "Access denied for user|password authentication failed|Authentication failed\\.?$|WRONGPASS|NOAUTH Authentication required|AuthenticationFailed|no pg_hba\\.conf entry|Login failed for user"),
        CONNECTIONS(
                "the database gives no more connections",
                "Too many connections|too many clients already|remaining connection slots are reserved|max number of clients reached|connection pool exhausted|Timeout acquiring connection|Connection is not available, request timed out"),
        READ_ONLY(
                "the database lets nothing be written",
                "--read-only option|--super-read-only|in a read-only transaction|READONLY You can't write|not (?:master|primary) and slaveOk|NotWritablePrimary"),
        ABSENT("the database does not exist", "Unknown database|database \"[^\"]{1,200}\" does not exist"),
        UNREACHED(
                "the database is not reached",
                "Communications link failure|could not connect to server|connection to server at .{1,200} failed|Can't reach database server|MongoServerSelectionError|MongoNetworkError|SequelizeConnectionRefusedError|PG::ConnectionBad|ECONNREFUSED .{0,100}:(?:5432|3306|27017|6379)\\b");

        private final String words;
        private final Pattern said;

        Trouble(String words, String said) {
            this.words = words;
            this.said = Pattern.compile("(?i)" + said);
        }

        static Optional<Trouble> of(String quote) {
            for (Trouble each : values()) {
                if (each.said.matcher(quote).find()) {
                    return Optional.of(each);
                }
            }
            return Optional.empty();
        }
    }

    /** Containers that run, and are kept from being ready by their database. Those that end of it are told with the crashes. */
    @Override
    public void look(State state, Consumer<Finding> found) {
        Place.of(state, (pod, container) -> waits(state, pod, container) ? Optional.of("") : Optional.empty())
                .forEach(place -> state.log(place.pod(), place.name(), false)
                        .map(LogReading::of)
                        .flatMap(Databases::failure)
                        .ifPresent(said -> found.accept(finding(place, said))));
    }

    private static boolean waits(State state, Pod pod, Container container) {
        return container.running()
                && !container.ready()
                && container.role() != Container.Role.INIT
                && !Crash.is(state, pod, container);
    }

    static Optional<Failure> failure(LogReading log) {
        return log.find(quote -> Trouble.of(quote).isPresent());
    }

    static Finding finding(Place place, Failure said) {
        Trouble trouble = Trouble.of(said.quote()).orElse(Trouble.UNREACHED);
        Optional<K8sObject> rotated = trouble == Trouble.CREDENTIALS ? rotated(place) : Optional.empty();
        String why = "%s: %s%s: %s"
                .formatted(
                        place.subject(),
                        trouble.words,
                        rotated.map(each -> ", and secret %s was changed after the pod started".formatted(each.name()))
                                .orElse(""),
                        said.quote());
        Finding finding = Crashes.log(place.finding(CauseId.APP_DB, 0.95, why), place, Optional.of(said))
                .because(
                        Hosts.behind(place.state(), place.pod().namespace(), said.quote() + "\n" + environment(place))
                                .stream()
                                .filter(each -> trouble == Trouble.UNREACHED && !each.equals(place.ref()))
                                .toList());
        return switch (trouble) {
            case CREDENTIALS ->
                rotated.isPresent()
                        ? finding.evidence(Evidence.field(
                                        rotated.get().ref(),
                                        "metadata.managedFields[].time",
                                        "after the start of " + place.pod().name()))
                                .fixes(restart(place, rotated.get()).stream().toList())
                        : finding.fixes(Fix.advice(
                                Fix.Risk.LOW, "Give the container the user and password that the database knows"));
            case CONNECTIONS ->
                finding.fixes(Fix.advice(
                        Fix.Risk.MEDIUM,
                        "Make the connection pools of all replicas together smaller than the database's limit"));
            case READ_ONLY ->
                finding.fixes(
                        Fix.advice(Fix.Risk.MEDIUM, "Connect to the primary, or end what made the database read-only"));
            case ABSENT -> finding.fixes(Fix.advice(Fix.Risk.MEDIUM, "Create the database, or name one that exists"));
            case UNREACHED ->
                finding.fixes(
                        Fix.advice(Fix.Risk.LOW, "Check that the database runs, and that host and port are right"));
        };
    }

    private static String environment(Place place) {
        StringBuilder values = new StringBuilder();
        place.container()
                .spec()
                .path("env")
                .forEach(each -> values.append(each.path("value").asText()).append('\n'));
        return values.toString();
    }

    /** A secret of the environment that was written after the pod had read it. */
    private static Optional<K8sObject> rotated(Place place) {
        Optional<Instant> started = Times.of(place.pod().object().json().at("/status/startTime"));
        return Crashes.environment(place).stream()
                .filter(secret -> started.flatMap(at -> written(secret).map(each -> each.isAfter(at)))
                        .orElse(false))
                .findFirst();
    }

    private static Optional<Instant> written(K8sObject secret) {
        return secret.items("/metadata/managedFields").stream()
                .flatMap(each -> Times.of(each.path("time")).stream())
                .max(Comparator.naturalOrder());
    }

    /** As {@code kubectl rollout restart} does it. */
    private static Optional<Fix> restart(Place place, K8sObject secret) {
        return place.podSpec()
                .filter(each -> !place.workload().kind().equals("CronJob"))
                .map(spec -> {
                    String annotations = spec.replaceFirst("/spec$", "/metadata/annotations");
                    String now = place.state().now().toString();
                    String name = "kubectl.kubernetes.io/restartedAt";
                    return Fix.patch(
                            Fix.Risk.MEDIUM,
                            "Restart the pods, so that they read secret " + secret.name() + " anew",
                            place.workload(),
                            place.workload().json().at(annotations).isObject()
                                    ? Fix.add(annotations + "/" + Fix.escape(name), now)
                                    : Fix.add(annotations, Map.of(name, now)));
                });
    }
}
