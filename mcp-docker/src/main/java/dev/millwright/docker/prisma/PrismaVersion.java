package dev.millwright.docker.prisma;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A release of Prisma, as far as it matters to what it picks. */
public record PrismaVersion(int major, int minor, int patch) {
    private static final Pattern SHAPE = Pattern.compile("v?(\\d{1,4})\\.(\\d{1,4})(?:\\.(\\d{1,6}))?.*");

    public static Optional<PrismaVersion> of(String text) {
        Matcher found = SHAPE.matcher(text.strip());
        return found.matches()
                ? Optional.of(new PrismaVersion(
                        Integer.parseInt(found.group(1)),
                        Integer.parseInt(found.group(2)),
                        found.group(3) == null ? 0 : Integer.parseInt(found.group(3))))
                : Optional.empty();
    }

    boolean atLeast(int thatMajor, int thatMinor) {
        return major > thatMajor || major == thatMajor && minor >= thatMinor;
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
