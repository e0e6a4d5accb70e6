package dev.millwright.protocol;

import dev.millwright.tool.Tenant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** Tells the sessions and subscriptions of an endpoint that something it lists, or a resource, has changed. */
public final class Changes {
    /** What changed. */
    public sealed interface Change {
        record Tools() implements Change {}

        record Prompts() implements Change {}

        record Resource(String uri) implements Change {}
    }

    /** Must return soon; what it cannot deliver at once it drops or queues itself. */
    public interface Listener {
        void changed(Change change);

        /** The resources it wants to be told of, as they are now. */
        default Set<Watched> watched() {
            return Set.of();
        }
    }

    /** A resource somebody subscribed to, in whose world. */
    public record Watched(Tenant tenant, String uri) {}

    /** Closing it ends the listening. */
    public interface Registration extends AutoCloseable {
        @Override
        void close();
    }

    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    /** Adds a listener until the registration is closed. */
    public Registration listen(Listener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** All that any listener watches. */
    Set<Watched> watched() {
        return listeners.stream()
                .flatMap(listener -> listener.watched().stream())
                .collect(Collectors.toSet());
    }

    public void announce(Change change) {
        listeners.forEach(listener -> listener.changed(change));
    }
}
