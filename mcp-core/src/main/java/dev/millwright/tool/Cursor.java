package dev.millwright.tool;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.millwright.json.Json;
import dev.millwright.json.Mismatch;
import dev.millwright.json.Schema;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/**
 * A place in a result, as text that means nothing to whoever carries it: a record, with a digest that binds it to the
 * question it belongs to. Nothing in it grants anything, so it needs no secret and survives a restart.
 */
public final class Cursor {
    private static final int DIGEST = 12;

    private Cursor() {}

    /** @param question all that shaped the result: tool, tenant and arguments */
    public static String of(Record place, String question) {
        byte[] body = Json.write(place).getBytes(StandardCharsets.UTF_8);
        byte[] all = new byte[DIGEST + body.length];
        System.arraycopy(digest(body, question), 0, all, 0, DIGEST);
        System.arraycopy(body, 0, all, DIGEST, body.length);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(all);
    }

    /** @throws ToolException {@code INVALID_INPUT} when it was not made for this question */
    public static <T extends Record> T read(String cursor, Class<T> type, String question) {
        try {
            byte[] all = Base64.getUrlDecoder().decode(cursor);
            if (all.length > DIGEST) {
                byte[] body = Arrays.copyOfRange(all, DIGEST, all.length);
                byte[] digest = Arrays.copyOf(all, DIGEST);
                if (MessageDigest.isEqual(digest, digest(body, question))) {
                    return Schema.of(type).bind(Json.read(new String(body, StandardCharsets.UTF_8)));
                }
            }
        } catch (IllegalArgumentException | JsonProcessingException | Mismatch e) {
            throw refused();
        }
        throw refused();
    }

    private static ToolException refused() {
        return ToolException.invalidInput(
                "/cursor belongs to another question; repeat the arguments it came with, or leave it out");
    }

    private static byte[] digest(byte[] body, String question) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(question.getBytes(StandardCharsets.UTF_8));
            sha.update((byte) 0);
            return Arrays.copyOf(sha.digest(body), DIGEST);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
