package dev.millwright.transport.http;

import dev.millwright.identity.Unauthenticated;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.LoggerFactory;

/**
 * Makes visible who was not let in: nobody we know makes these requests, so no call and no event of the audit log tells
 * of them.
 *
 * <p>Counts each, and logs at most one a second, so that nobody can fill a disk from outside.
 */
final class Refusals {
    private static final long EVERY = 1_000_000_000L;

    private final PrometheusMetrics metrics;
    private final AtomicLong next = new AtomicLong(System.nanoTime());
    private final AtomicLong unsaid = new AtomicLong();

    Refusals(PrometheusMetrics metrics) {
        this.metrics = metrics;
    }

    void unauthenticated(Exchange exchange, Unauthenticated why) {
        refused(exchange, why.reason().name().toLowerCase(Locale.ROOT), why.getMessage());
    }

    /** @param reason one of few words, for the metric */
    void refused(Exchange exchange, String reason, String message) {
        metrics.refused(reason);
        long now = System.nanoTime();
        long due = next.get();
        if (now - due >= 0 && next.compareAndSet(due, now + EVERY)) {
            LoggerFactory.getLogger(Refusals.class)
                    .warn(
                            "refused a request from {}: {} ({} more since the last such line)",
                            exchange.remote(),
                            message,
                            unsaid.getAndSet(0));
        } else {
            unsaid.incrementAndGet();
        }
    }
}
