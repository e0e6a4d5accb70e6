package dev.millwright.distribution;

import dev.millwright.sandbox.Probe;
import dev.millwright.sandbox.Sandbox;
import dev.millwright.sandbox.SandboxConfig;
import dev.millwright.sandbox.Sandboxes;
import dev.millwright.server.Assembly;
import dev.millwright.server.McpServer;
import dev.millwright.server.McpServer.Check;
import dev.millwright.server.McpServer.Check.State;
import dev.millwright.server.McpServer.Flag;
import dev.millwright.server.command.Common;
import dev.millwright.server.command.ExitCode;
import dev.millwright.server.command.Failure;
import dev.millwright.server.command.Line;
import dev.millwright.server.command.Terminal;
import dev.millwright.server.command.Verb;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code doctor}: tries what the process and each server need, and says what to do about what is missing. */
final class Doctor {
    private static final Flag PORT =
            new Flag("--port", Common.NUMBER, "", false, "Port that serve will listen on; default: 8080.");

    /** Less than this is too little for journals and undo. */
    private static final long LITTLE_SPACE = 256L << 20;

    private Doctor() {}

    static Verb verb(List<McpServer<?, ?>> servers) {
        List<Flag> flags = Common.flags(servers, List.of(PORT));
        return Verb.of(
                "doctor",
                "Check what works here and what is missing, for the process and for each server; exit code 1 if"
                        + " something is missing.",
                List.of(),
                flags,
                (line, terminal) -> Common.assembled(
                        line,
                        flags,
                        terminal,
                        servers,
                        Millwright.VERSION,
                        assembly -> examine(assembly, line, terminal)));
    }

    private static int examine(Assembly assembly, Line line, Terminal terminal) throws Exception {
        int port = Common.number(line, PORT, 8080, 1, 65535);
        List<Check> process = new ArrayList<>();
        process.add(Check.ok(
                "runtime", "Java " + Runtime.version() + (Home.packaged() ? ", packaged" : ", of this machine")));
        process.add(tried("data", "choose a folder that can be written with --data-dir", () -> data(assembly.data())));
        process.add(tried("store", "see what the message says, or configure store.url", () -> {
            assembly.store().read(connection -> true);
            return assembly.settings().store().url().isPresent() ? "PostgreSQL answers" : "SQLite answers";
        }));
        process.add(tried("audit", "make the data directory writable", () -> {
            assembly.audit().ready();
            return "can be appended to";
        }));
        process.add(sandbox(assembly));
        process.add(tried("port", "end what listens there, or serve with another --port", () -> port(port)));
        boolean missing = show("process", process, terminal);
        for (McpServer<?, ?> server : assembly.servers()) {
            missing |= show(server.name(), assembly.doctor(server), terminal);
        }
        return missing ? ExitCode.FAILED : ExitCode.OK;
    }

    private static Check tried(String subject, String remedy, Callable<String> trial) throws Exception {
        try {
            return Check.ok(subject, trial.call());
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            return new Check(subject, State.MISSING, Failure.of(e).message(), remedy);
        }
    }

    private static String data(Path data) throws IOException {
        Files.createDirectories(data);
        Path probe = Files.createTempFile(data, ".doctor", "");
        Files.write(probe, new byte[4096]);
        Files.delete(probe);
        long free = Files.getFileStore(data).getUsableSpace();
        if (free < LITTLE_SPACE) {
            throw new IOException("%s has only %d MB left".formatted(data, free >> 20));
        }
        return "%s can be written, %d GB free".formatted(data, free >> 30);
    }

    private static Check sandbox(Assembly assembly) {
        Sandbox sandbox = Sandboxes.choose(new SandboxConfig(
                assembly.settings().sandbox().confinement(), SandboxConfig.DEFAULT.scratch(), Optional.empty()));
        Probe probe = sandbox.probe();
        if (!probe.works()) {
            return new Check(
                    "sandbox",
                    State.MISSING,
                    "no code can be run",
                    probe.problem().orElseThrow());
        } else if (!probe.weaknesses().isEmpty()) {
            return new Check("sandbox", State.WEAK, probe.backend(), String.join("; ", probe.weaknesses()));
        }
        return Check.ok("sandbox", probe.backend());
    }

    private static String port(int port) throws IOException {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort() + " is free";
        } catch (IOException e) {
            throw new IOException("port " + port + ": " + e.getMessage(), e);
        }
    }

    private static boolean show(String name, List<Check> checks, Terminal terminal) {
        terminal.out().println(name);
        for (Check check : checks) {
            String state = switch (check.state()) {
                case OK -> "ok";
                case WEAK -> "weak";
                case MISSING -> "MISSING";
            };
            terminal.out().println("  %-8s %-14s %s".formatted(state, check.subject(), check.finding()));
            if (!check.remedy().isEmpty()) {
                terminal.out().println("  %-8s %-14s -> %s".formatted("", "", check.remedy()));
            }
        }
        return checks.stream().anyMatch(check -> check.state() == State.MISSING);
    }
}
