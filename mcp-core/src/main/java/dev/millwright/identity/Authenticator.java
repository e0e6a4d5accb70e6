package dev.millwright.identity;

import java.util.Optional;

/** Turns the Authorization header of a request into its caller. */
@FunctionalInterface
public interface Authenticator {
    /** @param header of this very request; empty when it has none */
    Caller authenticate(Optional<String> header) throws Unauthenticated;

    /** Takes everyone for the local user: for loopback only. */
    static Authenticator none() {
        return header -> Caller.local();
    }

    static Authenticator keys(ApiKeys keys) {
        return header -> keys.authenticate(Bearer.token(header));
    }

    static Authenticator oauth(OAuthResourceServer oauth) {
        return header -> oauth.authenticate(Bearer.token(header));
    }

    /** Our keys are told from tokens by how they begin. */
    static Authenticator keysAndOAuth(ApiKeys keys, OAuthResourceServer oauth) {
        return header -> {
            String token = Bearer.token(header);
            return token.startsWith(ApiKeys.PREFIX) ? keys.authenticate(token) : oauth.authenticate(token);
        };
    }
}
