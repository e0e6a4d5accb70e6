package dev.millwright.call;

import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** How many calls each tenant may make per minute and have running at once. */
public final class Quotas {
    /**
     * What one tenant may use; 0 for no limit.
     *
     * @param perMinute calls started in any minute
     * @param concurrent calls running at once
     * @param bytes one call may send, as JSON
     */
    public record Quota(int perMinute, int concurrent, long bytes) {
        public static final Quota NONE = new Quota(0, 0, 0);
    }

    /** A running call's place; closing it gives the place back. */
    public interface Slot extends AutoCloseable {
        @Override
        void close();
    }

    private static final class Usage {
        double tokens;
        long refilled;
        int running;
    }

    private final Map<Tenant, Quota> quotas;
    private final Quota fallback;
    private final LongSupplier nanos;
    private final Map<Tenant, Usage> usage = new ConcurrentHashMap<>();

    public Quotas(Map<Tenant, Quota> quotas, Quota fallback) {
        this(quotas, fallback, System::nanoTime);
    }

    Quotas(Map<Tenant, Quota> quotas, Quota fallback, LongSupplier nanos) {
        this.quotas = Map.copyOf(quotas);
        this.fallback = fallback;
        this.nanos = nanos;
    }

    /**
     * Takes a place for one call.
     *
     * @param size of its arguments, bytes
     * @throws ToolException {@code LIMIT} saying what would fit, or when to come back
     */
    public Slot enter(Tenant tenant, long size) {
        Quota quota = quotas.getOrDefault(tenant, fallback);
        if (quota.bytes() > 0 && size > quota.bytes()) {
            throw ToolException.limit("the arguments are %d bytes of JSON; tenant %s may send %d with one call"
                    .formatted(size, tenant.name(), quota.bytes()));
        }
        Usage use = usage.computeIfAbsent(tenant, t -> {
            Usage fresh = new Usage();
            fresh.tokens = quota.perMinute();
            fresh.refilled = nanos.getAsLong();
            return fresh;
        });
        synchronized (use) {
            if (quota.concurrent() > 0 && use.running >= quota.concurrent()) {
                throw ToolException.limit(
                        "tenant %s already has %d calls running, as many as it may; wait for one to end"
                                .formatted(tenant.name(), use.running));
            }
            if (quota.perMinute() > 0) {
                long now = nanos.getAsLong();
                use.tokens = Math.min(quota.perMinute(), use.tokens + (now - use.refilled) / 60e9 * quota.perMinute());
                use.refilled = now;
                if (use.tokens < 1) {
                    throw ToolException.limit("tenant %s may start %d calls a minute; the next one fits in %d s"
                            .formatted(tenant.name(), quota.perMinute(), (long)
                                    Math.ceil((1 - use.tokens) * 60 / quota.perMinute())));
                }
                use.tokens--;
            }
            use.running++;
        }
        return () -> {
            synchronized (use) {
                use.running--;
            }
        };
    }
}
