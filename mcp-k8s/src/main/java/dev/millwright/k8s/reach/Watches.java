package dev.millwright.k8s.reach;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.api.Kept;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.api.Members;
import dev.millwright.tool.Tenant;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Watches of what is listed again and again, for a process that lasts. A list that is read a second time within ten
 * minutes is watched from there on, until nobody has read it for as long; never Secrets.
 *
 * <p>A tenant reads only what its own identity has listed. A watch that cannot be read, for whatever reason, is a list
 * that is asked for: answers are never older than a watch that is open.
 */
public final class Watches implements AutoCloseable {
    /** None, as for a process that ends with its caller. */
    public static final Watches NONE = new Watches(0, 0, Clock.systemUTC());

    private static final Duration OFTEN = Duration.ofMinutes(10);
    private static final Duration SPAN = Duration.ofSeconds(50);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    /** Places whose last list is remembered. */
    private static final int MOST_PLACES = 2_000;

    private record Place(Tenant tenant, Cluster as, Kind kind, Optional<String> namespace, Members members) {}

    /** @param notBefore when it may be watched again, after so many failures in turn */
    private record Told(Instant last, int failures, Instant notBefore) {}

    private record Running(Watch watch, Thread thread) {}

    private final int most;
    private final long mostBytes;
    private final Duration span;
    private final Clock clock;
    private final AtomicLong bytes = new AtomicLong();
    private final Map<Place, Running> running = new HashMap<>();
    private final LinkedHashMap<Place, Told> told = new LinkedHashMap<>(16, 0.75f, true) {
        @java.io.Serial
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Place, Told> eldest) {
            return size() > MOST_PLACES;
        }
    };
    private boolean closed;

    /**
     * @param most watches at a time; 0 for none
     * @param mostBytes of all their objects together, as JSON; the trees take several times that
     */
    public Watches(int most, long mostBytes, Clock clock) {
        this(most, mostBytes, clock, SPAN);
    }

    /** @param span how long one request watches */
    Watches(int most, long mostBytes, Clock clock, Duration span) {
        this.most = most;
        this.mostBytes = mostBytes;
        this.clock = clock;
        this.span = span;
    }

    /**
     * What a tenant may read.
     *
     * @param as the connection in the tenant's name, the same object as long as that is the same
     * @param reached the cluster as far as the tenant reaches, by which it is watched
     */
    Kept of(Tenant tenant, Cluster as, Cluster reached) {
        return most == 0
                ? Kept.NOTHING
                : new Kept() {
                    @Override
                    public Optional<List<JsonNode>> read(Kind kind, Optional<String> namespace, Members members) {
                        return Watches.this.read(new Place(tenant, as, kind, namespace, members));
                    }

                    @Override
                    public void listed(
                            Kind kind,
                            Optional<String> namespace,
                            Members members,
                            List<JsonNode> all,
                            String resourceVersion) {
                        if (!kind.equals(Kinds.SECRET) && !resourceVersion.isEmpty()) {
                            Place place = new Place(tenant, as, kind, namespace, members);
                            if (isReadOften(place)) {
                                open(place, reached, all, resourceVersion);
                            }
                        }
                    }
                };
    }

    private Optional<List<JsonNode>> read(Place place) {
        Optional<Watch> watch;
        synchronized (this) {
            watch = Optional.ofNullable(running.get(place)).map(Running::watch);
        }
        return watch.flatMap(each -> each.read(clock.instant()));
    }

    private synchronized boolean isReadOften(Place place) {
        Instant now = clock.instant();
        Told before = told.get(place);
        told.put(place, before == null ? new Told(now, 0, now) : new Told(now, before.failures(), before.notBefore()));
        return before != null
                && before.last().plus(OFTEN).isAfter(now)
                && !before.notBefore().isAfter(now);
    }

    private void open(Place place, Cluster reached, List<JsonNode> all, String version) {
        Watch watch = new Watch(
                reached,
                place.kind(),
                place.namespace(),
                place.members(),
                all,
                version,
                span,
                grown -> bytes.addAndGet(grown) <= mostBytes,
                clock.instant());
        synchronized (this) {
            if (closed || running.containsKey(place)) {
                return;
            } else if (running.size() >= most || bytes.get() + watch.bytes() > mostBytes) {
                refuse(place);
                return;
            }
            bytes.addAndGet(watch.bytes());
            Thread thread =
                    Thread.ofVirtual().name("watch " + place.kind().resource()).unstarted(() -> run(place, watch));
            running.put(place, new Running(watch, thread));
            thread.start();
        }
    }

    /** For a while, so that its size is not looked at with each list. */
    private void refuse(Place place) {
        Instant now = clock.instant();
        told.put(place, new Told(now, 0, now.plus(OFTEN)));
    }

    private void run(Place place, Watch watch) {
        Watch.End end = Watch.End.BROKEN;
        try {
            end = watch.follow(() -> isWanted(watch));
        } catch (InterruptedException e) {
            // The process ends, or there is no room.
            end = Watch.End.UNWANTED;
        } finally {
            over(place, watch, end);
        }
    }

    private boolean isWanted(Watch watch) {
        return watch.lastRead().plus(OFTEN).isAfter(clock.instant());
    }

    private synchronized void over(Place place, Watch watch, Watch.End end) {
        running.remove(place);
        bytes.addAndGet(-watch.bytes());
        switch (end) {
            case UNWANTED, GONE -> {}
            case CROWDED -> refuse(place);
            case BROKEN -> {
                Instant now = clock.instant();
                Told before = told.getOrDefault(place, new Told(now, 0, now));
                int failures = watch.hasLasted() ? 0 : before.failures();
                told.put(place, new Told(before.last(), failures + 1, now.plus(pause(failures))));
            }
        }
    }

    private static Duration pause(int failures) {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures, 20));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }

    @Override
    public void close() {
        List<Thread> threads;
        synchronized (this) {
            closed = true;
            threads = running.values().stream().map(Running::thread).toList();
        }
        threads.forEach(Thread::interrupt);
    }
}
