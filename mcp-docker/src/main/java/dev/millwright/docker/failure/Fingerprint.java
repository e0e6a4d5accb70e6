package dev.millwright.docker.failure;

import com.google.re2j.Pattern;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The same for failures that differ only in numbers, versions, digests, addresses and paths; begins with the class, as in
 * {@code APT_NO_PKG-0123456789abcdef}.
 */
public final class Fingerprint {
    /** Lines that say most; more would tell apart what is the same. */
    private static final int LINES = 3;

    private static final Pattern URL = Pattern.compile("[a-z][a-z0-9+.-]*://[^\\s'\"]+");
    private static final Pattern PATH = Pattern.compile("(?:\\.{0,2}/)[^\\s:'\",)]+");
    private static final Pattern HEX = Pattern.compile("\\b(?:sha256:)?[0-9a-f]{7,64}\\b");
    private static final Pattern VERSION = Pattern.compile("\\bv?\\d+(?:\\.\\d+)+[\\w.+~-]*");
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{16}");
    private static final Pattern NUMBER = Pattern.compile("\\d+");

    private Fingerprint() {}

    /** The class that a fingerprint is of; empty for what is none. */
    public static Optional<FailureClass> kind(String fingerprint) {
        int dash = fingerprint.lastIndexOf('-');
        return Stream.of(FailureClass.values())
                .filter(each -> dash == each.name().length()
                        && fingerprint.startsWith(each.name())
                        && DIGEST.matches(fingerprint.substring(dash + 1)))
                .findFirst();
    }

    static String of(FailureClass kind, List<String> lines) {
        String text = kind + "\n"
                + lines.stream()
                        .map(Fingerprint::masked)
                        .distinct()
                        .limit(LINES)
                        .collect(Collectors.joining("\n"));
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return kind + "-" + HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new LinkageError("every JDK has SHA-256", e);
        }
    }

    static String masked(String line) {
        String text = line.strip().toLowerCase(Locale.ROOT);
        text = URL.matcher(text.length() > 500 ? text.substring(0, 500) : text).replaceAll("<url>");
        text = PATH.matcher(text).replaceAll("<path>");
        text = VERSION.matcher(text).replaceAll("<version>");
        text = HEX.matcher(text).replaceAll("<hex>");
        return NUMBER.matcher(text).replaceAll("<n>");
    }
}
