package dev.millwright.docker.lint;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What the value of a label has to be. */
public enum LabelKind {
    TEXT("", ""),
    URL("DL3052", "a URL"),
    RFC3339("DL3053", "a time as in RFC 3339"),
    SPDX("DL3054", "an SPDX license expression"),
    HASH("DL3055", "a Git hash"),
    SEMVER("DL3056", "a semantic version"),
    EMAIL("DL3058", "an e-mail address");

    private static final Pattern GIT_HASH = Pattern.compile("[0-9a-f]{7}|[0-9a-f]{40}|[0-9a-f]{64}");
    private static final Pattern SEMANTIC = Pattern.compile("(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)"
            + "(-(0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)(\\.(0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?"
            + "(\\+[0-9a-zA-Z-]+(\\.[0-9a-zA-Z-]+)*)?");
    private static final Pattern ADDRESS = Pattern.compile("[^@\\s<>]+@[^@\\s<>.]+(\\.[^@\\s<>.]+)+");
    private static final Pattern OWN_LICENSE =
            Pattern.compile("(DocumentRef-[A-Za-z0-9.-]+:)?(LicenseRef|AdditionRef)-[A-Za-z0-9.-]+");
    private static final Set<String> OPERATORS = Set.of("AND", "OR", "WITH");

    private final String code;
    private final String noun;

    LabelKind(String code, String noun) {
        this.code = code;
        this.noun = noun;
    }

    /** The rule that a wrong value breaks; "" where none is wrong. */
    String code() {
        return code;
    }

    String noun() {
        return noun;
    }

    boolean fits(String value) {
        return switch (this) {
            case TEXT -> true;
            case URL -> isUrl(value);
            case RFC3339 -> isTime(value);
            case SPDX -> isLicense(value);
            case HASH -> GIT_HASH.matcher(value).matches();
            case SEMVER -> SEMANTIC.matcher(value).matches();
            case EMAIL -> ADDRESS.matcher(value).matches();
        };
    }

    private static boolean isUrl(String value) {
        try {
            URI uri = new URI(value);
            return uri.getScheme() != null && uri.getHost() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static boolean isTime(String value) {
        try {
            OffsetDateTime.parse(value.replace(' ', 'T'));
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    /** Names of licenses and exceptions between operators; their case does not matter, says the SPDX specification. */
    private static boolean isLicense(String value) {
        String[] words = value.replace("(", " ").replace(")", " ").strip().split("\\s+");
        boolean operand = true;
        for (String each : words) {
            if (operand == OPERATORS.contains(each) || operand && !isName(each)) {
                return false;
            }
            operand = !operand;
        }
        return !operand;
    }

    private static boolean isName(String word) {
        String name = word.endsWith("+") ? word.substring(0, word.length() - 1) : word;
        return OWN_LICENSE.matcher(word).matches()
                || Licenses.NAMES.contains(name.toLowerCase(Locale.ROOT))
                || Licenses.NAMES.contains(word.toLowerCase(Locale.ROOT));
    }

    /** The list of SPDX, read when the first label is a license. */
    private static final class Licenses {
        private static final Set<String> NAMES = read();

        private static Set<String> read() {
            try (InputStream in = Objects.requireNonNull(LabelKind.class.getResourceAsStream("licenses.txt"))) {
                String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                return all.toLowerCase(Locale.ROOT).lines().collect(Collectors.toUnmodifiableSet());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
