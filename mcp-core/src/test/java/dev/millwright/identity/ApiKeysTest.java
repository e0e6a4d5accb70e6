package dev.millwright.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millwright.identity.Unauthenticated.Reason;
import dev.millwright.store.Sql;
import dev.millwright.store.Store;
import dev.millwright.store.StoreUrl;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolException.Kind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ApiKeysTest {
    @TempDir
    Path directory;

    private final Clock clock = Clock.systemUTC();
    private Store store;
    private ApiKeys keys;

    @BeforeEach
    void open() {
        store = Store.open(new StoreUrl.Embedded(directory));
        keys = new ApiKeys(store, clock);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private ApiKeys.Issued issue(Optional<Instant> expires) {
        return keys.create("ci", Set.of("acme"), Set.of("fs:*"), expires);
    }

    private static void refuses(ApiKeys keys, String token, Reason reason) {
        assertThatThrownBy(() -> keys.authenticate(token))
                .isInstanceOfSatisfying(
                        Unauthenticated.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @Test
    void knowsTheCallerByTheKey() throws Exception {
        ApiKeys.Issued issued = issue(Optional.of(clock.instant().plusSeconds(60)));
        assertThat(issued.token()).matches("mw_[0-9a-f]{12}_[A-Za-z0-9_-]{43}");
        assertThat(keys.authenticate(issued.token()))
                .isEqualTo(new Caller("key:" + issued.key().id(), Set.of("fs:*"), Set.of("acme")));
        assertThat(issued.toString()).doesNotContain(issued.token());
    }

    @Test
    void storesNoKey() throws Exception {
        String token = issue(Optional.empty()).token();
        List<String> stored = store.read(c -> Sql.of("select hash from api_key").list(c, row -> row.getString(1)));
        assertThat(stored).singleElement().asString().matches("[0-9a-f]{64}");
        store.close();
        assertThat(Files.readString(directory.resolve("millwright.db"), StandardCharsets.ISO_8859_1))
                .doesNotContain(token.substring(16));
    }

    @Test
    void refusesEveryOtherKey() {
        String token = issue(Optional.empty()).token();
        char last = token.charAt(token.length() - 1);
        refuses(keys, token.substring(0, token.length() - 1) + (last == 'A' ? 'B' : 'A'), Reason.UNKNOWN);
        refuses(keys, "mw_000000000000_" + token.substring(16), Reason.UNKNOWN);
        refuses(keys, token + "A", Reason.UNKNOWN);
        refuses(keys, "mw_", Reason.UNKNOWN);
        refuses(keys, "", Reason.UNKNOWN);
    }

    @Test
    void refusesARevokedKeyAtOnceInEveryProcess() throws Exception {
        ApiKeys.Issued issued = issue(Optional.empty());
        try (Store other = Store.open(new StoreUrl.Embedded(directory))) {
            ApiKeys elsewhere = new ApiKeys(other, clock);
            elsewhere.authenticate(issued.token());
            assertThat(keys.revoke(issued.key().id()).revoked()).isPresent();
            refuses(elsewhere, issued.token(), Reason.REVOKED);
        }
        assertThat(keys.list())
                .singleElement()
                .satisfies(key -> assertThat(key.revoked()).isPresent());
    }

    @Test
    void refusesAKeyAfterItsTime() {
        String token = issue(Optional.of(clock.instant().plusSeconds(60))).token();
        refuses(new ApiKeys(store, Clock.offset(clock, Duration.ofMinutes(2))), token, Reason.EXPIRED);
    }

    @Test
    void saysWhatDoesNotFit() {
        assertThatThrownBy(() -> keys.revoke("none"))
                .isInstanceOfSatisfying(
                        ToolException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND));
        assertThatThrownBy(() -> keys.create(" ", Set.of("a"), Set.of("b"), Optional.empty()))
                .hasMessageContaining("1 to 100 characters");
        assertThatThrownBy(() -> keys.create("n", Set.of(), Set.of("b"), Optional.empty()))
                .hasMessageContaining("at least one tenant");
        assertThatThrownBy(() -> keys.create("n", Set.of("a"), Set.of("b c"), Optional.empty()))
                .hasMessageContaining("got b c");
        assertThatThrownBy(() -> issue(Optional.of(clock.instant().minusSeconds(1))))
                .hasMessageContaining("in the future");
    }
}
