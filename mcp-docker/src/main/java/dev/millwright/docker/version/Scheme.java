package dev.millwright.docker.version;

import java.util.Comparator;
import java.util.Optional;
import java.util.function.Function;

/**
 * The rules by which an ecosystem orders its versions.
 *
 * <p>Every scheme orders any two texts, totally and without failing: what a scheme does not {@linkplain #understands
 * understand} comes before everything it does, in the order of characters. Texts of more than {@value #LONGEST}
 * characters are understood by none.
 */
public enum Scheme implements Comparator<String> {
    /** Debian Policy 5.6.12, deb-version(7). */
    DEB(DebVersion::parse),
    /** Alpine: digits, letter, suffixes, commit, revision, as apk-tools 3 orders them. */
    APK(ApkVersion::parse),
    /** RPM's epoch, version and release, with {@code ~} and {@code ^}. */
    RPM(RpmVersion::parse),
    /** PEP 440. */
    PYPI(PythonVersion::parse),
    /** Semantic Versioning 2.0.0 as npm reads it, and Cargo. */
    SEMVER(SemanticVersion::parse),
    /** Go modules, their pseudo-versions, and releases of Go itself ({@code go1.21rc2}). */
    GO(SemanticVersion::parseGo),
    /** Maven's ComparableVersion of 3.9. */
    MAVEN(MavenVersion::parse),
    /** RubyGems' Gem::Version. */
    GEM(GemVersion::parse),
    /** NuGet: four numbers, then labels as in Semantic Versioning, without case. */
    NUGET(NuGetVersion::parse),
    /** Composer: normalized, then PHP's version_compare. */
    COMPOSER(ComposerVersion::parse);

    /** The most characters of a version; real ones stay far below. */
    static final int LONGEST = 1000;

    private final Order order;

    <V extends Comparable<V>> Scheme(Function<String, Optional<V>> parse) {
        this.order = new Parsed<>(parse);
    }

    /** Negative, zero or positive as {@code a} is before, equal to or after {@code b}. */
    @Override
    public int compare(String a, String b) {
        return order.compare(a, b);
    }

    /** True when the text is a version by this scheme's rules. */
    public boolean understands(String version) {
        return order.understands(version);
    }

    private interface Order {
        int compare(String a, String b);

        boolean understands(String version);
    }

    private record Parsed<V extends Comparable<V>>(Function<String, Optional<V>> parse) implements Order {
        @Override
        public int compare(String a, String b) {
            Optional<V> left = read(a);
            Optional<V> right = read(b);
            if (left.isPresent() && right.isPresent()) {
                return left.get().compareTo(right.get());
            }
            return left.isPresent() ? 1 : right.isPresent() ? -1 : Integer.signum(a.compareTo(b));
        }

        @Override
        public boolean understands(String version) {
            return read(version).isPresent();
        }

        private Optional<V> read(String text) {
            String stripped = text.strip();
            return stripped.isEmpty() || stripped.length() > LONGEST ? Optional.empty() : parse.apply(stripped);
        }
    }
}
