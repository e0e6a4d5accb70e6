package dev.millwright.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millwright.identity.Unauthenticated.Reason;
import dev.millwright.json.Json;
import dev.millwright.store.Store;
import dev.millwright.store.StoreUrl;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AuthenticatorTest {
    private final Challenge challenge =
            new Challenge("https://mcp.example.com/.well-known/oauth-protected-resource/mcp");

    @TempDir
    Path directory;

    @Test
    void takesEveryoneForTheLocalUserWhereThereIsNoAuthentication() throws Exception {
        assertThat(Authenticator.none().authenticate(Optional.empty())).isEqualTo(Caller.local());
        assertThat(Caller.local().may("anything:at:all")).isTrue();
    }

    @Test
    void tellsKeysFromTokens() throws Exception {
        try (Store store = Store.open(new StoreUrl.Embedded(directory))) {
            ApiKeys keys = new ApiKeys(store, Clock.systemUTC());
            OAuthResourceServer oauth = new OAuthResourceServer(
                    OAuthResourceServer.Settings.of("https://i", URI.create("https://i/jwks"), "https://us"),
                    Clock.systemUTC());
            Authenticator both = Authenticator.keysAndOAuth(keys, oauth);
            String token =
                    keys.create("k", Set.of("*"), Set.of("*"), Optional.empty()).token();
            assertThat(both.authenticate(Optional.of("bearer " + token)).id()).startsWith("key:");
            refuses(both, Optional.of("Bearer not.a.jwt"), Reason.UNKNOWN);
            refuses(both, Optional.empty(), Reason.MISSING);
            refuses(both, Optional.of("Basic dTpw"), Reason.MALFORMED);
            refuses(both, Optional.of("Bearer"), Reason.MALFORMED);
            refuses(both, Optional.of("Bearer a b"), Reason.MALFORMED);
            refuses(both, Optional.of("Bearer " + "a".repeat(20_000)), Reason.MALFORMED);
        }
    }

    private static void refuses(Authenticator authenticator, Optional<String> header, Reason reason) {
        assertThatThrownBy(() -> authenticator.authenticate(header))
                .isInstanceOfSatisfying(
                        Unauthenticated.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @Test
    void challengesWithTheWayToAToken() {
        assertThat(challenge.unauthorized(new Unauthenticated(Reason.MISSING, "send one"), List.of("fs:read")))
                .isEqualTo(
                        "Bearer resource_metadata=\"https://mcp.example.com/.well-known/oauth-protected-resource/mcp\""
                                + ", scope=\"fs:read\"");
        assertThat(challenge.unauthorized(new Unauthenticated(Reason.EXPIRED, "the \"token\" has expired"), List.of()))
                .endsWith(", error=\"invalid_token\", error_description=\"the ?token? has expired\"");
        assertThat(challenge.insufficientScope(List.of("fs:read", "fs:write")))
                .isEqualTo("Bearer error=\"insufficient_scope\", scope=\"fs:read fs:write\", resource_metadata="
                        + "\"https://mcp.example.com/.well-known/oauth-protected-resource/mcp\"");
    }

    @Test
    void describesTheProtectedResource() throws Exception {
        ResourceMetadata metadata =
                new ResourceMetadata("https://mcp.example.com/mcp", List.of("https://i"), List.of("fs:read"));
        assertThat(metadata.json())
                .isEqualTo(Json.read(
                        "{\"resource\":\"https://mcp.example.com/mcp\",\"authorization_servers\":[\"https://i\"],"
                                + "\"scopes_supported\":[\"fs:read\"],\"bearer_methods_supported\":[\"header\"]}"));
        assertThatThrownBy(() -> new ResourceMetadata("https://mcp.example.com/mcp", List.of(), List.of()))
                .hasMessageContaining("at least one authorization server");
    }

    @Test
    void coversAnAreaWithAStarAndNothingElse() {
        Caller caller = new Caller("c", Set.of("fs:*", "git:write"), Set.of());
        assertThat(caller.may("fs:read")).isTrue();
        assertThat(caller.may("fs:write:all")).isTrue();
        assertThat(caller.may("git:write")).isTrue();
        assertThat(caller.may("git:read")).isFalse();
        assertThat(caller.may("fsx:read")).isFalse();
        assertThat(caller.may("fs")).isFalse();
    }
}
