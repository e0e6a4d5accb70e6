package dev.millwright.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.json.Mismatch;
import dev.millwright.store.Bound;
import dev.millwright.tool.Effect;
import dev.millwright.tool.Question;
import dev.millwright.tool.ToolException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One call on its way through the chain: what was asked, and what the steps have found out so far. */
public final class Attempt {
    /** The argument by which a destructive call presents its plan token; never reaches the tool. */
    public static final String PLAN = "plan";

    private final String id;
    private final Who who;
    private final Operation operation;
    private final JsonNode arguments;
    private final Optional<String> plan;
    private final Client client;
    private final int size;
    private Optional<Operation.Work> work = Optional.empty();
    private Optional<Deadline> deadline = Optional.empty();
    private int budget;
    private Optional<String> note = Optional.empty();
    private Optional<String> digest = Optional.empty();

    public Attempt(String id, Who who, Operation operation, JsonNode arguments, Client client) {
        this.id = id;
        this.who = who;
        this.operation = operation;
        this.client = client;
        JsonNode plan = arguments.path(PLAN);
        if (operation.confirmable() && plan.isTextual()) {
            this.plan = Optional.of(plan.textValue());
            this.arguments = ((ObjectNode) arguments.deepCopy()).without(PLAN);
        } else {
            this.plan = Optional.empty();
            this.arguments = arguments;
        }
        this.size = Json.size(arguments);
    }

    public String id() {
        return id;
    }

    public Who who() {
        return who;
    }

    public Operation operation() {
        return operation;
    }

    public Client client() {
        return client;
    }

    /** The arguments without the plan token. */
    public JsonNode arguments() {
        return arguments;
    }

    public Optional<String> plan() {
        return plan;
    }

    /** The checked work. @throws ToolException {@code INVALID_INPUT} when the arguments do not fit */
    public Operation.Work work() {
        if (work.isEmpty()) {
            try {
                work = Optional.of(operation.binder().bind(arguments));
            } catch (Mismatch e) {
                throw ToolException.invalidInput(e.getMessage());
            }
        }
        return work.get();
    }

    public Instant deadline() {
        return deadline.map(Deadline::end).orElse(Instant.MAX);
    }

    public int budget() {
        return budget;
    }

    /** Asks the client; the time until it has answered is not the call's. */
    Map<String, JsonNode> ask(Map<String, Question> questions) throws InterruptedException {
        return deadline.orElseThrow().asking(() -> client.ask(questions));
    }

    void limit(Deadline deadline, int budget) {
        this.deadline = Optional.of(deadline);
        this.budget = budget;
    }

    /** What the audit log says beside the outcome. */
    public Optional<String> note() {
        return note;
    }

    void note(String note) {
        this.note = Optional.of(note);
    }

    /** This very call, for what is kept about it. */
    Bound bound() {
        return new Bound(who.caller().id(), who.tenant().name(), operation.name(), digest());
    }

    /** What this input does, or what the operation declares while the input has not been found to fit. */
    Effect effect() {
        return work.map(Operation.Work::effect).orElse(operation.effect());
    }

    /** Bytes of the arguments as JSON. */
    int size() {
        return size;
    }

    /** SHA-256 of the arguments, keys sorted, as hex: the same for the same call however it was written. */
    public String digest() {
        if (digest.isEmpty()) {
            digest = Optional.of(digest(arguments));
        }
        return digest.get();
    }

    /** SHA-256 of any JSON, keys sorted, as hex. */
    public static String digest(JsonNode json) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(Json.bytes(sorted(json)));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode sorted(JsonNode node) {
        if (node.isObject()) {
            TreeMap<String, JsonNode> fields = new TreeMap<>();
            node.properties().forEach(field -> fields.put(field.getKey(), sorted(field.getValue())));
            ObjectNode object = Json.object();
            fields.forEach(object::set);
            return object;
        } else if (node.isArray()) {
            ArrayNode array = Json.array();
            node.forEach(item -> array.add(sorted(item)));
            return array;
        }
        return node;
    }
}
