package dev.millwright.protocol.stateless;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** The one response to a request. @param status of HTTP, where the response is not part of a stream */
public record Response(ObjectNode json, int status) {}
