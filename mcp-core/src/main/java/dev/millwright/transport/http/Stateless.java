package dev.millwright.transport.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.call.Who;
import dev.millwright.protocol.Incoming;
import dev.millwright.protocol.stateless.Headers;
import dev.millwright.protocol.stateless.Outlet;
import dev.millwright.protocol.stateless.Response;
import dev.millwright.protocol.stateless.StatelessEngine;
import java.io.IOException;
import java.util.Optional;

/** The stateless era on HTTP: every POST says all there is to know, and a connection that drops is its cancellation. */
final class Stateless implements AutoCloseable {
    private final StatelessEngine engine;
    private final Work work;
    private final boolean lenient;

    /** @param lenient see {@link HttpConfig#lenientVersionHeader()} */
    Stateless(StatelessEngine engine, Work work, boolean lenient) {
        this.engine = engine;
        this.work = work;
        this.lenient = lenient;
    }

    void post(Exchange exchange, Incoming incoming, ObjectNode message, Who who) {
        Optional<Response> mismatch = Headers.check(message, exchange::header, lenient);
        if (mismatch.isPresent()) {
            exchange.json(mismatch.get().status(), mismatch.get().json());
        } else if (incoming instanceof Incoming.Request request) {
            answer(exchange.answer(Work.BEAT), request, who);
        } else {
            exchange.status(202);
        }
    }

    private void answer(Answer answer, Incoming.Request request, Who who) {
        try (Work.Item item = work.begin();
                Work.Kept _ = work.keep(answer)) {
            answer.whenLost(item::cancel);
            handle(answer, request, who);
        }
    }

    private void handle(Answer answer, Incoming.Request request, Who who) {
        try {
            engine.handle(request.message(), who, new Outlet() {
                @Override
                public void notify(ObjectNode notification) throws IOException {
                    answer.event(Exchange.bytes(notification));
                }

                @Override
                public void respond(Response response) {
                    answer.finish(response.status(), Exchange.bytes(response.json()));
                }
            });
        } catch (InterruptedException e) {
            answer.finish(503, Exchange.bytes(Work.stopping(request.id())));
        } catch (IOException e) {
            answer.end();
        }
    }

    /** Ends the open subscriptions. */
    @Override
    public void close() {
        engine.close();
    }
}
