package dev.millwright.docker.failure;

/**
 * How likely a fix mends a failure: the mean of a Beta posterior, whose prior for one fingerprint is the posterior of
 * its class, whose prior is judgement.
 */
final class Odds {
    /** Outcomes that judgement weighs as much as. */
    private static final double JUDGEMENT = 4;

    /** Outcomes of one fingerprint that those of the whole class weigh as much as. */
    private static final double CLASS = 3;

    /** How often a fix mended and did not. */
    record Outcomes(long worked, long failed) {
        static final Outcomes NONE = new Outcomes(0, 0);
    }

    private Odds() {}

    static double of(double judgement, Outcomes ofClass, Outcomes ofFingerprint) {
        return mean(mean(judgement, JUDGEMENT, ofClass), CLASS, ofFingerprint);
    }

    private static double mean(double prior, double weight, Outcomes seen) {
        return (prior * weight + seen.worked()) / (weight + seen.worked() + seen.failed());
    }
}
