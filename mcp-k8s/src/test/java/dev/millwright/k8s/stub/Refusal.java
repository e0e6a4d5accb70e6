package dev.millwright.k8s.stub;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.Kind;
import java.io.Serial;

/** An answer that is a Status, worded as the API server words it. */
final class Refusal extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private final transient ObjectNode status;
    private final int code;

    Refusal(int code, String reason, String message) {
        super(message);
        this.code = code;
        this.status = Json.object()
                .put("kind", "Status")
                .put("apiVersion", "v1")
                .<ObjectNode>set("metadata", Json.object())
                .put("status", "Failure")
                .put("message", message);
        if (!reason.isEmpty()) {
            status.put("reason", reason);
        }
        status.put("code", code);
    }

    int code() {
        return code;
    }

    ObjectNode status() {
        return status;
    }

    private Refusal details(Kind kind, String name) {
        ObjectNode details = status.putObject("details").put("name", name);
        if (!kind.group().isEmpty()) {
            details.put("group", kind.group());
        }
        details.put("kind", kind.plural());
        return this;
    }

    Refusal cause(String reason, String message, String field) {
        status.withObjectProperty("details")
                .withArrayProperty("causes")
                .addObject()
                .put("reason", reason)
                .put("message", message)
                .put("field", field);
        return this;
    }

    static Refusal badRequest(String message) {
        return new Refusal(400, "BadRequest", message);
    }

    static Refusal notFound(Kind kind, String name) {
        return new Refusal(404, "NotFound", "%s \"%s\" not found".formatted(kind.resource(), name)).details(kind, name);
    }

    static Refusal alreadyExists(Kind kind, String name) {
        return new Refusal(409, "AlreadyExists", "%s \"%s\" already exists".formatted(kind.resource(), name))
                .details(kind, name);
    }

    static Refusal conflict(Kind kind, String name, String why) {
        return new Refusal(
                        409,
                        "Conflict",
                        "Operation cannot be fulfilled on %s \"%s\": %s".formatted(kind.resource(), name, why))
                .details(kind, name);
    }

    static Refusal modified(Kind kind, String name) {
        return conflict(
                kind,
                name,
                "the object has been modified; please apply your changes to the latest version and try again");
    }

    static Refusal invalid(Kind kind, String name, String field, String why) {
        return new Refusal(
                        422,
                        "Invalid",
                        "%s%s \"%s\" is invalid: %s: %s"
                                .formatted(
                                        kind.name(),
                                        kind.group().isEmpty() ? "" : "." + kind.group(),
                                        name,
                                        field,
                                        why))
                .cause("FieldValueInvalid", why, field);
    }

    /** What a JSON patch gets that does not fit: the server says no more than this. */
    static Refusal patchDoesNotFit() {
        return new Refusal(422, "Invalid", "the server rejected our request due to an error in our request");
    }

    static Refusal expired(String message) {
        return new Refusal(410, "Expired", message);
    }
}
