package dev.millwright.docker.engine;

import java.io.InputStream;
import java.util.Map;

/**
 * What an engine answered, with success; closing it ends the connection's part in it.
 *
 * @param headers by lower-case name, the first value of each
 * @param closing what to close beside the body
 */
public record Answer(int status, Map<String, String> headers, InputStream body, Runnable closing)
        implements AutoCloseable {
    public Answer {
        headers = Map.copyOf(headers);
    }

    @Override
    public void close() {
        closing.run();
    }
}
