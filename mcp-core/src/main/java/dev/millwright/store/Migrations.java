package dev.millwright.store;

import java.util.regex.Pattern;

/**
 * The tables of one module and the version they are at, so that a current schema is recognised with one query.
 *
 * <p>The scripts are Flyway's, {@code V1__what.sql} to {@code V<version>__what.sql}, on the class path in
 * {@code db/<module>/sqlite} and {@code db/<module>/postgresql}, or in {@code db/<module>/any} where one text suits both.
 *
 * @param module lower-case letters, as in {@code core}; names the history table
 * @param version of the newest script
 */
public record Migrations(String module, int version) {
    private static final Pattern MODULE = Pattern.compile("[a-z]{1,32}");

    static final Migrations CORE = new Migrations("core", 1);

    public Migrations {
        if (!MODULE.matcher(module).matches() || version < 1) {
            throw new IllegalArgumentException("no migrations for module " + module + " at version " + version);
        }
    }
}
