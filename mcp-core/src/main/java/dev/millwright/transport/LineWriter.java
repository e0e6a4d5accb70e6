package dev.millwright.transport;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** Writes messages, one line each, whole, flushed, from any thread. */
final class LineWriter {
    private final OutputStream out;
    private final Runnable broken;
    private boolean closed;

    /** @param broken run once, when nobody reads any more; later messages go nowhere */
    LineWriter(OutputStream out, Runnable broken) {
        this.out = out;
        this.broken = broken;
    }

    void write(ObjectNode message) {
        byte[] json = Json.bytes(message);
        byte[] line = Arrays.copyOf(json, json.length + 1);
        line[json.length] = '\n';
        synchronized (this) {
            if (closed) {
                return;
            }
            try {
                out.write(line);
                out.flush();
            } catch (IOException e) {
                closed = true;
                broken.run();
            }
        }
    }
}
