package dev.millwright.store;

import java.sql.Connection;
import java.sql.SQLException;

/** What is done within one transaction; may run more than once, so it touches nothing but the connection. */
@FunctionalInterface
public interface Work<T extends @org.jspecify.annotations.Nullable Object> {
    T run(Connection connection) throws SQLException;
}
