package dev.millwright.docker.failure;

import dev.millwright.store.Migrations;
import dev.millwright.store.Sql;
import dev.millwright.store.Store;
import dev.millwright.store.Tokens;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** What each tenant's builds taught: which fixes mended which failures, and changes that people made. */
public final class Learning {
    /** The tables it is kept in. */
    public static final Migrations MIGRATIONS = new Migrations("dockerbuild", 1);

    /** Different files whose same change must have mended the same failure before it is proposed. */
    public static final int CONFIRMATIONS = 3;

    /** Rows of a kind that a tenant may have; the oldest go. */
    private static final int MOST = 5_000;

    private record Outcome(String fingerprint, String fix, Odds.Outcomes outcomes) {}

    private record Mined(String change, String body, long files) {}

    private final Store store;
    private final Clock clock;
    private final UnaryOperator<String> masked;

    /** @param masked takes secrets out of a text; a change with one is not kept */
    public Learning(Store store, Clock clock, UnaryOperator<String> masked) {
        this.store = store;
        this.clock = clock;
        this.masked = masked;
    }

    /** The diagnosis with its fixes, and those that were learned, in the order of what is known of them. */
    public Diagnosis ranked(String tenant, Diagnosis diagnosis, Surroundings around) {
        String kind = diagnosis.kind().name();
        List<Outcome> seen = store.read(c -> Sql.of(
                        "select fingerprint, fix, worked, failed from docker_fix_outcome where tenant = ? and kind = ?",
                        tenant,
                        kind)
                .list(
                        c,
                        row -> new Outcome(
                                row.getString(1),
                                row.getString(2),
                                new Odds.Outcomes(row.getLong(3), row.getLong(4)))));
        Map<String, Odds.Outcomes> ofClass = new HashMap<>();
        Map<String, Odds.Outcomes> ofThis = new HashMap<>();
        for (Outcome each : seen) {
            ofClass.merge(
                    each.fix(),
                    each.outcomes(),
                    (one, other) -> new Odds.Outcomes(one.worked() + other.worked(), one.failed() + other.failed()));
            if (each.fingerprint().equals(diagnosis.fingerprint())) {
                ofThis.put(each.fix(), each.outcomes());
            }
        }
        List<Fix> fixes = new ArrayList<>(diagnosis.fixes());
        fixes.addAll(mined(tenant, diagnosis, around));
        List<Fix> ranked = fixes.stream()
                .map(fix -> fix.withOdds(Odds.of(
                        fix.odds(),
                        ofClass.getOrDefault(fix.id(), Odds.Outcomes.NONE),
                        ofThis.getOrDefault(fix.id(), Odds.Outcomes.NONE))))
                .sorted(Comparator.comparingDouble(Fix::odds).reversed())
                .toList();
        return diagnosis.with(ranked);
    }

    private List<Fix> mined(String tenant, Diagnosis diagnosis, Surroundings around) {
        List<Mined> mined = store.read(c -> Sql.of(
                        "select change, min(body), count(*) from docker_mined_fix where tenant = ? and fingerprint = ?"
                                + " group by change having count(*) >= ?",
                        tenant,
                        diagnosis.fingerprint(),
                        CONFIRMATIONS)
                .list(c, row -> new Mined(row.getString(1), row.getString(2), row.getLong(3))));
        List<Fix> fixes = new ArrayList<>();
        for (Mined each : mined) {
            MinedChange change = MinedChange.of(each.body());
            Optional<Edit> edit =
                    around.recipe().flatMap(recipe -> change.in(recipe.source(), diagnosis.instruction()));
            fixes.add(new Fix(
                    "mined-" + each.change().substring(0, 8),
                    "%d files of yours passed after this change: %s"
                            .formatted(each.files(), each.body().replace("\n", " ⏎ ")),
                    edit.isPresent(),
                    each.files() / (each.files() + 1.0),
                    edit.stream().toList()));
        }
        return fixes;
    }

    /** Counts how a fix did for a failure. */
    public void feedback(String tenant, FailureClass kind, String fingerprint, String fix, boolean worked) {
        store.transact(c -> {
            int changed = Sql.of(
                            "update docker_fix_outcome set worked = worked + ?, failed = failed + ?, seen = ?"
                                    + " where tenant = ? and fingerprint = ? and fix = ?",
                            worked ? 1 : 0,
                            worked ? 0 : 1,
                            clock.millis(),
                            tenant,
                            fingerprint,
                            fix)
                    .update(c);
            if (changed == 0) {
                Sql.of(
                                "insert into docker_fix_outcome (tenant, fingerprint, fix, kind, worked, failed, seen)"
                                        + " values (?, ?, ?, ?, ?, ?, ?)",
                                tenant,
                                fingerprint,
                                fix,
                                kind.name(),
                                worked ? 1 : 0,
                                worked ? 0 : 1,
                                clock.millis())
                        .update(c);
                prune(c, tenant, "docker_fix_outcome");
            }
            return changed;
        });
    }

    /**
     * Remembers that a file failed, for when it passes.
     *
     * @param file names context and Dockerfile within the tenant
     */
    public void failed(String tenant, String file, Diagnosis diagnosis, String dockerfile) {
        if (!masked.apply(dockerfile).equals(dockerfile)) {
            return;
        }
        store.transact(c -> {
            forget(c, tenant, file);
            Sql.of(
                            "insert into docker_failed_file (tenant, file, fingerprint, kind, dockerfile, seen)"
                                    + " values (?, ?, ?, ?, ?, ?)",
                            tenant,
                            Tokens.hash(file),
                            diagnosis.fingerprint(),
                            diagnosis.kind().name(),
                            dockerfile,
                            clock.millis())
                    .update(c);
            prune(c, tenant, "docker_failed_file");
            return 0;
        });
    }

    /** Learns what changed in a file since it failed; one file confirms one change once. */
    public void passed(String tenant, String file, String dockerfile) {
        store.transact(c -> {
            Optional<String[]> before = Sql.of(
                            "select fingerprint, dockerfile from docker_failed_file where tenant = ? and file = ?",
                            tenant,
                            Tokens.hash(file))
                    .find(c, row -> new String[] {row.getString(1), row.getString(2)});
            forget(c, tenant, file);
            Optional<MinedChange> change = before.flatMap(each -> MinedChange.between(each[1], dockerfile))
                    .filter(each -> masked.apply(each.text()).equals(each.text()));
            if (change.isPresent()) {
                confirm(c, tenant, before.get()[0], change.get().text(), Tokens.hash(file));
            }
            return 0;
        });
    }

    private void confirm(Connection c, String tenant, String fingerprint, String body, String file)
            throws SQLException {
        String change = Tokens.hash(body);
        boolean known = Sql.of(
                        "select 1 from docker_mined_fix where tenant = ? and fingerprint = ? and change = ? and file = ?",
                        tenant,
                        fingerprint,
                        change,
                        file)
                .find(c, row -> true)
                .orElse(false);
        if (!known) {
            Sql.of(
                            "insert into docker_mined_fix (tenant, fingerprint, change, file, body, seen)"
                                    + " values (?, ?, ?, ?, ?, ?)",
                            tenant,
                            fingerprint,
                            change,
                            file,
                            body,
                            clock.millis())
                    .update(c);
            prune(c, tenant, "docker_mined_fix");
        }
    }

    private static void forget(Connection c, String tenant, String file) throws SQLException {
        Sql.of("delete from docker_failed_file where tenant = ? and file = ?", tenant, Tokens.hash(file))
                .update(c);
    }

    private static void prune(Connection c, String tenant, String table) throws SQLException {
        Optional<Long> oldest = Sql.of(
                        "select seen from " + table + " where tenant = ? order by seen desc limit 1 offset " + MOST,
                        tenant)
                .find(c, row -> row.getLong(1));
        if (oldest.isPresent()) {
            Sql.of("delete from " + table + " where tenant = ? and seen <= ?", tenant, oldest.get())
                    .update(c);
        }
    }
}
