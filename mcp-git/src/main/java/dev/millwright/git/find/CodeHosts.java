package dev.millwright.git.find;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.config.ConfigException;
import dev.millwright.config.Secret;
import dev.millwright.git.config.CodeHost;
import dev.millwright.git.repo.RepoText;
import dev.millwright.json.Json;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Searches on configured hosts, one request at a time each. A host that asked to be left alone is left alone until then.
 * Redirections are not followed: a token goes to the configured address only.
 */
public final class CodeHosts implements AutoCloseable {
    private static final Duration CONNECTING = Duration.ofSeconds(5);
    private static final Duration ANSWERING = Duration.ofSeconds(20);

    /** Bytes of the longest answer; a full page of GitHub takes 600 kB. */
    private static final int LONGEST = 8_000_000;

    private final Function<Secret, Supplier<String>> secrets;
    private final Clock clock;
    private final Map<CodeHost, Line> lines = new ConcurrentHashMap<>();
    private Optional<HttpClient> client = Optional.empty();

    /** Where the requests to one host wait for each other. */
    private static final class Line {
        final ReentrantLock turn = new ReentrantLock(true);
        Instant free = Instant.MIN;
    }

    /** @param secrets what fetches tokens */
    public CodeHosts(Function<Secret, Supplier<String>> secrets, Clock clock) {
        this.secrets = secrets;
        this.clock = clock;
    }

    /**
     * Asks a host.
     *
     * @param name of the host, for messages
     * @param page from 1
     * @throws ToolException {@code LIMIT} when the host wants to be asked later, saying when; {@code DENIED} when it
     *     refuses the token; {@code UNAVAILABLE} when it does not answer
     */
    public HostPage search(Call call, String name, CodeHost host, Wanted wanted, int limit, int page)
            throws InterruptedException {
        HostApi api = switch (host.kind()) {
            case GITHUB -> new GitHub();
            case GITLAB -> new GitLab();
            case GITEA -> new Gitea();
        };
        URI uri = URI.create(host.base() + api.request(wanted, limit, page));
        Line line = lines.computeIfAbsent(host, key -> new Line());
        line.turn.lockInterruptibly();
        try {
            if (line.free.isAfter(clock.instant())) {
                throw later(name, line.free);
            }
            HttpResponse<byte[]> answer = send(name, request(call, name, host, api, uri));
            Optional<Instant> until = RateLimit.until(answer.statusCode(), answer.headers(), clock.instant());
            until.ifPresent(time -> line.free = time);
            if (answer.statusCode() != 200) {
                throw refusal(name, answer, until);
            }
            return api.read(json(name, answer.body()), answer.headers(), wanted, limit, page);
        } finally {
            line.turn.unlock();
        }
    }

    private HttpRequest request(Call call, String name, CodeHost host, HostApi api, URI uri) {
        Optional<String> token;
        try {
            token = host.token().map(secrets).map(Supplier::get);
        } catch (ConfigException e) {
            throw ToolException.unavailable("the token for %s cannot be had: %s".formatted(name, e.getMessage()), e);
        }
        if (token.filter(text -> !text.matches("[!-~]+")).isPresent()) {
            throw ToolException.unavailable("the token for %s has characters that no token has".formatted(name));
        }
        Duration left = Duration.between(clock.instant(), call.deadline());
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(left.compareTo(ANSWERING) < 0 && left.isPositive() ? left : ANSWERING)
                .header("User-Agent", "millwright");
        api.headers(token).forEach(request::header);
        return request.build();
    }

    private HttpResponse<byte[]> send(String name, HttpRequest request) throws InterruptedException {
        try {
            return client().send(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LONGEST));
        } catch (HttpTimeoutException e) {
            throw ToolException.unavailable(name + " did not answer in time", e);
        } catch (IOException e) {
            throw ToolException.unavailable(name + " cannot be reached", e);
        }
    }

    private synchronized HttpClient client() {
        if (client.isEmpty()) {
            client = Optional.of(HttpClient.newBuilder()
                    .connectTimeout(CONNECTING)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .build());
        }
        return client.get();
    }

    private ToolException refusal(String name, HttpResponse<byte[]> answer, Optional<Instant> until) {
        int status = answer.statusCode();
        if (until.isPresent()) {
            return later(name, until.get());
        } else if (status == 401 || status == 403) {
            return ToolException.denied("%s refused with %d%s; the operator configures its token"
                    .formatted(name, status, reason(answer.body())));
        } else if (status == 400 || status == 422) {
            return ToolException.invalidInput(
                    "%s does not understand the search%s".formatted(name, reason(answer.body())));
        }
        return ToolException.unavailable("%s answered with %d".formatted(name, status));
    }

    /** What the host says of it, as data. */
    private static String reason(byte[] body) {
        try {
            String message = Json.read(body, 0, body.length).path("message").asText();
            return message.isEmpty() ? "" : ", saying \"" + RepoText.line(message, 200) + "\"";
        } catch (JsonProcessingException e) {
            return "";
        }
    }

    private ToolException later(String name, Instant time) {
        long seconds = Math.max(1, Duration.between(clock.instant(), time).toSeconds());
        return ToolException.limit("%s limits how often it is asked; ask again in %d s, at %s"
                .formatted(name, seconds, time.truncatedTo(ChronoUnit.SECONDS)));
    }

    private static JsonNode json(String name, byte[] body) {
        try {
            return Json.read(body, 0, body.length);
        } catch (JsonProcessingException e) {
            throw ToolException.unavailable(name + " answered with something else than JSON", e);
        }
    }

    @Override
    public synchronized void close() {
        client.ifPresent(HttpClient::shutdownNow);
    }
}
