package dev.millwright.mask;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Random text assigned to a name that says secret, as in {@code api_key = "…"}.
 *
 * <p>Name and a Shannon entropy of 3.5 bits a character as in the rule {@code generic-api-key} of gitleaks 8; hexadecimal
 * digits have at most 4 bits, 3.0 is the limit of detect-secrets' HexHighEntropyString.
 */
public final class RandomText {
    private static final double BITS = 3.5;
    private static final double HEX_BITS = 3.0;
    private static final int SHORTEST = 16;
    private static final int LONGEST = 300;

    /** Between a name and what is assigned to it: quotes, blanks, {@code = : > ,}. */
    private static final int BETWEEN = 12;

    private static final List<String> STRONG = List.of(
            "secret",
            "passwd",
            "password",
            "passphrase",
            "api_key",
            "apikey",
            "access_key",
            "accesskey",
            "private_key",
            "privatekey");
    private static final List<String> WEAK =
            List.of("token", "credential", "auth_key", "authkey", "signing_key", "encryption_key");
    private static final List<String> HARMLESS = List.of(
            "public",
            "hash",
            "checksum",
            "digest",
            "fingerprint",
            "sha1",
            "sha256",
            "sha512",
            "integrity",
            "commit",
            "revision");
    private static final List<String> PLACEHOLDERS = List.of(
            "example",
            "changeme",
            "placeholder",
            "your",
            "xxxx",
            "dummy",
            "redacted",
            "sample",
            "replace",
            "1234567",
            "abcdef");

    /** Files in which what is assigned needs no quotes. */
    private static final Set<String> PLAIN = Set.of(
            "env",
            "properties",
            "ini",
            "cfg",
            "conf",
            "toml",
            "yaml",
            "yml",
            "tfvars",
            "netrc",
            "npmrc",
            "pypirc",
            "sh");

    /** A name made of words and numbers, as in {@code database-credentials-v2}. */
    private static final Pattern WORDS =
            Pattern.compile("(?:[A-Za-z]+[0-9]{0,2}|[0-9]{1,4})(?:[-_.](?:[A-Za-z]+[0-9]{0,2}|[0-9]{1,4}))*");

    private RandomText() {}

    /** What is assigned to a secret's name in a line; empty for none, and for what is plainly none. */
    public static Optional<String> find(String path, String line) {
        String lower = line.toLowerCase(Locale.ROOT).replace('-', '_');
        for (String word : STRONG) {
            Optional<String> found = after(path, line, lower, word, true);
            if (found.isPresent()) {
                return found;
            }
        }
        for (String word : WEAK) {
            Optional<String> found = after(path, line, lower, word, false);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> after(String path, String line, String lower, String word, boolean strong) {
        for (int at = lower.indexOf(word); at >= 0; at = lower.indexOf(word, at + 1)) {
            int end = at + word.length();
            while (end < line.length() && isName(line.charAt(end))) {
                end++;
            }
            int start = at;
            while (start > 0 && isName(line.charAt(start - 1))) {
                start--;
            }
            String name = lower.substring(start, end);
            Optional<String> value = value(path, line, end);
            if (value.isPresent() && HARMLESS.stream().noneMatch(name::contains) && isRandom(value.get(), strong)) {
                return value;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> value(String path, String line, int end) {
        boolean assigned = false;
        int at = end;
        while (at < line.length() && at < end + BETWEEN && " \t\"'`=:>,".indexOf(line.charAt(at)) >= 0) {
            assigned |= line.charAt(at) == '=' || line.charAt(at) == ':' || line.charAt(at) == ',';
            at++;
        }
        if (!assigned || at == end) {
            return Optional.empty();
        }
        char before = line.charAt(at - 1);
        boolean quoted = before == '"' || before == '\'' || before == '`';
        int to = at;
        while (to < line.length() && to - at <= LONGEST && isValue(line.charAt(to))) {
            to++;
        }
        boolean closed = quoted
                ? to < line.length() && line.charAt(to) == before
                : to == line.length() || line.charAt(to) == ' ';
        boolean literal = quoted
                || PLAIN.contains(path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
        return closed && literal && to - at >= SHORTEST && to - at <= LONGEST
                ? Optional.of(line.substring(at, to))
                : Optional.empty();
    }

    private static boolean isName(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '-';
    }

    private static boolean isValue(char c) {
        return c < 0x7f && (Character.isLetterOrDigit(c) || "+/=_-.~!@#%^&*".indexOf(c) >= 0);
    }

    private static boolean isRandom(String value, boolean strong) {
        String lower = value.toLowerCase(Locale.ROOT);
        if (PLACEHOLDERS.stream().anyMatch(lower::contains)
                || value.chars().noneMatch(Character::isDigit)
                || value.chars().noneMatch(Character::isLetter)
                || isUuid(value)
                || WORDS.matcher(value).matches()
                || value.contains("://")
                || value.startsWith("sha")
                || value.startsWith("/")) {
            return false;
        }
        boolean hex = value.chars().allMatch(c -> Character.digit(c, 16) >= 0);
        // Forty digits after the word token are more often the name of an object than a secret.
        return hex ? strong && bits(value) >= HEX_BITS : bits(value) >= BITS;
    }

    private static boolean isUuid(String value) {
        return value.length() == 36
                && value.chars().filter(c -> c == '-').count() == 4
                && value.chars().allMatch(c -> c == '-' || Character.digit(c, 16) >= 0);
    }

    /** Shannon entropy, bits a character. */
    public static double bits(String text) {
        int[] counts = new int[128];
        text.chars().forEach(c -> counts[c & 127]++);
        double bits = 0;
        for (int count : counts) {
            if (count > 0) {
                double share = (double) count / text.length();
                bits -= share * Math.log(share) / Math.log(2);
            }
        }
        return bits;
    }
}
