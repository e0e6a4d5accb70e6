package dev.millwright.docker.failure;

import static java.util.Map.entry;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** What mends what any program may fail of. */
final class SystemFixes {
    static final Map<FailureClass, Consumer<Proposals>> ALL = Map.ofEntries(
            entry(FailureClass.DISK_FULL, SystemFixes::disk),
            entry(FailureClass.OOM, SystemFixes::memory),
            entry(FailureClass.TLS_CERT, SystemFixes::certificate),
            entry(FailureClass.SHARED_LIB, SystemFixes::library),
            entry(FailureClass.SHELL_SYNTAX, SystemFixes::shell),
            entry(FailureClass.GIT_AUTH, SystemFixes::git),
            entry(FailureClass.DNS_NET, SystemFixes::network),
            entry(FailureClass.CONF_MISSING, SystemFixes::headers),
            entry(FailureClass.CHECKSUM, SystemFixes::checksum),
            entry(FailureClass.HTTP_404, SystemFixes::gone),
            entry(FailureClass.ARCHIVE_BAD, SystemFixes::archive),
            entry(FailureClass.USER_EXISTS, SystemFixes::user),
            entry(FailureClass.DOCKER_IN_BUILD, SystemFixes::daemon),
            entry(FailureClass.CMD_NOT_FOUND, SystemFixes::command),
            entry(FailureClass.PERM, SystemFixes::permission),
            entry(FailureClass.TEST_FAIL, SystemFixes::tests),
            entry(FailureClass.NO_SUCH_FILE, SystemFixes::file),
            entry(FailureClass.USAGE, SystemFixes::usage),
            entry(FailureClass.COMPILE_ERR, SystemFixes::compile),
            entry(FailureClass.EXIT_EXPLICIT, SystemFixes::exit),
            entry(FailureClass.GENERIC, SystemFixes::generic));

    /** Programs that npm puts into node_modules/.bin. */
    private static final Set<String> NODE_TOOLS = Set.of(
            "tsc",
            "vite",
            "next",
            "webpack",
            "rollup",
            "eslint",
            "jest",
            "vitest",
            "ng",
            "nest",
            "react-scripts",
            "vue-cli-service",
            "nuxt",
            "gulp",
            "grunt",
            "babel",
            "rimraf",
            "cross-env",
            "ts-node",
            "tsx",
            "turbo",
            "prisma",
            "husky",
            "esbuild",
            "parcel",
            "astro",
            "svelte-kit",
            "craco",
            "tsup",
            "mocha",
            "concurrently");

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

    private static void certificate(Proposals p) {
        p.install("ca-certificates", 0.75, "Install the certificates of public authorities.", "ca-certificates")
                .advise(
                        "own-authority",
                        0.4,
                        "If a proxy or company authority signs here: copy its certificate to /usr/local/share/ca-certificates and run update-ca-certificates.")
                .advise("clock", 0.1, "Check the engine's clock when certificates look expired.");
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

    private static void shell(Proposals p) {
        String shell = "SHELL [\"/bin/bash\", \"-c\"]";
        if (p.distribution() == Distribution.ALPINE) {
            p.before(
                    "shell-bash",
                    0.8,
                    "The step is written for bash.",
                    Distribution.ALPINE.install("bash") + "\n" + shell);
        } else {
            p.before("shell-bash", 0.8, "The step is written for bash.", shell);
        }
        p.rewrite(
                        "posix",
                        0.7,
                        "Write it for any shell.",
                        text -> text.replaceAll("\\bset -o pipefail\\s*(?:&&|;)\\s*", "")
                                .replaceAll("\\bset -([a-z]*)o pipefail", "set -$1")
                                .replaceAll("\\bset -\\s*(?:&&|;)\\s*", "")
                                .replaceAll("(^|&& |; )source ", "$1. ")
                                .replaceAll("\\[\\[ (.+?) == (.+?) \\]\\]", "[ $1 = $2 ]")
                                .replaceAll("\\[\\[ (.+?) \\]\\]", "[ $1 ]"))
                .advise("quotes", 0.2, "Check quotes and brackets of the command.");
    }

    private static void git(Proposals p) {
        p.rewrite(
                        "git-https",
                        0.6,
                        "GitHub no longer serves git://.",
                        text -> text.replace("git://github.com", "https://github.com")
                                .replace("git@github.com:", "https://github.com/"))
                .before(
                        "git-https-always",
                        0.5,
                        "Fetch over HTTPS what names git:// or SSH.",
                        "RUN git config --global url.\"https://github.com/\".insteadOf git://github.com/ && git config --global --add url.\"https://github.com/\".insteadOf git@github.com:")
                .advise(
                        "ssh-mount",
                        0.5,
                        "A private repository needs a key: RUN --mount=type=ssh with known_hosts filled by ssh-keyscan, or a token as secret.");
    }

    private static void network(Proposals p) {
        String host = p.subject("the host");
        p.advise(
                        "network",
                        0.6,
                        "The build does not reach " + host + ": check DNS of the engine, network mode and firewall.")
                .advise("proxy", 0.35, "Behind a proxy give build arguments HTTP_PROXY, HTTPS_PROXY and NO_PROXY.")
                .advise("retry", 0.4, "Build again if it was only for a moment.");
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

    private static void checksum(Proposals p) {
        p.advise(
                        "compare",
                        0.6,
                        "Compare expected and actual digest in the evidence; a new release needs its new digest, anything else may be an attack.")
                .advise("retry", 0.2, "A cut download also differs: fetch again with curl -fSL.");
    }

    private static void gone(Proposals p) {
        p.advise(
                        "live-url",
                        0.75,
                        "The address no longer has the file"
                                + (p.subject("").isEmpty() ? "" : " (" + p.subject("") + ")")
                                + ": find where the project publishes it now, or another version.")
                .advise("version-variable", 0.25, "Check variables in the address: an empty ARG makes a wrong one.");
    }

    private static void archive(Proposals p) {
        p.rewrite(
                        "curl-fail",
                        0.6,
                        "Let curl fail on an error page and follow redirects; then its message shows.",
                        text -> text.replaceAll("\\bcurl (?!-fSL|--fail)", "curl -fSL "))
                .advise("live-url", 0.5, "The address gave something else than an archive: open it and look.")
                .rewrite(
                        "tar-auto",
                        0.3,
                        "Let tar find the compression out.",
                        text -> text.replaceAll("\\btar (-?)([a-zA-Z]*)[zjJ]([a-zA-Z]*)", "tar $1$2$3"));
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

    private static void command(Proposals p) {
        String name =
                p.subject(p.text().replaceFirst("^RUN\\s+(?:--\\S+\\s+)*", "").split("\\s")[0]);
        String program = name.substring(name.lastIndexOf('/') + 1)
                .replace("\\r", "")
                .replace("\r", "")
                .strip();
        Distribution on = p.distribution();
        boolean ofWindows = p.around().windows().stream()
                .anyMatch(each -> each.substring(each.lastIndexOf('/') + 1).equals(program));
        boolean carriageReturn = ofWindows || p.logHas("\\r") || p.logHas("'\r") || p.logHas("^m");
        boolean script =
                name.startsWith("./") || name.startsWith("/") && !name.startsWith("/bin/") && !name.startsWith("/usr/");
        if (NODE_TOOLS.contains(program)) {
            p.rewrite(
                            "with-dev-dependencies",
                            0.6,
                            program + " is a development dependency: install those too.",
                            text -> text.replaceAll(" --(?:production|omit=dev|only=production)\\b", ""))
                    .before(
                            "npm-install",
                            0.6,
                            "Install the dependencies, development ones too, before this step.",
                            "RUN npm install --include=dev");
        } else if (!script) {
            Packages.program(program, on)
                    .ifPresent(found -> p.install(
                            "install-program", 0.8, "Install " + found + ", which has " + program + ".", found));
        }
        if (script || carriageReturn) {
            p.rewrite(
                            "script-crlf",
                            carriageReturn ? 0.9 : 0.5,
                            ofWindows
                                    ? program + " of the context has Windows line ends, its #! line too: strip them."
                                    : "The script's #! line ends as on Windows: strip the carriage returns.",
                            ImageFixes::stripCarriageReturns)
                    .advise(
                            "libc",
                            0.25,
                            "A program for glibc is 'not found' on musl: use a build for this distribution.")
                    .advise("shebang", 0.25, "The interpreter that its first line names must be in the image.");
        }
        if (p.text().contains("sudo ") && program.equals("sudo")) {
            p.rewrite(
                    "no-sudo",
                    0.85,
                    "Builds run as root: sudo is not needed.",
                    text -> text.replaceAll("\\bsudo (?:-\\w+ )*", ""));
        }
        if (program.equals("bash") && p.instruction().isPresent()) {
            p.rewrite(
                    "use-sh",
                    0.5,
                    "Use the shell that is there.",
                    text -> text.replaceAll("(?<![\\w/])(?:/bin/)?bash\\b", "sh"));
        }
        p.advise("path", 0.15, "If " + program + " is installed: its folder is not in PATH; set ENV PATH.");
    }

    private static void permission(Proposals p) {
        String path = p.subject("");
        p.rewrite(
                        "make-executable",
                        path.startsWith("./")
                                        || path.endsWith(".sh")
                                        || p.step().exitCode().orElse(0) == 126
                                ? 0.8
                                : 0.2,
                        "Make the script executable.",
                        text -> text.replaceFirst("^(RUN\\s+(?:--\\S+\\s+)*)(\\.?/\\S+)", "$1chmod +x $2 && $2"))
                .before(
                        "root-step",
                        p.says("root") || p.says("lock") ? 0.85 : 0.5,
                        "Run this step as root; name the user again after it.",
                        "USER root")
                .advise("chown", 0.35, "Or give the files to the user: COPY --chown=USER.");
    }

    private static void tests(Proposals p) {
        p.advise(
                        "mend-tests",
                        0.6,
                        "A test fails" + (p.subject("").isEmpty() ? "" : " (" + p.subject("") + ")")
                                + ": mend it or what it tests.")
                .advise("tests-outside", 0.3, "If it needs a service or network, run it outside of the build.");
    }

    private static void file(Proposals p) {
        String path = p.subject("");
        String name = path.substring(path.lastIndexOf('/') + 1);
        if (p.says("can't cd") || p.says("cannot create")) {
            String folder = p.says("can't cd")
                    ? path
                    : path.contains("/") ? path.substring(0, Math.max(1, path.lastIndexOf('/'))) : path;
            if (!folder.isEmpty()) {
                p.before("make-folder", 0.7, "Make the folder first.", "RUN mkdir -p " + folder);
            }
        }
        List<String> paths = p.around().paths();
        Nearest.of(path.replaceFirst("^\\./", ""), paths)
                .ifPresent(near -> p.before(
                        "copy-before",
                        name.equals(near.substring(near.lastIndexOf('/') + 1)) ? 0.75 : 0.3,
                        "Copy " + near + " before this step.",
                        "COPY " + near + " " + (path.isEmpty() ? "./" : path)));
        p.advise(
                "copy-order",
                0.5,
                (path.isEmpty() ? "The file" : path)
                        + " is not in the image at this step: copy it before, and check WORKDIR and .dockerignore.");
    }

    private static void usage(Proposals p) {
        p.advise(
                        "empty-variable",
                        p.text().contains("$") ? 0.6 : 0.1,
                        "A variable in the command may be empty: give its ARG a default, and quote it.")
                .advise(
                        "options",
                        0.5,
                        "The program of this image does not take " + p.subject("these arguments")
                                + ": look at its --help; BusyBox and other versions have other options.");
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
