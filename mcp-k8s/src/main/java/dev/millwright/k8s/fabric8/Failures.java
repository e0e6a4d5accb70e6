package dev.millwright.k8s.fabric8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.ApiError;
import dev.millwright.mask.SecretText;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLException;

/** What went wrong with a request, in words that say what to do. */
final class Failures {
    private static final int MOST_TEXT = 2_000;

    private final Connection connection;
    private final Duration patience;

    Failures(Connection connection, Duration patience) {
        this.connection = connection;
        this.patience = patience;
    }

    /** What the API said, in its own words, without secrets. */
    ApiError refused(Requests.Ask ask, Requests.Answer answer) {
        Optional<JsonNode> status = status(answer);
        String reason = status.map(each -> each.path("reason").asText("")).orElse("");
        String said = status.map(each -> each.path("message").asText(""))
                .orElseGet(() -> answer.text().strip());
        String message = said.isEmpty() ? "the API answered " + answer.code() : clipped(said);
        if (answer.code() == 400 && said.startsWith("Client sent an HTTP request to an HTTPS server")) {
            return unreachable(
                    ask.what(),
                    "the server speaks TLS: write https in the server address of " + cluster(),
                    Optional.empty());
        } else if (answer.code() == 422 && ask.mediaType().contains("json-patch")) {
            message += " (a JSON patch that does not fit: a test of it does not hold, or a path of it is not there)";
        } else if (answer.code() == 401) {
            message += " at " + connection.server();
        } else if (answer.code() == 404 && status.isEmpty()) {
            message += ": the API serves nothing at this path";
        } else if (answer.code() >= 500 && status.isEmpty()) {
            message += " (" + answer.code() + ")";
        }
        return new ApiError(answer.code(), reason, ask.what(), SecretText.text(message), Optional.empty());
    }

    private static Optional<JsonNode> status(Requests.Answer answer) {
        try {
            return Optional.of(Json.read(answer.body(), 0, answer.body().length))
                    .filter(each -> each.path("kind").asText().equals("Status"));
        } catch (JsonProcessingException e) {
            // A proxy's page, or plain text: it is the message.
            return Optional.empty();
        }
    }

    ApiError noJson(Requests.Ask ask, Requests.Answer answer) {
        return unreachable(
                ask.what(),
                "%s answered no JSON but %s: is it the address of an API server?"
                        .formatted(
                                connection.server(),
                                answer.contentType().isEmpty() ? "something else" : answer.contentType()),
                Optional.empty());
    }

    ApiError slow(String what, Exception cause) {
        return unreachable(
                what,
                "no answer from %s within %d s (request-seconds)".formatted(connection.server(), patience.toSeconds()),
                Optional.of(cause));
    }

    /** The caller's thread stays interrupted. */
    ApiError interrupted(String what, InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new ApiError(
                ApiError.UNREACHABLE,
                "Interrupted",
                what,
                "the call was cancelled or its time was up",
                Optional.of(cause));
    }

    ApiError unreachable(String what, Throwable failure) {
        return unreachable(what, why(failure), Optional.of(failure));
    }

    private static ApiError unreachable(String what, String why, Optional<Throwable> cause) {
        return new ApiError(ApiError.UNREACHABLE, "Unreachable", what, why, cause);
    }

    private String why(Throwable failure) {
        String server = connection.server();
        if (has(failure, UnknownHostException.class) || has(failure, UnresolvedAddressException.class)) {
            return "the host of %s is unknown: check the server address of %s, the name service and the VPN"
                    .formatted(server, cluster());
        } else if (has(failure, SSLException.class) || has(failure, CertificateException.class)) {
            return "no TLS with %s: %s; check certificate-authority-data, the address and the client certificate of %s"
                    .formatted(server, clipped(deepest(failure)), cluster());
        } else if (has(failure, HttpConnectTimeoutException.class) || has(failure, NoRouteToHostException.class)) {
            return "no connection to %s: check the network, a firewall or the VPN".formatted(server);
        } else if (has(failure, ConnectException.class)) {
            return "nobody listens at %s: is the cluster running, and is this its address?".formatted(server);
        } else if (has(failure, HttpTimeoutException.class)) {
            return "no answer from %s within %d s (request-seconds)".formatted(server, patience.toSeconds());
        }
        return "the connection to %s broke: %s".formatted(server, clipped(deepest(failure)));
    }

    private String cluster() {
        return "cluster " + connection.clusterName() + " in the kubeconfig";
    }

    private static String clipped(String text) {
        return text.length() <= MOST_TEXT ? text : text.substring(0, MOST_TEXT) + "…";
    }

    private static String deepest(Throwable failure) {
        Throwable at = failure;
        String message = "";
        while (at != null) {
            message = Optional.ofNullable(at.getMessage()).orElse(message);
            at = at.getCause();
        }
        return message.isEmpty() ? failure.getClass().getSimpleName() : message;
    }

    private static boolean has(Throwable failure, Class<? extends Throwable> type) {
        Throwable at = failure;
        while (at != null) {
            if (type.isInstance(at)) {
                return true;
            }
            at = at.getCause();
        }
        return false;
    }

    /** Whether the request did not leave us. */
    static boolean notSent(IOException failure) {
        return has(failure, ConnectException.class) || has(failure, HttpConnectTimeoutException.class);
    }

    /** Whether it may be otherwise in a moment. */
    static boolean passes(IOException failure) {
        return !has(failure, SSLException.class)
                && !has(failure, CertificateException.class)
                && !has(failure, UnresolvedAddressException.class)
                && !has(failure, UnknownHostException.class)
                && !has(failure, HttpTimeoutException.class);
    }

    /** What a future failed with, as an exception of a connection. */
    static IOException io(Throwable cause) {
        Throwable at =
                cause instanceof CompletionException wrapped && wrapped.getCause() != null ? wrapped.getCause() : cause;
        return switch (at) {
            case IOException e -> e;
            case ApiError e -> throw e;
            default -> new IOException(at);
        };
    }
}
