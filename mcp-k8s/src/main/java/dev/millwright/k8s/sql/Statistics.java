package dev.millwright.k8s.sql;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a database server says of itself.
 *
 * @param version as in {@code PostgreSQL 15.13}
 * @param findings what is wrong, worst first, each with its figure
 * @param cacheHit share of reads that memory answered since the statistics began, 0 to 1
 * @param longest statements that run, or transactions that are open, for more than 5 s; longest first
 * @param blocked sessions that wait for a lock, and who holds it
 * @param bloat tables with many dead rows or much free space, worst first
 * @param replicas how far each replica is behind
 * @param top statements that took most time since the statistics began
 * @param notes what could not be asked, and why
 */
public record Statistics(
        String version,
        List<String> findings,
        Connections connections,
        OptionalDouble cacheHit,
        List<Session> longest,
        List<Blocked> blocked,
        List<Table> bloat,
        List<Replica> replicas,
        List<Statement> top,
        List<String> notes) {
    /** @param idleInTransaction sessions that hold a transaction open and do nothing; MySQL does not tell */
    public record Connections(int used, int max, int active, Optional<Integer> idleInTransaction) {}

    /** @param seconds the statement runs or, when idle, the transaction is open */
    public record Session(long id, String user, String state, long seconds, String query) {}

    public record Blocked(long id, String query, long by, String holder, long seconds) {}

    /** @param dead rows that are dead (PostgreSQL), or bytes that are free inside the table's space (MySQL) */
    public record Table(String name, long bytes, long dead, double share) {}

    public record Replica(String name, String state, OptionalDouble lagSeconds, Optional<Long> lagBytes) {}

    /** @param totalMs of all calls */
    public record Statement(long calls, double totalMs, double meanMs, String query) {}

    public Statistics {
        longest = List.copyOf(longest);
        blocked = List.copyOf(blocked);
        bloat = List.copyOf(bloat);
        replicas = List.copyOf(replicas);
        top = List.copyOf(top);
        findings = List.copyOf(findings);
        notes = List.copyOf(notes);
    }
}
