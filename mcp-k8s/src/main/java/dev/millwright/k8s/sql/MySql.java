package dev.millwright.k8s.sql;

import dev.millwright.k8s.sql.Statistics.Blocked;
import dev.millwright.k8s.sql.Statistics.Connections;
import dev.millwright.k8s.sql.Statistics.Replica;
import dev.millwright.k8s.sql.Statistics.Session;
import dev.millwright.k8s.sql.Statistics.Statement;
import dev.millwright.k8s.sql.Statistics.Table;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** The questions for MySQL 8 and MariaDB 10.5 and newer, from their status variables and information schema. */
final class MySql {
    private static final long LONG_SECONDS = 5;

    private final Asking asking;
    private final int most;

    MySql(Asking asking, int most) {
        this.asking = asking;
        this.most = most;
    }

    Statistics read() {
        String number = asking.one("version", "select version()", row -> row.getString(1))
                .orElse("");
        boolean maria = number.contains("MariaDB");
        Map<String, String> status = pairs("status", "show global status");
        Map<String, String> variables = pairs("variables", "show global variables");
        Connections connections = new Connections(
                whole(status, "Threads_connected"),
                whole(variables, "max_connections"),
                whole(status, "Threads_running"),
                Optional.empty());
        OptionalDouble hit = hit(status);
        List<Session> longest = longest();
        List<Blocked> blocked = blocked(maria);
        List<Table> bloat = bloat();
        List<Replica> replicas = replicas(maria);
        List<Statement> top = top(variables);
        Findings findings = new Findings()
                .connections(connections)
                .cache(hit, "innodb_buffer_pool_size")
                .blocked(blocked)
                .replicas(replicas);
        if (variables.getOrDefault("read_only", "OFF").equals("ON")) {
            findings.add("the server is read-only (read_only = ON)");
        }
        bloat.stream()
                .filter(each -> each.share() > 0.4 && each.dead() > 100L << 20)
                .forEach(each -> findings.add("table %s has %d MB free inside its space (%.0f %%)"
                        .formatted(each.name(), each.dead() >> 20, each.share() * 100)));
        return new Statistics(
                (maria ? "MariaDB " : "MySQL ") + number.replace("-MariaDB", ""),
                findings.all(),
                connections,
                hit,
                longest,
                blocked,
                bloat,
                replicas,
                top,
                asking.notes());
    }

    private Map<String, String> pairs(String what, String sql) {
        Map<String, String> pairs = new HashMap<>();
        asking.all(what, sql, row -> pairs.put(row.getString(1), row.getString(2)));
        return pairs;
    }

    private static int whole(Map<String, String> of, String name) {
        return (int) number(of, name);
    }

    private static double number(Map<String, String> of, String name) {
        String text = of.getOrDefault(name, "0");
        return text.matches("[0-9.]+") ? Double.parseDouble(text) : 0;
    }

    private static OptionalDouble hit(Map<String, String> status) {
        double asked = number(status, "Innodb_buffer_pool_read_requests");
        double read = number(status, "Innodb_buffer_pool_reads");
        return asked == 0 ? OptionalDouble.empty() : OptionalDouble.of(Math.round((1 - read / asked) * 1000) / 1000.0);
    }

    private List<Session> longest() {
        return asking.all(
                "long statements",
                """
                select id, user, coalesce(state, command), time, coalesce(info, '')
                from information_schema.processlist
                where command not in ('Sleep', 'Daemon', 'Binlog Dump', 'Binlog Dump GTID') and id <> connection_id()
                  and time > %d
                order by time desc limit %d""".formatted(LONG_SECONDS, most),
                row -> new Session(
                        row.getLong(1),
                        row.getString(2),
                        row.getString(3),
                        row.getLong(4),
                        SqlText.shape(row.getString(5))));
    }

    private List<Blocked> blocked(boolean maria) {
        String locks = maria ? """
                  select r.trx_mysql_thread_id, coalesce(r.trx_query, ''), b.trx_mysql_thread_id,
                         coalesce(b.trx_query, ''), timestampdiff(second, r.trx_wait_started, now())
                  from information_schema.innodb_lock_waits w
                  join information_schema.innodb_trx b on b.trx_id = w.blocking_trx_id
                  join information_schema.innodb_trx r on r.trx_id = w.requesting_trx_id
                  order by 5 desc limit %d""" : """
                  select r.trx_mysql_thread_id, coalesce(r.trx_query, ''), b.trx_mysql_thread_id,
                         coalesce(b.trx_query, ''), timestampdiff(second, r.trx_wait_started, now())
                  from performance_schema.data_lock_waits w
                  join information_schema.innodb_trx b on b.trx_id = w.blocking_engine_transaction_id
                  join information_schema.innodb_trx r on r.trx_id = w.requesting_engine_transaction_id
                  order by 5 desc limit %d""";
        return asking.all(
                "blocked sessions",
                locks.formatted(most),
                row -> new Blocked(
                        row.getLong(1),
                        SqlText.shape(row.getString(2)),
                        row.getLong(3),
                        SqlText.shape(row.getString(4)),
                        row.getLong(5)));
    }

    private List<Table> bloat() {
        return asking.all(
                "free space in tables",
                """
                select concat(table_schema, '.', table_name), data_length + index_length, data_free,
                       data_free / (data_length + index_length + data_free)
                from information_schema.tables
                where engine = 'InnoDB' and data_free > 16777216
                  and table_schema not in ('mysql', 'information_schema', 'performance_schema', 'sys')
                order by data_free desc limit %d""".formatted(most),
                row -> new Table(
                        row.getString(1),
                        row.getLong(2),
                        row.getLong(3),
                        Math.round(row.getDouble(4) * 1000) / 1000.0));
    }

    private List<Replica> replicas(boolean maria) {
        return asking.all(
                "replication",
                maria ? "show all slaves status" : "show replica status",
                row -> new Replica(
                        "this replica of " + text(row, maria ? "Master_Host" : "Source_Host"),
                        "io %s, sql %s"
                                .formatted(
                                        text(row, maria ? "Slave_IO_Running" : "Replica_IO_Running"),
                                        text(row, maria ? "Slave_SQL_Running" : "Replica_SQL_Running")),
                        lag(row, maria ? "Seconds_Behind_Master" : "Seconds_Behind_Source"),
                        Optional.empty()));
    }

    private static OptionalDouble lag(ResultSet row, String column) throws SQLException {
        double seconds = row.getDouble(column);
        return row.wasNull() ? OptionalDouble.empty() : OptionalDouble.of(seconds);
    }

    private static String text(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getString(column)).orElse("");
    }

    private List<Statement> top(Map<String, String> variables) {
        if (!variables.getOrDefault("performance_schema", "OFF").equals("ON")) {
            asking.notes()
                    .add("top statements: performance_schema is off; an administrator can switch it on in the server's"
                            + " configuration");
            return List.of();
        }
        return asking.all(
                "top statements",
                """
                select count_star, sum_timer_wait / 1e9, avg_timer_wait / 1e9, digest_text
                from performance_schema.events_statements_summary_by_digest
                where digest_text is not null
                  and (schema_name is null or schema_name not in ('mysql', 'performance_schema', 'information_schema'))
                order by sum_timer_wait desc limit %d""".formatted(most),
                row -> new Statement(
                        row.getLong(1),
                        Postgres.rounded(row.getDouble(2)),
                        Postgres.rounded(row.getDouble(3)),
                        SqlText.shape(row.getString(4))));
    }
}
