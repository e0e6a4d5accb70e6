package dev.millwright.docker.repair;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What is known of the official images of Docker Hub by their names. */
final class KnownImages {
    /** They run as root. Those not here may have a user of their own. */
    private static final Set<String> OF_ROOT = Set.of(
            "scratch",
            "alpine",
            "amazonlinux",
            "almalinux",
            "buildpack-deps",
            "busybox",
            "centos",
            "debian",
            "eclipse-temurin",
            "fedora",
            "golang",
            "gradle",
            "httpd",
            "maven",
            "nginx",
            "node",
            "openjdk",
            "opensuse/leap",
            "oraclelinux",
            "perl",
            "php",
            "python",
            "rockylinux",
            "ruby",
            "rust",
            "ubuntu");

    private static final Pattern ASH = Pattern.compile("(?:.*[:-])?(?:alpine|busybox)[0-9.]*(?:[:-].*)?");

    /** Asks the program of an image whether it is well, with what the image has. */
    private static final Map<String, String> HEALTH = Map.of(
            "nginx", "[\"curl\", \"-fsS\", \"http://localhost/\"]",
            "postgres", "[\"pg_isready\"]",
            "redis", "[\"redis-cli\", \"ping\"]",
            "mysql", "[\"mysqladmin\", \"ping\", \"--silent\"]");

    private KnownImages() {}

    static String repository(String image) {
        String plain = image.replaceFirst("@.*", "").replaceFirst(":[^/]*$", "");
        return plain.replaceFirst("^(docker\\.io/)?(library/)?", "");
    }

    static boolean runsAsRoot(String image) {
        return OF_ROOT.contains(repository(image));
    }

    /** The shell that knows pipefail; empty where the name does not tell. */
    static Optional<String> shell(String image) {
        String alone = image.substring(image.lastIndexOf('/') + 1);
        if (ASH.matcher(alone).matches()) {
            return Optional.of("/bin/ash");
        }
        boolean known = OF_ROOT.contains(repository(image)) && !image.equals("scratch");
        return known ? Optional.of("/bin/bash") : Optional.empty();
    }

    static Optional<String> health(String image) {
        return Optional.ofNullable(HEALTH.get(repository(image)));
    }
}
