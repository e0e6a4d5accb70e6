package dev.millwright.identity;

import java.util.Collection;

/** The WWW-Authenticate header of a refusal (RFC 6750 §3, RFC 9728 §5.1). */
public final class Challenge {
    private final String metadataUrl;

    /** @param metadataUrl of the {@link ResourceMetadata} document */
    public Challenge(String metadataUrl) {
        this.metadataUrl = metadataUrl;
    }

    /** For a 401. @param scopes to ask the authorization server for */
    public String unauthorized(Unauthenticated why, Collection<String> scopes) {
        String start = "Bearer resource_metadata=" + quoted(metadataUrl);
        if (!scopes.isEmpty()) {
            start += ", scope=" + quoted(String.join(" ", scopes));
        }
        return switch (why.reason()) {
            case MISSING -> start;
            case MALFORMED -> start + error("invalid_request", why.getMessage());
            default -> start + error("invalid_token", why.getMessage());
        };
    }

    /** For a 403. @param scopes all that the operation needs, not only those missing */
    public String insufficientScope(Collection<String> scopes) {
        return "Bearer error=\"insufficient_scope\", scope=" + quoted(String.join(" ", scopes)) + ", resource_metadata="
                + quoted(metadataUrl);
    }

    private static String error(String code, String description) {
        return ", error=\"" + code + "\", error_description=" + quoted(description);
    }

    /** RFC 6750 allows printable ASCII without quote and backslash in these values. */
    private static String quoted(String value) {
        StringBuilder safe = new StringBuilder(value.length() + 2).append('"');
        value.chars()
                .map(c -> c < 0x20 || c > 0x7e || c == '"' || c == '\\' ? '?' : c)
                .forEach(safe::appendCodePoint);
        return safe.append('"').toString();
    }
}
