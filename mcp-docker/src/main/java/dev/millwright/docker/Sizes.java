package dev.millwright.docker;

import dev.millwright.docker.archive.ArchivedImage;
import dev.millwright.docker.archive.HistoryStep;
import dev.millwright.docker.layers.Finding;
import dev.millwright.docker.layers.Waste;
import java.util.Locale;

/** Sizes of images in words. */
final class Sizes {
    private static final String[] UNITS = {"kB", "MB", "GB", "TB"};

    private Sizes() {}

    /** As Docker shows sizes, in powers of 1,000: {@code 412 MB}, {@code 1.21 GB}. */
    static String of(long bytes) {
        if (Math.abs(bytes) < 1_000) {
            return bytes + " B";
        }
        double value = bytes;
        int unit = -1;
        while (Math.abs(value) >= 999.5 && unit < UNITS.length - 1) {
            value /= 1_000;
            unit++;
        }
        String number = Math.abs(value) >= 100
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, Math.abs(value) >= 10 ? "%.1f" : "%.2f", value);
        return number + " " + UNITS[unit];
    }

    static String summary(ArchivedImage image, Waste waste) {
        String size = "%s carries %s in %d layers"
                .formatted(image.name(), of(waste.carried()), waste.layers().size());
        String lost = waste.reclaimable() == 0
                ? "nothing of it is wasted"
                : "%s of it never seen, most of that %s"
                        .formatted(
                                of(waste.reclaimable()),
                                place(image, waste.lost().getFirst()));
        String avoidable = waste.avoidableBytes() == 0
                ? ""
                : "; %s more are seen and likely not needed (%s)"
                        .formatted(
                                of(waste.avoidableBytes()),
                                place(image, waste.avoidable().getFirst()));
        boolean fits = waste.live() - waste.avoidableBytes() == waste.carried();
        String without = fits ? "" : " Without them: %s.".formatted(of(waste.live() - waste.avoidableBytes()));
        return "%s: %s%s.%s".formatted(size, lost, avoidable, without);
    }

    private static String place(ArchivedImage image, Finding finding) {
        String cause = finding.cause().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return "%s, layer %d: %s".formatted(cause, finding.layer(), instruction(image, finding.layer(), 60));
    }

    /** The instruction that made a layer, shortened to so many characters. */
    static String instruction(ArchivedImage image, int layer, int most) {
        return clip(
                image.layers().get(layer).step().map(HistoryStep::instruction).orElse("(unknown)"), most);
    }

    /** In one line of at most so many characters. */
    static String clip(String text, int most) {
        String line = text.replaceAll("\\s+", " ");
        return line.length() > most ? line.substring(0, most - 1) + "…" : line;
    }
}
