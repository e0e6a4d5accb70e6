package dev.millwright.docker.prisma;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A system as Prisma sees it (prisma/prisma {@code packages/get-platform/src/getPlatform.ts}).
 *
 * @param architecture as Docker names it: {@code amd64}
 * @param target the family whose engines it uses: {@code debian}, {@code rhel}, {@code musl}, {@code arm}, {@code nixos};
 *     empty for one that Prisma does not know
 * @param family whose folders are searched first: {@code debian}, {@code rhel}, {@code alpine}, {@code arch}
 * @param libssl {@code 1.0.x}, {@code 1.1.x} or {@code 3.0.x}; empty where Prisma finds none
 */
public record Platform(String architecture, Optional<String> target, Optional<String> family, Optional<String> libssl) {
    private static final Pattern ID = Pattern.compile("(?im)^ID=\"?([^\"\\n]*)\"?$");
    private static final Pattern ID_LIKE = Pattern.compile("(?im)^ID_LIKE=\"?([^\"\\n]*)\"?$");
    private static final Pattern LIBSSL = Pattern.compile("libssl\\.so\\.(\\d)(\\.\\d)?");
    private static final Pattern OPENSSL = Pattern.compile("OpenSSL\\s(\\d+)\\.(\\d+)\\.\\d+");

    /** Of the text of {@code /etc/os-release}; libssl is not known yet. */
    static Platform of(String architecture, String osRelease) {
        String id = first(ID, osRelease);
        String like = first(ID_LIKE, osRelease);
        return switch (id) {
            case "alpine" -> of(architecture, "musl", "alpine");
            case "raspbian" -> of(architecture, "arm", "debian");
            case "nixos" -> of(architecture, "nixos", "nixos");
            case "debian", "ubuntu" -> of(architecture, "debian", "debian");
            case "rhel", "centos", "fedora" -> of(architecture, "rhel", "rhel");
            default -> {
                if (like.contains("debian") || like.contains("ubuntu")) {
                    yield of(architecture, "debian", "debian");
                } else if (id.equals("arch") || like.contains("arch")) {
                    yield of(architecture, "debian", "arch");
                } else if (like.contains("centos")
                        || like.contains("fedora")
                        || like.contains("rhel")
                        || like.contains("suse")) {
                    yield of(architecture, "rhel", "rhel");
                }
                yield new Platform(architecture, Optional.empty(), Optional.empty(), Optional.empty());
            }
        };
    }

    private static Platform of(String architecture, String target, String family) {
        return new Platform(architecture, Optional.of(target), Optional.of(family), Optional.empty());
    }

    private static String first(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        return found.find() ? found.group(1).toLowerCase(java.util.Locale.ROOT) : "";
    }

    Platform with(Optional<String> found) {
        return new Platform(architecture, target, family, found);
    }

    /** {@code libssl.so.3} is 3.0.x, {@code libssl.so.1.1} 1.1.x; the first such name in the text. */
    static Optional<String> libssl(String text) {
        Matcher found = LIBSSL.matcher(text);
        return found.find()
                ? supported(
                        found.group(1),
                        found.group(2) == null ? "0" : found.group(2).substring(1))
                : Optional.empty();
    }

    /** Of what {@code openssl version} prints, or the text that its binary holds. */
    static Optional<String> openssl(String text) {
        Matcher found = OPENSSL.matcher(text);
        return found.find() ? supported(found.group(1), found.group(2)) : Optional.empty();
    }

    private static Optional<String> supported(String major, String minor) {
        String version = major.equals("1") ? "1." + minor + ".x" : major + ".0.x";
        return version.matches("1\\.0\\.x|1\\.1\\.x|3\\.0\\.x") ? Optional.of(version) : Optional.empty();
    }

    /** {@code uname -m}. */
    String machine() {
        return switch (architecture.replaceFirst("/.*", "")) {
            case "amd64" -> "x86_64";
            case "arm64" -> "aarch64";
            case "arm" -> "armv7l";
            default -> architecture;
        };
    }

    /** The engines that Prisma picks here: {@code debian-openssl-3.0.x}. */
    public String binaryTarget() {
        String ssl = "openssl-" + libssl.orElse("1.1.x");
        boolean musl = target.filter("musl"::equals).isPresent();
        if (target.filter("nixos"::equals).isPresent()) {
            return "linux-nixos";
        }
        return switch (architecture.replaceFirst("/.*", "")) {
            case "arm64" -> (musl ? "linux-musl-arm64-" : "linux-arm64-") + ssl;
            case "arm" -> "linux-arm-" + ssl;
            default ->
                !musl
                        ? target.orElse("debian") + "-" + ssl
                        : libssl.filter(each -> !each.startsWith("1.")).isPresent()
                                ? "linux-musl-" + ssl
                                : "linux-musl";
        };
    }
}
