package dev.millwright.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millwright.sandbox.Receipt.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a confined command cannot do, tried for real. Fails, rather than skips, where its backend is missing. */
@Timeout(60)
abstract class ConfinementContract {
    private final Sandbox sandbox;

    @TempDir
    Path outside;

    private Path folder;
    private Path work;

    ConfinementContract(Sandbox sandbox) {
        this.sandbox = sandbox;
    }

    /** What bash says of a connection to the host's loopback. */
    abstract String noRoute();

    /** What python says of a connection to an abstract socket of the host. */
    abstract String noSocket();

    @BeforeEach
    void makesWorkFolder() throws IOException {
        Backends.require(sandbox);
        folder = new Scratch(Path.of(System.getProperty("java.io.tmpdir"))).folder();
        work = Files.createDirectory(folder.resolve("work"));
    }

    @AfterEach
    void removesWorkFolder() throws IOException {
        Scratch.remove(folder);
    }

    @Test
    void runsAsNobodyWithoutCapabilitiesOrWaysToNewPrivileges() throws Exception {
        String script = """
                import ctypes, os
                c = ctypes.CDLL(None)
                header = (ctypes.c_uint32 * 2)(0x20080522, 0)
                capabilities = (ctypes.c_uint32 * 6)()
                c.capget(header, capabilities)
                print(os.getuid() == 0, os.geteuid() == 0, os.getgroups(), any(capabilities))
                print(max(c.prctl(23, i) for i in range(41)), c.prctl(39, 0, 0, 0, 0), c.prctl(21))
                """;
        assertThat(out(python(script))).isEqualTo("False False [] False\n0 1 2\n"); // CAPBSET, NO_NEW_PRIVS, SECCOMP
    }

    /** exec-01 */
    @Test
    void sudoMakesNobodyRoot() throws Exception {
        Receipt receipt = bash("/usr/bin/sudo id || su -c id || exit 7");
        assertThat(receipt.exitCode()).isEqualTo(7);
        assertThat(out(receipt)).doesNotContain("uid=0");
    }

    /** exec-02, exec-03, exec-04, exec-16 */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "$(echo touch) %s",
                "cat <(touch %s)",
                "echo touch %s | base64 | base64 -d | sh",
                "mkdir -p $(dirname %1$s); touch %1$s",
                "ln -s / root; touch root%s",
                "python3 -c 'open(\"%s\", \"w\")'"
            })
    void writesNothingOutsideTheWorkFolder(String script) throws Exception {
        Path mark = outside.resolve("mark");
        bash(script.formatted(mark));
        assertThat(mark).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/x", "/etc/x", "/usr/x", "/usr/local/bin/x", "/dev/x", "/proc/x", "/proc/sys/kernel/hostname"})
    void cannotWriteTheSystem(String path) throws Exception {
        Receipt receipt = bash("echo x > " + path);
        assertThat(receipt.exitCode()).isNotZero();
        assertThat(err(receipt)).containsAnyOf("Read-only file system", "Permission denied", "No such file");
    }

    /** exec-05 */
    @Test
    void endsAForkBombWithinItsLimits() throws Exception {
        Receipt receipt = run(Command.of("bash", "-c", "bomb() { bomb | bomb & }; bomb; sleep 1; echo still here")
                .limits(Limits.DEFAULT.wall(Duration.ofSeconds(5)).processes(30)));
        assertThat(err(receipt)).contains("fork");
        assertThat(receipt.wall()).isLessThan(Duration.ofSeconds(8));
    }

    /** exec-06 */
    @Test
    void killsWhatTakesTooMuchMemoryAndSaysSo() throws Exception {
        Receipt receipt = run(Command.of("python3", "-c", "x = bytearray(300 << 20); print(len(x))")
                .limits(Limits.DEFAULT.memoryBytes(64 << 20)));
        assertThat(receipt.reason()).isEqualTo(limits("memory") ? Reason.MEMORY : Reason.EXITED);
        assertThat(out(receipt)).isEmpty();
        assertThat(receipt.exitCode()).isNotZero();
    }

    @Test
    void countsFilesInMemoryAsMemory() throws Exception {
        Receipt receipt = run(Command.of("dd", "if=/dev/zero", "of=/dev/shm/x", "bs=1M", "count=200")
                .limits(Limits.DEFAULT.memoryBytes(64 << 20)));
        assertThat(receipt.exitCode()).isNotZero();
    }

    /** exec-07 */
    @Test
    void countsAGigabyteOfOutputInConstantMemory() throws Exception {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        long before = runtime.totalMemory() - runtime.freeMemory();
        Receipt receipt = bash("head -c 1G /dev/zero | tr '\\0' a; echo the end");
        System.gc();
        long after = runtime.totalMemory() - runtime.freeMemory();
        assertThat(receipt.stdout().total()).isEqualTo((1L << 30) + 8);
        assertThat(new String(receipt.stdout().tail(), StandardCharsets.UTF_8)).endsWith("aathe end\n");
        assertThat(receipt.exitCode()).isZero();
        assertThat(after - before).isLessThan(8L << 20);
    }

    /** exec-08 */
    @Test
    void doesNotSeeTheHomesOfTheHost() throws Exception {
        assertThat(bash("ls -a ~/.ssh").exitCode()).isNotZero();
        assertThat(bash("ls /root " + System.getProperty("user.home")).exitCode())
                .isNotZero();
        assertThat(out(bash("ls -A /home /root /var /opt /srv /mnt /sys 2>/dev/null; ls -A ~")))
                .isEmpty();
        assertThat(bash("cat /etc/shadow").exitCode()).isNotZero();
    }

    /** exec-09 */
    @Test
    void reachesNoListenerOfTheHost() throws Exception {
        try (ServerSocket canary = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            canary.setSoTimeout(300);
            Receipt receipt = bash("exec 3<>/dev/tcp/127.0.0.1/" + canary.getLocalPort());
            assertThat(receipt.exitCode()).isNotZero();
            assertThat(err(receipt)).contains(noRoute());
            assertThatThrownBy(canary::accept).isInstanceOf(java.net.SocketTimeoutException.class);
        }
    }

    /** exec-10 */
    @Test
    void reachesNoAbstractSocketOfTheHost() throws Exception {
        Process listener = new ProcessBuilder(
                        "python3",
                        "-c",
                        "import socket,sys; s=socket.socket(socket.AF_UNIX); s.bind('\\0millwright-canary'); s.listen();"
                                + " print('up', flush=True); s.settimeout(20); s.accept(); print('touched', flush=True)")
                .start();
        try {
            listener.getInputStream().read();
            Receipt receipt = python("import socket; socket.socket(socket.AF_UNIX).connect('\\0millwright-canary')");
            assertThat(err(receipt)).contains(noSocket());
        } finally {
            listener.destroyForcibly();
        }
    }

    /** exec-11, exec-13, exec-14, exec-15 and their kin, by their numbers on this processor. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ptrace",
                "process_vm_readv",
                "bpf",
                "userfaultfd",
                "unshare",
                "setns",
                "mount",
                "umount2",
                "pivot_root",
                "chroot",
                "open_tree",
                "fsopen",
                "move_mount",
                "mount_setattr",
                "keyctl",
                "add_key",
                "perf_event_open",
                "io_uring_setup",
                "init_module",
                "kexec_load",
                "open_by_handle_at",
                "pidfd_getfd"
            })
    void refusesTheSystemCall(String name) throws Exception {
        assertThat(out(syscall(SystemCalls.number(name), "16, 1, 0, 0, 0"))).isEqualTo("1\n"); // EPERM
    }

    @Test
    void refusesNewNamespacesByClone() throws Exception {
        long flags = 0x1000_0000L | 17;
        assertThat(out(syscall(SystemCalls.number("clone"), flags + ", 0, 0, 0, 0")))
                .isEqualTo("1\n");
        assertThat(out(syscall(SystemCalls.number("clone3"), "0, 0, 0, 0, 0"))).isEqualTo("38\n"); // ENOSYS
    }

    @Test
    void refusesTypingIntoATerminal() throws Exception {
        assertThat(out(syscall(SystemCalls.number("ioctl"), "0, 0x5412, 0, 0, 0")))
                .isEqualTo("1\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 38, 40})
    void makesNoSocketsThatANetworkNamespaceDoesNotHold(int family) throws Exception {
        Receipt receipt = python("import socket; socket.socket(" + family + ", socket.SOCK_DGRAM)");
        assertThat(err(receipt)).contains("Errno 97");
    }

    /** exec-12 */
    @Test
    void leavesNoDaemonBehind() throws Exception {
        String name = "daemon-" + System.nanoTime();
        bash("(setsid bash -c 'exec -a " + name + " sleep 1000' </dev/null >/dev/null 2>&1 &) ; sleep 0.2");
        assertThat(runningLike(name)).isEmpty();
    }

    @Test
    void killsTheWholeTreeWhenItsTimeIsOver() throws Exception {
        String name = "tree-" + System.nanoTime();
        String sleeper = "exec -a " + name + " sleep 1000";
        Receipt receipt = run(Command.of("bash", "-c", "setsid bash -c '" + sleeper + "' & (" + sleeper + ")")
                .limits(Limits.DEFAULT.wall(Duration.ofMillis(400))));
        assertThat(receipt.reason()).isEqualTo(Reason.TIMEOUT);
        assertThat(receipt.wall()).isGreaterThanOrEqualTo(Duration.ofMillis(400));
        assertThat(runningLike(name)).isEmpty();
    }

    @Test
    void killsTheWholeTreeWhenTheCallerIsInterrupted() throws Exception {
        String name = "interrupted-" + System.nanoTime();
        AtomicReference<Object> end = new AtomicReference<>();
        Thread caller = Thread.ofVirtual().start(() -> {
            try {
                end.set(bash("setsid bash -c 'exec -a " + name + " sleep 1000' & sleep 1000"));
            } catch (Exception e) {
                end.set(e);
            }
        });
        while (runningLike(name).isEmpty()) {
            Thread.sleep(20);
        }
        caller.interrupt();
        assertThat(caller.join(Duration.ofSeconds(3))).isTrue();
        assertThat(end.get()).isInstanceOf(InterruptedException.class);
        assertThat(runningLike(name)).isEmpty();
    }

    @Test
    void endsWhatUsesItsProcessorTimeUp() throws Exception {
        Receipt receipt = run(Command.of("bash", "-c", "while :; do :; done")
                .limits(Limits.DEFAULT.wall(Duration.ofSeconds(20)).cpu(Duration.ofSeconds(1))));
        assertThat(receipt.reason()).isEqualTo(Reason.CPU);
        assertThat(receipt.wall()).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void bindsTheSizeOfFiles() throws Exception {
        Receipt receipt = run(Command.of("dd", "if=/dev/zero", "of=big", "bs=64k", "count=100")
                .limits(Limits.DEFAULT.fileBytes(1 << 20)));
        assertThat(receipt.exitCode()).isNotZero();
        assertThat(work.resolve("big")).hasSize(1 << 20);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "for i in $(seq 100); do head -c 1M /dev/zero > $i; sleep 0.05; done",
                "mkdir d; for i in $(seq 1000); do touch d/$i.{1..50}; done; sleep 20"
            })
    void endsWhatFillsTheDisk(String script) throws Exception {
        Limits limits = Limits.DEFAULT;
        Receipt receipt = run(Command.of("bash", "-c", script)
                .limits(new Limits(
                        limits.wall(),
                        limits.cpu(),
                        limits.memoryBytes(),
                        limits.processes(),
                        limits.fileBytes(),
                        10 << 20,
                        limits.outputBytes(),
                        limits.cpus())));
        assertThat(receipt.reason()).isEqualTo(Reason.DISK);
        assertThat(receipt.exitCode()).isEqualTo(137);
    }

    @Test
    void sharesTheNetworkOfTheHostOnlyWhenTold() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            assertThat(run(Command.of("bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/" + listener.getLocalPort())
                                    .network(Network.HOST))
                            .exitCode())
                    .isZero();
        }
    }

    @Test
    void readsAGrantedFolderAndWritesItOnlyIfGranted() throws Exception {
        Path file = Files.writeString(outside.resolve("file"), "granted");
        Command command = Command.of("bash", "-c", "cat " + file + "; echo more >> " + file);
        assertThat(out(run(command))).isEmpty();
        Receipt reading = run(command.mount(Mount.read(outside)));
        assertThat(out(reading)).isEqualTo("granted");
        assertThat(file).hasContent("granted");
        assertThat(run(command.mount(Mount.write(outside))).exitCode()).isZero();
        assertThat(file).hasContent("grantedmore");
    }

    @Test
    void runsApartFromOthersAtTheSameTime() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Receipt>> runs = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                int n = i;
                runs.add(() -> sandbox.run(Command.of(
                        "bash",
                        "-c",
                        "own=${TMPDIR:-/tmp}/own; echo " + n + " > $own; sleep 0.2; echo; cat $own; exit " + n)));
            }
            int expected = 0;
            for (Future<Receipt> run : threads.invokeAll(runs)) {
                assertThat(run.get().exitCode()).isEqualTo(expected);
                assertThat(out(run.get())).endsWith("\n" + expected + "\n");
                expected++;
            }
        }
    }

    @Test
    void leavesNoControlGroupOrFolderBehind() throws Exception {
        bash("true");
        try (Stream<Path> left = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            assertThat(left.filter(path -> path.getFileName().toString().startsWith("millwright-")))
                    .allMatch(path -> path.equals(folder) || !path.toString().contains("-" + own() + "-"));
        }
        try (Stream<Path> groups = Files.walk(Path.of("/sys/fs/cgroup"))) {
            assertThat(groups.filter(path -> path.getFileName().toString().matches("millwright-\\d+-" + own() + "-.*")))
                    .isEmpty();
        }
    }

    private static long own() {
        return ProcessHandle.current().pid();
    }

    private boolean limits(String controller) {
        return sandbox.probe().weaknesses().stream().noneMatch(weak -> weak.contains("no " + controller));
    }

    final Path work() {
        return work;
    }

    final Receipt bash(String script) throws Exception {
        return run(Command.of("bash", "-c", script));
    }

    final Receipt python(String script) throws Exception {
        return run(Command.of("python3", "-c", script));
    }

    final Receipt syscall(int number, String arguments) throws Exception {
        return python("import ctypes; c = ctypes.CDLL(None, use_errno=True); r = c.syscall(" + number + ", " + arguments
                + "); print(ctypes.get_errno() if r < 0 else 'allowed')");
    }

    final Receipt run(Command command) throws Exception {
        return sandbox.run(command.workFolder(work));
    }

    static String out(Receipt receipt) {
        return new String(receipt.stdout().head(), StandardCharsets.UTF_8);
    }

    static String err(Receipt receipt) {
        return new String(receipt.stderr().head(), StandardCharsets.UTF_8);
    }

    private static List<String> runningLike(String name) throws IOException {
        List<String> found = new ArrayList<>();
        for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
            Path line = Path.of("/proc", Long.toString(process.pid()), "cmdline");
            try {
                String text = Files.readString(line, StandardCharsets.ISO_8859_1);
                if (text.startsWith(name)) {
                    found.add(text);
                }
            } catch (IOException e) {
                // it ended while we looked
            }
        }
        return found;
    }
}
