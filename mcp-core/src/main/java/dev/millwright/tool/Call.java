package dev.millwright.tool;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** The call a tool is answering: whose it is, how long it may take, how much it may say, and the way back to the client. */
public interface Call {
    /** Names this call in the audit log, in undo and in error messages; unguessable. */
    String id();

    Tenant tenant();

    /** Who calls: {@code local} on stdio, else the key or the token's subject. Handles are bound to it. */
    String caller();

    /** Tokens the answer may take, about four bytes of JSON each; a tool pages to stay within it. */
    int budget();

    Instant deadline();

    /** Which of several systems the caller means, as its input says by {@link Targeted}; empty for the configured one. */
    default Optional<String> system() {
        return Optional.empty();
    }

    /** Tells the client how far the work is. {@code total} 0 means unknown. Cheap when nobody listens. */
    void progress(double done, double total, String message);

    /** Sends a log message to a client that asked for logs; {@code level} as in RFC 5424: {@code info}, {@code warning}. */
    void log(String level, String message);

    /**
     * Asks the client's side and returns its results by key, as sent.
     *
     * <p>Ask before acting: in the stateless era the call ends here and runs again from its start once the answers
     * came; answers given earlier in the same call are kept.
     *
     * @throws Unanswerable when the client cannot be asked this
     */
    Map<String, JsonNode> ask(Map<String, Question> questions) throws InterruptedException;

    /** Whether {@link #ask} can be answered by this client. */
    boolean canAsk(Question question);
}
