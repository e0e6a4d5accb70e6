package dev.millwright.docker.stats;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToLongFunction;

/** Samples of one container in the order of their time, at least two. */
public record Course(List<Sample> samples) {
    /** Least part of a course's variation that a line must explain to be called a trend: r² of the regression. */
    private static final double TREND = 0.8;

    private static final int FEWEST_FOR_TREND = 4;

    public Course {
        samples = List.copyOf(samples);
        if (samples.size() < 2) {
            throw new IllegalArgumentException("a course has at least two samples, got " + samples.size());
        }
    }

    private Sample first() {
        return samples.getFirst();
    }

    public Sample last() {
        return samples.getLast();
    }

    /** From the first sample to the last, more than nothing. */
    public double seconds() {
        return Math.max(1e-6, Duration.between(first().at(), last().at()).toNanos() / 1e9);
    }

    /** Processor use that a share of the intervals between samples does not exceed, 100 for each processor. */
    public double cpuPercent(double share) {
        double[] all = new double[samples.size() - 1];
        for (int i = 0; i < all.length; i++) {
            all[i] = samples.get(i + 1).cpuPercent(samples.get(i));
        }
        return percentile(all, share);
    }

    /** Share of the periods of its quota in which it was throttled, 0 to 100. */
    public double throttledPercent() {
        long periods = last().periods() - first().periods();
        return periods <= 0 ? 0 : 100.0 * (last().throttledPeriods() - first().throttledPeriods()) / periods;
    }

    /** Memory that a share of the samples does not exceed, in bytes. */
    public long memory(double share) {
        return Math.round(
                percentile(samples.stream().mapToDouble(Sample::memory).toArray(), share));
    }

    /** What a counter gained in a second. */
    public double perSecond(ToLongFunction<Sample> counter) {
        return Math.max(0, counter.applyAsLong(last()) - counter.applyAsLong(first())) / seconds();
    }

    /** Bytes of memory gained in a minute, by least squares; none where the course is no line or too short to tell. */
    public OptionalDouble memoryPerMinute() {
        int n = samples.size();
        if (n < FEWEST_FOR_TREND) {
            return OptionalDouble.empty();
        }
        double meanTime = 0;
        double meanMemory = 0;
        for (Sample each : samples) {
            meanTime += minute(each) / n;
            meanMemory += (double) each.memory() / n;
        }
        double times = 0;
        double both = 0;
        double memories = 0;
        for (Sample each : samples) {
            double time = minute(each) - meanTime;
            double memory = each.memory() - meanMemory;
            times += time * time;
            both += time * memory;
            memories += memory * memory;
        }
        if (times == 0 || memories == 0 || both * both / (times * memories) < TREND) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(both / times);
    }

    private double minute(Sample sample) {
        return Duration.between(first().at(), sample.at()).toNanos() / 60e9;
    }

    /** By nearest rank: the smallest value that at least this share of all does not exceed. */
    private static double percentile(double[] values, double share) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
    }
}
