package dev.millwright.k8s.sql;

import dev.millwright.k8s.sql.Statistics.Blocked;
import dev.millwright.k8s.sql.Statistics.Connections;
import dev.millwright.k8s.sql.Statistics.Replica;
import dev.millwright.k8s.sql.Statistics.Session;
import dev.millwright.k8s.sql.Statistics.Statement;
import dev.millwright.k8s.sql.Statistics.Table;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** The questions for PostgreSQL 12 and newer, from its cumulative statistics views (documentation, chapter 28). */
final class Postgres {
    private static final long LONG_SECONDS = 5;

    private final Asking asking;
    private final int most;

    Postgres(Asking asking, int most) {
        this.asking = asking;
        this.most = most;
    }

    Statistics read() {
        String version = asking.one("version", "show server_version", row -> "PostgreSQL " + row.getString(1))
                .orElse("PostgreSQL");
        boolean standby = asking.one("role", "select pg_is_in_recovery()", row -> row.getBoolean(1))
                .orElse(false);
        Connections connections = connections();
        OptionalDouble hit = hit();
        List<Session> longest = longest();
        List<Blocked> blocked = blocked();
        List<Table> bloat = bloat();
        List<Replica> replicas = standby ? behind() : replicas();
        List<Statement> top = top();
        Findings findings = new Findings()
                .connections(connections)
                .cache(hit, "shared_buffers")
                .blocked(blocked)
                .replicas(replicas);
        longest.stream()
                .filter(each -> each.state().startsWith("idle in transaction") && each.seconds() > 60)
                .findFirst()
                .ifPresent(each -> findings.add(
                        "session %d has held a transaction open and idle for %d s: it keeps locks and stops vacuum"
                                .formatted(each.id(), each.seconds())));
        bloat.stream()
                .filter(each -> each.share() > 0.4)
                .forEach(each -> findings.add("table %s has %d dead rows (%.0f %%): vacuum does not keep up"
                        .formatted(each.name(), each.dead(), each.share() * 100)));
        slots(findings);
        return new Statistics(
                version, findings.all(), connections, hit, longest, blocked, bloat, replicas, top, asking.notes());
    }

    private Connections connections() {
        return asking.one(
                        "connections",
                        """
                        select count(*) filter (where backend_type = 'client backend'),
                               current_setting('max_connections')::int,
                               count(*) filter (where backend_type = 'client backend' and state = 'active'),
                               count(*) filter (where backend_type = 'client backend' and state like 'idle in transaction%')
                        from pg_stat_activity""",
                        row -> new Connections(row.getInt(1), row.getInt(2), row.getInt(3), Optional.of(row.getInt(4))))
                .orElse(new Connections(0, 0, 0, Optional.empty()));
    }

    private OptionalDouble hit() {
        return asking.one("cache hits", """
                        select sum(blks_hit)::float8 / nullif(sum(blks_hit) + sum(blks_read), 0)
                        from pg_stat_database where datname = current_database()""", Postgres::number).orElse(OptionalDouble.empty());
    }

    private List<Session> longest() {
        return asking.all(
                "long statements",
                """
                select pid, coalesce(usename, ''), coalesce(state, ''),
                       extract(epoch from clock_timestamp()
                           - case when state like 'idle in%%' then xact_start else query_start end)::bigint,
                       coalesce(query, '')
                from pg_stat_activity
                where backend_type = 'client backend' and pid <> pg_backend_pid() and state <> 'idle'
                  and extract(epoch from clock_timestamp()
                           - case when state like 'idle in%%' then xact_start else query_start end) > %d
                order by 4 desc limit %d""".formatted(LONG_SECONDS, most),
                row -> new Session(
                        row.getLong(1),
                        row.getString(2),
                        row.getString(3),
                        row.getLong(4),
                        SqlText.shape(row.getString(5))));
    }

    private List<Blocked> blocked() {
        return asking.all(
                "blocked sessions",
                """
                select w.pid, w.query, h.pid, h.query, extract(epoch from clock_timestamp() - w.query_start)::bigint
                from pg_stat_activity w
                cross join lateral unnest(pg_blocking_pids(w.pid)) as holder(pid)
                join pg_stat_activity h on h.pid = holder.pid
                where w.wait_event_type = 'Lock'
                order by 5 desc limit %d""".formatted(most),
                row -> new Blocked(
                        row.getLong(1),
                        SqlText.shape(row.getString(2)),
                        row.getLong(3),
                        SqlText.shape(row.getString(4)),
                        row.getLong(5)));
    }

    private List<Table> bloat() {
        return asking.all(
                "dead rows",
                """
                select schemaname || '.' || relname, pg_total_relation_size(relid), n_dead_tup,
                       n_dead_tup::float8 / (n_live_tup + n_dead_tup)
                from pg_stat_user_tables
                where n_dead_tup > 1000 and n_dead_tup > 0.1 * (n_live_tup + n_dead_tup)
                order by n_dead_tup desc limit %d""".formatted(most),
                row -> new Table(row.getString(1), row.getLong(2), row.getLong(3), share(row, 4)));
    }

    private List<Replica> replicas() {
        return asking.all(
                "replicas",
                """
                select coalesce(nullif(application_name, ''), client_addr::text, 'replica'), coalesce(state, ''),
                       extract(epoch from replay_lag)::float8, pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::bigint
                from pg_stat_replication order by 4 desc nulls last""",
                row -> new Replica(row.getString(1), row.getString(2), number(row, 3), Optional.of(row.getLong(4))));
    }

    private List<Replica> behind() {
        return asking.all(
                "lag behind the primary",
                """
                select case when pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() then 0
                       else extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp()) end::float8""",
                row -> new Replica("this standby", "recovery", number(row, 1), Optional.empty()));
    }

    private void slots(Findings findings) {
        asking.all(
                        "replication slots",
                        """
                        select slot_name, pg_wal_lsn_diff(
                            case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end,
                            restart_lsn)::bigint
                        from pg_replication_slots where not active and restart_lsn is not null""",
                        row -> "replication slot %s is not used and keeps %d MB of WAL"
                                .formatted(row.getString(1), row.getLong(2) >> 20))
                .forEach(findings::add);
    }

    private List<Statement> top() {
        Optional<Boolean> total = asking.one("top statements", """
                select exists (select from information_schema.columns
                               where table_name = 'pg_stat_statements' and column_name = 'total_exec_time')
                from pg_extension where extname = 'pg_stat_statements'""", row -> row.getBoolean(1));
        if (total.isEmpty()) {
            asking.notes()
                    .add("top statements: the extension pg_stat_statements is not installed in this database; an"
                            + " administrator can add it to shared_preload_libraries and create it");
            return List.of();
        }
        String prefix = total.get() ? "exec_" : "";
        return asking.all(
                "top statements",
                """
                select calls, total_%1$stime, mean_%1$stime, query
                from pg_stat_statements s join pg_database d on d.oid = s.dbid
                where d.datname = current_database() order by 2 desc limit %2$d""".formatted(prefix, most),
                row -> new Statement(
                        row.getLong(1),
                        rounded(row.getDouble(2)),
                        rounded(row.getDouble(3)),
                        SqlText.shape(row.getString(4))));
    }

    private static OptionalDouble number(ResultSet row) throws SQLException {
        return number(row, 1);
    }

    private static OptionalDouble number(ResultSet row, int column) throws SQLException {
        double value = row.getDouble(column);
        return row.wasNull() ? OptionalDouble.empty() : OptionalDouble.of(Math.round(value * 1000) / 1000.0);
    }

    private static double share(ResultSet row, int column) throws SQLException {
        return Math.round(row.getDouble(column) * 1000) / 1000.0;
    }

    static double rounded(double milliseconds) {
        return Math.round(milliseconds * 100) / 100.0;
    }
}
