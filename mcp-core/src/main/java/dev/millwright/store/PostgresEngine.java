package dev.millwright.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import com.zaxxer.hikari.util.Credentials;
import dev.millwright.tool.ToolException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.slf4j.LoggerFactory;

/** PostgreSQL, through a pool; serializable where it writes, one snapshot where it reads. */
final class PostgresEngine implements Engine {
    private static final int CONNECTIONS = 10;
    private static final long CONNECT_MILLIS = 5_000;

    /** Advisory lock of whoever migrates: "millwrig" in ASCII. Ends with its connection when the process dies. */
    private static final long MIGRATING = 0x6d696c6c77726967L;

    private final String place;
    private final HikariDataSource pool;

    private PostgresEngine(String place, HikariDataSource pool) {
        this.place = place;
        this.pool = pool;
    }

    static PostgresEngine open(StoreUrl.Shared url, List<Migrations> modules) {
        String place = url.url().replaceFirst("^jdbc:", "").replaceFirst("\\?.*", "");
        HikariConfig config = new HikariConfig();
        config.setPoolName("store");
        config.setJdbcUrl(url.url());
        config.setCredentialsProvider(() -> Credentials.of(
                url.user().orElse(null), url.password().map(Supplier::get).orElse(null)));
        config.setMaximumPoolSize(CONNECTIONS);
        config.setMinimumIdle(0);
        config.setConnectionTimeout(CONNECT_MILLIS);
        config.addDataSourceProperty("ApplicationName", "millwright");
        config.addDataSourceProperty("connectTimeout", "5");
        config.addDataSourceProperty("tcpKeepAlive", "true");
        HikariDataSource pool;
        try {
            pool = new HikariDataSource(config);
        } catch (HikariPool.PoolInitializationException e) {
            throw Stream.iterate((Throwable) e, t -> t != null, Throwable::getCause)
                    .filter(SQLException.class::isInstance)
                    .map(cause -> explain(place, (SQLException) cause))
                    .findFirst()
                    .orElseGet(() -> ToolException.unavailable("cannot reach " + place, e));
        }
        PostgresEngine engine = new PostgresEngine(place, pool);
        try (Connection alone = pool.getConnection();
                Statement lock = alone.createStatement()) {
            // Flyway makes its history table before it takes its own lock; two at once would both make it.
            lock.execute("select pg_advisory_lock(" + MIGRATING + ")");
            Migration.run(engine, modules, place);
            lock.execute("select pg_advisory_unlock(" + MIGRATING + ")");
            return engine;
        } catch (SQLException e) {
            engine.close();
            throw engine.explain(e);
        } catch (RuntimeException e) {
            engine.close();
            throw e;
        }
    }

    @Override
    public String dialect() {
        return "postgresql";
    }

    @Override
    public Connection borrow(boolean writing) throws SQLException {
        Connection connection = pool.getConnection();
        try {
            connection.setAutoCommit(false);
            connection.setReadOnly(!writing);
            connection.setTransactionIsolation(
                    writing ? Connection.TRANSACTION_SERIALIZABLE : Connection.TRANSACTION_REPEATABLE_READ);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    @Override
    public void commit(Connection connection) throws SQLException {
        connection.commit();
    }

    @Override
    public void rollback(Connection connection) throws SQLException {
        connection.rollback();
    }

    /** The pool rolls back and tests what it gets back. */
    @Override
    public void giveBack(Connection connection, boolean writing, boolean whole) {
        try {
            if (!whole) {
                pool.evictConnection(connection);
            }
            connection.close();
        } catch (SQLException e) {
            LoggerFactory.getLogger(PostgresEngine.class).debug("closing a connection", e);
        }
    }

    @Override
    public boolean hasTable(Connection connection, String name) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("select to_regclass(?) is not null")) {
            query.setString(1, '"' + name + '"');
            try (ResultSet row = query.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    @Override
    public DataSource dataSource() {
        return pool;
    }

    /** Serialization failure and deadlock: PostgreSQL asks for another attempt of the whole transaction. */
    @Override
    public boolean passes(SQLException failure) {
        return state(failure).equals("40001") || state(failure).equals("40P01");
    }

    @Override
    public ToolException explain(SQLException failure) {
        return explain(place, failure);
    }

    /** By SQLSTATE, https://www.postgresql.org/docs/current/errcodes-appendix.html. */
    private static ToolException explain(String place, SQLException failure) {
        String state = state(failure);
        if (state.startsWith("28")) {
            return ToolException.unavailable(place + " refuses the user or password", failure);
        } else if (state.equals("3D000")) {
            return ToolException.unavailable(place + ": there is no such database; create it", failure);
        } else if (state.equals("42501")) {
            return ToolException.unavailable(
                    place + ": the user may not do that; let it create and use tables in its schema", failure);
        } else if (state.equals("25006")) {
            return ToolException.unavailable(place + " is read-only, perhaps a standby; name the primary", failure);
        } else if (state.equals("53100")) {
            return ToolException.unavailable("the disk of " + place + " is full; free space", failure);
        } else if (state.startsWith("53") || state.startsWith("57")) {
            return ToolException.unavailable(place + " takes no more work now; try again later", failure);
        } else if (state.startsWith("08") || failure instanceof SQLTransientConnectionException) {
            return ToolException.unavailable("cannot reach " + place + "; is it running, and reachable?", failure);
        }
        return ToolException.internal("the store failed", failure);
    }

    private static String state(SQLException failure) {
        return failure.getSQLState() == null ? "" : failure.getSQLState();
    }

    @Override
    public void close() {
        pool.close();
    }
}
