package dev.millwright.server;

import dev.millwright.identity.ApiKeys;
import dev.millwright.identity.Authenticator;
import dev.millwright.identity.OAuthResourceServer;
import dev.millwright.json.Doc;
import dev.millwright.transport.http.Access;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Who may call over HTTP. With neither keys nor OAuth everyone who can connect is the local user: for loopback only. */
public record AuthConfig(
        @Doc(value = "Accept the API keys of `millwright keys`.", orElse = "false")
        boolean keys,

        @Doc("Accept the access tokens of an OAuth 2.1 authorization server.")
        Optional<OAuth> oauth) {
    /** An authorization server and what its tokens say. */
    public record OAuth(
            @Doc("Issuer, exactly as tokens name it.") String issuer,
            @Doc("URL of its keys (JWKS).") String jwks,

            @Doc(value = "Scopes that clients are told to ask for.", orElse = "[]")
            List<String> scopes,

            @Doc(value = "Signature algorithms, asymmetric ones.", orElse = "[\"RS256\",\"PS256\",\"ES256\"]")
            List<String> algorithms,

            @Doc(value = "Claim that holds the scopes.", orElse = "scope")
            String scopeClaim,

            @Doc(value = "Claim that holds the tenants.", orElse = "tenants")
            String tenantsClaim,

            @Doc(value = "Tenants of every subject, beside those its token lists.", orElse = "[]")
            List<String> tenants,

            @Doc(value = "Seconds by which clocks may differ.", min = 0, max = 300, orElse = "60")
            int clockSkewSeconds) {
        public OAuth {
            scopes = List.copyOf(scopes);
            algorithms = List.copyOf(algorithms);
            tenants = List.copyOf(tenants);
            // What does not fit is to stop the start, not the first request.
            new OAuthResourceServer.Settings(
                    issuer,
                    URI.create(jwks),
                    Set.of("any"),
                    Set.copyOf(algorithms),
                    scopeClaim,
                    tenantsClaim,
                    Set.copyOf(tenants),
                    Duration.ofSeconds(clockSkewSeconds));
        }
    }

    /** @param resources our canonical URIs, one of which a token must be for */
    Access access(Supplier<ApiKeys> apiKeys, List<String> resources) {
        Optional<OAuthResourceServer> tokens =
                oauth.map(given -> new OAuthResourceServer(settings(given, resources), Clock.systemUTC()));
        Optional<Access.OAuth> told = oauth.map(given -> new Access.OAuth(List.of(given.issuer()), given.scopes()));
        if (tokens.isPresent()) {
            return new Access.Guarded(
                    keys ? Authenticator.keysAndOAuth(apiKeys.get(), tokens.get()) : Authenticator.oauth(tokens.get()),
                    told);
        }
        return keys ? new Access.Guarded(Authenticator.keys(apiKeys.get()), told) : new Access.Open();
    }

    private static OAuthResourceServer.Settings settings(OAuth given, List<String> resources) {
        return new OAuthResourceServer.Settings(
                given.issuer(),
                URI.create(given.jwks()),
                Set.copyOf(resources),
                Set.copyOf(given.algorithms()),
                given.scopeClaim(),
                given.tenantsClaim(),
                Set.copyOf(given.tenants()),
                Duration.ofSeconds(given.clockSkewSeconds()));
    }
}
