package dev.millwright.k8s.sql;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Properties;

/** PostgreSQL with pg_stat_statements, passwords required, and a standby on demand. */
final class PostgresServer extends DatabaseServer {
    static final String PASSWORD = "canary-pg-7f3k2m9x";
    static final String SCRAM = "scram-sha-256";

    PostgresServer() {
        super("postgres");
        try {
            Path password = Files.writeString(folder.resolve("password"), PASSWORD);
            run("chmod", "644", password.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        run(asAccount(
                bin("initdb"),
                "--pgdata=" + folder.resolve("data"),
                "--username=postgres",
                "--auth=" + SCRAM,
                "--pwfile=" + folder.resolve("password"),
                "--no-sync"));
        start(
                asAccount(
                        bin("postgres"),
                        "-D",
                        folder.resolve("data").toString(),
                        "-p",
                        String.valueOf(port),
                        "-c",
                        "listen_addresses=127.0.0.1",
                        "-c",
                        "unix_socket_directories=" + folder,
                        "-c",
                        "fsync=off",
                        "-c",
                        "max_connections=20",
                        "-c",
                        "shared_preload_libraries=pg_stat_statements"),
                "server.log");
        awaitReady("postgres");
    }

    private static String bin(String name) {
        return program("/usr/lib/postgresql", name).toString();
    }

    @Override
    Connection connect(String database) throws SQLException {
        return connect(port, database);
    }

    static Connection connect(int port, String database) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", "postgres");
        properties.setProperty("password", PASSWORD);
        return Objects.requireNonNull(new org.postgresql.Driver()
                .connect("jdbc:postgresql://127.0.0.1:" + port + "/" + database, properties));
    }

    /** Starts a hot standby of it. @return its port */
    int standby() throws SQLException {
        execute("postgres", "select pg_create_physical_replication_slot('unused', true)");
        int its;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            its = socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        run(asAccount(
                bin("pg_basebackup"),
                "--dbname=host=127.0.0.1 user=postgres application_name=standby-1 port=" + port + " password="
                        + PASSWORD,
                "--pgdata=" + folder.resolve("standby"),
                "--write-recovery-conf",
                "--checkpoint=fast",
                "--no-sync"));
        start(
                asAccount(
                        bin("postgres"),
                        "-D",
                        folder.resolve("standby").toString(),
                        "-p",
                        String.valueOf(its),
                        "-c",
                        "listen_addresses=127.0.0.1",
                        "-c",
                        "unix_socket_directories=" + folder,
                        "-c",
                        "max_connections=20",
                        "-c",
                        "shared_preload_libraries=pg_stat_statements"),
                "standby.log");
        return its;
    }
}
