package dev.millwright.protocol;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** Tells the stateless era from the sessions era, message by message. */
public final class Era {
    /** The first version without sessions. Versions are dates and compare as text. */
    public static final String STATELESS = "2026-07-28";

    /** Prefix of the protocol's own keys in {@code _meta}. */
    public static final String META = "io.modelcontextprotocol/";

    private Era() {}

    /**
     * Whether the stateless engine answers this message.
     *
     * @param header {@code MCP-Protocol-Version} of the HTTP request; empty when there is none, and on stdio
     */
    public static boolean isStateless(ObjectNode message, Optional<String> header) {
        if (message.path("params").path("_meta").has(META + "protocolVersion")) {
            return true;
        }
        if (header.isPresent() && header.get().compareTo(STATELESS) >= 0 && isDate(header.get())) {
            return true;
        }
        String method = message.path("method").asText();
        return method.equals("server/discover") || method.equals("subscriptions/listen");
    }

    private static boolean isDate(String version) {
        return version.length() == 10 && version.charAt(4) == '-' && version.charAt(7) == '-';
    }
}
