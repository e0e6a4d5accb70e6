package dev.millwright.store;

import dev.millwright.tool.ToolException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** Brings tables to the version this program knows; does not even load Flyway when they are there. */
final class Migration {
    private Migration() {}

    /** @param place how messages call the database */
    static void run(Engine engine, List<Migrations> modules, String place) throws SQLException {
        for (Migrations module : modules) {
            int found = version(engine, module);
            if (found > module.version()) {
                throw ToolException.unavailable(
                        place + " was written by a newer Millwright (its schema " + module.module()
                                + " is at " + found + ", this program knows " + module.version()
                                + "); update Millwright, or use another store");
            } else if (found < module.version()) {
                migrate(engine, module, place);
            }
        }
    }

    private static int version(Engine engine, Migrations module) throws SQLException {
        Connection connection = engine.borrow(false);
        boolean whole = false;
        try {
            int version = 0;
            if (engine.hasTable(connection, history(module))) {
                String query =
                        "select max(cast(\"version\" as integer)) from \"" + history(module) + "\" where \"success\"";
                try (Statement statement = connection.createStatement();
                        ResultSet row = statement.executeQuery(query)) {
                    version = row.next() ? row.getInt(1) : 0;
                }
            }
            engine.commit(connection);
            whole = true;
            return version;
        } finally {
            engine.giveBack(connection, false, whole);
        }
    }

    private static void migrate(Engine engine, Migrations module, String place) throws SQLException {
        try {
            Flyway.configure(Migration.class.getClassLoader())
                    .dataSource(engine.dataSource())
                    .locations(
                            "classpath:db/" + module.module() + "/any",
                            "classpath:db/" + module.module() + "/" + engine.dialect())
                    .table(history(module))
                    .baselineOnMigrate(true)
                    .baselineVersion("0")
                    .loggers("slf4j")
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            SQLException cause = Stream.iterate((Throwable) e, t -> t != null, Throwable::getCause)
                    .filter(SQLException.class::isInstance)
                    .map(SQLException.class::cast)
                    .findFirst()
                    .orElseThrow(() -> ToolException.unavailable(
                            "the schema " + module.module() + " of " + place + " could not be brought to version "
                                    + module.version(),
                            e));
            throw cause;
        }
    }

    private static String history(Migrations module) {
        return module.module() + "_history";
    }
}
