package dev.millwright.transport.http;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;

/**
 * Closes connections on which the headers of a request have been coming for too long.
 *
 * <p>The idle timeout does not see a client that sends a byte now and then to hold a connection ("slowloris").
 */
final class SlowClients {
    /** What was seen of a connection when it last got a whole request. */
    private record Seen(long requests, long bytes, long since) {}

    private final long patience;
    private Map<Connection, Seen> seen = new HashMap<>();

    /** @param patience from the first byte of a request to the last of its headers */
    SlowClients(Duration patience) {
        this.patience = patience.toNanos();
    }

    /** To be called now and then, always by one thread. */
    void close(Connector connector) {
        long now = System.nanoTime();
        Map<Connection, Seen> next = new HashMap<>();
        for (EndPoint endPoint : connector.getConnectedEndPoints()) {
            Connection connection = endPoint.getConnection();
            if (connection != null) {
                long requests = connection.getMessagesIn();
                Seen before = seen.get(connection);
                boolean waiting = requests == connection.getMessagesOut();
                boolean begun = connection.getBytesIn() > (before == null ? 0 : before.bytes());
                if (before == null || before.requests() != requests || !waiting || !begun) {
                    next.put(connection, new Seen(requests, connection.getBytesIn(), now));
                } else if (now - before.since() < patience) {
                    next.put(connection, before);
                } else {
                    endPoint.close();
                }
            }
        }
        seen = next;
    }
}
