package dev.millwright.k8s.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.StreamSupport;

/**
 * A container of a pod: what was asked for and how it is.
 *
 * @param role where it stands in the pod
 * @param at its place in the spec, as in {@code /spec/containers/0}
 * @param spec its entry in the pod's spec
 * @param status its entry in the pod's status; a missing node before there is one
 */
public record Container(Role role, String at, JsonNode spec, JsonNode status) {
    /** Where a container stands in its pod. */
    public enum Role {
        /** Runs before the others, in order. */
        INIT,
        /** An init container that keeps running. */
        SIDECAR,
        MAIN,
        EPHEMERAL
    }

    /** How a run ended. */
    public record Ended(String reason, int exitCode, OptionalInt signal, String message, Optional<Instant> at) {
        static Optional<Ended> of(JsonNode json) {
            return json.isObject()
                    ? Optional.of(new Ended(
                            json.path("reason").asText(),
                            json.path("exitCode").asInt(),
                            json.path("signal").asInt() > 0
                                    ? OptionalInt.of(json.path("signal").asInt())
                                    : OptionalInt.empty(),
                            json.path("message").asText(),
                            Times.of(json.path("finishedAt"))))
                    : Optional.empty();
        }
    }

    public String name() {
        return spec.path("name").asText();
    }

    public String image() {
        return spec.path("image").asText();
    }

    public boolean ready() {
        return status.path("ready").asBoolean();
    }

    public int restarts() {
        return status.path("restartCount").asInt();
    }

    /** Why it waits, as in {@code ImagePullBackOff}; empty when it does not. */
    public String waiting() {
        return status.at("/state/waiting/reason").asText();
    }

    public String waitingMessage() {
        return status.at("/state/waiting/message").asText();
    }

    public Optional<Instant> runningSince() {
        return Times.of(status.at("/state/running/startedAt"));
    }

    public boolean running() {
        return status.at("/state/running").isObject();
    }

    /** How the present run ended, where it did. */
    public Optional<Ended> ended() {
        return Ended.of(status.at("/state/terminated"));
    }

    /** How the run before ended. */
    public Optional<Ended> endedBefore() {
        return Ended.of(status.at("/lastState/terminated"));
    }

    /** How the latest run that ended did so. */
    public Optional<Ended> lastEnd() {
        return ended().or(this::endedBefore);
    }

    public Optional<Quantity> request(String resource) {
        return Quantity.of(spec.at("/resources/requests").path(resource));
    }

    public Optional<Quantity> limit(String resource) {
        return Quantity.of(spec.at("/resources/limits").path(resource));
    }

    public List<JsonNode> ports() {
        return StreamSupport.stream(spec.path("ports").spliterator(), false).toList();
    }

    /** @param probe {@code liveness}, {@code readiness} or {@code startup} */
    public Optional<JsonNode> probe(String probe) {
        JsonNode found = spec.path(probe + "Probe");
        return found.isObject() ? Optional.of(found) : Optional.empty();
    }
}
