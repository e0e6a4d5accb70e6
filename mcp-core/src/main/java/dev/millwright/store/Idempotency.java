package dev.millwright.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import dev.millwright.tool.ToolException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** Replies kept by the caller's key, so that a repeated call is answered and not performed again. */
public final class Idempotency {
    private record Kept(String digest, Optional<String> reply) {}

    private final Store store;
    private final Clock clock;

    public Idempotency(Store store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /**
     * The kept reply, or empty: the key is now reserved and the caller performs, then {@link #complete}s.
     *
     * <p>A reservation whose process was killed stays until its life ends: nobody knows whether the call was performed.
     *
     * @throws ToolException {@code CONFLICT} when the key was used for other arguments, or its first call has not ended
     */
    public Optional<JsonNode> reserve(String key, Bound call, Duration life) {
        long now = clock.millis();
        Optional<Kept> kept = store.transact(c -> {
            Sql.of("delete from idempotency where expires <= ?", now).update(c);
            Optional<Kept> found = find(c, key, call);
            if (found.isEmpty()) {
                Sql.of(
                                "insert into idempotency (caller, tenant, tool, key, digest, expires)"
                                        + " values (?, ?, ?, ?, ?, ?)",
                                call.caller(),
                                call.tenant(),
                                call.tool(),
                                key,
                                call.digest(),
                                now + life.toMillis())
                        .update(c);
            }
            return found;
        });
        return kept.map(k -> reply(k, call));
    }

    /** Keeps the reply until the reservation's life ends. */
    public void complete(String key, Bound call, JsonNode reply) {
        String text = Json.write(reply);
        store.transact(c -> Sql.of(
                        "update idempotency set reply = ? where caller = ? and tenant = ? and tool = ? and key = ?"
                                + " and digest = ? and reply is null",
                        text,
                        call.caller(),
                        call.tenant(),
                        call.tool(),
                        key,
                        call.digest())
                .update(c));
    }

    /** Gives up a reservation whose call did nothing. */
    public void release(String key, Bound call) {
        store.transact(c -> Sql.of(
                        "delete from idempotency where caller = ? and tenant = ? and tool = ? and key = ?"
                                + " and digest = ? and reply is null",
                        call.caller(),
                        call.tenant(),
                        call.tool(),
                        key,
                        call.digest())
                .update(c));
    }

    private static Optional<Kept> find(Connection c, String key, Bound call) throws SQLException {
        return Sql.of(
                        "select digest, reply from idempotency where caller = ? and tenant = ? and tool = ? and key = ?",
                        call.caller(),
                        call.tenant(),
                        call.tool(),
                        key)
                .find(c, row -> new Kept(row.getString(1), Optional.ofNullable(row.getString(2))));
    }

    private static JsonNode reply(Kept kept, Bound call) {
        if (!Tokens.same(kept.digest(), call.digest())) {
            throw ToolException.conflict("this idempotency key was used with other arguments; use a new key");
        }
        String reply = kept.reply()
                .orElseThrow(() -> ToolException.conflict(
                        "the first call with this idempotency key has not ended; wait and ask again"));
        try {
            return Json.read(reply);
        } catch (JsonProcessingException e) {
            throw ToolException.internal("a kept reply is not JSON", e);
        }
    }
}
