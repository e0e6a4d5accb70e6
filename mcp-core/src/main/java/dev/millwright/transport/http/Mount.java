package dev.millwright.transport.http;

import dev.millwright.protocol.Endpoint;
import java.util.function.Supplier;

/**
 * An endpoint and where it is reached.
 *
 * @param name of the server, which is at {@code /NAME/mcp}; empty for the endpoint of all servers, at {@code /mcp}
 * @param endpoint asked once, at the first request to it
 */
public record Mount(String name, Supplier<Endpoint> endpoint) {
    public Mount {
        if (!name.isEmpty() && !name.chars().allMatch(c -> c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-')) {
            throw new IllegalArgumentException("a server's name is of a-z 0-9 -, got " + name);
        }
    }

    /** The prefix of its paths: {@code /NAME}, or nothing. */
    String prefix() {
        return name.isEmpty() ? "" : "/" + name;
    }
}
