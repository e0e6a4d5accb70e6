package dev.millwright.k8s.fabric8;

import dev.millwright.k8s.api.ApiError;
import dev.millwright.k8s.api.LogQuery;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** Reads a container's log. */
final class Logs {
    private final Requests requests;

    Logs(Requests requests) {
        this.requests = requests;
    }

    /** Empty where the kubelet has none. */
    Optional<String> read(LogQuery query) {
        // The API counts limitBytes from the first line on, so that with a tail the newest would be cut: kept here
        // then.
        boolean tail = query.tail().isPresent();
        String path = FabricCluster.podPath(
                query.namespace(),
                query.pod(),
                "log",
                "container",
                query.container(),
                "previous",
                query.previous() ? "true" : "",
                "timestamps",
                query.timestamps() ? "true" : "",
                "sinceSeconds",
                query.sinceTime().isPresent() ? "" : FabricCluster.number(query.since()),
                "sinceTime",
                query.sinceTime().orElse(""),
                "tailLines",
                FabricCluster.number(query.tail()),
                "limitBytes",
                tail ? "" : Integer.toString(query.maxBytes()));
        Requests.Ask ask = Requests.Ask.get(
                        path,
                        "read the %slog of container %s of pod %s in %s"
                                .formatted(
                                        query.previous() ? "previous " : "",
                                        query.container(),
                                        query.pod(),
                                        query.namespace()))
                .accepting("text/plain, */*");
        try {
            String text = tail
                    ? requests.send(ask, () -> new Newest(query.maxBytes())).text()
                    : requests.send(ask).text();
            return text.startsWith("unable to retrieve container logs for ") ? Optional.empty() : Optional.of(text);
        } catch (ApiError e) {
            if (e.code() == 400 && hasNone(e.getMessage())) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The kubelet's words (pkg/kubelet/kubelet_pods.go, validateContainerLogStatus); it gives no reason to go by. */
    private static boolean hasNone(String message) {
        return message.contains("previous terminated container")
                || message.contains("is waiting to start")
                || message.contains("is terminated") && message.contains("not available")
                || message.contains("is not available");
    }

    /** The last bytes, from the start of a line on. */
    private static final class Newest implements Requests.Body {
        private final byte[] ring;
        private long count;

        Newest(int most) {
            this.ring = new byte[most];
        }

        @Override
        public synchronized void take(ByteBuffer bytes) {
            while (bytes.hasRemaining()) {
                int at = (int) (count % ring.length);
                int length = Math.min(bytes.remaining(), ring.length - at);
                bytes.get(ring, at, length);
                count += length;
            }
        }

        @Override
        public synchronized byte[] bytes() {
            if (count <= ring.length) {
                return Arrays.copyOf(ring, (int) count);
            }
            int start = (int) (count % ring.length);
            byte[] ordered = new byte[ring.length];
            System.arraycopy(ring, start, ordered, 0, ring.length - start);
            System.arraycopy(ring, 0, ordered, ring.length - start, start);
            int line = 0;
            while (line < ordered.length && ordered[line] != '\n') {
                line++;
            }
            return line == ordered.length ? ordered : Arrays.copyOfRange(ordered, line + 1, ordered.length);
        }
    }
}
