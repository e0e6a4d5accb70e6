package dev.millwright.distribution.demo;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The packaged launcher as a child that serves over HTTP, until closed. */
final class Child implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Process process;
    private final URI base;

    private Child(Process process, URI base) {
        this.process = process;
        this.base = base;
    }

    /** Starts it on a free port and waits until it is ready. */
    static Child serve(Path launcher, List<String> options) throws IOException, InterruptedException {
        int port = freePort();
        List<String> command = new ArrayList<>(List.of(launcher.toString(), "serve", "--port", String.valueOf(port)));
        command.addAll(options);
        Process process = new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.PIPE)
                .start();
        Child child = new Child(process, URI.create("http://127.0.0.1:" + port));
        try {
            child.awaitReady();
        } catch (IOException | InterruptedException e) {
            child.close();
            throw e;
        }
        return child;
    }

    URI base() {
        return base;
    }

    private void awaitReady() throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        try (HttpClient http =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build()) {
            HttpRequest ready = HttpRequest.newBuilder(base.resolve("/readyz"))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            while (System.nanoTime() < end) {
                if (!process.isAlive()) {
                    try (InputStream said = process.getErrorStream()) {
                        throw new IOException(
                                "the server ended: " + new String(said.readAllBytes(), StandardCharsets.UTF_8).strip());
                    }
                }
                try {
                    if (http.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
                        return;
                    }
                } catch (java.net.ConnectException e) {
                    // Not listening yet.
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
        throw new IOException("the server was not ready after " + PATIENCE.toSeconds() + " s");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
