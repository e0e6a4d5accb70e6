package dev.millwright.git;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Native {@code git http-backend} behind a server of the JDK, on a port of its own; it remembers what it was asked. */
final class GitWebServer implements AutoCloseable {
    /** One request: its address after the host, and the headers that matter here. */
    record Asked(String method, String path, Optional<String> authorization, Headers headers) {}

    private static final String STORE_PASSWORD = "changeit";

    final List<Asked> asked = new CopyOnWriteArrayList<>();

    /** What {@code Authorization} must say; else 401. */
    volatile Optional<String> wanted = Optional.empty();

    /** Where every request is sent on to, by 302. */
    volatile Optional<String> elsewhere = Optional.empty();

    /** Milliseconds before each 16 kB of an answer to a fetch. */
    volatile int pause;

    /** Bytes of an answer to a fetch after which the connection breaks; 0 for never. */
    volatile int breakAfter;

    private final Path projects;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    GitWebServer(Path projects) throws IOException {
        this(projects, HttpServer.create());
    }

    private GitWebServer(Path projects, HttpServer server) throws IOException {
        this.projects = projects;
        this.server = server;
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /**
     * One that speaks TLS.
     *
     * @param certificate where its certificate is put, as PEM
     */
    static GitWebServer secure(Path projects, Path certificate) throws Exception {
        Path store = certificate.resolveSibling("server.p12");
        keytool(
                store,
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=DNS:localhost",
                "-validity",
                "2",
                "-alias",
                "server");
        keytool(store, "-exportcert", "-rfc", "-alias", "server", "-file", certificate.toString());
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, STORE_PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, STORE_PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        HttpsServer server = HttpsServer.create();
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        return new GitWebServer(projects, server);
    }

    private static void keytool(Path store, String... arguments) throws IOException, InterruptedException {
        List<String> command = new java.util.ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-keystore",
                store.toString(),
                "-storepass",
                STORE_PASSWORD,
                "-storetype",
                "PKCS12"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(output);
        }
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** How a configuration names it. */
    String host() {
        return (server instanceof HttpsServer ? "localhost:" : "127.0.0.1:") + port();
    }

    String url(String path) {
        return (server instanceof HttpsServer ? "https://" : "http://") + host() + "/" + path;
    }

    private void handle(HttpExchange exchange) {
        try (exchange) {
            Headers headers = exchange.getRequestHeaders();
            Optional<String> authorization = Optional.ofNullable(headers.getFirst("Authorization"));
            asked.add(new Asked(
                    exchange.getRequestMethod(), exchange.getRequestURI().toString(), authorization, headers));
            if (elsewhere.isPresent()) {
                exchange.getResponseHeaders().set("Location", elsewhere.get() + exchange.getRequestURI());
                exchange.sendResponseHeaders(302, -1);
            } else if (wanted.isPresent() && !wanted.equals(authorization)) {
                exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"git\"");
                exchange.getResponseHeaders().set("Set-Cookie", "session=1");
                exchange.sendResponseHeaders(401, -1);
            } else {
                backend(exchange);
            }
        } catch (IOException e) {
            // The client is gone, as when it was cancelled.
        }
    }

    private void backend(HttpExchange exchange) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("git", "http-backend");
        Headers headers = exchange.getRequestHeaders();
        builder.environment()
                .putAll(Map.of(
                        "GIT_PROJECT_ROOT", projects.toString(),
                        "GIT_HTTP_EXPORT_ALL", "1",
                        "GIT_CONFIG_NOSYSTEM", "1",
                        "GIT_CONFIG_GLOBAL", "/dev/null",
                        "PATH_INFO", exchange.getRequestURI().getPath(),
                        "QUERY_STRING",
                                Optional.ofNullable(exchange.getRequestURI().getRawQuery())
                                        .orElse(""),
                        "REQUEST_METHOD", exchange.getRequestMethod(),
                        "REMOTE_USER", "ada",
                        "REMOTE_ADDR", "127.0.0.1"));
        put(builder, "CONTENT_TYPE", headers.getFirst("Content-Type"));
        put(builder, "HTTP_CONTENT_ENCODING", headers.getFirst("Content-Encoding"));
        put(builder, "GIT_PROTOCOL", headers.getFirst("Git-Protocol"));
        Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try {
            threads.submit(() -> feed(exchange.getRequestBody(), process.getOutputStream()));
            InputStream out = new BufferedInputStream(process.getInputStream());
            int status = 200;
            for (String line = line(out); !line.isEmpty(); line = line(out)) {
                String[] header = line.split(": ", 2);
                if (header[0].equals("Status")) {
                    status = Integer.parseInt(header[1].substring(0, 3));
                } else {
                    exchange.getResponseHeaders().add(header[0], header[1]);
                }
            }
            exchange.sendResponseHeaders(status, 0);
            int sent = 0;
            try (OutputStream answer = exchange.getResponseBody()) {
                for (byte[] part = out.readNBytes(16_384); part.length > 0; part = out.readNBytes(16_384)) {
                    if (pause > 0 && exchange.getRequestMethod().equals("POST")) {
                        Thread.sleep(pause);
                    }
                    answer.write(part);
                    sent += part.length;
                    if (breakAfter > 0 && sent > breakAfter) {
                        throw new IOException("broken on purpose");
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
        }
    }

    private static void put(ProcessBuilder builder, String name, String value) {
        Optional.ofNullable(value).ifPresent(given -> builder.environment().put(name, given));
    }

    private static void feed(InputStream from, OutputStream to) {
        try (to) {
            from.transferTo(to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
