package dev.millwright.protocol.stateless;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** Where a request's notifications go, and then its response. Called from one thread at a time, never after a cancel. */
public interface Outlet {
    /** @throws IOException when the client is gone; the request is then cancelled */
    void notify(ObjectNode notification) throws IOException;

    /** Called exactly once for a request that is not cancelled, last. */
    void respond(Response response) throws IOException;
}
