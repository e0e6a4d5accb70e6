package dev.millwright.k8s.sql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One connection, asked fixed questions; what it will not answer becomes a note. */
final class Asking {
    /** Makes something of one row. */
    @FunctionalInterface
    interface Row<T> {
        T of(ResultSet row) throws SQLException;
    }

    private static final int SECONDS = 10;

    private final Connection connection;
    private final List<String> notes = new ArrayList<>();

    Asking(Connection connection) {
        this.connection = connection;
    }

    /** @param what for the note when it is refused, as in {@code blocked sessions} */
    <T> List<T> all(String what, String sql, Row<T> row) {
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(SECONDS);
            List<T> rows = new ArrayList<>();
            try (ResultSet result = statement.executeQuery(sql)) {
                while (result.next()) {
                    rows.add(row.of(result));
                }
            }
            return rows;
        } catch (SQLException e) {
            // One question less: the others are still worth an answer.
            notes.add(what + ": " + firstLine(e));
            return List.of();
        }
    }

    <T> Optional<T> one(String what, String sql, Row<T> row) {
        return all(what, sql, row).stream().findFirst();
    }

    List<String> notes() {
        return notes;
    }

    static String firstLine(SQLException e) {
        String message = String.valueOf(e.getMessage());
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }
}
