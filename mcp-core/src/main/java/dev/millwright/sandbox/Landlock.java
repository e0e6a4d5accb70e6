package dev.millwright.sandbox;

import dev.millwright.sandbox.Receipt.Reason;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Confines commands where bubblewrap cannot: by Landlock, a system-call filter and control groups, in the namespaces of
 * the host.
 */
final class Landlock implements Sandbox {
    private record Machine(Probe probe, int abi, Cgroups cgroups, boolean root) {}

    private final Scratch scratch;
    private final Optional<Path> delegated;
    private final Once<Machine> machine = new Once<>(this::examine);

    Landlock(SandboxConfig config) {
        this.scratch = new Scratch(config.scratch());
        this.delegated = config.cgroup();
    }

    @Override
    public String backend() {
        return "landlock";
    }

    @Override
    public Probe probe() {
        return machine.get().probe();
    }

    @Override
    public Receipt run(Command command, OutputListener listener) throws InterruptedException {
        Machine here = machine.get();
        if (!here.probe().works()) {
            throw ToolException.unavailable(here.probe().problem().get());
        }
        return run(command, listener, here);
    }

    private Receipt run(Command command, OutputListener listener, Machine here) throws InterruptedException {
        return Cell.within(
                scratch,
                here.cgroups(),
                command.limits(),
                (folder, group) -> run(command, listener, here, group, folder));
    }

    private Receipt run(Command command, OutputListener listener, Machine here, Cgroup group, Path folder)
            throws IOException, InterruptedException {
        RunUser user = RunUser.of(command, here.root());
        refuseIfOutOfHand(here, group, user);
        Path temporary = Files.createDirectory(
                folder.resolve("tmp"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        user.own(temporary);
        if (command.workFolder().isPresent()) {
            user.own(command.workFolder().get());
        }
        boolean network = command.network() == Network.HOST;
        Grants grants = new Grants(command, temporary);
        byte[] filter = SeccompFilter.exposed(System.getProperty("os.arch"), network, !user.alone());
        Ruleset ruleset = new Ruleset(here.abi(), network, grants.rules());

        List<Path> doors = group.doors();
        String limits = Policy.limits(command.limits(), !group.limits("memory"), user.alone());
        Handover shells = Handover.of(command, user.bare(here.root()), doors.size(), limits, temporary);
        ConfinedStart start = new ConfinedStart(new Kernel(), ruleset, filter, doors);
        List<Path> written = new ArrayList<>(List.of(temporary));
        command.workFolder().ifPresent(written::add);
        Supervision.Ended ended = new Supervision(
                        () -> start.start(shells.argv(), shells.env(), command.stdin().length > 0),
                        command,
                        listener,
                        new LandlockTree(group, user),
                        written)
                .run();
        boolean memory = group.ranOutOfMemory();
        int code = ended.exitCode();
        String said = ended.stderr().firstLine().orElse("");
        if (code == 125 && ended.reason() == Reason.EXITED && !memory && said.startsWith("sh: ")) {
            throw ToolException.unavailable("the sandbox cannot be set up: " + said);
        }
        return new Receipt(
                code,
                ended.reason(memory, code),
                ended.wall(),
                group.cpu(),
                group.peakMemory(),
                ended.stdout(),
                ended.stderr(),
                backend(),
                ruleset.hash(filter, command, temporary),
                weaknesses(here, group, user, grants));
    }

    private static void refuseIfOutOfHand(Machine here, Cgroup group, RunUser user) {
        if (!group.exists() && !user.alone()) {
            throw ToolException.unavailable(
                    "a granted folder takes a user that others are too, whose processes cannot be told apart without a"
                            + " control group: open the folder to other users, or install bubblewrap");
        }
        if (here.root() && user.uid().isEmpty() && !Ruleset.scopesSignals(here.abi())) {
            throw ToolException.unavailable(
                    "a granted folder is closed to all but root, and Landlock keeps root from ending the processes of"
                            + " others from Linux 6.12 on: open the folder to other users, or install bubblewrap");
        }
    }

    private static List<String> weaknesses(Machine here, Cgroup group, RunUser user, Grants grants) {
        List<String> weak = new ArrayList<>(grants.weaknesses());
        weak.add("code can tell which paths and process numbers of the host exist: no namespaces here");
        if (!user.alone()) {
            weak.add("code cannot change modes, owners and attributes of files: it shares its user with others");
            if (!Ruleset.scopesSignals(here.abi())) {
                weak.add("code can end other processes of its user: Landlock guards signals from Linux 6.12 on");
            }
            if (!group.limits("pids")) {
                weak.add("the number of processes is not limited: no pids control group here");
            }
        }
        if (!group.exists()) {
            weak.add("a run outlives a crash of the server: no control group here");
        }
        weak.addAll(group.weaknesses());
        return weak;
    }

    private Machine examine() {
        try {
            boolean root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
            Exposed.of(System.getProperty("os.arch")); // a processor whose system calls we know
            int abi = Ruleset.abi(new Kernel());
            Optional<String> unfit = Ruleset.unfit(abi);
            if (unfit.isPresent()) {
                return broken(unfit.get());
            }
            scratch.sweep();
            return examine(abi, root);
        } catch (IOException | ToolException | IllegalCallerException | IllegalArgumentException e) {
            return broken(String.valueOf(e.getMessage()));
        } catch (LinkageError e) {
            return broken("no native access: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ToolException.unavailable("interrupted while the sandbox was tried out", e);
        }
    }

    private Machine examine(int abi, boolean root) throws IOException, InterruptedException {
        Cgroups cgroups = Cgroups.find(Path.of("/proc/self"), delegated);
        try {
            return examine(abi, root, cgroups);
        } catch (ToolException e) {
            if (!root) {
                throw e;
            }
            return examine(abi, true, Cgroups.none());
        }
    }

    /** Runs {@code true} once. */
    private Machine examine(int abi, boolean root, Cgroups cgroups) throws IOException, InterruptedException {
        if (!root && cgroups.isEmpty()) {
            return broken("no control group can be made, and without one what a command leaves behind cannot be ended");
        }
        Machine here = new Machine(new Probe(backend(), Optional.empty(), List.of()), abi, cgroups, root);
        Receipt receipt = run(Command.of("true"), OutputListener.NONE, here);
        if (receipt.exitCode() != 0) {
            return broken("true ended with " + receipt.exitCode()
                    + receipt.stderr().firstLine().map(line -> ": " + line).orElse(""));
        }
        if (!cgroups.isEmpty()) {
            Watchdog.watch(cgroups.folders());
        }
        return new Machine(new Probe(backend(), Optional.empty(), receipt.weaknesses()), abi, cgroups, root);
    }

    private Machine broken(String why) {
        String problem = "Landlock does not work here (" + why + "): it takes Linux 6.2 or newer, booted with landlock"
                + " among its lsm=, native access for Java, and control groups that the server may make (systemd: Delegate=yes)";
        return new Machine(new Probe(backend(), Optional.of(problem), List.of()), 0, Cgroups.none(), false);
    }
}
