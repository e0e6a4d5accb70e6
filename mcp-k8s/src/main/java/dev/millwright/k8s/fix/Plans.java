package dev.millwright.k8s.fix;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.millwright.json.Json;
import dev.millwright.k8s.diagnose.Fix;
import dev.millwright.mask.SecretText;
import dev.millwright.store.Migrations;
import dev.millwright.store.Sql;
import dev.millwright.store.Store;
import dev.millwright.store.Tokens;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** The fixes of diagnoses, kept for as long as a person needs to agree; each can be applied once, by who was told of it. */
public final class Plans {
    /** The tables they are kept in. */
    public static final Migrations MIGRATIONS = new Migrations("kubernetes", 1);

    /** How long a plan can be applied. */
    public static final Duration LIFE = Duration.ofMinutes(10);

    /** Outcome of a fix whose application nobody has seen the end of. */
    private static final String BEGUN = "begun";

    private static final String AGAIN = "; diagnose again for a new plan";

    /** What was kept under one id. */
    public record Plan(String id, String context, List<Planned> fixes) {
        public Plan {
            fixes = List.copyOf(fixes);
        }

        /** @throws ToolException {@code INVALID_INPUT} for an id that the plan does not have, or that stands twice */
        public List<Planned> choose(List<String> fixIds) {
            List<Planned> chosen = new ArrayList<>();
            for (int i = 0; i < fixIds.size(); i++) {
                String id = fixIds.get(i);
                int at = i;
                Planned fix = fixes.stream()
                        .filter(each -> each.fixId().equals(id))
                        .findFirst()
                        .orElseThrow(() -> ToolException.invalidInput("/fix_ids/%d %s is not in this plan; it has %s"
                                .formatted(
                                        at,
                                        id,
                                        String.join(
                                                ", ",
                                                fixes.stream()
                                                        .map(Planned::fixId)
                                                        .toList()))));
                if (chosen.contains(fix)) {
                    throw ToolException.invalidInput("/fix_ids/%d %s stands twice".formatted(i, id));
                }
                chosen.add(fix);
            }
            return chosen;
        }
    }

    private record Row(String caller, String tenant, String context, long expires) {}

    private record Kept(Planned fix, String digest) {}

    private final Store store;
    private final Clock clock;

    public Plans(Store store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /**
     * Keeps fixes for the caller of a call.
     *
     * @param context the resolved one, as {@link dev.millwright.k8s.api.Cluster#context} says
     * @return an id that nobody can guess
     */
    public String keep(Call call, String context, List<Planned> fixes) {
        if (new HashSet<>(fixes.stream().map(Planned::fixId).toList()).size() != fixes.size()) {
            throw new IllegalArgumentException("fix ids must be unique within a plan");
        }
        String id = Tokens.create();
        String hash = Tokens.hash(id);
        long now = clock.millis();
        store.transact(c -> {
            Sql.of("delete from k8s_fix where plan in (select hash from k8s_plan where expires < ?)", old(now))
                    .update(c);
            Sql.of("delete from k8s_plan where expires < ?", old(now)).update(c);
            Sql.of(
                            "insert into k8s_plan (hash, caller, tenant, context, expires) values (?, ?, ?, ?, ?)",
                            hash,
                            call.caller(),
                            call.tenant().name(),
                            context,
                            now + LIFE.toMillis())
                    .update(c);
            for (int i = 0; i < fixes.size(); i++) {
                Planned each = fixes.get(i);
                Sql.of(
                                "insert into k8s_fix (plan, id, place, body, digest) values (?, ?, ?, ?, ?)",
                                hash,
                                each.fixId(),
                                i,
                                Json.write(each),
                                each.digest())
                        .update(c);
            }
            return fixes.size();
        });
        return id;
    }

    /** Expired plans are kept as long again, to say that they have expired. */
    private static long old(long now) {
        return now - LIFE.toMillis();
    }

    /** @throws ToolException {@code CONFLICT} when the plan is unknown, another caller's or tenant's, or has expired */
    public Plan find(Call call, String planId) {
        String hash = Tokens.hash(planId);
        Row row = row(hash)
                .filter(each -> Tokens.same(each.caller(), call.caller())
                        && Tokens.same(each.tenant(), call.tenant().name()))
                .orElseThrow(() -> ToolException.conflict("/plan_id is not a plan of yours" + AGAIN));
        if (row.expires() <= clock.millis()) {
            throw ToolException.conflict(
                    "/plan_id has expired: plans live %d minutes".formatted(LIFE.toMinutes()) + AGAIN);
        }
        return new Plan(planId, row.context(), fixes(hash));
    }

    /** @throws ToolException {@code CONFLICT} when the fix was applied before, saying how that ended */
    public void unused(Plan plan, Planned fix) {
        refuse(fix, store.read(c -> outcome(c, plan, fix)));
    }

    /**
     * Uses a fix up, just before it is applied.
     *
     * @throws ToolException as {@link #unused}
     */
    public void use(Plan plan, Planned fix) {
        refuse(fix, store.transact(c -> {
            Optional<String> outcome = outcome(c, plan, fix);
            if (outcome.isEmpty()) {
                Sql.of(
                                "update k8s_fix set outcome = ? where plan = ? and id = ?",
                                BEGUN,
                                Tokens.hash(plan.id()),
                                fix.fixId())
                        .update(c);
            }
            return outcome;
        }));
    }

    private static Optional<String> outcome(Connection c, Plan plan, Planned fix) throws SQLException {
        return Sql.of(
                        "select coalesce(outcome, '') from k8s_fix where plan = ? and id = ?",
                        Tokens.hash(plan.id()),
                        fix.fixId())
                .find(c, row -> row.getString(1))
                .filter(each -> !each.isEmpty());
    }

    private static void refuse(Planned fix, Optional<String> outcome) {
        if (outcome.isPresent()) {
            String ended = outcome.get().equals(BEGUN)
                    ? "begun, and not ended; it may have changed "
                            + fix.change().target()
                    : outcome.get();
            throw ToolException.conflict("/fix_ids %s was applied before: %s".formatted(fix.fixId(), ended) + AGAIN);
        }
    }

    /** Writes down how the application of a fix ended. */
    public void ended(Plan plan, Planned fix, String outcome) {
        store.transact(c -> Sql.of(
                        "update k8s_fix set outcome = ? where plan = ? and id = ?",
                        outcome,
                        Tokens.hash(plan.id()),
                        fix.fixId())
                .update(c));
    }

    /** The worst risk among some fixes of a plan, whoever asks; all of them where none is named; empty for an unknown plan. */
    public Optional<Fix.Risk> risk(String planId, Collection<String> fixIds) {
        return fixes(Tokens.hash(planId)).stream()
                .filter(each -> fixIds.isEmpty() || fixIds.contains(each.fixId()))
                .map(each -> each.fix().risk())
                .max(Comparator.naturalOrder());
    }

    /** What some fixes of a plan do, for a person to confirm: as in {@code set replicas to 2 (Deployment shop/web)}. */
    public List<String> words(String planId, Collection<String> fixIds) {
        return fixes(Tokens.hash(planId)).stream()
                .filter(each -> fixIds.isEmpty() || fixIds.contains(each.fixId()))
                .map(each -> "%s (%s)"
                        .formatted(
                                SecretText.text(each.fix().what()),
                                each.change().target()))
                .toList();
    }

    private Optional<Row> row(String hash) {
        return store.read(c -> Sql.of("select caller, tenant, context, expires from k8s_plan where hash = ?", hash)
                .find(c, row -> new Row(row.getString(1), row.getString(2), row.getString(3), row.getLong(4))));
    }

    private List<Planned> fixes(String hash) {
        List<Kept> kept = store.read(c -> Sql.of("select body, digest from k8s_fix where plan = ? order by place", hash)
                .list(c, row -> new Kept(planned(row.getString(1)), row.getString(2))));
        for (Kept each : kept) {
            if (!Tokens.same(each.fix().digest(), each.digest())) {
                throw ToolException.conflict("the plan was changed where it is kept" + AGAIN);
            }
        }
        return kept.stream().map(Kept::fix).toList();
    }

    private static Planned planned(String body) {
        try {
            return Json.mapper().readValue(body, Planned.class);
        } catch (JsonProcessingException e) {
            throw ToolException.internal("a kept fix is not readable", e);
        }
    }
}
