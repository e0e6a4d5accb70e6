package dev.millwright.docker.failure;

import static java.util.Map.entry;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** What mends what any program may fail of. */
final class SystemFixes {
    static final Map<FailureClass, Consumer<Proposals>> ALL = Map.ofEntries(
            entry(FailureClass.DISK_FULL, SystemFixes::disk),
            entry(FailureClass.OOM, SystemFixes::memory),
            entry(FailureClass.SHARED_LIB, SystemFixes::library),
            entry(FailureClass.CONF_MISSING, SystemFixes::headers),
            entry(FailureClass.USER_EXISTS, SystemFixes::user),
            entry(FailureClass.DOCKER_IN_BUILD, SystemFixes::daemon),
            entry(FailureClass.TEST_FAIL, SystemFixes::tests),
            entry(FailureClass.COMPILE_ERR, SystemFixes::compile),
            entry(FailureClass.EXIT_EXPLICIT, SystemFixes::exit),
            entry(FailureClass.GENERIC, SystemFixes::generic));

    private SystemFixes() {}

    private static void disk(Proposals p) {
        p.advise(
                        "prune",
                        0.7,
                        "Free space on the engine: docker system df says what takes it; old images and build cache can go.")
                .advise(
                        "less-space",
                        0.3,
                        "Let the step need less: clean caches in the same RUN, fewer things at once.");
    }

    private static void memory(Proposals p) {
        if (p.logHas("heap out of memory")) {
            p.before("node-heap", 0.75, "Give Node a larger heap.", "ENV NODE_OPTIONS=--max-old-space-size=4096");
        }
        if (p.logHas("allowed memory size")) {
            p.before("php-memory", 0.85, "Give PHP more memory.", "ENV COMPOSER_MEMORY_LIMIT=-1");
        }
        p.rewrite(
                        "one-job",
                        0.5,
                        "Compile one file at a time.",
                        text -> text.replaceAll("\\bmake -j ?(?:\\$\\(nproc\\)|\"\\$\\(nproc\\)\"|\\d+)?", "make -j1"))
                .advise("more-memory", 0.6, "Give the build more memory: its own limit, or the engine's machine.");
    }

    private static void library(Proposals p) {
        Set<String> packages = new LinkedHashSet<>();
        p.subjects().forEach(each -> Packages.library(each, p.distribution()).ifPresent(packages::add));
        if (!packages.isEmpty()) {
            String names = String.join(" ", packages);
            p.install("install-library", 0.8, "Install " + names + ", which has it.", names);
        }
        boolean glibc = p.says("glibc");
        p.advise(
                "same-distribution",
                glibc ? 0.8 : 0.4,
                glibc
                        ? "The program was built against a newer glibc (" + p.subject("")
                                + "): build and run on the same release, or build on the older one."
                        : "Build and run on the same distribution; a program for glibc does not start on musl.");
        if (p.distribution() == Distribution.ALPINE && packages.isEmpty()) {
            p.install("gcompat", 0.4, "gcompat starts many programs built for glibc.", "gcompat libstdc++");
        }
    }

    private static void headers(Proposals p) {
        Distribution on = p.distribution();
        Set<String> packages = new LinkedHashSet<>();
        for (String each : p.subjects()) {
            if (each.startsWith("C compiler") || each.startsWith("CMAKE_C")) {
                Packages.program("gcc", on).ifPresent(packages::add);
            }
            Packages.header(each, on).ifPresent(packages::add);
            for (String word : each.split("[\\s'\"`,:;()]+")) {
                Packages.header(word.replaceAll("\\.$", ""), on).ifPresent(packages::add);
            }
        }
        String names = String.join(" ", packages);
        p.install(
                        "install-headers",
                        packages.isEmpty() ? 0.4 : 0.85,
                        packages.isEmpty()
                                ? "Install the -dev package that has " + p.subject("what is missing")
                                        + " (apt-file search, pkgs.alpinelinux.org)."
                                : "Install " + names + ".",
                        names)
                .advise("switch-off", 0.15, "Or configure the build without it.");
    }

    private static void user(Proposals p) {
        String name = p.subject("");
        boolean missing =
                p.says("unable to find") || p.says("unknown") || p.says("invalid") || p.says("does not exist");
        if (missing) {
            String safe = name.replaceAll("[^\\w-].*$", "");
            String user = safe.isEmpty() ? "app" : safe;
            boolean busybox =
                    p.distribution() == Distribution.ALPINE || p.base().contains("busybox");
            String adds = busybox
                    ? "RUN addgroup -S " + user + " && adduser -S -D -H -G " + user + " " + user
                    : "RUN groupadd --system " + user + " && useradd --system --gid " + user + " --no-create-home "
                            + user;
            Optional<Recipe.Instruction> switched = p.around()
                    .recipe()
                    .flatMap(recipe -> recipe.instructions().stream()
                            .filter(each ->
                                    each.keyword().equals("USER") && each.text().contains(user))
                            .findFirst());
            if (switched.isPresent()) {
                int line = switched.get().line();
                p.edit("add-user", 0.85, "Make the user first.", new Edit(Edit.DOCKERFILE, line, line - 1, adds));
            } else {
                p.before("add-user", 0.85, "Make the user first.", adds);
            }
        } else {
            p.rewrite(
                            "guard-user",
                            0.8,
                            "Make it only where it is not there.",
                            text -> text.replaceAll(
                                    "\\b((?:useradd|groupadd|adduser|addgroup)\\b[^&|;\\\\]*?)(\\s*(?:&&|;|\\\\|$))",
                                    "($1 || true)$2"))
                    .advise(
                            "other-id",
                            0.3,
                            "Or choose another name or number than " + name + ": the base image has it.");
        }
        p.advise("base-user", 0.2, "Look what users the base image has: /etc/passwd.");
    }

    private static void daemon(Proposals p) {
        p.advise(
                        "redesign",
                        0.7,
                        "A build has no daemon, systemd or privileges: do this when the container runs, or prepare files instead of starting services.")
                .advise(
                        "insecure-entitlement",
                        0.2,
                        "Only where it is really needed: BuildKit's RUN --security=insecure on a builder that allows it.");
    }

    private static void tests(Proposals p) {
        p.advise(
                        "mend-tests",
                        0.6,
                        "A test fails" + (p.subject("").isEmpty() ? "" : " (" + p.subject("") + ")")
                                + ": mend it or what it tests.")
                .advise("tests-outside", 0.3, "If it needs a service or network, run it outside of the build.");
    }

    private static void compile(Proposals p) {
        if (p.says("undefined reference")) {
            p.advise("link-library", 0.5, "A library is not linked, or of another version: " + p.subject(""));
        }
        p.advise("first-error", 0.5, "The first error above says why: " + p.subject("see the evidence"))
                .rewrite(
                        "one-job",
                        0.15,
                        "Compile one file at a time, so that the error stands last.",
                        text -> text.replaceAll("\\bmake -j ?(?:\\$\\(nproc\\)|\\d+)?", "make -j1"));
    }

    private static void exit(Proposals p) {
        p.rewrite(
                        "trace",
                        0.4,
                        "Show each command as it runs.",
                        text -> text.replaceFirst("^(RUN\\s+(?:--\\S+\\s+)*)(?!set )([^\\[<])", "$1set -x; $2"))
                .advise(
                        "condition",
                        0.4,
                        "The command ended with "
                                + (p.step().exitCode().isPresent()
                                        ? "code " + p.step().exitCode().getAsInt()
                                        : "a failure")
                                + " on purpose: look at the condition that leads there.");
    }

    private static void generic(Proposals p) {
        p.rewrite(
                        "trace",
                        0.3,
                        "Show each command as it runs.",
                        text -> text.replaceFirst("^(RUN\\s+(?:--\\S+\\s+)*)(?!set )([^\\[<])", "$1set -x; $2"))
                .advise("last-lines", 0.3, "No known cause: the last lines of the step say most.");
    }
}
