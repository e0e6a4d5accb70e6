package dev.millwright.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.tool.Question;
import java.util.Map;

/** The client's side of one running call, as its protocol era offers it. */
public interface Client {
    boolean canAsk(Question question);

    /**
     * The client's results by key.
     *
     * @throws NeedsInput in an era where the answers come with a repeated call
     * @throws dev.millwright.tool.Unanswerable when the client lacks the capability
     */
    Map<String, JsonNode> ask(Map<String, Question> questions) throws InterruptedException;

    void progress(double done, double total, String message);

    void log(String level, String logger, String message);

    /** The request's {@code _meta}, empty when it had none. */
    ObjectNode meta();
}
