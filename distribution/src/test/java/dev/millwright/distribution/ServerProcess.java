package dev.millwright.distribution;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The packaged launcher, run as a process of its own. */
final class ServerProcess implements AutoCloseable {
    private static final Pattern LISTENING = Pattern.compile("listening on (http://\\S+)");

    private final Process process;
    private final URI uri;

    private ServerProcess(Process process, URI uri) {
        this.process = process;
        this.uri = uri;
    }

    /** Serves the filesystem over HTTP on any free port, and returns once it listens. */
    static ServerProcess serve(Path data, Path root) throws IOException {
        Process process = start(data, "serve", "--port", "0", "--root", root.toString(), "filesystem");
        CompletableFuture<URI> address = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> read(process, address));
        try {
            return new ServerProcess(
                    process, address.orTimeout(30, TimeUnit.SECONDS).join());
        } catch (RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static void read(Process process, CompletableFuture<URI> address) {
        List<String> said = new ArrayList<>();
        try (BufferedReader lines = process.errorReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                said.add(line);
                Matcher listening = LISTENING.matcher(line);
                if (listening.find()) {
                    address.complete(URI.create(listening.group(1)));
                }
            }
        } catch (IOException e) {
            address.completeExceptionally(e);
        }
        address.completeExceptionally(new IOException("the server ended: " + said));
    }

    /** Runs one verb to its end. @return its standard output, or empty when it did not succeed */
    static Optional<String> run(Path data, String... verb) throws IOException, InterruptedException {
        Process process = start(data, verb);
        Thread.ofVirtual().start(() -> process.errorReader().lines().forEach(line -> {}));
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? Optional.of(out) : Optional.empty();
    }

    private static Process start(Path data, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("millwright.package"), "bin", "millwright")
                .toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("MILLWRIGHT_"));
        builder.environment().put("MILLWRIGHT_DATA_DIR", data.toString());
        return builder.start();
    }

    URI uri() {
        return uri;
    }

    /** As kill -9 does, or a power cut as far as the process can tell. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Tells it to stop and waits until it did. */
    @Override
    public void close() {
        process.destroy();
        try {
            process.onExit().orTimeout(20, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            kill();
            throw new IllegalStateException("the server did not end on SIGTERM", e);
        }
    }
}
