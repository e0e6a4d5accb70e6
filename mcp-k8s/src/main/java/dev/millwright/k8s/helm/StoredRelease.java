package dev.millwright.k8s.helm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The release in a request to store it: a Secret or ConfigMap, as JSON or as the Kubernetes protobuf that the Helm library
 * speaks (k8s.io/apimachinery {@code runtime/serializer/protobuf}, k8s.io/api {@code core/v1/generated.proto}).
 */
final class StoredRelease {
    /** Before the envelope {@code runtime.Unknown}, whose field 2 is the object. */
    private static final byte[] MAGIC = {'k', '8', 's', 0};

    private static final int LENGTH_DELIMITED = 2;

    private StoredRelease() {}

    /** Its payload; empty where the request stores something else. */
    static Optional<String> payload(byte[] body) {
        ByteBuffer bytes = ByteBuffer.wrap(body);
        if (body.length > MAGIC.length && bytes.slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))) {
            return fields(bytes.slice(MAGIC.length, body.length - MAGIC.length), 2).stream()
                    .flatMap(object -> fields(object, 2).stream())
                    .filter(entry ->
                            fields(entry, 1).stream().anyMatch(key -> text(key).equals("release")))
                    .flatMap(entry -> fields(entry, 2).stream())
                    .map(StoredRelease::text)
                    .findFirst();
        }
        try {
            JsonNode object = Json.read(body, 0, body.length);
            String data = object.at("/data/release").asText();
            return data.isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                            object.path("kind").asText().equals("ConfigMap")
                                    ? data
                                    : new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            // Not a release, whatever it is: it is refused like every write.
            return Optional.empty();
        }
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }

    /** The contents of a length-delimited field, each time it occurs; other fields are passed over. */
    private static List<ByteBuffer> fields(ByteBuffer message, int number) {
        ByteBuffer in = message.duplicate();
        List<ByteBuffer> found = new ArrayList<>();
        while (in.hasRemaining()) {
            long tag = varint(in);
            switch ((int) (tag & 7)) {
                case 0 -> varint(in);
                case 1 -> skip(in, 8);
                case LENGTH_DELIMITED -> {
                    long length = varint(in);
                    if (length < 0 || length > in.remaining()) {
                        return found;
                    }
                    if (tag >>> 3 == number) {
                        found.add(in.slice(in.position(), (int) length));
                    }
                    skip(in, (int) length);
                }
                case 5 -> skip(in, 4);
                default -> {
                    return found;
                }
            }
        }
        return found;
    }

    private static void skip(ByteBuffer in, int bytes) {
        in.position(Math.min(in.limit(), in.position() + bytes));
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; shift < 64 && in.hasRemaining(); shift += 7) {
            byte next = in.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                break;
            }
        }
        return value;
    }
}
