package dev.millwright.identity;

import java.util.Set;

/**
 * Who calls.
 *
 * @param id {@code local}, {@code key:<id>} or {@code oauth:<issuer>#<subject>}; handles and sessions are bound to it
 * @param scopes held, as in {@link Scopes}
 * @param tenants belonged to by name; {@code *} for all
 */
public record Caller(String id, Set<String> scopes, Set<String> tenants) {
    private static final Caller LOCAL = new Caller("local", Set.of("*"), Set.of("*"));

    public Caller {
        scopes = Set.copyOf(scopes);
        tenants = Set.copyOf(tenants);
    }

    /** The user who started the process: all that the operating system lets them do. */
    public static Caller local() {
        return LOCAL;
    }

    public boolean may(String scope) {
        return Scopes.cover(scopes, scope);
    }

    public boolean belongsTo(String tenant) {
        return tenants.contains(tenant) || tenants.contains("*");
    }
}
