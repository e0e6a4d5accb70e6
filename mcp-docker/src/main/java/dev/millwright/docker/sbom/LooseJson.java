package dev.millwright.docker.sbom;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millwright.json.Json;
import java.io.IOException;

/** JSON of other programs' files: a member that comes twice is no error here, the last counts, as for those programs. */
final class LooseJson {
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(Json.MAX_DEPTH)
                            .build())
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .build())
            .build();

    private LooseJson() {}

    static JsonNode any(byte[] bytes) throws IOException {
        boolean marked = bytes.length > 2 && bytes[0] == (byte) 0xef && bytes[1] == (byte) 0xbb;
        return MAPPER.readTree(bytes, marked ? 3 : 0, bytes.length - (marked ? 3 : 0));
    }

    /** @throws IOException for anything but an object */
    static JsonNode object(byte[] bytes) throws IOException {
        JsonNode json = any(bytes);
        if (!json.isObject()) {
            throw new IOException("it is no JSON object");
        }
        return json;
    }
}
