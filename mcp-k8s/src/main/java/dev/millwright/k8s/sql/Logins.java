package dev.millwright.k8s.sql;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.model.Container;
import dev.millwright.tool.ToolException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds the login of a database: in the Secret that was named, else in what its container is given. */
final class Logins {
    private static final List<String> USERS =
            List.of("POSTGRES_USER", "PGUSER", "POSTGRESQL_USERNAME", "MYSQL_USER", "MARIADB_USER", "username", "user");
    private static final List<String> PASSWORDS = List.of(
            "POSTGRES_PASSWORD",
            "PGPASSWORD",
            "POSTGRESQL_PASSWORD",
            "POSTGRESQL_POSTGRES_PASSWORD",
            "MYSQL_PASSWORD",
            "MARIADB_PASSWORD",
            "postgres-password",
            "mysql-password",
            "mariadb-password",
            "password");
    private static final List<String> ROOT_PASSWORDS =
            List.of("MYSQL_ROOT_PASSWORD", "MARIADB_ROOT_PASSWORD", "mysql-root-password", "mariadb-root-password");
    private static final List<String> DATABASES = List.of(
            "POSTGRES_DB",
            "PGDATABASE",
            "POSTGRESQL_DATABASE",
            "MYSQL_DATABASE",
            "MARIADB_DATABASE",
            "dbname",
            "database",
            "db");
    private static final List<String> URLS = List.of("DATABASE_URL", "uri", "url", "connection-string");

    private final Cluster cluster;
    private final String namespace;
    private final Engine engine;

    Logins(Cluster cluster, String namespace, Engine engine) {
        this.cluster = cluster;
        this.namespace = namespace;
        this.engine = engine;
    }

    /** @throws ToolException {@code NOT_FOUND} for no such Secret, {@code INVALID_INPUT} for one without a password */
    Login ofSecret(String name, Optional<String> database) {
        Map<String, String> values = secret(name)
                .orElseThrow(() ->
                        ToolException.notFound("/secret %s: there is no such Secret in %s".formatted(name, namespace)));
        return login(values, database, "Secret " + name)
                .orElseThrow(() -> ToolException.invalidInput(
                        "/secret %s has no password that is known by its key; it has the keys %s, known are %s"
                                .formatted(
                                        name,
                                        String.join(", ", values.keySet()),
                                        String.join(", ", PASSWORDS.subList(8, PASSWORDS.size())) + ", "
                                                + String.join(", ", URLS))));
    }

    /** @throws ToolException {@code INVALID_INPUT} where the container is given no password */
    Login ofContainer(Container container, Optional<String> database) {
        Map<String, String> values = new LinkedHashMap<>();
        Set<String> from = new LinkedHashSet<>();
        for (JsonNode source : container.spec().path("envFrom")) {
            String prefix = source.path("prefix").asText();
            String name = source.at("/secretRef/name").asText();
            if (!name.isEmpty()) {
                secret(name).ifPresent(keys -> keys.forEach((key, value) -> values.put(prefix + key, value)));
                from.add("Secret " + name);
            }
        }
        for (JsonNode variable : container.spec().path("env")) {
            String name = variable.path("name").asText();
            JsonNode reference = variable.at("/valueFrom/secretKeyRef");
            if (reference.isObject()) {
                String secret = reference.path("name").asText();
                secret(secret)
                        .flatMap(keys -> Optional.ofNullable(
                                keys.get(reference.path("key").asText())))
                        .ifPresent(value -> values.put(name, value));
                from.add("Secret " + secret);
            } else if (variable.path("value").isTextual()) {
                values.put(name, variable.path("value").textValue());
            }
        }
        String where = from.isEmpty() ? "the environment of container " + container.name() : String.join(", ", from);
        return login(values, database, where)
                .orElseThrow(() -> ToolException.invalidInput(
                        "/secret is required: container %s is given no password that is known by its name (looked at %s)"
                                .formatted(container.name(), where)));
    }

    private Optional<Login> login(Map<String, String> values, Optional<String> database, String from) {
        Optional<Login> byUrl = first(values, URLS).flatMap(url -> ofUrl(url, database, from));
        if (byUrl.isPresent()) {
            return byUrl;
        }
        String admin = engine == Engine.POSTGRESQL ? "postgres" : "root";
        Optional<String> password = first(values, PASSWORDS);
        Optional<String> root = engine == Engine.MYSQL ? first(values, ROOT_PASSWORDS) : Optional.empty();
        String user = root.isPresent() ? admin : first(values, USERS).orElse(admin);
        return root.or(() -> password)
                .map(found -> new Login(
                        user,
                        found,
                        database.or(() -> first(values, DATABASES))
                                .orElse(
                                        engine == Engine.POSTGRESQL
                                                ? (user.equals("postgres") ? "postgres" : user)
                                                : ""),
                        from));
    }

    private static Optional<Login> ofUrl(String text, Optional<String> database, String from) {
        try {
            URI url = URI.create(text.strip());
            String[] who = Optional.ofNullable(url.getRawUserInfo()).orElse("").split(":", 2);
            if (who.length < 2) {
                return Optional.empty();
            }
            String path = Optional.ofNullable(url.getPath()).orElse("").replaceFirst("^/", "");
            return Optional.of(new Login(decoded(who[0]), decoded(who[1]), database.orElse(path), from));
        } catch (IllegalArgumentException e) {
            // No URL: other keys of the same Secret may still do.
            return Optional.empty();
        }
    }

    private static String decoded(String part) {
        return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static Optional<String> first(Map<String, String> values, List<String> names) {
        for (String name : names) {
            for (Map.Entry<String, String> each : values.entrySet()) {
                if (each.getKey().toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT))
                        && !each.getValue().isBlank()) {
                    return Optional.of(each.getValue());
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Map<String, String>> secret(String name) {
        return cluster.get(Kinds.SECRET, Optional.of(namespace), name).map(secret -> {
            Map<String, String> values = new LinkedHashMap<>();
            secret.path("data").properties().forEach(each -> values.put(each.getKey(), plain(each.getValue())));
            return values;
        });
    }

    private static String plain(JsonNode base64) {
        return new String(Base64.getMimeDecoder().decode(base64.asText()), StandardCharsets.UTF_8).strip();
    }
}
