package dev.millwright.docker.lint;

import dev.millwright.docker.dockerfile.ShellCommand;
import dev.millwright.docker.dockerfile.ShellWord;
import java.util.List;
import java.util.Set;

/** Rules of yum, dnf and zypper. */
final class RpmRules {
    /**
     * A package manager.
     *
     * @param names its programs
     * @param cache where it keeps what it loads
     */
    private record Program(Set<String> names, String yes, String pin, String clean, List<String> cache) {}

    private static final Set<String> INSTALL = Set.of("install", "groupinstall", "localinstall", "reinstall");
    private static final Set<String> VALUED = Set.of(
            "-c",
            "--config",
            "-x",
            "--exclude",
            "--enablerepo",
            "--disablerepo",
            "--repo",
            "--repoid",
            "--releasever",
            "--installroot",
            "--setopt",
            "--disableplugin",
            "-d",
            "-e",
            "--forcearch");
    private static final Set<String> ZYPPER_VALUED =
            Set.of("-t", "--type", "-r", "--repo", "--from", "-R", "--root", "--gpg-auto-import-keys-from", "-p", "-C");
    private static final Set<String> ZYPPER_ASKS =
            Set.of("install", "in", "remove", "rm", "source-install", "si", "patch");

    private static final List<Program> MANAGERS = List.of(
            new Program(Set.of("yum"), "DL3030", "DL3033", "DL3032", List.of("/var/cache/yum", "/var/cache/dnf")),
            new Program(
                    Set.of("dnf", "microdnf", "dnf5"),
                    "DL3038",
                    "DL3041",
                    "DL3040",
                    List.of("/var/cache/dnf", "/var/cache/libdnf5", "/var/cache/yum")));

    private RpmRules() {}

    static void check(Work work) {
        for (Step step : work.steps()) {
            for (Program each : MANAGERS) {
                step.commands().stream()
                        .filter(one -> one.name().filter(each.names()::contains).isPresent())
                        .forEach(one -> installs(work, step, one, each));
            }
            step.named("zypper").forEach(each -> zypper(work, step, each));
        }
    }

    private static void installs(Work work, Step step, ShellCommand command, Program manager) {
        List<ShellWord> operands = Packages.operands(command, VALUED);
        boolean modules = !operands.isEmpty() && operands.getFirst().is("module");
        List<ShellWord> rest = modules ? operands.subList(1, operands.size()) : operands;
        if (rest.isEmpty() || !INSTALL.contains(rest.getFirst().text())) {
            return;
        }
        String name = command.name().orElse("");
        if (!command.has("-y", "--assumeyes") && !command.has("--assumeno")) {
            work.add(manager.yes(), step, command, "%s install asks, and nobody answers".formatted(name));
        }
        String[] cache = manager.cache().toArray(String[]::new);
        boolean cleaned = step.commands().stream()
                        .filter(each ->
                                each.name().filter(manager.names()::contains).isPresent())
                        .filter(each -> each.is("microdnf") == command.is("microdnf"))
                        .anyMatch(each -> each.does("clean") && isAfter(each, command))
                || manager.cache().stream().anyMatch(each -> Packages.removes(step, each))
                || step.mounts(cache);
        if (!cleaned && step.understood()) {
            work.add(manager.clean(), step, command, "%s keeps what it has loaded in the layer".formatted(name));
        }
        boolean groups = rest.getFirst().is("groupinstall");
        if (!groups) {
            Packages.unpinned(
                    work,
                    step,
                    command,
                    rest.subList(1, rest.size()),
                    manager.pin(),
                    each -> modules && each.contains(":")
                            || each.matches("(?s).*-[0-9].*|.*[=<>].*|@.*|.*/.*")
                            || each.endsWith(".rpm"));
        }
    }

    private static boolean isAfter(ShellCommand one, ShellCommand other) {
        return one.span().start() > other.span().start();
    }

    private static void zypper(Work work, Step step, ShellCommand command) {
        List<ShellWord> operands = Packages.operands(command, ZYPPER_VALUED);
        if (operands.isEmpty()) {
            return;
        }
        String verb = operands.getFirst().text();
        if (ZYPPER_ASKS.contains(verb) && !command.has("-n", "--non-interactive", "-y", "--no-confirm")) {
            work.add("DL3034", step, command, "zypper %s asks, and nobody answers".formatted(verb));
        }
        if (verb.equals("dist-upgrade") || verb.equals("dup")) {
            work.add("DL3035", step, command, "zypper %s makes another base than FROM says".formatted(verb));
        }
        if (!verb.equals("install") && !verb.equals("in")) {
            return;
        }
        boolean cleaned =
                step.named("zypper").anyMatch(each -> (each.does("clean") || each.does("cc")) && isAfter(each, command))
                        || Packages.removes(step, "/var/cache/zypp")
                        || step.mounts("/var/cache/zypp");
        if (!cleaned && step.understood()) {
            work.add("DL3036", step, command, "zypper keeps what it has loaded in the layer");
        }
        Packages.unpinned(
                work,
                step,
                command,
                operands.subList(1, operands.size()),
                "DL3037",
                each -> each.matches(".*[=<>].*|.*-[0-9].*|.*/.*") || each.endsWith(".rpm"));
    }
}
