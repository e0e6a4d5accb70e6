package dev.millwright.sandbox;

import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Starts commands as they are, with every right of the server; only time and output are limited. */
final class Plain implements Sandbox {
    private final String backend;
    private final boolean inherits;

    /** @param inherits whether commands get the server's variables, for our own few; never for foreign code */
    Plain(String backend, boolean inherits) {
        this.backend = backend;
        this.inherits = inherits;
    }

    @Override
    public String backend() {
        return backend;
    }

    @Override
    public Probe probe() {
        return new Probe(backend, Optional.empty(), List.of("nothing confines it"));
    }

    @Override
    public Receipt run(Command command, OutputListener listener) throws InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command.argv());
        Map<String, String> env = builder.environment();
        if (!inherits) {
            String path = env.getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin");
            env.clear();
            env.put("PATH", path);
        }
        command.workFolder().ifPresent(folder -> {
            builder.directory(folder.toFile());
            if (!inherits) {
                env.put("HOME", folder.toString());
            }
        });
        env.putAll(command.env());
        try {
            Supervision.Ended ended = new Supervision(builder, command, listener, new Tree()).run();
            return new Receipt(
                    ended.exitCode(),
                    ended.reason(),
                    ended.wall(),
                    Optional.empty(),
                    OptionalLong.empty(),
                    ended.stdout(),
                    ended.stderr(),
                    backend,
                    "none",
                    probe().weaknesses());
        } catch (IOException e) {
            throw ToolException.unavailable("cannot start " + command.argv().getFirst() + ": " + e.getMessage(), e);
        }
    }

    /** Kills what still descends from the command; a daemon that left the tree is out of reach. */
    private record Tree() implements Supervision.Tree {
        @Override
        public void end(Process root) {
            List<ProcessHandle> all = root.descendants().toList();
            root.toHandle().destroyForcibly(); // the outputs stay open, to be read to their end
            all.forEach(ProcessHandle::destroyForcibly);
        }

        @Override
        public Optional<Duration> cpu() {
            return Optional.empty();
        }
    }
}
