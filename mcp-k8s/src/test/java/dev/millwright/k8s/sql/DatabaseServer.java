package dev.millwright.k8s.sql;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real server process from the distribution's packages, with its data in a folder of its own, until closed. */
abstract class DatabaseServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    final Path folder;
    final int port;
    private final String account;
    private final List<Process> processes = new ArrayList<>();

    /** @param account that the server runs as when the tests run as root, which no database does */
    DatabaseServer(String account) {
        this.account = account;
        try {
            this.folder = Files.createTempDirectory("millwright-database-");
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                this.port = socket.getLocalPort();
            }
            if (root()) {
                run("chown", account, folder.toString());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    abstract Connection connect(String database) throws SQLException;

    static Path program(String pattern, String name) {
        Path base = Path.of(pattern);
        try (Stream<Path> found = Files.find(base, 3, (path, attributes) -> path.endsWith("bin/" + name))) {
            return found.max(Path::compareTo)
                    .orElseThrow(() -> new IllegalStateException("install what brings " + name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean root() {
        return System.getProperty("user.name").equals("root");
    }

    List<String> asAccount(String... command) {
        List<String> all = new ArrayList<>();
        if (root()) {
            all.addAll(List.of("setpriv", "--reuid=" + account, "--regid=" + account, "--clear-groups"));
        }
        all.addAll(List.of(command));
        return all;
    }

    /** Runs to its end. */
    void run(String... command) {
        run(List.of(command));
    }

    void run(List<String> command) {
        Process process = spawn(command, "run.log");
        try {
            if (!process.waitFor(120, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException(command + " failed: " + Files.readString(folder.resolve("run.log")));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Starts what runs until {@link #close}. */
    void start(List<String> command, String log) {
        processes.add(spawn(command, log));
    }

    private Process spawn(List<String> command, String log) {
        try {
            return new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve(log).toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it answers. */
    void awaitReady(String database) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try (Connection connection = connect(database)) {
                connection.isValid(5);
                return;
            } catch (SQLException e) {
                if (System.nanoTime() > end || processes.stream().noneMatch(Process::isAlive)) {
                    throw new IllegalStateException("the database did not come up: " + e.getMessage() + said(), e);
                }
                Thread.onSpinWait();
                pause();
            }
        }
    }

    private String said() {
        try {
            return "\n" + Files.readString(folder.resolve("server.log"));
        } catch (IOException e) {
            return "";
        }
    }

    static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    void execute(String database, String... statements) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }

    @Override
    public void close() {
        processes.reversed().forEach(each -> {
            each.destroy();
            try {
                if (!each.waitFor(20, TimeUnit.SECONDS)) {
                    each.destroyForcibly().waitFor();
                }
            } catch (InterruptedException e) {
                each.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        });
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(java.util.Comparator.reverseOrder())
                    .forEach(each -> each.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
