package dev.millwright.docker.failure;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** What mends a line of a shell: its syntax, its programs, their arguments, files and rights. */
final class CommandFixes {
    static final Map<FailureClass, Consumer<Proposals>> ALL = Map.ofEntries(
            entry(FailureClass.SHELL_SYNTAX, CommandFixes::shell),
            entry(FailureClass.CMD_NOT_FOUND, CommandFixes::command),
            entry(FailureClass.PERM, CommandFixes::permission),
            entry(FailureClass.NO_SUCH_FILE, CommandFixes::file),
            entry(FailureClass.USAGE, CommandFixes::usage));

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

    private CommandFixes() {}

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

    private static void file(Proposals p) {
        String path = p.subject("");
        String name = path.substring(path.lastIndexOf('/') + 1);
        if (p.says("can't cd") || p.says("cannot create") || p.says("can't create")) {
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
}
