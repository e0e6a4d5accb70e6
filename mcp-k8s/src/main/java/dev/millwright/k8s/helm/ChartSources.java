package dev.millwright.k8s.helm;

import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The one way to charts on the network: only to the sources that the operator lists, redirects included. */
final class ChartSources {
    private static final int MOST_REDIRECTS = 5;
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration REQUEST = Duration.ofSeconds(60);

    /** Made with the first chart from the network. */
    private static final class Client {
        static final HttpClient HTTP = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT)
                .build();
    }

    /** An answer, whatever its status. */
    record Fetched(int status, byte[] body, Map<String, List<String>> headers) {
        Optional<String> header(String name) {
            return headers.getOrDefault(name, List.of()).stream().findFirst();
        }
    }

    private final List<String> allowed;

    /** @param allowed as in {@code https://charts.example.org/} or {@code oci://registry.example.org/charts/} */
    ChartSources(List<String> allowed) {
        this.allowed = List.copyOf(allowed);
    }

    /**
     * Checks that a chart's address lies in a source.
     *
     * @throws ToolException {@code DENIED} naming the sources there are
     */
    URI check(String address) {
        URI uri = parsed(address);
        if (allowed.stream().noneMatch(source -> holds(parsed(source), uri))) {
            throw ToolException.denied(
                    "/chart %s is in no allowed source; allowed: %s (chart-sources in the configuration)"
                            .formatted(address, allowed.isEmpty() ? "none" : String.join(", ", allowed)));
        }
        if (uri.getScheme().equals("http") && !isLoopback(uri)) {
            throw ToolException.denied("/chart %s is fetched without TLS; only https and oci are".formatted(address));
        }
        return uri;
    }

    private static URI parsed(String address) {
        try {
            URI uri = new URI(address);
            String path = Optional.ofNullable(uri.getRawPath()).orElse("");
            if (uri.getScheme() == null || uri.getHost() == null || uri.getRawUserInfo() != null) {
                throw ToolException.invalidInput(
                        "/chart %s must be https://HOST/PATH or oci://HOST/PATH, without user".formatted(address));
            } else if (path.contains("/../")
                    || path.endsWith("/..")
                    || path.toLowerCase(Locale.ROOT).contains("%2e")
                    || path.contains("//")) {
                throw ToolException.invalidInput("/chart %s has a path that is not plain".formatted(address));
            }
            return new URI(
                    uri.getScheme().toLowerCase(Locale.ROOT),
                    null,
                    uri.getHost().toLowerCase(Locale.ROOT),
                    uri.getPort(),
                    path,
                    uri.getQuery(),
                    null);
        } catch (URISyntaxException e) {
            throw ToolException.invalidInput("/chart %s is no address: %s".formatted(address, e.getMessage()));
        }
    }

    private static boolean holds(URI source, URI uri) {
        String base = source.getPath().endsWith("/") ? source.getPath() : source.getPath() + "/";
        return isSameHost(source, uri)
                && source.getScheme().equals(uri.getScheme())
                && (uri.getPath() + "/").startsWith(base);
    }

    private static boolean isSameHost(URI one, URI other) {
        return one.getHost().equals(other.getHost()) && port(one) == port(other);
    }

    private static int port(URI uri) {
        return uri.getPort() >= 0 ? uri.getPort() : uri.getScheme().equals("http") ? 80 : 443;
    }

    static boolean isLoopback(URI uri) {
        return uri.getHost().equals("localhost")
                || uri.getHost().equals("127.0.0.1")
                || uri.getHost().equals("[::1]");
    }

    /** Whether a host is one of a source's; where redirects, blobs and tokens may come from. */
    private boolean isHostAllowed(URI uri) {
        return allowed.stream().anyMatch(source -> isSameHost(parsed(source), uri))
                && (uri.getScheme().equals("https") || uri.getScheme().equals("http") && isLoopback(uri));
    }

    /**
     * GETs an address on an allowed host; redirects only to such.
     *
     * @throws ToolException {@code UNAVAILABLE} when it is not reached, {@code LIMIT} when it is too long
     */
    Fetched get(URI uri, Map<String, String> headers, int mostBytes) throws InterruptedException {
        URI at = uri;
        for (int hop = 0; hop <= MOST_REDIRECTS; hop++) {
            if (!isHostAllowed(at)) {
                throw ToolException.denied(
                        "%s leads to %s://%s, which is in no allowed source; the operator can list it in chart-sources"
                                .formatted(uri, at.getScheme(), at.getAuthority()));
            }
            HttpRequest.Builder request = HttpRequest.newBuilder(at).timeout(REQUEST);
            if (isSameHost(uri, at)) {
                headers.forEach(request::header);
            }
            try {
                HttpResponse<InputStream> response =
                        Client.HTTP.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
                try (InputStream body = response.body()) {
                    Optional<String> location = response.headers().firstValue("location");
                    if (response.statusCode() / 100 == 3 && location.isPresent()) {
                        at = at.resolve(location.get());
                        if (at.getHost() == null) {
                            throw ToolException.unavailable(uri + " redirects to nowhere: " + location.get());
                        }
                        continue;
                    }
                    byte[] bytes = body.readNBytes(mostBytes + 1);
                    if (bytes.length > mostBytes) {
                        throw ToolException.limit("%s is longer than %d bytes".formatted(uri, mostBytes));
                    }
                    return new Fetched(
                            response.statusCode(), bytes, response.headers().map());
                }
            } catch (IOException e) {
                throw ToolException.unavailable("cannot fetch %s: %s".formatted(at, e.getMessage()), e);
            }
        }
        throw ToolException.unavailable(uri + " redirects more than " + MOST_REDIRECTS + " times");
    }

    /** As {@link #get}, but only what is there. @throws ToolException {@code NOT_FOUND}, {@code DENIED} */
    byte[] found(URI uri, int mostBytes) throws InterruptedException {
        return found(uri, get(uri, Map.of(), mostBytes));
    }

    static byte[] found(URI uri, Fetched fetched) {
        return switch (fetched.status()) {
            case 200 -> fetched.body();
            case 401, 403 ->
                throw ToolException.denied(uri + " asks for credentials; only public charts can be fetched");
            case 404 -> throw ToolException.notFound(uri + " is not there");
            default -> throw ToolException.unavailable(uri + " answers " + fetched.status());
        };
    }
}
