package dev.millwright.docker.layers;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What an image must keep to pass in CI, as dive's {@code lowestEfficiency}, {@code highestWastedBytes} and {@code
 * highestUserWastedPercent}.
 *
 * @param minEfficiency 0 to 1
 * @param maxWasted bytes
 * @param maxWastedShare of the bytes above the first layer; 1 is all
 */
public record Thresholds(OptionalDouble minEfficiency, OptionalLong maxWasted, OptionalDouble maxWastedShare) {
    /** Whether there is one at all. */
    public boolean any() {
        return minEfficiency.isPresent() || maxWasted.isPresent() || maxWastedShare.isPresent();
    }

    /** Those that are not kept, in words; empty when the image passes. A share that is no number keeps every limit. */
    public List<String> failed(double efficiency, long wasted, double wastedShare) {
        List<String> failed = new ArrayList<>();
        if (minEfficiency.isPresent() && efficiency < minEfficiency.getAsDouble()) {
            failed.add(
                    String.format(Locale.ROOT, "efficiency %.4f is below %s", efficiency, minEfficiency.getAsDouble()));
        }
        if (maxWasted.isPresent() && wasted > maxWasted.getAsLong()) {
            failed.add("wasted %d bytes are more than %d".formatted(wasted, maxWasted.getAsLong()));
        }
        if (maxWastedShare.isPresent() && wastedShare > maxWastedShare.getAsDouble()) {
            failed.add(String.format(
                    Locale.ROOT, "wasted share %.4f is above %s", wastedShare, maxWastedShare.getAsDouble()));
        }
        return failed;
    }
}
