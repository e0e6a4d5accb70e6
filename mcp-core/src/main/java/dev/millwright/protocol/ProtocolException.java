package dev.millwright.protocol;

import java.util.Optional;

/** A request that is not answered by a result but by a JSON-RPC error. */
public final class ProtocolException extends Exception {
    private static final long serialVersionUID = 1;

    /** What went wrong, before an era gives it its code. */
    public enum Reason {
        /** No such tool, prompt, template or argument; a cursor that is not ours. */
        INVALID_PARAMS,
        RESOURCE_NOT_FOUND,
        /** Not allowed, too much, or not to be had now: the message says. */
        REFUSED,
        INTERNAL
    }

    private final Reason reason;
    private final Optional<String> uri;

    public ProtocolException(Reason reason, String message) {
        this(reason, message, Optional.empty());
    }

    public ProtocolException(Reason reason, String message, Optional<String> uri) {
        super(message, null, false, false);
        this.reason = reason;
        this.uri = uri;
    }

    public Reason reason() {
        return reason;
    }

    /** The resource that is not there. */
    public Optional<String> uri() {
        return uri;
    }
}
