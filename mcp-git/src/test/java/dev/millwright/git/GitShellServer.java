package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** OpenSSH's own server on a port of its own, with keys of its own, for the user that runs the tests. */
final class GitShellServer implements AutoCloseable {
    /** Of the key that has one. */
    static final String PASSPHRASE = Bench.PASSWORD;

    final int port;
    final Path folder;
    private final Process process;

    GitShellServer(Path folder) throws IOException, InterruptedException {
        this.folder = Files.createDirectories(folder);
        key("host", "ed25519", "");
        key("user", "ed25519", "");
        key("locked", "ecdsa", PASSPHRASE);
        key("stranger", "ed25519", "");
        Files.writeString(
                folder.resolve("authorized"),
                Files.readString(folder.resolve("user.pub")) + Files.readString(folder.resolve("locked.pub")));
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        if (System.getProperty("user.name").equals("root")) {
            // Where OpenSSH of Debian puts its unprivileged half; its init script makes it.
            Files.createDirectories(Path.of("/run/sshd"));
        }
        Path config = Files.writeString(
                folder.resolve("config"), """
                Port %d
                ListenAddress 127.0.0.1
                HostKey %s
                AuthorizedKeysFile %s
                PidFile none
                UsePAM no
                StrictModes no
                PasswordAuthentication no
                KbdInteractiveAuthentication no
                PermitRootLogin yes
                """.formatted(port, folder.resolve("host"), folder.resolve("authorized")));
        process = new ProcessBuilder("/usr/sbin/sshd", "-D", "-e", "-f", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        for (int i = 0; !answers(); i++) {
            assertThat(process.isAlive() && i < 200)
                    .as(Files.readString(folder.resolve("log")))
                    .isTrue();
            Thread.sleep(25);
        }
        Files.writeString(known(), "[127.0.0.1]:" + port + " " + Files.readString(folder.resolve("host.pub")));
    }

    private void key(String name, String type, String passphrase) throws IOException, InterruptedException {
        run(
                "ssh-keygen",
                "-q",
                "-t",
                type,
                "-N",
                passphrase,
                "-C",
                name,
                "-f",
                folder.resolve(name).toString());
    }

    static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", List.of(command), output).isZero();
        return output;
    }

    private boolean answers() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    Path key(String name) {
        return folder.resolve(name);
    }

    /** A file that knows the host's key. */
    Path known() {
        return folder.resolve("known");
    }

    String host() {
        return "127.0.0.1:" + port;
    }

    String url(Path repository) {
        return "ssh://" + host() + repository;
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
