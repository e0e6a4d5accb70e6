package dev.millwright.transport.http;

import dev.millwright.call.Metrics;
import dev.millwright.call.Operation;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/** Counts and times calls for Prometheus; names of tools and servers are ours alone, so the series stay few. */
public final class PrometheusMetrics implements Metrics {
    /** Bounds of the duration histogram: from a small read to a call that nearly met its deadline. */
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMillis(25),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(2),
        Duration.ofSeconds(10),
        Duration.ofSeconds(60)
    };

    private record Key(String server, String tool, String outcome) {}

    private record Meters(Counter calls, Timer duration) {}

    private final Map<Key, Meters> meters = new ConcurrentHashMap<>();
    private final Map<String, Counter> refusals = new ConcurrentHashMap<>();
    private volatile IntSupplier sessions = () -> 0;
    private volatile IntSupplier running = () -> 0;
    private final Lazy<PrometheusMeterRegistry> registry = new Lazy<>(this::newRegistry);

    @Override
    public void finished(Operation operation, String outcome, long nanos) {
        Meters meter = meters.computeIfAbsent(new Key(operation.server(), operation.name(), outcome), this::meters);
        meter.calls().increment();
        meter.duration().record(nanos, TimeUnit.NANOSECONDS);
    }

    /** Counts a request that was not let in. @param reason one of few words */
    void refused(String reason) {
        refusals.computeIfAbsent(reason, this::refusals).increment();
    }

    private Counter refusals(String reason) {
        return Counter.builder("millwright.http.refused")
                .description("Requests that were not let in: who is calling is not known, or they may not be here.")
                .tags("reason", reason)
                .register(registry.get());
    }

    /** Shows what a server counts itself. */
    void watch(IntSupplier openSessions, IntSupplier runningRequests) {
        this.sessions = openSessions;
        this.running = runningRequests;
    }

    /** All series in the text format of Prometheus. */
    String scrape() {
        return registry.get().scrape();
    }

    private Meters meters(Key key) {
        Counter calls = Counter.builder("millwright.calls")
                .description("Calls that ended, refused ones included.")
                .tags("server", key.server(), "tool", key.tool(), "outcome", key.outcome())
                .register(registry.get());
        Timer duration = Timer.builder("millwright.call.duration")
                .description("Time from the first step of a call to its end.")
                .tags("server", key.server(), "tool", key.tool())
                .serviceLevelObjectives(BUCKETS)
                .register(registry.get());
        return new Meters(calls, duration);
    }

    /** Loaded with the first call or scrape, not at the start of the process. */
    private PrometheusMeterRegistry newRegistry() {
        PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Gauge.builder("millwright.sessions", () -> sessions.getAsInt())
                .description("Open sessions.")
                .register(prometheus);
        Gauge.builder("millwright.requests.in.flight", () -> running.getAsInt())
                .description("Requests being worked on.")
                .register(prometheus);
        new JvmMemoryMetrics().bindTo(prometheus);
        new JvmThreadMetrics().bindTo(prometheus);
        new ClassLoaderMetrics().bindTo(prometheus);
        new ProcessorMetrics().bindTo(prometheus);
        new UptimeMetrics().bindTo(prometheus);
        return prometheus;
    }
}
