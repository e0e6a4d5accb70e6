package dev.millwright.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Differs from bubblewrap where namespaces hide what Landlock and the filter can only refuse. */
final class LandlockTest extends ConfinementContract {
    LandlockTest() {
        super(Backends.choose(SandboxConfig.Confinement.LANDLOCK));
    }

    @Override
    String noRoute() {
        return "Address family not supported"; // no sockets at all
    }

    @Override
    String noSocket() {
        return "Errno 97";
    }

    @Test
    void tellsWhatANamespaceWouldHide() throws Exception {
        Receipt receipt = bash("pwd; echo ~; echo $TMPDIR");
        assertThat(out(receipt).lines()).hasSize(3).startsWith(work().toString(), work().toString());
        assertThat(receipt.weaknesses())
                .anyMatch(weak -> weak.startsWith("/work is found at " + work()))
                .anyMatch(weak -> weak.contains("which paths and process numbers of the host exist"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc/passwd",
                "/proc/1/cmdline",
                "/proc/self/status",
                "/sys/kernel",
                "/dev/tty",
                "/proc/1/root",
                "/tmp",
                "/dev/shm",
                "/var/log"
            })
    void opensNothingElseOfTheHost(String path) throws Exception {
        assertThat(err(bash("cat " + path + " || ls " + path))).contains("Permission denied");
    }

    @Test
    void leavesNoDescriptorOfTheServerOpen() throws Exception {
        assertThat(out(python("""
                import os
                def is_open(fd):
                    try:
                        os.fstat(fd)
                        return True
                    except OSError:
                        return False
                print([fd for fd in range(1000) if is_open(fd)])
                """))).isEqualTo("[0, 1, 2]\n");
    }

    @Test
    void reachesNoSocketByItsPath() throws Exception {
        Path path = outside.resolve("socket");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));
            String connect = "import socket; socket.socket(socket.AF_UNIX).connect('" + path + "')";
            assertThat(err(run(Command.of("python3", "-c", connect).mount(Mount.write(outside)))))
                    .contains("Errno 97");
            assertThat(err(run(Command.of("python3", "-c", connect)
                            .mount(Mount.write(outside))
                            .network(Network.HOST))))
                    .contains("Errno 97");
        }
        assertThat(err(python("import socket; socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)")))
                .contains("Errno 1]");
        assertThat(out(python("import socket; a, b = socket.socketpair(); a.send(b'x'); print(b.recv(1))")))
                .isEqualTo("b'x'\n");
    }

    @Test
    void sharesNoMemoryWithTheHost() throws Exception {
        assertThat(out(syscall(Exposed.of(System.getProperty("os.arch")).exchange()[0], "0, 4096, 0o1600, 0, 0")))
                .isEqualTo("1\n");
    }

    @Test
    void signalsNobodyOutside() throws Exception {
        Process other = new ProcessBuilder("sleep", "100").start();
        try {
            // a granted folder of root's own: the command is root without capabilities
            Receipt receipt = run(Command.of("bash", "-c", "kill -9 " + other.pid() + "; sleep 9 & kill -9 $!; wait $!")
                    .mount(Mount.read(outside)));
            assertThat(err(receipt)).contains("Operation not permitted");
            assertThat(receipt.exitCode()).isEqualTo(137);
            assertThat(other.isAlive()).isTrue();
        } finally {
            other.destroyForcibly();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "chmod 777 %s", "chown 1 %s", "touch -d 2001-01-01 %s",
                        "python3 -c 'import os; os.setxattr(\"%s\", \"user.x\", b\"x\")'",
                "python3 -c 'import os; os.fchmod(os.open(\"%s\", 0), 0)'", "truncate -s 0 %s", "ln %s link",
                        "mv %s moved",
                "python3 -c 'import os; os.open(\"%s\", os.O_TRUNC)'"
            })
    void changesNothingAboutAFileThatItMayOnlyRead(String script) throws Exception {
        Path file = Files.writeString(outside.resolve("file"), "content");
        var before = Files.readAttributes(file, "unix:mode,uid,lastModifiedTime,ctime,nlink");
        Receipt receipt = run(Command.of("bash", "-c", script.formatted(file)).mount(Mount.read(outside)));
        assertThat(receipt.exitCode()).isNotZero();
        assertThat(Files.readAttributes(file, "unix:mode,uid,lastModifiedTime,ctime,nlink"))
                .isEqualTo(before);
        assertThat(file).hasContent("content");
    }

    @Test
    void exceptsAFolderWithinAGrantedOne() throws Exception {
        Path host = Files.createDirectory(outside.resolve("host"));
        Path secret = Files.createDirectories(host.resolve("data/secret"));
        Path hidden = Files.writeString(secret.resolve("key"), "hidden");
        Path git = Files.createDirectory(host.resolve(".git"));
        Path config = Files.writeString(git.resolve("config"), "ours");
        Path note = Files.writeString(host.resolve("note"), "note");
        Path beside = Files.writeString(host.resolve("data/beside"), "beside");
        Path escape = Files.createSymbolicLink(host.resolve("escape"), outside);
        Files.writeString(outside.resolve("other"), "outside");
        Path inside = Path.of("/workspace");
        Receipt receipt = run(Command.of(
                        "bash",
                        "-c",
                        "cd " + host
                                + "; cat .git/config data/beside note; cat data/secret/key escape/other; echo x >> .git/config;"
                                + " echo x > .git/new; mv .git git; mv data/secret data/s; ln data/secret/key data/key; echo new >> note;"
                                + " echo new >> data/beside; mkdir data/made")
                .mount(new Mount(host, inside, Mount.Access.WRITE))
                .mount(new Mount(git, inside.resolve(".git"), Mount.Access.READ))
                .mount(new Mount(secret, inside.resolve("data/secret"), Mount.Access.HIDE)));
        assertThat(out(receipt)).isEqualTo("oursbesidenote");
        assertThat(hidden).hasContent("hidden");
        assertThat(config).hasContent("ours");
        assertThat(git).isDirectoryContaining("glob:**config");
        assertThat(Files.list(git)).hasSize(1);
        assertThat(note).hasContent("notenew");
        assertThat(beside).hasContent("besidenew");
        assertThat(escape).isSymbolicLink();
        assertThat(receipt.weaknesses())
                .anyMatch(weak -> weak.startsWith("/workspace is found at " + host))
                .anyMatch(weak -> weak.contains("nothing can be added to " + host));
    }

    @Test
    void takesVariablesThatAShellWouldObeyOnlyAfterItGaveUpItsRights() throws Exception {
        Path library = Files.writeString(work().resolve("evil"), "echo obeyed >&2");
        Receipt receipt = run(Command.of("python3", "-c", "import os; print(os.environ['ENV'], os.environ['BASH_ENV'])")
                .env("ENV", library.toString())
                .env("BASH_ENV", library.toString())
                .env("LD_PRELOAD", library.toString()));
        assertThat(out(receipt)).isEqualTo(library + " " + library + "\n");
        assertThat(err(receipt)).doesNotContain("obeyed").containsOnlyOnce("LD_PRELOAD");
    }

    /** A thread that inherited the confinement could open nothing of the host. */
    @Test
    void confinesNoThreadOfTheServer() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 4; i++) {
                bash("true");
                new ProcessBuilder("true").start().onExit().join();
            }
            List<Future<byte[]>> reads = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                reads.add(threads.submit(() -> Files.readAllBytes(Path.of("/etc/passwd"))));
            }
            for (Future<byte[]> read : reads) {
                assertThat(read.get()).isNotEmpty();
            }
        }
        Set<String> bound = new HashSet<>();
        try (var tasks = Files.list(Path.of("/proc/self/task"))) {
            for (Path task : tasks.toList()) {
                String status = Files.readString(task.resolve("status"));
                bound.add(status.substring(status.indexOf("NoNewPrivs"), status.indexOf("Seccomp_filters")));
            }
        }
        assertThat(bound).hasSize(1);
    }
}
