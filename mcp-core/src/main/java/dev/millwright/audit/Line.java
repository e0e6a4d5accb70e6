package dev.millwright.audit;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * One event as its line of JSON, whose last member is the SHA-256 of all bytes of the line before that member.
 *
 * @param seq from 1 within a lane
 * @param prev hash of the line before
 */
record Line(long seq, String call, String prev, String hash, JsonNode json) {
    private static final byte[] HASH = ",\"hash\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "\"}".getBytes(StandardCharsets.US_ASCII);
    private static final int DIGITS = 64;

    /** What the first line of a lane follows; of its own for each, so that lanes cannot be exchanged. */
    static String genesis(int lane) {
        return sha256(("millwright audit lane " + lane).getBytes(StandardCharsets.US_ASCII));
    }

    /** The line with its newline. */
    static byte[] write(AuditEvent event, long seq, String prev) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(640);
        try (JsonGenerator json = Json.mapper().getFactory().createGenerator(line)) {
            json.writeStartObject();
            json.writeNumberField("seq", seq);
            json.writeStringField("time", event.time().toString());
            json.writeStringField("call", event.call());
            json.writeStringField("caller", event.caller());
            json.writeStringField("tenant", event.tenant());
            json.writeStringField("server", event.server());
            json.writeStringField("tool", event.tool());
            if (event.effect().isPresent()) {
                json.writeStringField("effect", Json.name(event.effect().get()));
            }
            json.writeStringField("digest", event.digest());
            json.writeStringField("outcome", event.outcome());
            json.writeNumberField("durationMicros", event.durationMicros());
            json.writeNumberField("bytesIn", event.bytesIn());
            json.writeNumberField("bytesOut", event.bytesOut());
            if (event.note().isPresent()) {
                json.writeStringField("note", event.note().get());
            }
            json.writeStringField("prev", prev);
            json.flush();
            String hash = sha256(line.toByteArray());
            json.writeStringField("hash", hash);
            json.writeEndObject();
        }
        line.write('\n');
        return line.toByteArray();
    }

    static String hashOf(byte[] written) {
        int end = written.length - END.length - 1;
        return new String(written, end - DIGITS, DIGITS, StandardCharsets.US_ASCII);
    }

    /** Empty when the bytes, without newline, are not a line whose hash is its own. */
    static Optional<Line> read(byte[] bytes) {
        int digits = bytes.length - END.length - DIGITS;
        int body = digits - HASH.length;
        if (body <= 0
                || !Arrays.equals(bytes, body, digits, HASH, 0, HASH.length)
                || !Arrays.equals(bytes, digits + DIGITS, bytes.length, END, 0, END.length)) {
            return Optional.empty();
        }
        String hash = new String(bytes, digits, DIGITS, StandardCharsets.US_ASCII);
        if (!hash.equals(sha256(Arrays.copyOf(bytes, body)))) {
            return Optional.empty();
        }
        return loose(bytes)
                .map(json -> new Line(
                        json.path("seq").asLong(),
                        json.path("call").asText(),
                        json.path("prev").asText(),
                        hash,
                        json));
    }

    /** Whatever can still be read of a line that is not right. */
    static Optional<JsonNode> loose(byte[] bytes) {
        try {
            return Optional.of(Json.mapper().readTree(bytes)).filter(JsonNode::isObject);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
