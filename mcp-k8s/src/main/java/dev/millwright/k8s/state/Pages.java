package dev.millwright.k8s.state;

import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.ListQuery;
import dev.millwright.k8s.api.Page;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** The pages of a list: the next one is asked for while the objects of one are still being read, no more than two at a time. */
final class Pages implements AutoCloseable {
    private static final int TOGETHER = 2;

    private final Cluster cluster;
    private final Kind kind;
    private final ListQuery query;
    private final int most;
    private final Semaphore room = new Semaphore(TOGETHER);
    private final Deque<Begun<Page>> coming = new ArrayDeque<>();
    private int begun = 1;
    private boolean first = true;
    private boolean closed;

    /** @param most objects after which no further page is asked for */
    Pages(Cluster cluster, Kind kind, ListQuery query, int most) {
        this.cluster = cluster;
        this.kind = kind;
        this.query = query;
        this.most = most;
    }

    /** The next page; empty after the last, or where there are more than wanted. */
    Optional<Page> next() {
        if (first) {
            first = false;
            room.acquireUninterruptibly();
            Page page = cluster.list(kind, query, this::begin);
            room.release();
            return Optional.of(page);
        }
        Begun<Page> next;
        synchronized (coming) {
            next = coming.poll();
        }
        if (next == null) {
            return Optional.empty();
        }
        Page page = next.get();
        room.release();
        return Optional.of(page);
    }

    /** Told by whoever reads the page before, before it has read it. */
    private void begin(String token) {
        synchronized (coming) {
            if (!closed && (long) begun * query.limit() < most) {
                begun++;
                coming.add(new Begun<>("list " + kind.resource(), () -> {
                    room.acquire();
                    return cluster.list(kind, query.after(token), this::begin);
                }));
            }
        }
    }

    /** Gives up what is still being read. */
    @Override
    public void close() {
        synchronized (coming) {
            closed = true;
            coming.forEach(Begun::end);
            coming.clear();
        }
    }
}
