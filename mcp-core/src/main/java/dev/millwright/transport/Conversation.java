package dev.millwright.transport;

import dev.millwright.protocol.Incoming;
import dev.millwright.protocol.Running;

/** An initialized session as the transport sees it: a type that names nothing of the SDK, and so does not load it. */
interface Conversation {
    void request(Incoming.Request request);

    void notification(Incoming.Notification notification);

    void answer(Incoming.Answer answer);

    /** The requests that run now. */
    Running running();

    /** Fails the questions the client has not answered; it will answer no more. */
    void hangUp();

    /** Stops what runs. */
    void close();
}
