package dev.millwright.store;

import dev.millwright.tool.ToolException;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** What differs between the databases. */
interface Engine extends AutoCloseable {
    /** Where its scripts are, beside {@code any}. */
    String dialect();

    /** A connection in a transaction; one for reading is on a consistent view and refuses to write. */
    Connection borrow(boolean writing) throws SQLException;

    void commit(Connection connection) throws SQLException;

    void rollback(Connection connection) throws SQLException;

    /** @param whole whether its transaction was ended in order */
    void giveBack(Connection connection, boolean writing, boolean whole);

    boolean hasTable(Connection connection, String name) throws SQLException;

    /** For migrations: connections of their own. */
    DataSource dataSource();

    /** Whether the same work may succeed when begun again. */
    boolean passes(SQLException failure);

    /** What the operator has to do. */
    ToolException explain(SQLException failure);

    @Override
    void close();
}
