package dev.millwright.sandbox;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What to run, with what it gets to see and may use; made by {@link #of} and refined by the methods named like the
 * components.
 *
 * @param argv program and arguments; no shell looks at them
 * @param env all variables besides {@code PATH}, {@code HOME} and {@code LANG}
 * @param workFolder host folder shown writable as {@link Sandbox#WORK}, where the command starts. It belongs to the run:
 *     its files may change owner
 * @param mounts what else it gets to see, besides the system's read-only {@code /usr}
 * @param stdin what it reads from standard input
 * @param spill host folder that receives output too long to be kept in memory; without one such output is dropped
 */
public record Command(
        List<String> argv,
        Map<String, String> env,
        Optional<Path> workFolder,
        List<Mount> mounts,
        byte[] stdin,
        Limits limits,
        Network network,
        Optional<Path> spill) {
    public Command {
        argv = List.copyOf(argv);
        env = Map.copyOf(env);
        mounts = List.copyOf(mounts);
        if (argv.isEmpty() || argv.getFirst().isEmpty()) {
            throw new IllegalArgumentException("a command needs a program");
        }
        for (String text : argv) {
            refuseNul(text);
        }
        env.forEach((name, value) -> {
            refuseNul(name);
            refuseNul(value);
            if (name.isEmpty() || name.indexOf('=') >= 0) {
                throw new IllegalArgumentException("not the name of a variable: " + name);
            }
        });
    }

    public static Command of(String... argv) {
        return of(List.of(argv));
    }

    public static Command of(List<String> argv) {
        return new Command(
                argv,
                Map.of(),
                Optional.empty(),
                List.of(),
                new byte[0],
                Limits.DEFAULT,
                Network.NONE,
                Optional.empty());
    }

    public Command env(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(env);
        more.put(name, value);
        return new Command(argv, more, workFolder, mounts, stdin, limits, network, spill);
    }

    public Command workFolder(Path workFolder) {
        return new Command(argv, env, Optional.of(workFolder), mounts, stdin, limits, network, spill);
    }

    public Command mount(Mount mount) {
        List<Mount> more = new ArrayList<>(mounts);
        more.add(mount);
        return new Command(argv, env, workFolder, more, stdin, limits, network, spill);
    }

    public Command stdin(byte[] stdin) {
        return new Command(argv, env, workFolder, mounts, stdin, limits, network, spill);
    }

    public Command limits(Limits limits) {
        return new Command(argv, env, workFolder, mounts, stdin, limits, network, spill);
    }

    public Command network(Network network) {
        return new Command(argv, env, workFolder, mounts, stdin, limits, network, spill);
    }

    public Command spill(Path spill) {
        return new Command(argv, env, workFolder, mounts, stdin, limits, network, Optional.of(spill));
    }

    private static void refuseNul(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a NUL character cannot be passed to a program");
        }
    }
}
