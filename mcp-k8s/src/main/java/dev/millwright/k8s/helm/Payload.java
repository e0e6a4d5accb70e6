package dev.millwright.k8s.helm;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.tool.ToolException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serial;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A release as Helm keeps it: base64 of gzip of JSON (helm.sh/helm {@code pkg/storage/driver/util.go}); a Secret wraps it
 * in the API's own base64.
 */
public final class Payload {
    /** Objects of the API are at most 1.5 MiB; what unfolds to more than this is no chart but a bomb. */
    static final int MOST_BYTES = 64 * 1024 * 1024;

    private static final JsonMapper LIKE_GO = new JsonMapper(new JsonFactory().setCharacterEscapes(new GoEscapes()));

    private Payload() {}

    /**
     * The release in a payload, without the API's base64.
     *
     * @throws ToolException {@code UNAVAILABLE} for what is no release, {@code LIMIT} for one that unfolds too far
     */
    public static ObjectNode read(String payload) {
        try {
            byte[] bytes = Base64.getMimeDecoder().decode(payload);
            byte[] json = isGzip(bytes) ? unfold(bytes) : bytes;
            if (Json.read(json, 0, json.length) instanceof ObjectNode release) {
                return release;
            }
            throw ToolException.unavailable("the stored release is no JSON object");
        } catch (IllegalArgumentException | JsonProcessingException e) {
            throw ToolException.unavailable("the stored release cannot be read: " + e.getMessage(), e);
        }
    }

    private static boolean isGzip(byte[] bytes) {
        return bytes.length > 3 && (bytes[0] & 0xff) == 0x1f && (bytes[1] & 0xff) == 0x8b;
    }

    private static byte[] unfold(byte[] gzip) {
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
            byte[] all = in.readNBytes(MOST_BYTES + 1);
            if (all.length > MOST_BYTES) {
                throw ToolException.limit("the stored release unfolds to more than " + MOST_BYTES + " bytes");
            }
            return all;
        } catch (IOException e) {
            throw ToolException.unavailable("the stored release cannot be unpacked: " + e.getMessage(), e);
        }
    }

    /** The payload of a release, without the API's base64. */
    public static String write(ObjectNode release) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new BestGzip(bytes)) {
            out.write(json(release));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    /** The JSON that Go's encoder writes of the same tree. */
    static byte[] json(ObjectNode release) {
        try {
            return LIKE_GO.writeValueAsString(release).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class BestGzip extends GZIPOutputStream {
        BestGzip(OutputStream out) throws IOException {
            super(out);
            def.setLevel(Deflater.BEST_COMPRESSION);
        }
    }

    /** Go escapes what HTML would read ({@code encoding/json}, {@code SetEscapeHTML}). */
    private static final class GoEscapes extends CharacterEscapes {
        @Serial
        private static final long serialVersionUID = 1;

        private final int[] ascii = standardAsciiEscapesForJSON();

        GoEscapes() {
            for (char each : new char[] {'<', '>', '&'}) {
                ascii[each] = ESCAPE_CUSTOM;
            }
            for (int each = 0; each < ' '; each++) {
                ascii[each] = ascii[each] == ESCAPE_STANDARD ? ESCAPE_CUSTOM : ascii[each];
            }
        }

        @Override
        public int[] getEscapeCodesForAscii() {
            return ascii.clone();
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int character) {
            boolean escaped = character < 0x80 || character == 0x2028 || character == 0x2029;
            return escaped ? new SerializedString("\\u%04x".formatted(character)) : null;
        }
    }
}
