package dev.millwright.docker.failure;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Families of distributions, by the way packages are installed. */
enum Distribution {
    DEBIAN(
            "RUN apt-get update && apt-get install -y --no-install-recommends %s && rm -rf /var/lib/apt/lists/*",
            List.of(
                    "debian",
                    "ubuntu",
                    "bookworm",
                    "bullseye",
                    "buster",
                    "stretch",
                    "trixie",
                    "jammy",
                    "focal",
                    "noble",
                    "slim",
                    "apt-get",
                    "dpkg",
                    "deb.debian.org",
                    "archive.ubuntu.com")),
    ALPINE("RUN apk add --no-cache %s", List.of("alpine", "apk add", "apk --", "dl-cdn.alpinelinux.org")),
    RPM(
            "RUN dnf install -y %s && dnf clean all",
            List.of(
                    "fedora",
                    "rocky",
                    "almalinux",
                    "ubi8",
                    "ubi9",
                    "ubi7",
                    "/ubi",
                    "oraclelinux",
                    "centos",
                    "amazonlinux",
                    "dnf ",
                    "yum ",
                    "microdnf")),
    ARCH("RUN pacman -Sy --noconfirm %s", List.of("archlinux", "pacman "));

    /** Official images that are Debian unless their tag says otherwise. */
    private static final List<String> DEBIAN_BASED = List.of(
            "node",
            "python",
            "ruby",
            "golang",
            "rust",
            "php",
            "openjdk",
            "eclipse-temurin",
            "maven",
            "gradle",
            "perl",
            "buildpack-deps",
            "elixir",
            "haskell",
            "julia",
            "r-base",
            "nginx",
            "httpd",
            "postgres",
            "mysql",
            "gcc");

    private final String install;
    private final List<String> marks;

    Distribution(String install, List<String> marks) {
        this.install = install;
        this.marks = marks;
    }

    /** The instruction that installs packages, names separated by blanks. */
    String install(String packages) {
        return install.formatted(packages);
    }

    /** By the base image's name first, then by what the step runs and prints. */
    static Optional<Distribution> guess(String image, String instruction, List<String> lines) {
        String reference = image.toLowerCase(Locale.ROOT);
        return marked(reference, List.of(ALPINE, RPM, ARCH, DEBIAN))
                .or(() -> DEBIAN_BASED.contains(name(reference)) ? Optional.of(DEBIAN) : Optional.empty())
                .or(() -> marked(instruction, List.of(ALPINE, RPM, ARCH, DEBIAN)))
                .or(() -> lines.stream()
                        .limit(200)
                        .flatMap(line -> marked(line, List.of(ALPINE, DEBIAN)).stream())
                        .findFirst());
    }

    private static Optional<Distribution> marked(String text, List<Distribution> order) {
        return order.stream()
                .filter(each -> each.marks.stream().anyMatch(text::contains))
                .findFirst();
    }

    /** The last part of a reference, without tag and digest: {@code node} of {@code docker.io/library/node:20}. */
    static String name(String reference) {
        String path = reference.contains("@") ? reference.substring(0, reference.indexOf('@')) : reference;
        String last = path.substring(path.lastIndexOf('/') + 1);
        return last.contains(":") ? last.substring(0, last.indexOf(':')) : last;
    }
}
