package dev.millwright.docker.posture;

import static dev.millwright.docker.posture.Severity.HIGH;
import static dev.millwright.docker.posture.Severity.INFO;
import static dev.millwright.docker.posture.Severity.LOW;
import static dev.millwright.docker.posture.Severity.MEDIUM;

import com.google.re2j.Pattern;
import dev.millwright.docker.archive.HistoryStep;
import dev.millwright.docker.archive.LiveFile;
import dev.millwright.docker.posture.Rule.Answer;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Section 4 of the CIS Docker Benchmark 1.6.0, images and build files: all 12 checks, in our words. Those the benchmark
 * leaves to people are told as far as image, history and packages tell them.
 */
final class ImageRules {
    /**
     * What the checks look at.
     *
     * @param files of the final image; empty where only its configuration is known
     * @param packages names of installed packages; empty where they are not known
     * @param trusted registries and name prefixes that base images may come from; empty for any
     */
    record Facts(
            ImageFacts image,
            Optional<List<LiveFile>> files,
            Optional<Collection<String>> packages,
            List<String> trusted,
            List<Finding> secrets,
            Instant now) {}

    static final List<Rule<Facts>> RULES = List.of(
            new Rule<>("4.1", HIGH, "A user is set", "USER 10001 after the steps that need root", ImageRules::user),
            new Rule<>(
                    "4.2",
                    MEDIUM,
                    "The base image is trusted",
                    "FROM a trusted registry by digest; build with --label org.opencontainers.image.base.name=…",
                    ImageRules::base),
            new Rule<>(
                    "4.3",
                    LOW,
                    "No packages that are not needed",
                    "Build in a stage of its own, and copy only the result",
                    ImageRules::packages),
            new Rule<>(
                    "4.4",
                    MEDIUM,
                    "It is built anew for security patches",
                    "docker build --pull --no-cache",
                    ImageRules::age),
            new Rule<>(
                    "4.5",
                    INFO,
                    "Content trust: it is asked for by digest",
                    "name@sha256:…, or DOCKER_CONTENT_TRUST=1",
                    ImageRules::trust),
            new Rule<>("4.6", LOW, "It has a HEALTHCHECK", "HEALTHCHECK CMD …", ImageRules::health),
            new Rule<>(
                    "4.7",
                    LOW,
                    "No update of package lists in a step of its own",
                    "Update and install in the same RUN",
                    ImageRules::update),
            new Rule<>(
                    "4.8",
                    LOW,
                    "No set-uid or set-gid files",
                    "RUN find / -xdev -perm /6000 -type f -exec chmod a-s {} +",
                    ImageRules::setUid),
            new Rule<>(
                    "4.9",
                    LOW,
                    "COPY and not ADD",
                    "COPY for files; RUN curl with a checksum for addresses",
                    ImageRules::add),
            new Rule<>(
                    "4.10",
                    HIGH,
                    "No secrets in the Dockerfile",
                    "RUN --mount=type=secret; change the secret, it is known by now",
                    ImageRules::secrets),
            new Rule<>(
                    "4.11",
                    MEDIUM,
                    "Only verified packages are installed",
                    "Leave out what switches verification off",
                    ImageRules::verified),
            new Rule<>(
                    "4.12",
                    LOW,
                    "What is downloaded is verified",
                    "sha256sum -c, gpg --verify or ADD --checksum in the same step",
                    ImageRules::signed));

    /** The benchmark names no number; images that are rebuilt monthly pass. */
    private static final Duration OLD = Duration.ofDays(90);

    private static final Set<String> UNNEEDED = Set.of(
            "build-essential",
            "gcc",
            "g++",
            "make",
            "cmake",
            "clang",
            "gdb",
            "strace",
            "ltrace",
            "tcpdump",
            "nmap",
            "netcat",
            "netcat-openbsd",
            "netcat-traditional",
            "telnet",
            "inetutils-telnet",
            "ftp",
            "openssh-server",
            "dropbear",
            "sudo",
            "vim",
            "emacs",
            "build-base",
            "gcc-c++",
            "nmap-ncat");

    private static final Pattern UPDATE = Pattern.compile(
            "\\b(?:(?:apt-get|apt|aptitude)\\s+(?:-\\S+\\s+)*update|apk\\s+(?:-\\S+\\s+)*update|(?:yum|dnf|microdnf)\\s+(?:-\\S+\\s+)*(?:makecache|check-update)|zypper\\s+(?:-\\S+\\s+)*(?:refresh|ref)|pacman\\s+-Syy?\\b)");
    private static final Pattern USE = Pattern.compile(
            "\\b(?:(?:apt-get|apt|aptitude|yum|dnf|microdnf|zypper)\\s+(?:-\\S+\\s+)*(?:install|in|upgrade|dist-upgrade|full-upgrade|up|build-dep|reinstall)\\b|apk\\s+(?:-\\S+\\s+)*(?:add|upgrade)|pacman\\s+-S\\w*\\s+\\S)");

    private static final Pattern UNVERIFIED = Pattern.compile(
            "--allow-unauthenticated|--force-yes|--allow-insecure-repositories|AllowUnauthenticated|--allow-untrusted|--nogpgcheck|--no-gpg-checks?|gpgcheck=0|\\[[^\\]]*trusted=yes|--trusted-host|strict-ssl[ =]false|--no-check-certificate|\\bcurl\\s[^|;&]*(?:-k\\b|--insecure)|NODE_TLS_REJECT_UNAUTHORIZED=0|GIT_SSL_NO_VERIFY");

    private static final Pattern DOWNLOAD =
            Pattern.compile("\\b(?:curl|wget)\\s[^;&|]*(?:https?|ftp)://|^ADD\\s+(?:--\\S+\\s+)*(?:https?|ftp)://");
    private static final Pattern VERIFIED = Pattern.compile(
            "(?:sha(?:1|224|256|384|512)sum|md5sum|shasum|b2sum|cksum)\\s[^;&]*(?:-c|--check)|gpgv?\\s[^;&]*(?:--verify|--import|--dearmor)|gpgv |apt-key add|cosign verify|minisign -V|--checksum=|openssl dgst|signed-by");

    private ImageRules() {}

    private static Answer user(Facts facts) {
        String user = facts.image().user();
        return Answer.failIf(
                ImageFacts.isRoot(user), user.isEmpty() ? "no USER is set: it runs as root" : "USER " + user);
    }

    private static Answer base(Facts facts) {
        String base = facts.image().labels().getOrDefault("org.opencontainers.image.base.name", "");
        if (!facts.trusted().isEmpty()) {
            List<String> names = base.isEmpty() ? facts.image().tags() : List.of(base);
            boolean trusted =
                    names.stream().anyMatch(each -> facts.trusted().stream().anyMatch(each::startsWith));
            return names.isEmpty()
                    ? Answer.unknown("the image does not say what it was built from")
                    : Answer.failIf(!trusted, names.getFirst() + " is none of " + String.join(", ", facts.trusted()));
        } else if (facts.image().labels().containsKey("org.opencontainers.image.base.digest")
                || base.contains("@sha256:")) {
            return Answer.pass();
        } else if (!base.isEmpty()) {
            return Answer.fail("built from " + base + ", a tag that can name another image tomorrow");
        }
        return Answer.unknown("the image does not say what it was built from");
    }

    private static Answer packages(Facts facts) {
        return facts.packages()
                .map(names -> Answer.none(
                        "installed:",
                        names.stream()
                                .filter(UNNEEDED::contains)
                                .distinct()
                                .sorted()
                                .toList()))
                .orElseGet(() -> Answer.unknown("its packages were not read"));
    }

    private static Answer age(Facts facts) {
        try {
            Instant created = Instant.parse(facts.image().created());
            if (created.isBefore(Instant.parse("2000-01-01T00:00:00Z"))) {
                return Answer.unknown("its time was taken out, so that it can be reproduced");
            }
            long days = Duration.between(created, facts.now()).toDays();
            return Answer.failIf(days > OLD.toDays(), "built " + days + " days ago");
        } catch (DateTimeParseException e) {
            return Answer.unknown("it does not say when it was built");
        }
    }

    private static Answer trust(Facts facts) {
        Optional<List<String>> digests = facts.image().digests();
        if (digests.isEmpty() || digests.get().isEmpty()) {
            return Answer.unknown("it is from no registry");
        }
        List<String> tags = facts.image().tags().stream()
                .filter(each -> !each.contains("@sha256:"))
                .toList();
        return Answer.none("asked for by tag:", tags);
    }

    private static Answer health(Facts facts) {
        List<String> health = facts.image().health();
        return Answer.failIf(health.isEmpty() || health.getFirst().equals("NONE"), "no HEALTHCHECK is set");
    }

    private static Answer update(Facts facts) {
        return steps(
                facts,
                facts.image().commands().stream()
                        .filter(each -> UPDATE.matcher(each).find()
                                && !USE.matcher(each).find())
                        .toList());
    }

    private static Answer setUid(Facts facts) {
        return facts.files()
                .map(files -> Answer.none(
                        "",
                        files.stream()
                                .filter(each ->
                                        each.entry().isFile() && (each.entry().mode() & 06000) != 0)
                                .map(each -> "/" + each.path())
                                .toList()))
                .orElseGet(() -> Answer.unknown("its files were not read"));
    }

    /** The first step that brings files is the base image's own file system, which is always added. */
    private static Answer add(Facts facts) {
        List<String> added = new ArrayList<>();
        boolean first = true;
        for (HistoryStep step : facts.image().history()) {
            String instruction = step.instruction();
            if (instruction.startsWith("ADD ") && !first) {
                added.add(instruction);
            }
            first &= step.empty();
        }
        return steps(facts, added);
    }

    private static Answer secrets(Facts facts) {
        return Answer.none(
                "",
                new ArrayList<>(new TreeSet<>(
                        facts.secrets().stream().map(Finding::evidence).toList())));
    }

    private static Answer verified(Facts facts) {
        return steps(
                facts,
                facts.image().instructions().stream()
                        .filter(each -> UNVERIFIED.matcher(each).find())
                        .toList());
    }

    private static Answer signed(Facts facts) {
        return steps(
                facts,
                facts.image().instructions().stream()
                        .filter(each -> DOWNLOAD.matcher(each.startsWith("RUN ") ? each.substring(4) : each)
                                        .find()
                                && !VERIFIED.matcher(each).find())
                        .toList());
    }

    private static Answer steps(Facts facts, List<String> bad) {
        if (facts.image().history().isEmpty()) {
            return Answer.unknown("its history is not known");
        }
        return Answer.none("", bad.stream().map(HistorySecrets::shown).toList());
    }
}
