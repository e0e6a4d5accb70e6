package dev.millwright.tool;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Something only the client's side can answer, in either protocol era. */
public sealed interface Question {
    /** A form for the person: a flat object schema of text, numbers, booleans and enums. */
    record Form(String message, ObjectNode schema) implements Question {}

    /** A page the person is asked to visit, for what must not pass through the model. */
    record Visit(String message, String url) implements Question {}

    /** A completion by the client's model; {@code params} as in {@code sampling/createMessage}. */
    record Sample(ObjectNode params) implements Question {}

    /** The folders the client has open. */
    record Roots() implements Question {}
}
