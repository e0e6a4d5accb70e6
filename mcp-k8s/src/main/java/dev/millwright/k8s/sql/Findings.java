package dev.millwright.k8s.sql;

import dev.millwright.k8s.sql.Statistics.Blocked;
import dev.millwright.k8s.sql.Statistics.Connections;
import dev.millwright.k8s.sql.Statistics.Replica;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** What figures mean, in words; thresholds are the usual ones of operators' handbooks. */
final class Findings {
    private static final double FULL = 0.85;
    private static final double COLD = 0.9;
    private static final double LAG_SECONDS = 30;
    private static final long LAG_BYTES = 256L << 20;

    private final List<String> all = new ArrayList<>();

    void add(String finding) {
        all.add(finding);
    }

    Findings connections(Connections connections) {
        if (connections.max() > 0 && connections.used() >= FULL * connections.max()) {
            add("%d of %d connections are used: new ones will be refused soon; look for leaks, or put a pool in between"
                    .formatted(connections.used(), connections.max()));
        }
        return this;
    }

    Findings cache(OptionalDouble hit, String setting) {
        if (hit.isPresent() && hit.getAsDouble() < COLD) {
            add("only %.0f %% of reads are answered from memory: %s may be small, or statements read too much"
                    .formatted(hit.getAsDouble() * 100, setting));
        }
        return this;
    }

    Findings blocked(List<Blocked> blocked) {
        if (!blocked.isEmpty()) {
            Blocked worst = blocked.getFirst();
            add("%d sessions wait for locks; session %d has waited %d s for session %d"
                    .formatted(blocked.size(), worst.id(), worst.seconds(), worst.by()));
        }
        return this;
    }

    Findings replicas(List<Replica> replicas) {
        for (Replica each : replicas) {
            if (each.lagSeconds().orElse(0) > LAG_SECONDS || each.lagBytes().orElse(0L) > LAG_BYTES) {
                add("%s is behind: %s"
                        .formatted(
                                each.name(),
                                each.lagSeconds().isPresent()
                                        ? "%.0f s".formatted(each.lagSeconds().getAsDouble())
                                        : (each.lagBytes().orElse(0L) >> 20) + " MB"));
            }
        }
        return this;
    }

    List<String> all() {
        return all;
    }
}
