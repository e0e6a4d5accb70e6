package dev.millwright.k8s.sql;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A kind of database server that we know the statistics of. */
public enum Engine {
    POSTGRESQL(5432, List.of("postgres", "postgis", "timescale", "spilo", "pgvector", "cloudnative-pg")),
    /** Also MariaDB, Percona Server. */
    MYSQL(3306, List.of("mysql", "mariadb", "percona"));

    private final int port;
    private final List<String> images;

    Engine(int port, List<String> images) {
        this.port = port;
        this.images = images;
    }

    /** Where it listens unless told otherwise. */
    public int port() {
        return port;
    }

    /** The engine that an image holds, by its name; exporters, proxies and tools around one are none. */
    static Optional<Engine> ofImage(String image) {
        String path = image.toLowerCase(Locale.ROOT);
        String name = path.substring(path.lastIndexOf('/') + 1);
        if (List.of("exporter", "pgbouncer", "pgadmin", "phpmyadmin", "proxysql", "backup", "operator").stream()
                .anyMatch(name::contains)) {
            return Optional.empty();
        }
        return List.of(values()).stream()
                .filter(engine -> engine.images.stream().anyMatch(path::contains))
                .findFirst();
    }
}
