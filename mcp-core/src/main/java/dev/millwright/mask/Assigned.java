package dev.millwright.mask;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Secrets in text by what stands before them: {@code password=…}, {@code "token": "…"}, {@code --api-key …},
 * {@code password is …}, {@code <secret>…</secret>}; headers, cookies, the user's part of addresses.
 *
 * <p>A sentence about a secret is none: {@code token expired}, {@code secret "web-tls" not found}.
 */
final class Assigned {
    private static final Pattern WORD = Pattern.compile(
            "(?i)password|passwd|pwd|passphrase|secret|token|credential|signature|api[-_.]?key|access[-_.]?key|private[-_.]?key|account[-_.]?key|encryption[-_.]?key|connection[-_.]?string|session[-_.]?id|sessid");

    /** Those after which even a plain word is a secret. */
    private static final Pattern STRONG = Pattern.compile("(?i)pass|pwd|key|string");

    /** The user's part of an address, to the last {@code @} before the host; a port and a path are none. */
    private static final Pattern USER_INFO =
            Pattern.compile("(://[^\\s:/?#@\"'<>]{0,200}:)(?!\\d{1,5}/)([^\\s\"'<>]{1,256})@(?=[\\w.\\[-])");

    /** As drivers write it without a scheme: {@code app:secret@tcp(db:3306)/shop}, {@code app:secret@db:3306}. */
    private static final Pattern BARE_INFO = Pattern.compile(
            "(?<![\\w/:.@-])([A-Za-z][\\w.-]{0,63}:)([^\\s:@/\"'<>]{3,128})@(?=(?:tcp|unix)\\(|(?!sha256)[\\w.-]{1,253}(?::\\d{2,5}\\b|/))");

    private static final Pattern COOKIE =
            Pattern.compile("(?i)\\b(?:set-)?cookie[\"']?\\s{0,8}[:=]\\s{0,8}[\"']?([^\\r\\n\"']{1,8000})");

    private static final Pattern PAIR = Pattern.compile("([^=;\\s]{1,200}=)([^;\\s]{1,4096})");

    private static final Set<String> COOKIE_WORDS =
            Set.of("path=", "domain=", "expires=", "max-age=", "samesite=", "priority=", "version=");

    private static final Pattern AUTHORIZATION = Pattern.compile(
            "(?i)(\\bauthorization[\"']?\\s{0,8}[:=]\\s{0,8}[\"']?(?:[A-Za-z][\\w-]{0,40} )?)([^\\s\"',;]{8,8000})");

    /** What is said of secrets, and stands where one could stand. */
    private static final Set<String> WORDS = Set.of(
            "null",
            "none",
            "nil",
            "undefined",
            "true",
            "false",
            "yes",
            "no",
            "not",
            "missing",
            "required",
            "is",
            "must",
            "invalid",
            "incorrect",
            "wrong",
            "expired",
            "empty",
            "unset",
            "set",
            "unknown",
            "failed",
            "too",
            "correct",
            "valid",
            "rejected",
            "refused",
            "denied",
            "changed",
            "rotated",
            "used",
            "being",
            "stored",
            "hashed",
            "encrypted",
            "redacted",
            "hidden",
            "masked",
            "the",
            "a",
            "an",
            "in",
            "for",
            "now",
            "only",
            "string",
            "error",
            "unauthorized",
            "forbidden",
            "unexpected",
            "revoked",
            "absent",
            "needed",
            "optional",
            "authentication");

    /** Names that end so point to a secret or say something about one. */
    private static final List<String> ABOUT = List.of(
            "name",
            "names",
            "ref",
            "refs",
            "file",
            "path",
            "dir",
            "type",
            "enabled",
            "expiry",
            "expires",
            "expiration",
            "seconds",
            "url",
            "uri",
            "endpoint",
            "issuer",
            "audience",
            "count",
            "limit",
            "length",
            "size",
            "ttl",
            "tokens",
            "pullsecrets",
            "policy",
            "version",
            "provider",
            "class",
            "mountpoint");

    private static final Pattern END = Pattern.compile("[.,:;!)\\]]{1,20}$");
    private static final Pattern JOINT = Pattern.compile("[-_.]");
    private static final Pattern LETTERS = Pattern.compile("[a-z]{2,20}");
    private static final Pattern OBJECT = Pattern.compile("[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?");
    private static final Pattern VARIABLE = Pattern.compile("\\$[A-Za-z_({]");
    private static final Pattern STRING = Pattern.compile("\"([^\"\\\\]{1,4096})\"");

    private static final int LONGEST_NAME = 64;
    private static final int LONGEST_VALUE = 8_192;

    private enum How {
        /** {@code name=value}. */
        SET,
        /** {@code name: value}, as sentences have it too. */
        SAID,
        /** {@code name "value"}. */
        BESIDE
    }

    private Assigned() {}

    static String mask(String text) {
        String out = text.indexOf('@') < 0 ? text : replace(BARE_INFO, replace(USER_INFO, text, 2), 2);
        out = cookies(out);
        return named(authorization(out));
    }

    private static String replace(Pattern pattern, String text, int group) {
        Matcher found = pattern.matcher(text);
        StringBuilder out = new StringBuilder();
        int done = 0;
        while (found.find()) {
            if (!isReference(found.group(group))) {
                out.append(text, done, found.start(group)).append(SecretText.fingerprint(found.group(group)));
                done = found.end(group);
            }
        }
        return done == 0 ? text : out.append(text, done, text.length()).toString();
    }

    private static String cookies(String text) {
        Matcher found = COOKIE.matcher(text);
        StringBuilder out = new StringBuilder();
        int done = 0;
        while (found.find()) {
            Matcher pair = PAIR.matcher(found.group(1));
            while (pair.find()) {
                if (!COOKIE_WORDS.contains(pair.group(1).toLowerCase(Locale.ROOT)) && !isReference(pair.group(2))) {
                    out.append(text, done, found.start(1) + pair.start(2))
                            .append(SecretText.fingerprint(pair.group(2)));
                    done = found.start(1) + pair.end(2);
                }
            }
        }
        return done == 0 ? text : out.append(text, done, text.length()).toString();
    }

    /** Whatever the scheme; a word that tells what became of an authorization has no digit and no sign. */
    private static String authorization(String text) {
        Matcher found = AUTHORIZATION.matcher(text);
        StringBuilder out = new StringBuilder();
        int done = 0;
        while (found.find()) {
            String value = found.group(2);
            if (!isReference(value) && value.chars().anyMatch(c -> Character.isDigit(c) || c == '=' || c == '+')) {
                out.append(text, done, found.start(2)).append(SecretText.fingerprint(value));
                done = found.end(2);
            }
        }
        return done == 0 ? text : out.append(text, done, text.length()).toString();
    }

    private static String named(String text) {
        Matcher word = WORD.matcher(text);
        StringBuilder out = new StringBuilder();
        int done = 0;
        int from = 0;
        while (from <= text.length() && word.find(from)) {
            int start = word.start();
            while (start > done && word.start() - start < LONGEST_NAME && isName(text.charAt(start - 1))) {
                start--;
            }
            int end = word.end();
            while (end < text.length() && end - word.end() < LONGEST_NAME && isName(text.charAt(end))) {
                end++;
            }
            from = end;
            String name = text.substring(start, end);
            Span value = value(text, start, end);
            if (value.from() < value.to()) {
                from = Math.max(from, value.from());
                String secret = text.substring(value.from(), value.to());
                if (value.list()) {
                    out.append(text, done, value.from()).append(strings(secret));
                    done = value.to();
                    from = done;
                } else if (!keeps(name, value, secret)) {
                    out.append(text, done, value.from()).append(SecretText.fingerprint(secret));
                    done = value.to();
                    from = done;
                }
            }
        }
        return done == 0 ? text : out.append(text, done, text.length()).toString();
    }

    private record Span(int from, int to, How how, boolean quoted, boolean list) {
        static final Span NONE = new Span(0, 0, How.SET, false, false);
    }

    /** Where the value of a name stands that ends at {@code end}. */
    private static Span value(String text, int start, int end) {
        int i = end;
        if (start > 0 && i < text.length() && text.charAt(start - 1) == '<' && text.charAt(i) == '>') {
            int close = text.indexOf('<', i);
            return close < 0 ? Span.NONE : new Span(i + 1, close, How.SET, true, false);
        }
        i = quote(text, i);
        int spaces = spaces(text, i);
        if (at(text, spaces, '=') || at(text, spaces, ':') && !at(text, spaces + 1, ':')) {
            i = spaces + 1;
            while (at(text, i, '=') || at(text, i, '>')) {
                i++;
            }
            int value = spaces(text, i);
            return span(text, start, value, value > i && text.charAt(spaces) == ':' ? How.SAID : How.SET);
        } else if (spaces > i
                && text.regionMatches(true, spaces, "is", 0, 2)
                && (at(text, spaces + 2, ' ') || at(text, spaces + 2, ':'))) {
            return span(text, start, spaces(text, spaces + 3), How.SAID);
        } else if (spaces > i && text.startsWith("--", start) && !at(text, spaces, '-')) {
            return span(text, start, spaces, How.SET);
        } else if (spaces > i && quote(text, spaces) > spaces) {
            return span(text, start, spaces, How.BESIDE);
        }
        return Span.NONE;
    }

    private static Span span(String text, int start, int at, How how) {
        if (at >= text.length()) {
            return Span.NONE;
        }
        if (at(text, at, '[')) {
            int close = text.indexOf(']', at);
            return close < 0 || close - at > LONGEST_VALUE ? Span.NONE : new Span(at, close, how, true, true);
        }
        int from = quote(text, at);
        if (from > at) {
            char quote = text.charAt(from - 1);
            boolean escaped = from - at > 1;
            int to = from;
            while (to < text.length() && to - from < LONGEST_VALUE && text.charAt(to) != quote) {
                to += text.charAt(to) == '\\' && !escaped ? 2 : 1;
            }
            to = Math.min(to, text.length());
            while (escaped && to > from && text.charAt(to - 1) == '\\') {
                to--;
            }
            return new Span(from, to, how, true, false);
        }
        // A variable of the environment has all of its line's word; elsewhere signs may end the value.
        boolean whole = how == How.SET
                && Character.isUpperCase(text.charAt(start))
                && (start == 0 || text.charAt(start - 1) <= ' ');
        String ends = whole ? "\"'" : "\"',;&}<>)\\";
        int to = at;
        while (to < text.length()
                && to - at < LONGEST_VALUE
                && text.charAt(to) > ' '
                && ends.indexOf(text.charAt(to)) < 0) {
            to++;
        }
        return new Span(at, to, how, false, false);
    }

    private static boolean keeps(String name, Span value, String secret) {
        String lower = END.matcher(secret.toLowerCase(Locale.ROOT)).replaceFirst("");
        String its = JOINT.matcher(name.toLowerCase(Locale.ROOT)).replaceAll("");
        if (secret.length() < (value.quoted() ? 1 : 3)
                || isReference(secret)
                || WORDS.contains(lower) && (!value.quoted() || value.how() == How.SAID)
                || ABOUT.stream().anyMatch(its::endsWith)
                || (its.equals("pwd") || its.equals("oldpwd")) && secret.startsWith("/")) {
            return true;
        } else if (STRONG.matcher(name).find()) {
            return false;
        }
        return switch (value.how()) {
            case SET -> false;
            case SAID -> !value.quoted() && LETTERS.matcher(lower).matches();
            // Names of objects stand in quotes; those of secrets may have digits.
            case BESIDE ->
                OBJECT.matcher(secret).matches()
                        && (its.startsWith("secret") || secret.chars().noneMatch(Character::isDigit));
        };
    }

    /** What stands for a secret that is elsewhere, or was taken out already. */
    private static boolean isReference(String value) {
        return value.startsWith("***")
                || value.startsWith("<")
                || value.startsWith("{")
                || value.startsWith("%(")
                || VARIABLE.matcher(value).lookingAt();
    }

    /** Masks each string of a list. */
    private static String strings(String list) {
        Matcher each = STRING.matcher(list);
        return each.replaceAll(found -> "\"" + Matcher.quoteReplacement(SecretText.fingerprint(found.group(1))) + "\"");
    }

    private static int quote(String text, int at) {
        int i = at;
        while (at(text, i, '\\')) {
            i++;
        }
        return at(text, i, '"') || at(text, i, '\'') || at(text, i, '`') ? i + 1 : at;
    }

    private static int spaces(String text, int at) {
        int i = at;
        while (i < text.length() && i - at < 8 && (text.charAt(i) == ' ' || text.charAt(i) == '\t')) {
            i++;
        }
        return i;
    }

    private static boolean at(String text, int i, char c) {
        return i < text.length() && text.charAt(i) == c;
    }

    private static boolean isName(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-' || c == '.';
    }
}
