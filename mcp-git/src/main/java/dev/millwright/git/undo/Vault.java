package dev.millwright.git.undo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import dev.millwright.keep.Image;
import dev.millwright.keep.Keep;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.OpenFile;
import dev.millwright.workspace.Version;
import java.io.IOException;
import java.util.Base64;
import java.util.Optional;

/** Where contents that undo needs are put: short ones into the journal itself, others beside it. */
record Vault(Keep keep) {
    /** Longer ones are files of their own: a row of the journal stays short. */
    private static final int SHORT = 8 * 1024;

    private static final int MOST = 1 << 30;

    /** A content: exactly one of the two is there. @param base64 a short one itself */
    record Content(Optional<String> base64, Optional<Image> image) {
        static final Content EMPTY = of(new byte[0]);

        static Content of(byte[] bytes) {
            return new Content(Optional.of(Base64.getEncoder().encodeToString(bytes)), Optional.empty());
        }

        /** Equal for equal contents. */
        String key() {
            return image.map(Image::sha256)
                    .orElseGet(() -> Keep.sha256(Base64.getDecoder().decode(base64.orElseThrow())));
        }
    }

    /** Durable after {@link Keep#sync}. */
    Content put(OpenFile file) {
        return file.stat().size() > SHORT
                ? new Content(Optional.empty(), Optional.of(keep.keep(file)))
                : Content.of(Version.all(file, SHORT));
    }

    Content put(byte[] bytes) {
        return bytes.length > SHORT ? new Content(Optional.empty(), Optional.of(keep.keep(bytes))) : Content.of(bytes);
    }

    Content put(Object record) {
        try {
            return put(Json.mapper().writeValueAsBytes(record));
        } catch (JsonProcessingException e) {
            throw ToolException.internal("a record of the undo journal cannot be written", e);
        }
    }

    byte[] bytes(Content content) {
        if (content.image().isEmpty()) {
            return Base64.getDecoder().decode(content.base64().orElseThrow());
        }
        try (OpenFile file = keep.open(content.image().get())) {
            return Version.all(file, MOST);
        }
    }

    <T> T read(Content content, Class<T> type) {
        try {
            return Json.mapper().readValue(bytes(content), type);
        } catch (IOException e) {
            throw ToolException.internal("a record of the undo journal cannot be read", e);
        }
    }

    static <T> T read(JsonNode row, Class<T> type) {
        try {
            return Json.mapper().treeToValue(row, type);
        } catch (JsonProcessingException e) {
            throw ToolException.internal("a row of the undo journal cannot be read", e);
        }
    }
}
