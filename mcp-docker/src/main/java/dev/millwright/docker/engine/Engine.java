package dev.millwright.docker.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.millwright.json.Json;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A Docker engine, by its HTTP API; safe for use by many threads. */
public interface Engine {
    /** An engine's answers in JSON are no longer than this; what may be longer is read as a stream. */
    int LONGEST = 64 * 1024 * 1024;

    /** Where it is, for people: {@code unix:///var/run/docker.sock}. */
    String address();

    /**
     * What it is and which version of the API is spoken with it.
     *
     * @throws ToolException {@code UNAVAILABLE} when it cannot be reached, or is older than API 1.41
     */
    EngineVersion version() throws InterruptedException;

    /**
     * Sends a request; the caller closes the answer. An interrupt of the calling thread ends the connection.
     *
     * @throws ToolException when it cannot be reached, or refuses: {@code INVALID_INPUT} for status 400,
     *     {@code NOT_FOUND} for 404, {@code CONFLICT} for 409, {@code DENIED} for 401 and 403, else {@code UNAVAILABLE}
     * @throws InterruptedException when the calling thread is interrupted
     */
    Answer send(Ask ask) throws InterruptedException;

    /** As {@link #send}, for an answer in JSON; an empty answer is a missing node. */
    default JsonNode json(Ask ask) throws InterruptedException {
        try (Answer answer = send(ask);
                InputStream body = answer.body()) {
            byte[] bytes = body.readNBytes(LONGEST + 1);
            if (bytes.length > LONGEST) {
                throw ToolException.limit(
                        "the engine's answer to " + ask.path() + " is longer than " + LONGEST + " bytes; ask for less");
            }
            return bytes.length == 0 ? MissingNode.getInstance() : Json.read(bytes, 0, bytes.length);
        } catch (JsonProcessingException e) {
            throw ToolException.unavailable(
                    "what answers at " + address() + " is no Docker engine: " + ask.path() + " gave no JSON", e);
        } catch (IOException e) {
            throw Unreachable.during(ask, this, e);
        }
    }

    /** As {@link #send}, for an answer that says no more than that it is done: it is, once the answer has ended. */
    default void done(Ask ask) throws InterruptedException {
        try (Answer answer = send(ask);
                InputStream body = answer.body()) {
            body.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw Unreachable.during(ask, this, e);
        }
    }
}
