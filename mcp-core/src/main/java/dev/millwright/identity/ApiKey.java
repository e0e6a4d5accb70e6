package dev.millwright.identity;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** A key as it is stored: everything but the key. */
public record ApiKey(
        String id,
        String name,
        Set<String> tenants,
        Set<String> scopes,
        Instant created,
        Optional<Instant> expires,
        Optional<Instant> revoked) {
    public ApiKey {
        tenants = Set.copyOf(tenants);
        scopes = Set.copyOf(scopes);
    }
}
