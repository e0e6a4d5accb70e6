package dev.millwright.identity;

import dev.millwright.identity.Unauthenticated.Reason;
import java.util.Optional;

/** The Authorization header of RFC 6750. */
final class Bearer {
    /** More than any token we accept; JWTs with many claims reach a few kilobytes. */
    private static final int LONGEST = 16 * 1024;

    private static final String SCHEME = "Bearer ";

    private Bearer() {}

    static String token(Optional<String> header) throws Unauthenticated {
        String value = header.orElseThrow(
                () -> new Unauthenticated(Reason.MISSING, "send Authorization: Bearer with a key or an access token"));
        if (!value.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw new Unauthenticated(Reason.MALFORMED, "the Authorization header must begin with Bearer");
        }
        String token = value.substring(SCHEME.length()).strip();
        if (token.isEmpty() || token.length() > LONGEST || !token.chars().allMatch(Bearer::fits)) {
            throw new Unauthenticated(
                    Reason.MALFORMED, "the bearer token must be 1 to 16384 of A-Z a-z 0-9 - . _ ~ + / =");
        }
        return token;
    }

    private static boolean fits(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || "-._~+/=".indexOf(c) >= 0;
    }
}
