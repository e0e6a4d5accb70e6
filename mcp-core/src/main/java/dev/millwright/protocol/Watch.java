package dev.millwright.protocol;

import dev.millwright.protocol.Changes.Change;
import dev.millwright.protocol.Changes.Watched;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Looks at the resources that clients subscribed to, once a second while there are any, and announces those that
 * changed, whoever changed them.
 */
final class Watch {
    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final Changes changes;
    private final Function<Watched, Optional<String>> version;
    private final Map<Watched, Optional<String>> seen = new HashMap<>();
    private boolean looking;

    /** @param version changes whenever the resource does; empty while there is none */
    Watch(Changes changes, Function<Watched, Optional<String>> version) {
        this.changes = changes;
        this.version = version;
    }

    /** Takes in what has been subscribed to: from now on its changes are announced. */
    synchronized void begin() {
        look();
        if (!looking && !seen.isEmpty()) {
            looking = true;
            Thread.ofVirtual().name("watch").start(this::goOn);
        }
    }

    private void goOn() {
        try {
            do {
                Thread.sleep(PERIOD);
            } while (stillWatched());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean stillWatched() {
        look();
        looking = !seen.isEmpty();
        return looking;
    }

    private void look() {
        Set<Watched> watched = changes.watched();
        seen.keySet().retainAll(watched);
        for (Watched each : watched) {
            Optional<String> now = version.apply(each);
            Optional<String> before = seen.put(each, now);
            if (before != null && !before.equals(now)) {
                changes.announce(new Change.Resource(each.uri()));
            }
        }
    }
}
