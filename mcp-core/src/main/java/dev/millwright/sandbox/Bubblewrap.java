package dev.millwright.sandbox;

import dev.millwright.sandbox.Receipt.Reason;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Confines commands with bubblewrap: namespaces, a read-only system, a system-call filter, control groups.
 *
 * <p>A shell joins the control groups and opens what bubblewrap reads, since {@link ProcessBuilder} passes no
 * descriptors; it becomes setpriv where the server is root, then bubblewrap.
 */
final class Bubblewrap implements Sandbox {
    private static final String START = """
            run=$1; shift
            while [ "$1" != -- ]; do echo 0 >"$1" || exit 125; shift; done
            shift
            exec 5<"$run/passwd" 6<"$run/group" 7>"$run/status" 8<"$run/args" 9<"$run/filter" && exec "$@"
            """;

    private static final Pattern CHILD = Pattern.compile("\"child-pid\": (\\d+)");
    private static final Pattern EXIT = Pattern.compile("\"exit-code\": (\\d+)");
    private static final Duration GONE_WITHIN = Duration.ofSeconds(10);

    private record Machine(Probe probe, Cgroups cgroups, boolean root) {}

    private final Scratch scratch;
    private final Optional<Path> delegated;
    private final Once<Machine> machine = new Once<>(this::examine);

    Bubblewrap(SandboxConfig config) {
        this.scratch = new Scratch(config.scratch());
        this.delegated = config.cgroup();
    }

    @Override
    public String backend() {
        return "bubblewrap";
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
        return run(command, listener, here.cgroups(), here.root());
    }

    private Receipt run(Command command, OutputListener listener, Cgroups cgroups, boolean root)
            throws InterruptedException {
        return Cell.within(
                scratch, cgroups, command.limits(), (folder, group) -> run(command, listener, group, folder, root));
    }

    private Receipt run(Command command, OutputListener listener, Cgroup group, Path folder, boolean root)
            throws IOException, InterruptedException {
        RunUser user = RunUser.of(command, root);
        if (command.workFolder().isPresent()) {
            user.own(command.workFolder().get());
        }
        Policy policy = new Policy(command);
        Files.writeString(folder.resolve("passwd"), Policy.PASSWD);
        Files.writeString(folder.resolve("group"), Policy.GROUP);
        Files.write(folder.resolve("filter"), policy.filter());
        Path args = PrivateFile.create(folder.resolve("args"));
        Files.writeString(args, String.join("\0", policy.arguments(5, 6)) + "\0");

        List<String> argv = new ArrayList<>(List.of("/bin/sh", "-c", START, "sh", folder.toString()));
        group.doors().forEach(door -> argv.add(door.toString()));
        argv.add("--");
        argv.addAll(user.prefix());
        argv.addAll(List.of("bwrap", "--args", "8", "--seccomp", "9", "--json-status-fd", "7", "--"));
        argv.addAll(policy.limited(!group.limits("memory")));
        ProcessBuilder builder = new ProcessBuilder(argv).directory(Path.of("/").toFile());
        builder.environment().keySet().removeIf(name -> !name.equals("PATH"));

        Tree tree = new Tree(group, folder.resolve("status"));
        Supervision.Ended ended = new Supervision(builder, command, listener, tree).run();
        OptionalInt exit = tree.exitCode();
        boolean killed = ended.reason() != Reason.EXITED;
        boolean memory = group.ranOutOfMemory();
        if (exit.isEmpty() && !killed && !memory && tree.child().isEmpty()) {
            throw ToolException.unavailable("the sandbox cannot be set up: "
                    + ended.stderr().firstLine().orElse("bubblewrap ended without a word"));
        }
        int code = exit.orElse(ended.exitCode());
        return new Receipt(
                code,
                ended.reason(memory, code),
                ended.wall(),
                group.cpu(),
                group.peakMemory(),
                ended.stdout(),
                ended.stderr(),
                backend(),
                policy.hash(),
                weaknesses(group, user, root));
    }

    private static List<String> weaknesses(Cgroup group, RunUser user, boolean root) {
        List<String> weak = group.weaknesses();
        if (root && user.uid().isEmpty()) {
            weak.add("runs as root without capabilities: a granted folder is closed to other users");
            if (!group.limits("pids")) {
                weak.add("the number of processes is not limited: no pids control group here");
            }
        }
        return weak;
    }

    /** Runs {@code true} once: with control groups, and where these cannot be joined without. */
    private Machine examine() {
        boolean root = false;
        try {
            root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
            scratch.sweep();
            Cgroups cgroups = Cgroups.find(Path.of("/proc/self"), delegated);
            try {
                return examine(cgroups, root);
            } catch (ToolException e) {
                return examine(Cgroups.none(), root);
            }
        } catch (IOException | ToolException e) {
            return new Machine(broken(e.getMessage()), Cgroups.none(), root);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ToolException.unavailable("interrupted while the sandbox was tried out", e);
        }
    }

    private Machine examine(Cgroups cgroups, boolean root) throws InterruptedException {
        Receipt receipt = run(Command.of("true"), OutputListener.NONE, cgroups, root);
        if (receipt.exitCode() != 0) {
            return new Machine(
                    broken(receipt.stderr().firstLine().orElse("true ended with " + receipt.exitCode())),
                    cgroups,
                    root);
        }
        return new Machine(new Probe(backend(), Optional.empty(), receipt.weaknesses()), cgroups, root);
    }

    private Probe broken(String why) {
        return new Probe(
                backend(),
                Optional.of(
                        "bubblewrap does not work here (" + why + "): install it (apt install bubblewrap, dnf install"
                                + " bubblewrap) and allow user namespaces (sysctl kernel.unprivileged_userns_clone=1, or on"
                                + " Ubuntu kernel.apparmor_restrict_unprivileged_userns=0)"),
                List.of());
    }

    /** The processes of one run: bubblewrap outside, the first process of its pid namespace, and all below that. */
    private record Tree(Cgroup group, Path status) implements Supervision.Tree {
        @Override
        public void end(Process root) throws IOException {
            root.toHandle().destroyForcibly(); // Process.destroyForcibly would close the outputs before they are read
            group.kill();
            long start = System.nanoTime();
            while (System.nanoTime() - start < GONE_WITHIN.toNanos()) {
                if (isGone(root)) {
                    return;
                }
                group.kill();
                Pause.shortly();
            }
            throw new IOException("processes of a run are still there " + GONE_WITHIN.toSeconds() + " s after SIGKILL");
        }

        private boolean isGone(Process root) throws IOException {
            if (root.isAlive()) {
                return false;
            }
            if (group.exists()) {
                return group.isEmpty();
            }
            OptionalLong first = child();
            return first.isEmpty() || isDead(first.getAsLong());
        }

        /** Whether the first process inside is a zombie or less: the kernel has ended all others before. */
        private static boolean isDead(long pid) throws IOException {
            try {
                String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
                char state = stat.charAt(stat.lastIndexOf(')') + 2);
                return state == 'Z' || state == 'X';
            } catch (IOException e) {
                if (Files.exists(Path.of("/proc", Long.toString(pid)))) {
                    throw e;
                }
                return true;
            }
        }

        @Override
        public Optional<Duration> cpu() throws IOException {
            return group.cpu();
        }

        /** Number of the first process inside, once there was one. */
        OptionalLong child() throws IOException {
            Matcher match = CHILD.matcher(said());
            return match.find() ? OptionalLong.of(Long.parseLong(match.group(1))) : OptionalLong.empty();
        }

        OptionalInt exitCode() throws IOException {
            Matcher match = EXIT.matcher(said());
            return match.find() ? OptionalInt.of(Integer.parseInt(match.group(1))) : OptionalInt.empty();
        }

        private String said() throws IOException {
            return Files.exists(status) ? Files.readString(status) : "";
        }
    }
}
