package dev.millwright.k8s.fabric8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Takes the answer to a watch apart: events are JSON, one a line. */
final class EventLines implements Requests.Sink {
    private final Consumer<byte[]> each;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    EventLines(Consumer<byte[]> each) {
        this.each = each;
    }

    @Override
    public void take(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            byte next = bytes.get();
            if (next == '\n') {
                byte[] whole = line.toByteArray();
                line.reset();
                each.accept(whole);
            } else {
                line.write(next);
            }
        }
    }
}
