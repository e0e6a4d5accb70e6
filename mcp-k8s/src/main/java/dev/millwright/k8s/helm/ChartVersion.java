package dev.millwright.k8s.helm;

import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A version as charts have it, in the order of Semantic Versioning 2.0.0, section 11. */
record ChartVersion(String text, BigInteger major, BigInteger minor, BigInteger patch, String early)
        implements Comparable<ChartVersion> {
    private static final Pattern FORM = Pattern.compile(
            "v?([0-9]{1,18})(?:\\.([0-9]{1,18}))?(?:\\.([0-9]{1,18}))?(?:-([0-9A-Za-z.-]{1,100}))?(?:\\+[0-9A-Za-z.-]{1,100})?");

    static Optional<ChartVersion> of(String text) {
        Matcher form = FORM.matcher(text);
        return form.matches()
                ? Optional.of(new ChartVersion(
                        text,
                        number(form.group(1)),
                        number(Optional.ofNullable(form.group(2)).orElse("0")),
                        number(Optional.ofNullable(form.group(3)).orElse("0")),
                        Optional.ofNullable(form.group(4)).orElse("")))
                : Optional.empty();
    }

    private static BigInteger number(String digits) {
        return new BigInteger(digits);
    }

    boolean isEarly() {
        return !early.isEmpty();
    }

    @Override
    public int compareTo(ChartVersion other) {
        int order = major.compareTo(other.major);
        order = order != 0 ? order : minor.compareTo(other.minor);
        order = order != 0 ? order : patch.compareTo(other.patch);
        if (order != 0 || early.equals(other.early)) {
            return order;
        } else if (early.isEmpty() || other.early.isEmpty()) {
            return early.isEmpty() ? 1 : -1;
        }
        String[] mine = early.split("\\.", -1);
        String[] its = other.early.split("\\.", -1);
        for (int i = 0; i < Math.min(mine.length, its.length); i++) {
            int part = part(mine[i], its[i]);
            if (part != 0) {
                return part;
            }
        }
        return Integer.compare(mine.length, its.length);
    }

    private static int part(String mine, String its) {
        boolean number = mine.matches("[0-9]+");
        boolean other = its.matches("[0-9]+");
        if (number && other) {
            return number(mine).compareTo(number(its));
        }
        return number != other ? (number ? -1 : 1) : mine.compareTo(its);
    }
}
