package dev.millwright.docker.dockerjava;

import dev.millwright.sandbox.Command;
import dev.millwright.sandbox.Limits;
import dev.millwright.sandbox.Network;
import dev.millwright.sandbox.Receipt;
import dev.millwright.sandbox.Sandbox;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Leads a local socket to the engine's socket on another host through the user's own {@code ssh}, with its keys, agent
 * and known hosts. It asks nobody anything: a host that is not known, or a key with a passphrase and no agent, is an error.
 */
final class SshTunnel implements AutoCloseable {
    /** How long ssh may take to lead through. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final Duration FOREVER = Duration.ofDays(3650);

    private final Sandbox processes;
    private final Path data;
    private Optional<Thread> running = Optional.empty();

    SshTunnel(Sandbox processes, Path data) {
        this.processes = processes;
        this.data = data;
    }

    /**
     * Opens it.
     *
     * @param host {@code ssh://[user@]host[:port][/path/of/socket]}
     * @return where the engine is to be found now
     * @throws ToolException {@code UNAVAILABLE} with what ssh said when it does not lead through
     */
    synchronized URI to(URI host) throws InterruptedException {
        Path socket = socket();
        CompletableFuture<String> ended = new CompletableFuture<>();
        Command command = Command.of(argv(host, socket))
                .network(Network.HOST)
                .limits(Limits.DEFAULT.wall(FOREVER).cpu(FOREVER));
        running = Optional.of(Thread.ofVirtual().name("ssh").start(() -> run(command, socket, ended)));
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (!Files.exists(socket)) {
            if (System.nanoTime() > until) {
                close();
                throw ToolException.unavailable(
                        "ssh to " + host + " did not lead through within " + PATIENCE.toSeconds() + " s");
            }
            try {
                throw ToolException.unavailable("ssh to " + host + " ended: " + ended.get(20, TimeUnit.MILLISECONDS));
            } catch (TimeoutException e) {
                // it is still at it
            } catch (ExecutionException e) {
                throw ToolException.unavailable(
                        "ssh to " + host + " failed: " + e.getCause().getMessage(), e);
            }
        }
        return URI.create("unix://" + socket);
    }

    static List<String> argv(URI host, Path socket) {
        List<String> argv = new ArrayList<>(List.of(
                "ssh",
                "-nNT",
                "-o",
                "BatchMode=yes",
                "-o",
                "ExitOnForwardFailure=yes",
                "-o",
                "StreamLocalBindMask=0177",
                "-o",
                "ServerAliveInterval=15"));
        if (host.getPort() > 0) {
            argv.addAll(List.of("-p", Integer.toString(host.getPort())));
        }
        if (host.getUserInfo() != null) {
            argv.addAll(List.of("-l", host.getUserInfo()));
        }
        String remote = host.getPath() == null || host.getPath().length() < 2 ? "/var/run/docker.sock" : host.getPath();
        argv.addAll(List.of("-L", socket + ":" + remote, "--", host.getHost()));
        return argv;
    }

    private Path socket() {
        try {
            Path folder = Files.createTempDirectory(
                    Files.createDirectories(data),
                    "ssh",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            return folder.resolve("s");
        } catch (IOException e) {
            throw ToolException.unavailable(
                    "no folder for the tunnel can be made in " + data + ": " + e.getMessage(), e);
        }
    }

    private void run(Command command, Path socket, CompletableFuture<String> ended) {
        try {
            Receipt receipt = processes.run(command);
            ended.complete(new String(receipt.stderr().head(), StandardCharsets.UTF_8).strip());
        } catch (InterruptedException e) {
            ended.complete("it was closed");
        } catch (RuntimeException e) {
            ended.completeExceptionally(e);
        } finally {
            remove(socket);
        }
    }

    /** With the folder made for it; what stays is a few bytes. */
    private static void remove(Path socket) {
        try {
            Files.deleteIfExists(socket);
            Files.deleteIfExists(socket.getParent());
        } catch (IOException e) {
            // it leads nowhere any more
        }
    }

    @Override
    public synchronized void close() {
        running.ifPresent(Thread::interrupt);
        running = Optional.empty();
    }
}
