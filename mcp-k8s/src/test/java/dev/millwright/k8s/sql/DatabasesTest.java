package dev.millwright.k8s.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.reach.Clusters;
import dev.millwright.k8s.stub.World;
import dev.millwright.tool.ToolException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real PostgreSQL and MariaDB, reached through a port-forward of the played API server. */
class DatabasesTest {
    private static PostgresServer postgres;
    private static MariaDbServer maria;

    @TempDir
    Path temp;

    private World world;

    @BeforeAll
    static void start() throws SQLException {
        postgres = new PostgresServer();
        postgres.execute(
                "postgres",
                "create extension pg_stat_statements",
                "create table orders (id int primary key, note text)",
                "insert into orders select i, repeat('x', 50) from generate_series(1, 20000) i");
        maria = new MariaDbServer();
        maria.execute(
                "",
                "create database shop",
                "create table shop.orders (id int primary key, note varchar(100)) engine=InnoDB",
                "insert into shop.orders values (1, 'a'), (2, 'b')");
    }

    @AfterAll
    static void stop() {
        postgres.close();
        maria.close();
    }

    @BeforeEach
    void load() {
        world = new World(temp).load("""
                apiVersion: v1
                kind: Secret
                metadata: {name: pg-login}
                data: {password: %s}
                ---
                apiVersion: v1
                kind: Secret
                metadata: {name: pg-url}
                data: {DATABASE_URL: %s}
                ---
                apiVersion: v1
                kind: Secret
                metadata: {name: wrong}
                data: {username: %s, password: %s}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: shop-db}
                spec: {selector: {app: pg}, ports: [{port: 5432}]}
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: pg-0, labels: {app: pg}}
                spec:
                  containers:
                  - name: main
                    image: docker.io/library/postgres:15
                    ports: [{containerPort: 5432}]
                    env:
                    - {name: POSTGRES_PASSWORD, valueFrom: {secretKeyRef: {name: pg-login, key: password}}}
                status:
                  phase: Running
                  conditions: [{type: Ready, status: "True"}]
                  containerStatuses: [{name: main, ready: true, restartCount: 0, state: {running: {}}}]
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: my-0, labels: {app: my}}
                spec:
                  containers:
                  - name: exporter
                    image: prom/mysqld-exporter:1
                  - name: main
                    image: mariadb:10.11
                    envFrom: [{secretRef: {name: my-login}}]
                status:
                  phase: Running
                  conditions: [{type: Ready, status: "True"}]
                  containerStatuses:
                  - {name: exporter, ready: true, restartCount: 0, state: {running: {}}}
                  - {name: main, ready: true, restartCount: 0, state: {running: {}}}
                ---
                apiVersion: v1
                kind: Secret
                metadata: {name: my-login}
                data: {MARIADB_ROOT_PASSWORD: %s, MARIADB_DATABASE: %s}
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: web-0}
                spec: {containers: [{name: web, image: nginx:1}]}
                status: {phase: Running, containerStatuses: [{name: web, ready: true, restartCount: 0, state: {running: {}}}]}
                """.formatted(
                        base64(PostgresServer.PASSWORD),
                        base64("postgresql://postgres:%s@shop-db:5432/postgres".formatted(PostgresServer.PASSWORD)),
                        base64("postgres"),
                        base64("canary-wrong-0a1b2c"),
                        base64(MariaDbServer.PASSWORD),
                        base64("shop")));
        world.server().port("shop", "pg-0", 5432, postgres.port).port("shop", "my-0", 3306, maria.port);
    }

    @AfterEach
    void close() {
        world.close();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private Statistics of(String target) throws Exception {
        return of(target, Optional.empty(), Optional.empty());
    }

    private Statistics of(String target, Optional<Engine> engine, Optional<String> secret) throws Exception {
        Clusters.Work<Statistics> work = (Cluster cluster) ->
                new Databases(cluster, "shop").statistics(target, engine, secret, Optional.empty(), 5);
        return world.clusters().use(world.call(), Optional.empty(), work);
    }

    /** Asks until what was begun beside is seen. */
    private static <T> T await(Supplier<Optional<T>> look) {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (true) {
            Optional<T> found = look.get();
            if (found.isPresent()) {
                return found.get();
            }
            if (System.nanoTime() > end) {
                throw new AssertionError("not seen in a minute");
            }
            DatabaseServer.pause();
        }
    }

    private Supplier<Optional<Statistics.Blocked>> blocked(String target) {
        return () -> {
            try {
                return of(target).blocked().stream().findFirst();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        };
    }

    @Test
    void readsPostgresWithTheLoginOfItsContainer() throws Exception {
        postgres.execute("postgres", "select count(*) from orders where note = 'canary-literal'");

        Statistics read = of("shop-db");

        assertThat(read.version()).startsWith("PostgreSQL 1");
        assertThat(read.connections().max()).isEqualTo(20);
        assertThat(read.connections().used()).isPositive();
        assertThat(read.cacheHit()).isPresent();
        assertThat(read.top()).isNotEmpty().allMatch(each -> each.calls() > 0);
        assertThat(read.notes()).isEmpty();
        assertThat(read.toString()).doesNotContain(PostgresServer.PASSWORD).doesNotContain("canary-literal");
    }

    @Test
    void seesWhoWaitsForWhomInPostgres() throws Exception {
        try (Connection holder = postgres.connect("postgres");
                Statement holds = holder.createStatement()) {
            holder.setAutoCommit(false);
            holds.execute("update orders set note = 'canary-holder' where id = 1");
            Thread waiter = waiting(() -> postgres.execute("postgres", "update orders set note = 'w' where id = 1"));

            Statistics.Blocked seen = await(blocked("pod/pg-0"));

            assertThat(seen.query()).isEqualTo("update orders set note = ? where id = ?");
            assertThat(seen.holder()).isEqualTo("update orders set note = ? where id = ?");
            assertThat(of("pod/pg-0").findings()).anyMatch(each -> each.contains("wait for locks"));
            holder.rollback();
            waiter.join();
        }
    }

    @Test
    void countsDeadRowsAndLongTransactions() throws Exception {
        postgres.execute(
                "postgres",
                "create table if not exists worn (id int) with (autovacuum_enabled = false)",
                "insert into worn select generate_series(1, 5000)",
                "delete from worn where id > 1000",
                "analyze worn");

        Statistics.Table worn = await(() -> {
            try {
                return of("shop-db").bloat().stream()
                        .filter(each -> each.name().equals("public.worn"))
                        .findFirst();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });

        assertThat(worn.dead()).isEqualTo(4000);
        assertThat(worn.share()).isBetween(0.6, 0.8);
    }

    @Test
    void measuresAStandbyFromBothSides() throws Exception {
        int standby = postgres.standby();
        world.load("""
                apiVersion: v1
                kind: Pod
                metadata: {name: pg-1}
                spec:
                  containers:
                  - {name: main, image: "postgres:15", env: [{name: POSTGRES_PASSWORD, value: %s}]}
                status: {phase: Running, containerStatuses: [{name: main, ready: true, restartCount: 0, state: {running: {}}}]}
                """.formatted(PostgresServer.PASSWORD));
        world.server().port("shop", "pg-1", 5432, standby);

        Statistics.Replica replica = await(() -> {
            try {
                return of("shop-db").replicas().stream()
                        .filter(each -> each.state().equals("streaming"))
                        .findFirst();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        Statistics behind = await(() -> {
            try {
                return Optional.of(of("pg-1"))
                        .filter(each -> each.replicas().getFirst().lagSeconds().isPresent());
            } catch (ToolException e) {
                return Optional.empty();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });

        assertThat(replica.name()).isEqualTo("standby-1");
        assertThat(replica.lagBytes()).isPresent();
        assertThat(behind.replicas())
                .singleElement()
                .satisfies(each -> assertThat(each.lagSeconds()).isPresent());
        assertThat(of("shop-db").findings()).anyMatch(each -> each.contains("replication slot unused is not used"));
    }

    @Test
    void changesNothing() throws Exception {
        of("shop-db");
        of("my-0");

        try (Connection connection = postgres.connect("postgres");
                Statement statement = connection.createStatement()) {
            try (var rows = statement.executeQuery("select count(*) from pg_class where relname like 'mw%'")) {
                rows.next();
                assertThat(rows.getInt(1)).isZero();
            }
        }
        assertThat(world.server().changes()).isEmpty();
    }

    @Test
    void readsMariaDbBesideItsExporter() throws Exception {
        maria.execute("shop", "select * from orders where note = 'canary-literal'");

        Statistics read = of("pod/my-0");

        assertThat(read.version()).startsWith("MariaDB 1");
        assertThat(read.connections().max()).isEqualTo(30);
        assertThat(read.cacheHit()).isPresent();
        assertThat(read.top())
                .anyMatch(
                        each -> each.query().toLowerCase(java.util.Locale.ROOT).contains("orders"));
        assertThat(read.notes()).isEmpty();
        assertThat(read.toString()).doesNotContain(MariaDbServer.PASSWORD).doesNotContain("canary-literal");
    }

    @Test
    void seesWhoWaitsForWhomInMariaDb() throws Exception {
        try (Connection holder = maria.connect("shop");
                Statement holds = holder.createStatement()) {
            holder.setAutoCommit(false);
            holds.execute("update orders set note = 'canary-holder' where id = 1");
            Thread waiter = waiting(() -> maria.execute("shop", "update orders set note = 'w' where id = 1"));

            Statistics.Blocked seen = await(blocked("my-0"));

            assertThat(seen.query()).isEqualTo("update orders set note = ? where id = ?");
            holder.rollback();
            waiter.join();
        }
    }

    private interface Doing {
        void run() throws SQLException;
    }

    private static Thread waiting(Doing doing) {
        return Thread.ofVirtual().start(() -> {
            try {
                doing.run();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void takesTheLoginFromASecretThatIsNamed() throws Exception {
        assertThat(of("shop-db", Optional.empty(), Optional.of("pg-url")).version())
                .startsWith("PostgreSQL");

        assertThatThrownBy(() -> of("shop-db", Optional.empty(), Optional.of("nosuch")))
                .hasMessageContaining("/secret nosuch");
        assertThatThrownBy(() -> of("shop-db", Optional.empty(), Optional.of("wrong")))
                .isInstanceOfSatisfying(
                        ToolException.class, e -> assertThat(e.kind()).isEqualTo(ToolException.Kind.DENIED))
                .hasMessageContaining("postgres of Secret wrong")
                .hasMessageNotContaining("canary-wrong");
    }

    @Test
    void saysWhatIsWrongWithATarget() {
        assertThatThrownBy(() -> of("nosuch")).hasMessageContaining("/target nosuch: there is no such service");
        assertThatThrownBy(() -> of("web-0")).hasMessageContaining("nginx:1").hasMessageContaining("/engine");
        assertThatThrownBy(() -> of("cron/x")).hasMessageContaining("/target must be NAME or KIND/NAME");
        assertThatThrownBy(() -> of("web-0", Optional.of(Engine.POSTGRESQL), Optional.empty()))
                .hasMessageContaining("/secret is required");
    }

    @Test
    void saysWhichRightIsMissing() {
        world.server().deny("get", "secrets", "shop");

        assertThatThrownBy(() -> of("shop-db"))
                .isInstanceOfSatisfying(
                        ToolException.class, e -> assertThat(e.kind()).isEqualTo(ToolException.Kind.DENIED))
                .hasMessageContaining("secrets");
    }
}
