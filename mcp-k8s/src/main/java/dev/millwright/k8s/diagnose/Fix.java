package dev.millwright.k8s.diagnose;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Ref;
import java.util.Optional;

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
     * @param operations without the {@code test} operations that are added when it is applied
     */
    public record Change(Ref target, String uid, String resourceVersion, ArrayNode operations) {
        public static Change of(K8sObject target, ArrayNode operations) {
            return new Change(target.ref(), target.uid(), target.resourceVersion(), operations);
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
