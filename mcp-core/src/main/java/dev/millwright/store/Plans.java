package dev.millwright.store;

import dev.millwright.tool.ToolException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** Plan tokens: the second step of a call that no person could be asked about. */
public final class Plans {
    private record Plan(Bound call, long expires, boolean used) {}

    private final Store store;
    private final Clock clock;

    public Plans(Store store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /** A token, 43 characters of base64url, that lets exactly this call through once within {@code life}. */
    public String issue(Bound call, Duration life) {
        String token = Tokens.create();
        long now = clock.millis();
        store.transact(c -> {
            Sql.of("delete from plan where expires < ?", now - life.toMillis()).update(c);
            return Sql.of(
                            "insert into plan (hash, caller, tenant, tool, digest, expires) values (?, ?, ?, ?, ?, ?)",
                            Tokens.hash(token),
                            call.caller(),
                            call.tenant(),
                            call.tool(),
                            call.digest(),
                            now + life.toMillis())
                    .update(c);
        });
        return token;
    }

    /**
     * Uses a token up; one that is presented with another call stays as it is.
     *
     * @throws ToolException {@code CONFLICT} when it is unknown, used, expired, or another call's
     */
    public void redeem(String token, Bound call) {
        String hash = Tokens.hash(token);
        long now = clock.millis();
        Optional<String> refusal = store.transact(c -> {
            Optional<Plan> plan = Sql.of(
                            "select caller, tenant, tool, digest, expires, used from plan where hash = ?", hash)
                    .find(
                            c,
                            row -> new Plan(
                                    new Bound(row.getString(1), row.getString(2), row.getString(3), row.getString(4)),
                                    row.getLong(5),
                                    row.getObject(6) != null));
            Optional<String> wrong =
                    plan.isPresent() ? wrong(plan.get(), call, now) : Optional.of("is not one of ours");
            if (wrong.isEmpty()) {
                Sql.of("update plan set used = ? where hash = ?", now, hash).update(c);
            }
            return wrong;
        });
        if (refusal.isPresent()) {
            throw ToolException.conflict(
                    "the plan token " + refusal.get() + "; make the call without one to get a new one");
        }
    }

    private static Optional<String> wrong(Plan plan, Bound call, long now) {
        if (!Tokens.same(plan.call().caller(), call.caller())
                || !Tokens.same(plan.call().tenant(), call.tenant())) {
            return Optional.of("is not one of ours");
        } else if (!Tokens.same(plan.call().tool(), call.tool())
                || !Tokens.same(plan.call().digest(), call.digest())) {
            return Optional.of("is for another tool or other arguments");
        } else if (plan.used()) {
            return Optional.of("has been used");
        } else if (plan.expires() <= now) {
            return Optional.of("has expired");
        }
        return Optional.empty();
    }
}
