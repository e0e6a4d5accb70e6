package dev.millwright.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millwright.tool.ToolException;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class PostgresStoreTest extends StoreContract {
    private static EmbeddedPostgres server;

    @BeforeAll
    static void start() throws Exception {
        server = EmbeddedPostgres.builder()
                .setPGStartupWait(Duration.ofMinutes(1))
                .setServerConfig("fsync", "off") // its durability is not what is tested here
                .start();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Override
    StoreUrl url() throws Exception {
        String database = unique();
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create database " + database);
        }
        return at(server.getPort(), database);
    }

    private static StoreUrl at(int port, String database) {
        return new StoreUrl.Shared(
                "jdbc:postgresql://localhost:" + port + "/" + database,
                Optional.of("postgres"),
                Optional.of(() -> "postgres"));
    }

    @Test
    void saysThatItCannotBeReached() {
        try (Store nowhere = Store.open(at(1, "none"))) {
            assertThatThrownBy(() -> nowhere.read(c -> 1))
                    .isInstanceOf(ToolException.class)
                    .hasMessage("cannot reach postgresql://localhost:1/none; is it running, and reachable?");
        }
    }

    @Test
    void connectsAgainAfterItsConnectionsWereCut() throws Exception {
        store.read(c -> 1);
        Thread.sleep(600); // the pool trusts a connection for half a second after its last use
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()"
                    + " and application_name = 'millwright'");
        }
        assertThat(number("select count(*) from plan")).isZero();
    }

    @Test
    void saysThatThereIsNoSuchDatabase() {
        try (Store nowhere = Store.open(at(server.getPort(), "none"))) {
            assertThatThrownBy(() -> nowhere.read(c -> 1))
                    .isInstanceOf(ToolException.class)
                    .hasMessageContaining("no such database; create it");
        }
    }

    @Test
    void refusesAPasswordInTheUrl() {
        assertThatThrownBy(() -> new StoreUrl.Shared(
                        "jdbc:postgresql://localhost/x?user=a&password=hunter2", Optional.empty(), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("password")
                .hasMessageNotContaining("hunter2");
    }
}
