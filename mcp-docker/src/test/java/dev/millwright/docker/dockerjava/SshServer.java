package dev.millwright.docker.dockerjava;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;

/** A real sshd for one test, and an alias for it in root's own ssh configuration, which is taken back at the end. */
final class SshServer implements AutoCloseable {
    private static final Path CONFIG = Path.of("/etc/ssh/ssh_config.d");

    private final Process daemon;
    private final Path config;
    private final String alias;

    private SshServer(Process daemon, Path config, String alias) {
        this.daemon = daemon;
        this.config = config;
        this.alias = alias;
    }

    static SshServer start(Path folder) throws IOException, InterruptedException {
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        run(
                "ssh-keygen",
                "-q",
                "-t",
                "ed25519",
                "-N",
                "",
                "-f",
                folder.resolve("host").toString());
        run(
                "ssh-keygen",
                "-q",
                "-t",
                "ed25519",
                "-N",
                "",
                "-f",
                folder.resolve("user").toString());
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Path sshd = folder.resolve("sshd_config");
        Files.writeString(
                sshd, """
                Port %d
                ListenAddress 127.0.0.1
                HostKey %s
                AuthorizedKeysFile %s
                PidFile %s
                StrictModes no
                UsePAM no
                PermitRootLogin prohibit-password
                """.formatted(port, folder.resolve("host"), folder.resolve("user.pub"), folder.resolve("pid")));
        Files.createDirectories(Path.of("/run/sshd"));
        Process daemon = new ProcessBuilder("/usr/sbin/sshd", "-D", "-e", "-f", sshd.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        String alias = "millwright-test-" + UUID.randomUUID();
        Path known = folder.resolve("known_hosts");
        Files.writeString(known, "[127.0.0.1]:%d %s".formatted(port, Files.readString(folder.resolve("host.pub"))));
        Path config = CONFIG.resolve(alias + ".conf");
        Files.writeString(config, """
                Host %s
                  HostName 127.0.0.1
                  Port %d
                  IdentityFile %s
                  UserKnownHostsFile %s
                """.formatted(alias, port, folder.resolve("user"), known));
        for (int i = 0; i < 100 && !Files.readString(folder.resolve("log")).contains("listening"); i++) {
            Thread.sleep(50);
        }
        return new SshServer(daemon, config, alias);
    }

    String alias() {
        return alias;
    }

    private static void run(String... argv) throws IOException, InterruptedException {
        if (new ProcessBuilder(List.of(argv)).inheritIO().start().waitFor() != 0) {
            throw new IOException(String.join(" ", argv));
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(config);
        daemon.destroy();
    }
}
