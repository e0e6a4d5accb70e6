package dev.millwright.identity;

import dev.millwright.identity.Unauthenticated.Reason;
import dev.millwright.store.Sql;
import dev.millwright.store.Store;
import dev.millwright.store.Tokens;
import dev.millwright.tool.ToolException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * API keys: {@code mw_<id>_<43 characters of base64url>}, 256 bits of randomness of which only the hash is stored.
 *
 * <p>Nothing is kept in memory: a key that is revoked, by whatever process, is refused by the next request.
 */
public final class ApiKeys {
    /** How every key begins. */
    public static final String PREFIX = "mw_";

    private static final String COLUMNS = "id, name, tenants, scopes, created, expires, revoked";

    /** Compared with when there is no such key, so that it takes as long. */
    private static final String NO_HASH = "0".repeat(64);

    /** A new key and its token, which is shown now and never again. */
    public record Issued(ApiKey key, String token) {
        @Override
        public String toString() {
            return "Issued[key=" + key + ", token=***]";
        }
    }

    private record Stored(ApiKey key, String hash) {}

    private final Store store;
    private final Clock clock;
    private final Pattern token = Pattern.compile("mw_([a-z0-9]{12})_[A-Za-z0-9_-]{43}");

    public ApiKeys(Store store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /**
     * Makes a key.
     *
     * @param name for people, 1 to 100 characters
     * @param tenants it belongs to, at least one; {@code *} for all
     * @param scopes it holds, at least one
     * @throws ToolException {@code INVALID_INPUT}
     */
    public Issued create(String name, Set<String> tenants, Set<String> scopes, Optional<Instant> expires) {
        check(!name.isBlank() && name.length() <= 100, "a key's name must have 1 to 100 characters");
        words("tenant", tenants);
        words("scope", scopes);
        Instant now = Instant.ofEpochMilli(clock.millis());
        check(expires.isEmpty() || expires.get().isAfter(now), "a key must expire in the future");
        String id = Tokens.hash(Tokens.create()).substring(0, 12);
        String secret = PREFIX + id + "_" + Tokens.create();
        ApiKey key = new ApiKey(id, name, tenants, scopes, now, expires, Optional.empty());
        store.transact(c -> Sql.of(
                        "insert into api_key (id, name, hash, tenants, scopes, created, expires)"
                                + " values (?, ?, ?, ?, ?, ?, ?)",
                        id,
                        name,
                        Tokens.hash(secret),
                        String.join(" ", new TreeSet<>(tenants)),
                        String.join(" ", new TreeSet<>(scopes)),
                        now.toEpochMilli(),
                        expires.map(Instant::toEpochMilli))
                .update(c));
        return new Issued(key, secret);
    }

    private static void words(String what, Set<String> words) {
        check(!words.isEmpty(), "a key needs at least one " + what);
        words.forEach(word -> check(
                !word.isEmpty() && word.chars().allMatch(c -> c > 0x20 && c < 0x7f && c != '"' && c != '\\'),
                "a " + what + " is one word of printable ASCII, got " + word));
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw ToolException.invalidInput(otherwise);
        }
    }

    /** All keys, revoked ones too, oldest first. */
    public List<ApiKey> list() {
        return store.read(c -> Sql.of("select " + COLUMNS + " from api_key order by created, id")
                .list(c, ApiKeys::key));
    }

    /** Ends a key for every process at once; one that has ended stays so. @throws ToolException {@code NOT_FOUND} */
    public ApiKey revoke(String id) {
        long now = clock.millis();
        return store.transact(c -> {
                    Sql.of("update api_key set revoked = ? where id = ? and revoked is null", now, id)
                            .update(c);
                    return Sql.of("select " + COLUMNS + " from api_key where id = ?", id)
                            .find(c, ApiKeys::key);
                })
                .orElseThrow(() -> ToolException.notFound("no key " + id + "; list the keys to see their ids"));
    }

    /** @throws ToolException {@code UNAVAILABLE} when the store cannot be asked */
    public Caller authenticate(String presented) throws Unauthenticated {
        var shape = token.matcher(presented);
        if (!shape.matches()) {
            throw new Unauthenticated(Reason.UNKNOWN, "not a key of this server");
        }
        Optional<Stored> stored = store.read(c -> find(c, shape.group(1)));
        String hash = stored.map(Stored::hash).orElse(NO_HASH);
        if (!Tokens.same(hash, Tokens.hash(presented)) || stored.isEmpty()) {
            throw new Unauthenticated(Reason.UNKNOWN, "not a key of this server");
        }
        ApiKey key = stored.get().key();
        if (key.revoked().isPresent()) {
            throw new Unauthenticated(Reason.REVOKED, "the key " + key.id() + " has been revoked");
        } else if (key.expires().filter(end -> !end.isAfter(clock.instant())).isPresent()) {
            throw new Unauthenticated(Reason.EXPIRED, "the key " + key.id() + " has expired");
        }
        return new Caller("key:" + key.id(), key.scopes(), key.tenants());
    }

    private static Optional<Stored> find(Connection c, String id) throws SQLException {
        return Sql.of("select " + COLUMNS + ", hash from api_key where id = ?", id)
                .find(c, row -> new Stored(key(row), row.getString(8)));
    }

    private static ApiKey key(ResultSet row) throws SQLException {
        return new ApiKey(
                row.getString(1),
                row.getString(2),
                Set.of(row.getString(3).split(" ")),
                Set.of(row.getString(4).split(" ")),
                Instant.ofEpochMilli(row.getLong(5)),
                instant(row, 6),
                instant(row, 7));
    }

    private static Optional<Instant> instant(ResultSet row, int column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }
}
