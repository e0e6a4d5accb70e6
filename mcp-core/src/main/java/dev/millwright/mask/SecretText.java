package dev.millwright.mask;

import dev.millwright.json.Redactor;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Takes secrets out of text; each becomes a fingerprint with a key of this process, so that it still shows whether two
 * are equal, and nothing else.
 */
public final class SecretText {
    private static final Pattern SECRET_NAME = Pattern.compile(
            "(?i)(pass(word|wd|phrase)?|secret|token|api[-_.]?key|access[-_.]?key|private[-_.]?key|credential|auth|dsn|cert|jwt|cookie|salt|signature|connection[-_.]?string|encryption)");
    private static final Redactor SHAPES = new Redactor(List.of());
    private static final byte[] KEY = new byte[32];

    static {
        new SecureRandom().nextBytes(KEY);
    }

    private SecretText() {}

    /** Whether something of this name holds a secret, as an environment variable or a key of Helm values. */
    public static boolean isSecretName(String name) {
        return SECRET_NAME.matcher(name).find();
    }

    /** {@code ***} and 6 hex digits that are the same for the same secret while this process lives. */
    public static String fingerprint(String secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
            byte[] digest = mac.doFinal(secret.getBytes(StandardCharsets.UTF_8));
            return "***" + HexFormat.of().formatHex(digest, 0, 3);
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    /** Text from logs, events, messages, manifests: values that stand after names of secrets, and secrets of known shape. */
    public static String text(String text) {
        return SHAPES.redact(Assigned.mask(text)).value();
    }

    /** For the lines of a text, one after the other: takes out private keys that go over several. */
    public static UnaryOperator<String> keys() {
        boolean[] inside = {false};
        return line -> {
            if (line.contains("-----BEGIN ") && line.contains("PRIVATE KEY-----")) {
                inside[0] = !line.contains("-----END ");
                return text(line);
            }
            if (!inside[0]) {
                return line;
            }
            inside[0] = !line.contains("-----END ");
            return "***";
        };
    }

    /** At least 12 characters with a digit, a letter, and no shape of an address, a path or a plain number. */
    public static boolean looksRandom(String text) {
        return text.length() >= 12
                && text.length() <= 8_192
                && text.chars().anyMatch(Character::isDigit)
                && text.chars().anyMatch(Character::isLetter)
                && !text.matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+(:[0-9]+)?(/\\S*)?");
    }
}
