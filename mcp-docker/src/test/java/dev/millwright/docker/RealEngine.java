package dev.millwright.docker;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.docker.config.DockerConfig;
import dev.millwright.docker.config.DockerReach;
import dev.millwright.docker.dockerjava.DockerJavaConnector;
import dev.millwright.docker.engine.Ask;
import dev.millwright.docker.engine.Engine;
import dev.millwright.json.Json;
import dev.millwright.json.Schema;
import dev.millwright.sandbox.Sandboxes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * A Docker engine for tests: the machine's own where one answers, else one that is started once for this process and
 * ends with it. Images are made here, of busybox: no registry is needed.
 */
public final class RealEngine {
    /** An image with busybox and its applets, made once. */
    public static final String BASE = "millwright-test/base:1";

    private static final Path USUAL = Path.of("/var/run/docker.sock");

    private static final class Running {
        static final Path SOCKET = find();
        static final Engine ENGINE = connect(SOCKET);

        static {
            base();
        }
    }

    private RealEngine() {}

    /** Where it listens. */
    public static Path socket() {
        return Running.SOCKET;
    }

    public static Engine engine() {
        return Running.ENGINE;
    }

    /** A tenant's reach of it: JSON with single quotes, as in {@code {'name-prefix':'a-'}}. */
    public static DockerReach reach(String more) {
        ObjectNode own = (ObjectNode) Docker.json(more);
        own.put("host", "unix://" + socket());
        return Schema.of(DockerReach.class, Schema.Keys.KEBAB).bind(own);
    }

    /** A tenant's reach, whatever engine it names. */
    public static DockerReach reachOf(String all) {
        return Schema.of(DockerReach.class, Schema.Keys.KEBAB).bind(Docker.json(all));
    }

    /** Connects as the server does. */
    public static DockerJavaConnector connector(Path data) {
        return new DockerJavaConnector(DockerConfig.defaults(), Map.of(), Sandboxes.plain(), data);
    }

    /** Runs Docker's own command line on it, as an oracle. @return what it printed */
    public static String docker(String... words) {
        List<String> argv = new ArrayList<>(List.of("docker", "-H", "unix://" + socket()));
        argv.addAll(List.of(words));
        return run(argv);
    }

    /** Imports an image: path and content by path; those below bin are executable. */
    public static void image(String name, Map<String, byte[]> files) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
                for (Map.Entry<String, byte[]> each : files.entrySet()) {
                    TarArchiveEntry entry = new TarArchiveEntry(each.getKey());
                    entry.setSize(each.getValue().length);
                    entry.setMode(each.getKey().startsWith("bin/") ? 0100755 : 0100644);
                    tar.putArchiveEntry(entry);
                    tar.write(each.getValue());
                    tar.closeArchiveEntry();
                }
            }
            int colon = name.lastIndexOf(':');
            engine().done(Ask.post("/images/create")
                    .with("fromSrc", "-")
                    .with("repo", name.substring(0, colon))
                    .with("tag", name.substring(colon + 1))
                    .tar(new ByteArrayInputStream(bytes.toByteArray()))
                    .forLong());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void base() {
        try {
            if (docker("images", "-q", BASE).isBlank()) {
                Path folder = Files.createTempDirectory("base");
                Files.copy(Path.of("/bin/busybox"), folder.resolve("busybox"));
                Files.writeString(folder.resolve("Dockerfile"), """
                        FROM scratch
                        COPY busybox /bin/busybox
                        RUN ["/bin/busybox", "--install", "-s", "/bin"]
                        RUN mkdir -p /tmp /etc && chmod 1777 /tmp && echo 'root:x:0:0:root:/:/bin/sh' > /etc/passwd
                        ENV PATH=/bin
                        CMD ["/bin/sh"]
                        """);
                docker("build", "-q", "--force-rm", "-t", BASE, folder.toString());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path find() {
        if (Files.exists(USUAL) && answers(USUAL)) {
            return USUAL;
        }
        try {
            Path folder = Files.createTempDirectory("dockerd");
            Path socket = folder.resolve("docker.sock");
            Process daemon = new ProcessBuilder(
                            "dockerd",
                            "--data-root",
                            folder.resolve("data").toString(),
                            "--exec-root",
                            folder.resolve("exec").toString(),
                            "--pidfile",
                            folder.resolve("pid").toString(),
                            "--host",
                            "unix://" + socket)
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("log").toFile())
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(daemon)));
            for (int i = 0; i < 300; i++) {
                if (Files.exists(socket) && answers(socket)) {
                    return socket;
                }
                if (!daemon.isAlive()) {
                    break;
                }
                Thread.sleep(100);
            }
            throw new IllegalStateException("dockerd did not start: " + Files.readString(folder.resolve("log")));
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("these tests need dockerd (docker.io) and root", e);
        }
    }

    private static void end(Process daemon) {
        daemon.destroy();
        try {
            daemon.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            daemon.destroyForcibly();
        }
    }

    private static boolean answers(Path socket) {
        try {
            connect(socket).version();
            return true;
        } catch (RuntimeException | InterruptedException e) {
            return false;
        }
    }

    private static Engine connect(Path socket) {
        return connector(Path.of("/nonexistent"))
                .connect(Schema.of(DockerReach.class, Schema.Keys.KEBAB)
                        .bind(Json.object().put("host", "unix://" + socket)));
    }

    static String run(List<String> argv) {
        try {
            Process process = new ProcessBuilder(argv).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", argv) + ": " + said);
            }
            return said;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
