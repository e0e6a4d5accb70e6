package dev.millwright.docker.version;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A version of a Composer package, normalized to four numbers (or a date), a stability with its number, and {@code dev};
 * compared as PHP's version_compare does. Named branches ({@code dev-main}) have no place in that order: they are not
 * understood.
 */
record ComposerVersion(List<String> tokens) implements Comparable<ComposerVersion> {
    private static final String MODIFIER =
            "[._-]?(?:(stable|beta|b|rc|alpha|a|patch|pl|p)((?:[.-]?\\d+)*+)?)?([.-]?dev)?";
    private static final Pattern CLASSICAL = Pattern.compile("v?(\\d{1,5}(?:\\.\\d+){0,3})" + MODIFIER);
    private static final Pattern DATE =
            Pattern.compile("v?(\\d{4}(?:[.:-]?\\d{2}){1,6}(?:[.:-]?\\d{1,3})?)" + MODIFIER);
    private static final Pattern BRANCH = Pattern.compile("v?(\\d+(?:\\.(?:\\d+|[x*])){0,3})[.-]?dev");
    private static final Pattern ALIAS = Pattern.compile("([^,\\s]++) ++as ++[^,\\s]++");
    private static final Pattern STABILITY = Pattern.compile("@(?:stable|rc|beta|alpha|dev)$");
    private static final Pattern BUILD = Pattern.compile("([^,\\s+]++)\\+\\S++");
    /** What Composer writes for the open end of a numeric branch. */
    private static final String OPEN_END = "9999999";

    static Optional<ComposerVersion> parse(String text) {
        Matcher alias = ALIAS.matcher(text);
        String bare = (alias.matches() ? alias.group(1) : text).toLowerCase(Locale.ROOT);
        bare = STABILITY.matcher(bare).replaceFirst("");
        if (bare.startsWith("dev-")) {
            return Optional.empty();
        }
        Matcher build = BUILD.matcher(bare);
        bare = build.matches() ? build.group(1) : bare;
        Matcher classical = CLASSICAL.matcher(bare);
        if (classical.matches()) {
            List<String> tokens = new ArrayList<>(List.of(classical.group(1).split("\\.")));
            while (tokens.size() < 4) {
                tokens.add("0");
            }
            return modified(tokens, classical);
        }
        Matcher date = DATE.matcher(bare);
        if (date.matches()) {
            return modified(new ArrayList<>(List.of(date.group(1).split("\\D"))), date);
        }
        Matcher branch = BRANCH.matcher(bare);
        if (branch.matches()) {
            List<String> tokens = new ArrayList<>();
            for (String number : branch.group(1).split("\\.")) {
                tokens.add(Digits.all(number) ? number : OPEN_END);
            }
            while (tokens.size() < 4) {
                tokens.add(OPEN_END);
            }
            tokens.add("dev");
            return Optional.of(new ComposerVersion(List.copyOf(tokens)));
        }
        return Optional.empty();
    }

    private static Optional<ComposerVersion> modified(List<String> tokens, Matcher shape) {
        @Nullable String stability = shape.group(2);
        if (stability != null && stability.equals("stable")) {
            return Optional.of(new ComposerVersion(List.copyOf(tokens)));
        }
        if (stability != null) {
            tokens.add(stability);
            String number = shape.group(3) == null ? "" : shape.group(3);
            for (String part : number.split("[.-]")) {
                if (!part.isEmpty()) {
                    tokens.add(part);
                }
            }
        }
        if (shape.group(4) != null) {
            tokens.add("dev");
        }
        return Optional.of(new ComposerVersion(List.copyOf(tokens)));
    }

    @Override
    public int compareTo(ComposerVersion other) {
        for (int i = 0; i < Math.max(tokens.size(), other.tokens.size()); i++) {
            String a = i < tokens.size() ? tokens.get(i) : "";
            String b = i < other.tokens.size() ? other.tokens.get(i) : "";
            int byRank = Integer.compare(rank(a), rank(b));
            if (byRank != 0) {
                return byRank;
            }
            int byValue = Digits.all(a) ? Digits.compare(a, b) : 0;
            if (byValue != 0) {
                return byValue;
            }
        }
        return 0;
    }

    private static int rank(String token) {
        return switch (token) {
            case "dev" -> 0;
            case "alpha", "a" -> 1;
            case "beta", "b" -> 2;
            case "rc" -> 3;
            case "" -> 4;
            case "patch", "pl", "p" -> 6;
            default -> 5;
        };
    }
}
