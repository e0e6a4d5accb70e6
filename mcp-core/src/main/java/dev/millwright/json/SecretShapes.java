package dev.millwright.json;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * What tokens look like, by the literal each begins with; every look ahead is bounded, so no text takes long.
 *
 * <p>Lengths as their issuers document them: AWS IAM identifiers, GitHub and GitLab token prefixes, Slack token types,
 * Google API keys, npm and Stripe key formats, RFC 7519 for JWT, RFC 7468 for PEM.
 */
final class SecretShapes {
    /** Where a secret is in a text. */
    record Span(int from, int to) {
        static final Span NONE = new Span(-1, -1);
    }

    /** Looks for one secret whose literal stands at {@code at}. */
    @FunctionalInterface
    interface Look {
        Span at(String text, int at);
    }

    /** @param kind what it is, for people; never the secret */
    record Shape(String kind, String literal, Look look) {}

    private static final int LONGEST = 512;
    private static final int LONGEST_JWT = 16 * 1024;

    private static final IntPredicate ALNUM = SecretShapes::alnum;
    private static final IntPredicate WORD = c -> alnum(c) || c == '_';
    private static final IntPredicate URL64 = c -> alnum(c) || c == '_' || c == '-';
    private static final IntPredicate BASE64 = c -> alnum(c) || c == '/' || c == '+';
    private static final IntPredicate TOKEN = c -> alnum(c) || "-._~+/=".indexOf(c) >= 0;
    private static final IntPredicate UPPER = c -> c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
    private static final IntPredicate LABEL =
            c -> c == ' ' || c == '\t' || c == '"' || c == '\'' || c == ':' || c == '=';

    private SecretShapes() {}

    static List<Shape> all() {
        List<Shape> shapes = new ArrayList<>();
        for (String literal : List.of("AKIA", "ASIA", "ABIA", "ACCA")) {
            shapes.add(run("AWS access key id", literal, UPPER, 16, 16));
        }
        for (String literal : List.of("ghp_", "gho_", "ghu_", "ghs_", "ghr_")) {
            shapes.add(run("GitHub token", literal, ALNUM, 36, 251));
        }
        shapes.add(run("GitHub token", "github_pat_", WORD, 36, 255));
        for (String literal : List.of("glpat-", "glrt-", "gldt-")) {
            shapes.add(run("GitLab token", literal, URL64, 20, 300));
        }
        for (String literal : List.of("xoxa-", "xoxb-", "xoxe-", "xoxp-", "xoxr-", "xoxs-", "xapp-")) {
            shapes.add(mixed("Slack token", literal, 10, false));
        }
        shapes.add(run("Google API key", "AIza", URL64, 35, 35));
        shapes.add(mixed("API key", "sk-", 20, true));
        shapes.add(run("npm token", "npm_", ALNUM, 36, 36));
        for (String literal : List.of("sk_live_", "sk_test_", "rk_live_", "rk_test_", "whsec_")) {
            shapes.add(run("Stripe key", literal, ALNUM, 16, 255));
        }
        shapes.add(new Shape("Millwright key", "mw_", SecretShapes::ownKey));
        shapes.add(new Shape("JSON web token", "eyJ", SecretShapes::jwt));
        shapes.add(new Shape("private key", "-----BEGIN ", SecretShapes::pem));
        shapes.add(new Shape("password in a URL", "://", SecretShapes::userinfo));
        for (String literal : List.of("ecret_access_key", "ECRET_ACCESS_KEY", "ecretAccessKey", "ecret access key")) {
            shapes.add(new Shape("AWS secret key", literal, (text, at) -> awsSecret(text, at + literal.length())));
        }
        for (String literal : List.of("uthorization", "UTHORIZATION")) {
            shapes.add(new Shape(
                    "authorization header", literal, (text, at) -> authorization(text, at + literal.length())));
        }
        for (String literal : List.of("Bearer ", "bearer ")) {
            shapes.add(new Shape("bearer token", literal, (text, at) -> {
                int to = end(text, at + literal.length(), TOKEN, LONGEST_JWT);
                return to - at - literal.length() >= 20 && digit(text, at + literal.length(), to)
                        ? new Span(at + literal.length(), to)
                        : Span.NONE;
            }));
        }
        return List.copyOf(shapes);
    }

    /** A literal and a run of as many as fit, no more and no fewer, on a word's boundary. */
    private static Shape run(String kind, String literal, IntPredicate of, int min, int max) {
        return new Shape(kind, literal, (text, at) -> {
            int from = at + literal.length();
            int to = end(text, from, of, max + 1);
            return boundary(text, at) && to - from >= min && to - from <= max ? new Span(at, to) : Span.NONE;
        });
    }

    /** A literal that words begin with too: random text has a digit, and where both cases are used, a capital. */
    private static Shape mixed(String kind, String literal, int min, boolean capital) {
        return new Shape(kind, literal, (text, at) -> {
            int from = at + literal.length();
            int to = end(text, from, URL64, LONGEST);
            return boundary(text, at)
                            && to - from >= min
                            && digit(text, from, to)
                            && (!capital || text.substring(from, to).chars().anyMatch(c -> c >= 'A' && c <= 'Z'))
                    ? new Span(at, to)
                    : Span.NONE;
        });
    }

    private static Span ownKey(String text, int at) {
        int id = end(text, at + 3, ALNUM, 13);
        int to = id == at + 15 && id < text.length() && text.charAt(id) == '_' ? end(text, id + 1, URL64, 44) : id;
        return boundary(text, at) && to - id == 44 ? new Span(at, to) : Span.NONE;
    }

    private static Span jwt(String text, int at) {
        if (!boundary(text, at)) {
            return Span.NONE;
        }
        int header = end(text, at, URL64, LONGEST_JWT);
        if (header - at < 10 || !text.startsWith(".eyJ", header)) {
            return Span.NONE;
        }
        int claims = end(text, header + 1, URL64, LONGEST_JWT);
        if (claims >= text.length() || text.charAt(claims) != '.') {
            return Span.NONE;
        }
        return new Span(at, end(text, claims + 1, URL64, LONGEST_JWT));
    }

    /** To its end; one that is cut off, to the end of the text. */
    private static Span pem(String text, int at) {
        int label = at + "-----BEGIN ".length();
        int dashes = end(text, label, c -> c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == ' ', 64);
        if (!text.startsWith("-----", dashes) || !text.substring(label, dashes).endsWith("PRIVATE KEY")) {
            return Span.NONE;
        }
        String closing = "-----END " + text.substring(label, dashes) + "-----";
        int end = text.indexOf(closing, dashes);
        return new Span(at, end < 0 ? text.length() : end + closing.length());
    }

    /** The password of {@code scheme://user:password@host}; not a variable that stands for one. */
    private static Span userinfo(String text, int at) {
        IntPredicate inside = c -> c > ' ' && "/?#@\"'<>`\\".indexOf(c) < 0;
        int user = end(text, at + 3, c -> inside.test(c) && c != ':', LONGEST);
        if (user >= text.length() - 1 || text.charAt(user) != ':' || "${<%*".indexOf(text.charAt(user + 1)) >= 0) {
            return Span.NONE;
        }
        int to = end(text, user + 1, inside, LONGEST);
        return to > user + 1 && to < text.length() && text.charAt(to) == '@' ? new Span(user + 1, to) : Span.NONE;
    }

    private static Span awsSecret(String text, int at) {
        int from = end(text, at, LABEL, 8);
        int to = end(text, from, BASE64, 41);
        return from > at && to - from == 40 ? new Span(from, to) : Span.NONE;
    }

    private static Span authorization(String text, int at) {
        int scheme = end(text, at, LABEL, 8);
        for (String name : List.of("Bearer ", "Basic ", "Token ")) {
            if (scheme > at && text.regionMatches(true, scheme, name, 0, name.length())) {
                int to = end(text, scheme + name.length(), TOKEN, LONGEST_JWT);
                return to - scheme - name.length() >= 8 ? new Span(scheme + name.length(), to) : Span.NONE;
            }
        }
        return Span.NONE;
    }

    private static int end(String text, int from, IntPredicate of, int most) {
        int last = Math.min(text.length(), from + most);
        int i = from;
        while (i < last && of.test(text.charAt(i))) {
            i++;
        }
        return Math.min(i, text.length());
    }

    private static boolean boundary(String text, int at) {
        return at == 0 || !WORD.test(text.charAt(at - 1));
    }

    private static boolean digit(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text.charAt(i) >= '0' && text.charAt(i) <= '9') {
                return true;
            }
        }
        return false;
    }

    private static boolean alnum(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
    }
}
