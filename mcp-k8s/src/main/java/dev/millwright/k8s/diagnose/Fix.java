package dev.millwright.k8s.diagnose;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Ref;
import dev.millwright.store.Tokens;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Something that would mend a cause; a proposal for a plan, never blind.
 *
 * @param what in plain words, an imperative
 * @param change the exact patch, where one is known
 * @param command what a person would run instead, or must run because no patch can do it
 */
public record Fix(Risk risk, String what, Optional<Change> change, Optional<String> command) {
    /** How much can go wrong. */
    public enum Risk {
        /** Touches only what is broken. */
        LOW,
        /** Restarts or moves something that works. */
        MEDIUM,
        /** May lose data or access: a person must agree. */
        HIGH
    }

    /**
     * A JSON patch (RFC 6902) of one object as it was read.
     *
     * @param revision tells whether more of the object changed since than its status
     * @param tests {@code test} operations on what was read where the patch changes it
     */
    public record Change(
            Ref target, String uid, String resourceVersion, String revision, ArrayNode operations, ArrayNode tests) {
        public static Change of(K8sObject target, ArrayNode operations) {
            return new Change(
                    target.ref(),
                    target.uid(),
                    target.resourceVersion(),
                    revision(target),
                    operations,
                    tests(target.json(), operations));
        }

        /** The generation where the kind has one, else a digest of all but the status and the API server's books. */
        public static String revision(K8sObject object) {
            if (object.json().at("/metadata/generation").isIntegralNumber()) {
                return "generation " + object.number("/metadata/generation", 0);
            }
            ObjectNode rest = object.json().deepCopy();
            rest.remove("status");
            rest.withObjectProperty("metadata").remove(List.of("resourceVersion", "managedFields"));
            return Tokens.hash(Json.write(rest));
        }

        /** What is replaced or removed; around what is added, the nearest thing there is, unless that is nearly everything. */
        private static ArrayNode tests(JsonNode read, ArrayNode operations) {
            ArrayNode tests = Json.array();
            Set<JsonPointer> tested = new HashSet<>();
            for (JsonNode operation : operations) {
                JsonPointer at = JsonPointer.compile(operation.path("path").asText());
                boolean inserts = operation.path("op").asText().equals("add")
                        && !at.matches()
                        && read.at(at.head()).isArray();
                if (inserts) {
                    at = at.head();
                }
                while (!at.matches() && read.at(at).isMissingNode()) {
                    at = at.head();
                }
                boolean narrow = !at.matches() && !at.head().matches();
                if (narrow && tested.add(at)) {
                    tests.addObject()
                            .put("op", "test")
                            .put("path", at.toString())
                            .set("value", read.at(at));
                }
            }
            return tests;
        }
    }

    /** Words only. */
    public static Fix advice(Risk risk, String what) {
        return new Fix(risk, what, Optional.empty(), Optional.empty());
    }

    public static Fix command(Risk risk, String what, String command) {
        return new Fix(risk, what, Optional.empty(), Optional.of(command));
    }

    public static Fix patch(Risk risk, String what, K8sObject target, ArrayNode operations) {
        return new Fix(risk, what, Optional.of(Change.of(target, operations)), Optional.empty());
    }

    /** Sets one value that is there. @param pointer JSON pointer as in {@code /spec/replicas} */
    public static ArrayNode replace(String pointer, Object value) {
        return operation("replace", pointer, value);
    }

    /** Sets a member that may not be there. */
    public static ArrayNode add(String pointer, Object value) {
        return operation("add", pointer, value);
    }

    private static ArrayNode operation(String op, String pointer, Object value) {
        ArrayNode operations = Json.array();
        operations.addObject().put("op", op).put("path", pointer).set("value", Json.tree(value));
        return operations;
    }

    /** A member's name inside a JSON pointer. */
    public static String escape(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
