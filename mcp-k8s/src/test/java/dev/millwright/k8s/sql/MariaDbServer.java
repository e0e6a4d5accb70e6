package dev.millwright.k8s.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Properties;

/** MariaDB with the performance schema, passwords required. */
final class MariaDbServer extends DatabaseServer {
    static final String PASSWORD = "canary-my-4d8s1q0z";

    MariaDbServer() {
        super("mysql");
        String data = "--datadir=" + folder.resolve("data");
        run(asAccount(
                "/usr/bin/mariadb-install-db",
                "--no-defaults",
                data,
                "--auth-root-authentication-method=normal",
                "--skip-test-db"));
        start(
                asAccount(
                        "/usr/sbin/mariadbd",
                        "--no-defaults",
                        data,
                        "--bind-address=127.0.0.1",
                        "--port=" + port,
                        "--socket=" + folder.resolve("socket"),
                        "--pid-file=" + folder.resolve("pid"),
                        "--performance-schema=ON",
                        "--log-bin=log",
                        "--server-id=1",
                        "--max-connections=30",
                        "--innodb-flush-log-at-trx-commit=0"),
                "server.log");
        awaitFirst();
        try (Connection connection = connect("", "root", "")) {
            try (var statement = connection.createStatement()) {
                statement.execute("create user 'root'@'127.0.0.1' identified by '" + PASSWORD + "'");
            } catch (SQLException e) {
                // It is there already: only its password is missing.
                try (var statement = connection.createStatement()) {
                    statement.execute("alter user 'root'@'127.0.0.1' identified by '" + PASSWORD + "'");
                }
            }
            try (var statement = connection.createStatement()) {
                statement.execute("grant all on *.* to 'root'@'127.0.0.1' with grant option");
                statement.execute("alter user 'root'@'localhost' identified by '" + PASSWORD + "'");
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void awaitFirst() {
        for (int i = 0; ; i++) {
            try (Connection connection = connect("", "root", "")) {
                connection.isValid(5);
                return;
            } catch (SQLException e) {
                if (i > 600) {
                    throw new IllegalStateException(e);
                }
                pause();
            }
        }
    }

    @Override
    Connection connect(String database) throws SQLException {
        return connect(database, "root", PASSWORD);
    }

    private Connection connect(String database, String user, String password) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        return Objects.requireNonNull(
                new org.mariadb.jdbc.Driver().connect("jdbc:mariadb://127.0.0.1:" + port + "/" + database, properties));
    }
}
