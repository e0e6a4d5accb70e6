package dev.millwright.k8s.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount of a resource: cores, bytes, things. Exact.
 *
 * <p>Written as {@code 100m}, {@code 1.5Gi}, {@code 1e3}: Kubernetes API conventions, "resource.Quantity".
 */
public record Quantity(BigDecimal value) implements Comparable<Quantity> {
    public static final Quantity ZERO = new Quantity(BigDecimal.ZERO);

    private static final Pattern FORM = Pattern.compile(
            "([+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+))(?:([eE][+-]?[0-9]{1,3})|(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?)");
    private static final List<String> BINARY = List.of("Ki", "Mi", "Gi", "Ti", "Pi", "Ei");
    private static final List<String> DECIMAL = List.of("n", "u", "m", "", "k", "M", "G", "T", "P", "E");
    private static final BigDecimal KIBI = BigDecimal.valueOf(1024);

    /** Empty for what is missing or no quantity. */
    public static Optional<Quantity> of(JsonNode json) {
        return json.isValueNode() && !json.isNull() ? parse(json.asText()) : Optional.empty();
    }

    /** Empty for what is no quantity. */
    public static Optional<Quantity> parse(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches()) {
            return Optional.empty();
        }
        if (form.group(2) != null) {
            return Optional.of(new Quantity(new BigDecimal(form.group(1) + form.group(2))));
        }
        BigDecimal number = new BigDecimal(form.group(1));
        String suffix = form.group(3) == null ? "" : form.group(3);
        int binary = BINARY.indexOf(suffix);
        return Optional.of(new Quantity(
                binary >= 0
                        ? number.multiply(KIBI.pow(binary + 1))
                        : number.scaleByPowerOfTen(3 * (DECIMAL.indexOf(suffix) - 3))));
    }

    public static Quantity of(long whole) {
        return new Quantity(BigDecimal.valueOf(whole));
    }

    public Quantity plus(Quantity other) {
        return new Quantity(value.add(other.value));
    }

    public Quantity minus(Quantity other) {
        return new Quantity(value.subtract(other.value));
    }

    public Quantity times(double factor) {
        return new Quantity(value.multiply(BigDecimal.valueOf(factor)));
    }

    public Quantity max(Quantity other) {
        return compareTo(other) >= 0 ? this : other;
    }

    public boolean isZero() {
        return value.signum() == 0;
    }

    /** This by that; 0 where that is 0. */
    public double per(Quantity other) {
        return other.isZero()
                ? 0
                : value.divide(other.value, MathContext.DECIMAL64).doubleValue();
    }

    public double asDouble() {
        return value.doubleValue();
    }

    @Override
    public int compareTo(Quantity other) {
        return value.compareTo(other.value);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Quantity quantity && value.compareTo(quantity.value) == 0;
    }

    @Override
    public int hashCode() {
        return value.stripTrailingZeros().hashCode();
    }

    /** Cores as people write them: {@code 250m}, {@code 2}; rounded up to a thousandth. */
    public String cores() {
        BigDecimal milli = value.scaleByPowerOfTen(3).setScale(0, RoundingMode.CEILING);
        return milli.remainder(BigDecimal.valueOf(1000)).signum() == 0
                ? milli.scaleByPowerOfTen(-3).toBigInteger().toString()
                : milli.toBigInteger() + "m";
    }

    /** Bytes as people write them, exact where they are whole: {@code 512Mi}, {@code 1536Mi}; else rounded up to a Mi, or Ki below that. */
    public String bytes() {
        for (int power = BINARY.size(); power >= 1; power--) {
            BigDecimal unit = KIBI.pow(power);
            if (value.signum() != 0 && value.remainder(unit).signum() == 0) {
                return value.divideToIntegralValue(unit).toBigInteger() + BINARY.get(power - 1);
            }
        }
        if (value.compareTo(KIBI) < 0) {
            return value.setScale(0, RoundingMode.CEILING).toBigInteger().toString();
        }
        int power = value.compareTo(KIBI.pow(2)) >= 0 ? 2 : 1;
        return value.divide(KIBI.pow(power), 0, RoundingMode.CEILING).toBigInteger() + BINARY.get(power - 1);
    }

    /** As suits the resource: cores, bytes, or a plain number. */
    public String show(String resource) {
        if (resource.endsWith("cpu")) {
            return cores();
        } else if (resource.endsWith("memory") || resource.endsWith("storage")) {
            return bytes();
        }
        return value.stripTrailingZeros().toPlainString();
    }
}
