package dev.millwright.transport.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import dev.millwright.protocol.Errors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** One HTTP request and its answer; handled on one virtual thread. */
final class Exchange {
    static final String JSON = "application/json";
    static final String EVENTS = "text/event-stream";

    private final Request request;
    private final Response response;
    private final Callback callback;
    private boolean answered;

    Exchange(Request request, Response response, Callback callback) {
        this.request = request;
        this.response = response;
        this.callback = callback;
    }

    /** Address of whoever is connected: the client, or a proxy in front. */
    String remote() {
        return Request.getRemoteAddr(request);
    }

    String method() {
        return request.getMethod();
    }

    /** The path as sent: nothing is decoded or cleaned, so that no second spelling of a path exists. */
    String path() {
        return request.getHttpURI().getPath();
    }

    Optional<String> query(String name) {
        return Optional.ofNullable(Request.extractQueryParameters(request).getValue(name));
    }

    /** A header; several of one name are joined and so equal nothing that is expected. */
    Optional<String> header(String name) {
        List<String> values = request.getHeaders().getValuesList(name);
        return values.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", values));
    }

    /** Whether the client takes this type of content; {@code any} whether it does so by taking everything. */
    boolean accepts(String type, boolean any) {
        Optional<String> accept = header("Accept");
        if (accept.isEmpty()) {
            return any;
        }
        String main = type.substring(0, type.indexOf('/') + 1) + "*";
        for (String range : accept.get().split(",")) {
            int end = range.indexOf(';');
            String name = (end < 0 ? range : range.substring(0, end)).strip();
            if (name.equalsIgnoreCase(type) || any && (name.equals("*/*") || name.equalsIgnoreCase(main))) {
                return true;
            }
        }
        return false;
    }

    boolean hasJson() {
        String type = header("Content-Type").orElse("");
        int end = type.indexOf(';');
        return (end < 0 ? type : type.substring(0, end)).strip().equalsIgnoreCase(JSON);
    }

    /**
     * The body, or empty when it has more bytes than the limit.
     *
     * @throws SlowClient when it did not come within the time
     */
    Optional<byte[]> body(int limit, Duration time) throws IOException, SlowClient {
        long length = request.getLength();
        if (length > limit) {
            return Optional.empty();
        }
        long end = System.nanoTime() + time.toNanos();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(length > 0 ? (int) length : 1024);
        byte[] buffer = new byte[8192];
        InputStream in = Content.Source.asInputStream(request);
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            if (bytes.size() + n > limit) {
                return Optional.empty();
            }
            bytes.write(buffer, 0, n);
            if (System.nanoTime() > end) {
                throw new SlowClient();
            }
        }
        return Optional.of(bytes.toByteArray());
    }

    /** The body took too long to come. */
    static final class SlowClient extends Exception {
        private static final long serialVersionUID = 1;

        SlowClient() {
            super("the request took too long to come", null, false, false);
        }
    }

    void set(String header, String value) {
        response.getHeaders().put(header, value);
    }

    /** Closes the connection after the answer: what the client still sends is not read. */
    void closeAfter() {
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
    }

    /** Answers without a body. */
    void status(int status) {
        response.setStatus(status);
        end(ByteBuffer.allocate(0));
    }

    void text(int status, String type, String body) {
        response.setStatus(status);
        set("Content-Type", type);
        end(ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)));
    }

    void json(int status, JsonNode body) {
        response.setStatus(status);
        set("Content-Type", JSON);
        set("Cache-Control", "no-store");
        end(ByteBuffer.wrap(bytes(body)));
    }

    /** Answers with a JSON-RPC error. @param id of the request, where it is known */
    void error(int status, int code, String message, Optional<JsonNode> id) {
        json(status, Errors.reply(id, code, message, Optional.empty()));
    }

    void error(int status, int code, String message) {
        error(status, code, message, Optional.empty());
    }

    boolean answered() {
        return answered;
    }

    /** Gives the exchange up: the connection is closed. */
    void fail(Throwable why) {
        answered = true;
        callback.failed(why);
    }

    private void end(ByteBuffer body) {
        answered = true;
        set("X-Content-Type-Options", "nosniff");
        response.write(true, body, callback);
    }

    /** Begins an answer that may turn into a stream of events. @param quiet how long such a stream may be silent */
    Answer answer(Duration quiet) {
        answered = true;
        return new Answer(request, response, callback, accepts(EVENTS, false), accepts(JSON, true), quiet);
    }

    /** Begins a stream of events, whatever the client says it accepts. */
    Answer stream(Duration quiet) {
        answered = true;
        return new Answer(request, response, callback, true, false, quiet);
    }

    static byte[] bytes(JsonNode json) {
        try {
            return Json.mapper().writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
