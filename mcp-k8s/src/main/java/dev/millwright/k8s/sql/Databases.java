package dev.millwright.k8s.sql;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.k8s.api.ApiError;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.api.ListQuery;
import dev.millwright.k8s.api.Tunnel;
import dev.millwright.k8s.model.Container;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Pod;
import dev.millwright.k8s.model.Selector;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** The databases of one namespace: found by what they run in, reached through a port-forward, logged in to, asked. */
public final class Databases {
    /** The context of credentials that a pod has; from there a pod is reached without a port-forward. */
    private static final String IN_CLUSTER = "in-cluster";

    private record Place(Pod pod, Container container, Engine engine, int port) {}

    private final Cluster cluster;
    private final String namespace;

    public Databases(Cluster cluster, String namespace) {
        this.cluster = cluster;
        this.namespace = namespace;
    }

    /**
     * Asks a database for its statistics.
     *
     * @param target as in {@code shop-db} or {@code statefulset/shop-db}: a Service, StatefulSet, Deployment or Pod
     * @param secret with the login; empty to look at what the container is given
     * @param most rows of each list
     */
    public Statistics statistics(
            String target, Optional<Engine> engine, Optional<String> secret, Optional<String> database, int most)
            throws IOException {
        Place place = place(target, engine);
        Logins logins = new Logins(cluster, namespace, place.engine());
        Login login = secret.isPresent()
                ? logins.ofSecret(secret.get(), database)
                : logins.ofContainer(place.container(), database);
        try (Tunnel tunnel = cluster.forward(namespace, place.pod().name(), place.port())) {
            try {
                return ask(place, "127.0.0.1", tunnel.port(), login, most);
            } catch (ToolException e) {
                throw tunnel.failure()
                        .map(why -> e.saying(e.getMessage() + "; the way to the pod breaks: " + why))
                        .orElse(e);
            }
        } catch (ApiError e) {
            String address = place.pod().object().text("/status/podIP");
            if (cluster.context().equals(IN_CLUSTER) && e.isForbidden() && !address.isEmpty()) {
                return ask(place, address, place.port(), login, most);
            }
            throw e;
        }
    }

    private static Statistics ask(Place place, String host, int port, Login login, int most) {
        try (Connection connection = connect(place.engine(), host, port, login)) {
            Asking asking = new Asking(connection);
            return switch (place.engine()) {
                case POSTGRESQL -> new Postgres(asking, most).read();
                case MYSQL -> new MySql(asking, most).read();
            };
        } catch (SQLException e) {
            throw refused(place, login, e);
        }
    }

    /** Reads only, by the session's own settings; no statement may take longer than 8 s nor wait 1 s for a lock. */
    private static Connection connect(Engine engine, String host, int port, Login login) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", login.user());
        properties.setProperty("password", login.password());
        String address = host.contains(":") ? "[" + host + "]" : host;
        switch (engine) {
            case POSTGRESQL -> {
                properties.setProperty("PGDBNAME", login.database());
                properties.setProperty("ApplicationName", "millwright");
                properties.setProperty("connectTimeout", "10");
                properties.setProperty("loginTimeout", "15");
                properties.setProperty("socketTimeout", "20");
                properties.setProperty("sslmode", "prefer");
                properties.setProperty(
                        "options",
                        "-c default_transaction_read_only=on -c statement_timeout=8000 -c lock_timeout=1000");
                return connected(new org.postgresql.Driver()
                        .connect("jdbc:postgresql://" + address + ":" + port + "/", properties));
            }
            case MYSQL -> {
                properties.setProperty("connectTimeout", "10000");
                properties.setProperty("socketTimeout", "20000");
                properties.setProperty("allowLocalInfile", "false");
                properties.setProperty("sessionVariables", "innodb_lock_wait_timeout=1");
                properties.setProperty("connectionAttributes", "program_name:millwright");
                return readingOnly(connected(new org.mariadb.jdbc.Driver()
                        .connect("jdbc:mariadb://" + address + ":" + port + "/", properties)));
            }
        }
        throw new AssertionError(engine);
    }

    private static Connection readingOnly(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("set session transaction read only");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private static Connection connected(@Nullable Connection connection) throws SQLException {
        if (connection == null) {
            throw new SQLException("the driver does not know its own address");
        }
        return connection;
    }

    private static ToolException refused(Place place, Login login, SQLException e) {
        String state = String.valueOf(e.getSQLState());
        String message = "database in pod %s: %s".formatted(place.pod().name(), Asking.firstLine(e));
        if (state.startsWith("28") || e.getErrorCode() == 1045) {
            return ToolException.denied(message + "; the login " + login
                    + " does not fit: was the password changed after the database was made?");
        } else if (state.equals("53300") || e.getErrorCode() == 1040) {
            return ToolException.limit(message + "; all connections are taken");
        } else if (state.equals("3D000") || e.getErrorCode() == 1049) {
            return ToolException.invalidInput("/database " + login.database() + ": " + message);
        }
        return ToolException.unavailable(message, e);
    }

    private Place place(String target, Optional<Engine> engine) {
        List<Pod> pods = pods(target);
        if (pods.isEmpty()) {
            throw ToolException.conflict("/target %s has no pods in %s".formatted(target, namespace));
        }
        Pod pod = pods.stream()
                .min(Comparator.comparing((Pod each) -> !each.ready()).thenComparing(Pod::name))
                .orElseThrow();
        for (Container container : pod.containers()) {
            Optional<Engine> runs = engine.isPresent()
                            && container.role() == Container.Role.MAIN
                            && (Engine.ofImage(container.image()).equals(engine) || mains(pod) == 1)
                    ? engine
                    : engine.isPresent() ? Optional.empty() : Engine.ofImage(container.image());
            if (runs.isPresent()) {
                if (!container.ready()) {
                    throw ToolException.unavailable(
                            "/target %s: container %s of pod %s is not ready; k8s_diagnose says why"
                                    .formatted(target, container.name(), pod.name()));
                }
                return new Place(pod, container, runs.get(), port(container, runs.get()));
            }
        }
        throw ToolException.invalidInput(
                "/target %s runs %s, which is no PostgreSQL, MySQL or MariaDB by name; give /engine where it is one"
                        .formatted(
                                target,
                                String.join(
                                        ", ",
                                        pod.containers().stream()
                                                .map(Container::image)
                                                .toList())));
    }

    private static long mains(Pod pod) {
        return pod.containers().stream()
                .filter(each -> each.role() == Container.Role.MAIN)
                .count();
    }

    private static int port(Container container, Engine engine) {
        OptionalInt declared = container.ports().stream()
                .mapToInt(each -> each.path("containerPort").asInt())
                .filter(each -> each == engine.port() || container.ports().size() == 1)
                .findFirst();
        return declared.orElse(engine.port());
    }

    private List<Pod> pods(String target) {
        int slash = target.indexOf('/');
        List<Kind> kinds = slash < 0
                ? List.of(Kinds.SERVICE, Kinds.STATEFUL_SET, Kinds.DEPLOYMENT, Kinds.POD)
                : List.of(Kinds.named(target.substring(0, slash))
                        .orElseThrow(() -> ToolException.invalidInput(
                                "/target must be NAME or KIND/NAME with a service, statefulset, deployment or pod, got "
                                        + target)));
        String name = target.substring(slash + 1);
        for (Kind kind : kinds) {
            Optional<JsonNode> found = cluster.get(kind, Optional.of(namespace), name);
            if (found.isPresent()) {
                K8sObject object = new K8sObject(found.get());
                if (kind.equals(Kinds.POD)) {
                    return List.of(new Pod(object));
                }
                Selector selector = kind.equals(Kinds.SERVICE)
                        ? Selector.ofLabels(object.spec().path("selector"))
                        : Selector.of(object.spec().path("selector"));
                return selector.isEmpty() ? List.of() : selected(selector);
            }
        }
        throw ToolException.notFound("/target %s: there is no such service, stateful set, deployment or pod in %s"
                .formatted(target, namespace));
    }

    private List<Pod> selected(Selector selector) {
        List<Pod> pods = new ArrayList<>();
        cluster.list(Kinds.POD, ListQuery.in(Optional.of(namespace)).labels(selector.toString()))
                .items()
                .forEach(each -> pods.add(new Pod(new K8sObject(each))));
        pods.removeIf(each -> each.finished() || each.deleting());
        return pods;
    }
}
