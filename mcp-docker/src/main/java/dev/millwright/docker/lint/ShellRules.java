package dev.millwright.docker.lint;

import dev.millwright.docker.dockerfile.Flag;
import dev.millwright.docker.dockerfile.Keyword;
import dev.millwright.docker.dockerfile.ShellCommand;
import dev.millwright.docker.dockerfile.ShellCommand.Joint;
import dev.millwright.docker.dockerfile.ShellCommand.Place;
import dev.millwright.docker.dockerfile.ShellWord;
import dev.millwright.docker.dockerfile.Stage;
import java.util.List;
import java.util.Optional;

/** Rules of commands other than package managers. */
final class ShellRules {
    private static final String[] POINTLESS = {
        "ssh", "vim", "shutdown", "service", "ps", "free", "top", "kill", "mount", "ifconfig"
    };

    /** A UID from which on useradd writes a large log of last logins: /var/log/lastlog grows with it. */
    private static final int HIGH_UID = 65_536;

    private ShellRules() {}

    static void check(Work work) {
        work.stages().all().forEach(stage -> stage(work, stage));
        for (Step step : work.steps()) {
            step.raw().stream()
                    .filter(each -> each.is("sudo"))
                    .forEach(each -> work.add(
                            "DL3004",
                            step,
                            each,
                            each.words().getFirst().span(),
                            "sudo has no terminal and passes no signals on"));
            step.named(POINTLESS)
                    .filter(each -> !each.is("ssh") || !mountsSsh(step))
                    .forEach(each -> work.add(
                            "DL3001",
                            step,
                            each,
                            each.words().getFirst().span(),
                            each.name().orElse("") + " makes no sense in a container"));
            step.named("cd")
                    .filter(each -> each.place() != Place.SUBSTITUTION && each.place() != Place.FUNCTION)
                    .findFirst()
                    .ifPresent(each -> work.add("DL3003", step, each, "cd changes the directory for this RUN alone"));
            step.named("useradd").forEach(each -> useradd(work, step, each));
            step.named("wget")
                    .filter(each -> !isQuiet(each))
                    .forEach(each -> work.add("DL3047", step, each, "wget draws a bar into the log"));
            step.named("ln")
                    .filter(each -> each.operands().stream().anyMatch(one -> one.is("/bin/sh")))
                    .filter(each -> each.operands().getLast().is("/bin/sh"))
                    .forEach(each -> work.add("DL4005", step, each, "SHELL changes the shell without a link"));
            pipefail(work, step);
        }
    }

    private static void stage(Work work, Stage stage) {
        boolean wget = false;
        boolean curl = false;
        for (Step step : work.steps(stage)) {
            for (ShellCommand each : step.commands()) {
                boolean second = each.is("wget") && curl || each.is("curl") && wget;
                wget |= each.is("wget");
                curl |= each.is("curl");
                if (second) {
                    work.add("DL4001", step, each, each.words().getFirst().span(), "this stage uses wget and curl");
                    return;
                }
            }
        }
    }

    private static boolean mountsSsh(Step step) {
        return step.one().flags("mount").stream()
                .map(Flag::parts)
                .anyMatch(each -> each.getOrDefault("type", "").equals("ssh"));
    }

    private static void useradd(Work work, Step step, ShellCommand command) {
        if (command.has("-l", "--no-log-init") || command.has("-D", "--defaults")) {
            return;
        }
        Optional<String> uid = command.value("-u", "--uid");
        if (uid.filter(each -> each.matches("[0-9]{5,10}") && Long.parseLong(each) >= HIGH_UID)
                .isPresent()) {
            work.add("DL3046", step, command, "UID %s without -l makes a huge file".formatted(uid.get()));
        }
    }

    private static boolean isQuiet(ShellCommand wget) {
        return wget.has(
                        "-q",
                        "--quiet",
                        "--no-verbose",
                        "-nv",
                        "--progress",
                        "-o",
                        "--output-file",
                        "-a",
                        "--append-output",
                        "--version",
                        "--help")
                || wget.arguments().stream().map(ShellWord::text).anyMatch(each -> each.matches("-nv.*"));
    }

    /** Whether the shell has the option: Debian's {@code sh} stops at it, Alpine's is busybox's and has it. */
    private static boolean knowsPipefail(Work work, Step step) {
        String image = work.stages().image(step.stage()).orElse("");
        return !step.shell().getFirst().matches("(.*/)?(sh|dash)")
                || image.matches("(.*/)?(alpine|busybox)([:@].*)?|.*-alpine.*");
    }

    private static void pipefail(Work work, Step step) {
        if (!step.is(Keyword.RUN) || step.isHeldBack()) {
            return;
        }
        List<String> shell = step.shell();
        boolean set = shell.stream().anyMatch(each -> each.contains("pipefail")) && knowsPipefail(work, step);
        for (ShellCommand each : step.commands()) {
            set |= each.is("set") && each.arguments().stream().anyMatch(one -> one.is("pipefail"));
            if (each.after() == Joint.PIPE && each.place() != Place.SUBSTITUTION && !set && !each.is("yes")) {
                work.add("DL4006", step, each, "if this fails the pipe hides it");
                return;
            }
        }
    }
}
