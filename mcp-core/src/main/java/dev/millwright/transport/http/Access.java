package dev.millwright.transport.http;

import dev.millwright.identity.Authenticator;
import java.util.List;
import java.util.Optional;

/** Whether and how requests are authenticated. */
public sealed interface Access {
    /** Everyone who can connect is the local user; only for loopback. */
    record Open() implements Access {}

    /** Every request carries a key or a token. @param oauth what clients are told about getting a token */
    record Guarded(Authenticator authenticator, Optional<OAuth> oauth) implements Access {}

    /**
     * Where access tokens come from.
     *
     * @param authorizationServers issuers, at least one
     * @param scopes the least a client needs to be useful
     */
    record OAuth(List<String> authorizationServers, List<String> scopes) {
        public OAuth {
            authorizationServers = List.copyOf(authorizationServers);
            scopes = List.copyOf(scopes);
            if (authorizationServers.isEmpty()) {
                throw new IllegalArgumentException("OAuth needs at least one authorization server");
            }
        }
    }
}
