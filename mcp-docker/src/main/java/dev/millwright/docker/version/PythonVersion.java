package dev.millwright.docker.version;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A version of a Python distribution, by PEP 440 with all its lenient spellings. */
record PythonVersion(
        String epoch,
        List<String> release,
        Optional<Pre> pre,
        Optional<String> post,
        Optional<String> dev,
        List<String> local)
        implements Comparable<PythonVersion> {
    private static final Pattern SHAPE = Pattern.compile("""
            v?(?:(?<epoch>\\d+)!)?(?<release>\\d+(?:\\.\\d+)*)\
            (?:[-_.]?(?<pre>alpha|beta|preview|pre|rc|a|b|c)[-_.]?(?<preNumber>\\d*))?\
            (?:-(?<bare>\\d+)|(?<post>[-_.]?(?:post|rev|r)[-_.]?(?<postNumber>\\d*)))?\
            (?<dev>[-_.]?dev[-_.]?(?<devNumber>\\d*))?\
            (?:\\+(?<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?""");

    /** A pre-release: {@code a}, {@code b} or {@code rc} with its number. */
    record Pre(String letter, String number) {}

    static Optional<PythonVersion> parse(String text) {
        Matcher shape = SHAPE.matcher(text.toLowerCase(Locale.ROOT));
        if (!shape.matches()) {
            return Optional.empty();
        }
        List<String> release = new ArrayList<>(List.of(shape.group("release").split("\\.")));
        while (release.size() > 1 && Digits.isZero(release.getLast())) {
            release.removeLast();
        }
        Optional<Pre> pre = Optional.ofNullable(shape.group("pre"))
                .map(word -> new Pre(letter(word), orEmpty(shape.group("preNumber"))));
        Optional<String> post = shape.group("bare") != null
                ? Optional.of(shape.group("bare"))
                : Optional.ofNullable(shape.group("post")).map(word -> orEmpty(shape.group("postNumber")));
        Optional<String> dev = Optional.ofNullable(shape.group("dev")).map(word -> orEmpty(shape.group("devNumber")));
        List<String> local = Optional.ofNullable(shape.group("local"))
                .map(words -> List.of(words.split("[-_.]")))
                .orElse(List.of());
        return Optional.of(
                new PythonVersion(orEmpty(shape.group("epoch")), List.copyOf(release), pre, post, dev, local));
    }

    private static String letter(String word) {
        return switch (word) {
            case "alpha" -> "a";
            case "beta" -> "b";
            case "c", "pre", "preview" -> "rc";
            default -> word;
        };
    }

    private static String orEmpty(@Nullable String group) {
        return group == null ? "" : group;
    }

    @Override
    public int compareTo(PythonVersion other) {
        int result = Digits.compare(epoch, other.epoch);
        for (int i = 0; result == 0 && i < Math.max(release.size(), other.release.size()); i++) {
            result = Digits.compare(
                    i < release.size() ? release.get(i) : "", i < other.release.size() ? other.release.get(i) : "");
        }
        if (result == 0) {
            result = Integer.compare(phase(), other.phase());
        }
        if (result == 0 && pre.isPresent() && other.pre.isPresent()) {
            result = pre.get().letter().compareTo(other.pre.get().letter());
            result = result != 0
                    ? result
                    : Digits.compare(pre.get().number(), other.pre.get().number());
        }
        if (result == 0) {
            result = optional(post, other.post, -1);
        }
        if (result == 0) {
            result = optional(dev, other.dev, 1);
        }
        return Integer.signum(result != 0 ? result : local(local, other.local));
    }

    /** 0 for a bare development release, which comes before every pre-release; 1 for those; 2 for the rest. */
    private int phase() {
        return pre.isPresent() ? 1 : post.isEmpty() && dev.isPresent() ? 0 : 2;
    }

    /** Compares numbers that may be left out; {@code absent} is −1 where absence comes first, 1 where it comes last. */
    private static int optional(Optional<String> a, Optional<String> b, int absent) {
        if (a.isPresent() && b.isPresent()) {
            return Digits.compare(a.get(), b.get());
        }
        return a.isPresent() == b.isPresent() ? 0 : a.isPresent() ? -absent : absent;
    }

    private static int local(List<String> a, List<String> b) {
        for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
            boolean numberA = Digits.all(a.get(i));
            boolean numberB = Digits.all(b.get(i));
            int result = numberA != numberB
                    ? Boolean.compare(numberA, numberB)
                    : numberA ? Digits.compare(a.get(i), b.get(i)) : a.get(i).compareTo(b.get(i));
            if (result != 0) {
                return result;
            }
        }
        return Integer.compare(a.size(), b.size());
    }
}
