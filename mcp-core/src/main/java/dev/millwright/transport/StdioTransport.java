package dev.millwright.transport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.call.Who;
import dev.millwright.json.Json;
import dev.millwright.protocol.Endpoint;
import dev.millwright.protocol.Era;
import dev.millwright.protocol.Errors;
import dev.millwright.protocol.Incoming;
import dev.millwright.protocol.Running;
import dev.millwright.protocol.stateless.Outlet;
import dev.millwright.protocol.stateless.Response;
import dev.millwright.protocol.stateless.StatelessEngine;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;

/**
 * Serves an endpoint to the process at the other end of standard input and output, in both protocol eras, which may
 * alternate line by line.
 *
 * <p>Nothing of the MCP Java SDK is loaded before a client sends {@code initialize}.
 */
public final class StdioTransport {
    /** @param maxLine bytes a message may take. @param drain how long running calls may take after the end of input */
    public record Limits(int maxLine, Duration drain) {
        public static final Limits DEFAULT = new Limits(16 << 20, Duration.ofSeconds(10));
    }

    /** How long calls may take to notice that they were interrupted. */
    private static final Duration INTERRUPTION = Duration.ofSeconds(2);

    private final Endpoint endpoint;
    private final StatelessEngine stateless;
    private final Who who;
    private final LineReader in;
    private final LineWriter out;
    private final Limits limits;
    private final Turns turns = new Turns("stdin", this::read);
    private final Running running = new Running(turns::pass);
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile Optional<Conversation> session = Optional.empty();
    private volatile boolean gone;

    /** @param stateless is closed with the transport */
    public StdioTransport(
            Endpoint endpoint, StatelessEngine stateless, Who who, InputStream in, OutputStream out, Limits limits) {
        this.endpoint = endpoint;
        this.stateless = stateless;
        this.who = who;
        this.in = new LineReader(in, limits.maxLine());
        this.out = new LineWriter(out, this::hangUp);
        this.limits = limits;
    }

    /** Takes the process's own streams, and turns what anything else prints to standard output to standard error. */
    public static StdioTransport ofProcess(Endpoint endpoint, StatelessEngine stateless, Who who, Limits limits) {
        System.setIn(InputStream.nullInputStream());
        System.setOut(System.err);
        return new StdioTransport(
                endpoint,
                stateless,
                who,
                new FileInputStream(FileDescriptor.in),
                new FileOutputStream(FileDescriptor.out),
                limits);
    }

    /**
     * Answers until the end of input, or until nobody reads the output; then lets running calls finish for a while.
     *
     * @throws InterruptedException when interrupted; running calls are interrupted, too
     */
    public void run() throws InterruptedException {
        turns.begin();
        try {
            over.await();
            stateless.close();
            session.ifPresent(Conversation::hangUp);
            if (!gone) {
                drain(limits.drain());
            }
        } finally {
            running.cancelAll();
            session.ifPresent(Conversation::close);
        }
        drain(INTERRUPTION);
    }

    private void drain(Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        if (running.drain(time) && session.isPresent()) {
            session.get().running().drain(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
        }
    }

    /** The output is closed: nobody is there to be answered. */
    private void hangUp() {
        gone = true;
        over.countDown();
    }

    /** Reads and handles one line. @return whether there may be more */
    private boolean read() {
        try {
            switch (in.next()) {
                case LINE -> line();
                case TOO_LONG ->
                    refuse(
                            Optional.empty(),
                            Errors.INVALID_REQUEST,
                            "a message may take %d bytes".formatted(limits.maxLine()));
                case END -> {
                    over.countDown();
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            LoggerFactory.getLogger(StdioTransport.class).warn("standard input cannot be read any more", e);
            over.countDown();
            return false;
        }
    }

    private void line() {
        if (isBlank()) {
            return;
        }
        try {
            take(Incoming.read(in.buffer(), in.from(), in.length()));
        } catch (RuntimeException | Error e) {
            LoggerFactory.getLogger(StdioTransport.class).error("a message was not handled", e);
        }
    }

    /** A chain of ifs: the JDK makes a class for a switch over types, which takes as long as all else to the first answer. */
    private void take(Incoming incoming) {
        if (incoming instanceof Incoming.Request request) {
            request(request);
        } else if (incoming instanceof Incoming.Notification notification) {
            notification(notification);
        } else if (incoming instanceof Incoming.Answer answer) {
            session.ifPresent(known -> known.answer(answer));
        } else if (incoming instanceof Incoming.Malformed malformed) {
            out.write(malformed.reply());
        }
    }

    private boolean isBlank() {
        for (int i = in.from(); i < in.from() + in.length(); i++) {
            byte b = in.buffer()[i];
            if (b != ' ' && b != '\t' && b != '\r') {
                return false;
            }
        }
        return true;
    }

    private void request(Incoming.Request request) {
        if (Era.isStateless(request.message(), Optional.empty())) {
            stateless(request);
        } else if (request.method().equals("initialize")) {
            initialize(request);
        } else if (session.isPresent()) {
            session.get().request(request);
        } else if (request.method().equals("ping")) {
            ObjectNode pong = Json.object().put("jsonrpc", "2.0");
            pong.set("id", request.id());
            pong.putObject("result");
            out.write(pong);
        } else {
            String message = "initialize first, or send _meta with \"%sprotocolVersion\": \"%s\""
                    .formatted(Era.META, Era.STATELESS);
            refuse(Optional.of(request.id()), Errors.INVALID_PARAMS, message);
        }
    }

    private void initialize(Incoming.Request request) {
        if (session.isPresent()) {
            refuse(Optional.of(request.id()), Errors.INVALID_REQUEST, "this process is initialized already");
            return;
        }
        StdioSession fresh = new StdioSession(endpoint, who, out::write, new Running(turns::pass));
        if (fresh.initialize(request)) {
            session = Optional.of(fresh);
        } else {
            fresh.close();
        }
    }

    private void stateless(Incoming.Request request) {
        if (StatelessEngine.isQuick(request.method())) {
            handle(request, new Lines(Optional.empty(), request));
            return;
        }
        Optional<Running.Entry> started =
                running.start(key(request.id()), entry -> handle(request, new Lines(Optional.of(entry), request)));
        if (started.isEmpty()) {
            refuse(Optional.of(request.id()), Errors.INVALID_REQUEST, "a request with this id is already running");
        }
    }

    private void handle(Incoming.Request request, Outlet outlet) {
        try {
            stateless.handle(request.message(), who, outlet);
        } catch (InterruptedException e) {
            // Cancelled, and so not answered.
        } catch (IOException | RuntimeException e) {
            LoggerFactory.getLogger(StdioTransport.class).error("{} was not answered", request.method(), e);
            refuse(
                    Optional.of(request.id()),
                    Errors.INTERNAL,
                    "the request failed inside the server; its log has more");
        }
    }

    private void notification(Incoming.Notification notification) {
        boolean here = notification.method().equals("notifications/cancelled")
                && running.cancel(key(notification.params().path("requestId")));
        if (!here) {
            session.ifPresent(known -> known.notification(notification));
        }
    }

    /** Tells text from number. */
    private static String key(JsonNode id) {
        return (id.isTextual() ? "\"" : "") + id.asText();
    }

    private void refuse(Optional<JsonNode> id, int code, String message) {
        out.write(Errors.reply(id, code, message, Optional.empty()));
    }

    /** The outlet of one request. @param entry empty for a request that cannot be cancelled */
    private final class Lines implements Outlet {
        private final Optional<Running.Entry> entry;
        private final Incoming.Request request;

        Lines(Optional<Running.Entry> entry, Incoming.Request request) {
            this.entry = entry;
            this.request = request;
        }

        @Override
        public void notify(ObjectNode notification) {
            if (entry.map(Running.Entry::isOpen).orElse(true)) {
                out.write(notification);
            }
        }

        @Override
        public void respond(Response response) {
            if (!entry.map(Running.Entry::finish).orElse(true)) {
                return;
            }
            out.write(response.json());
            if (request.method().equals("subscriptions/listen")
                    && response.json().has("result")) {
                // On stdio the end of a subscription is told this way, too.
                ObjectNode cancelled = Json.object().put("jsonrpc", "2.0").put("method", "notifications/cancelled");
                cancelled.putObject("params").set("requestId", request.id());
                out.write(cancelled);
            }
        }
    }
}
