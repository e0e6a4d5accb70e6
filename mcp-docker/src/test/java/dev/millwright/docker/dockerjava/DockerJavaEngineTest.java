package dev.millwright.docker.dockerjava;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millwright.docker.Docker;
import dev.millwright.docker.RealEngine;
import dev.millwright.docker.config.DockerConfig;
import dev.millwright.docker.engine.Answer;
import dev.millwright.docker.engine.Ask;
import dev.millwright.docker.engine.Engine;
import dev.millwright.json.Json;
import dev.millwright.json.Schema;
import dev.millwright.sandbox.Sandboxes;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ways to an engine: real ones by socket, TCP, TLS and SSH; versions that cannot be had here are played. */
class DockerJavaEngineTest {
    @TempDir
    Path folder;

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    private Engine engine(String reach) {
        return engine(reach, "{}");
    }

    private Engine engine(String reach, String config) {
        DockerJavaConnector connector = new DockerJavaConnector(
                Schema.of(DockerConfig.class, Schema.Keys.KEBAB).bind(Docker.json(config)),
                Map.of("HOME", folder.toString()),
                Sandboxes.plain(),
                folder.resolve("ssh"));
        open.add(connector);
        return connector.connect(RealEngine.reachOf(reach));
    }

    /** Leads what comes over TCP to the real engine's socket, plainly or behind TLS. */
    private int relay(ServerSocket server) {
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try {
                    Socket client = server.accept();
                    SocketChannel to = SocketChannel.open(UnixDomainSocketAddress.of(RealEngine.socket()));
                    Thread.ofVirtual().start(() -> copy(client::getInputStream, () -> Channels.newOutputStream(to)));
                    Thread.ofVirtual().start(() -> copy(() -> Channels.newInputStream(to), client::getOutputStream));
                } catch (IOException e) {
                    return;
                }
            }
        });
        open.add(server);
        return server.getLocalPort();
    }

    private interface Opened<T> {
        T open() throws IOException;
    }

    private static void copy(Opened<InputStream> from, Opened<OutputStream> to) {
        try (InputStream in = from.open();
                OutputStream out = to.open()) {
            byte[] buffer = new byte[8192];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                out.write(buffer, 0, count);
                out.flush();
            }
        } catch (IOException e) {
            // one of the sides is gone
        }
    }

    @Test
    void reachesARealEngineByItsSocket() throws Exception {
        Engine engine = engine("{'host':'unix://" + RealEngine.socket() + "'}");

        assertThat(engine.version().atLeast("1.41")).isTrue();
        assertThat(engine.json(Ask.get("/info")).path("OSType").asText()).isEqualTo("linux");
    }

    @Test
    void reachesARealEngineByTcp() throws Exception {
        int port = relay(new ServerSocket(0));

        assertThat(engine("{'host':'tcp://127.0.0.1:" + port + "'}")
                        .json(Ask.get("/info"))
                        .path("OSType")
                        .asText())
                .isEqualTo("linux");
    }

    @Test
    void reachesARealEngineByTlsWithACertificateOfOurs() throws Exception {
        for (String kind : List.of("rsa", "ec")) {
            Path certificates = Files.createDirectories(folder.resolve(kind));
            TestCertificates.make(certificates, kind);
            int port = relay(TestCertificates.server(certificates));

            Engine engine = engine("{'host':'tcp://localhost:" + port + "','cert-path':'" + certificates + "'}");

            assertThat(engine.json(Ask.get("/info")).path("OSType").asText()).isEqualTo("linux");
        }
    }

    @Test
    void refusesAnEngineWhoseCertificateNobodySigned() throws Exception {
        Path theirs = Files.createDirectories(folder.resolve("theirs"));
        Path ours = Files.createDirectories(folder.resolve("ours"));
        TestCertificates.make(theirs, "rsa");
        TestCertificates.make(ours, "rsa");
        int port = relay(TestCertificates.server(theirs));

        assertThatThrownBy(() -> engine("{'host':'tcp://localhost:" + port + "','cert-path':'" + ours + "'}")
                        .version())
                .isInstanceOf(ToolException.class)
                .hasMessageContaining("TLS with the engine")
                .hasMessageContaining("cert-path");
        assertThatThrownBy(() -> engine("{'host':'tcp://localhost:" + port + "','cert-path':'" + folder + "'}")
                        .version())
                .hasMessageContaining("the certificates in " + folder + " cannot be used");
    }

    @Test
    void reachesARealEngineBySsh() throws Exception {
        try (SshServer ssh = SshServer.start(folder.resolve("sshd"))) {
            Engine engine = engine("{'host':'ssh://root@" + ssh.alias() + RealEngine.socket() + "'}");

            assertThat(engine.json(Ask.get("/info")).path("OSType").asText()).isEqualTo("linux");
        }
    }

    @Test
    void saysWhatSshSaidWhenItDoesNotLeadThrough() {
        assertThatThrownBy(() -> engine("{'host':'ssh://nobody@127.0.0.1:1'}").version())
                .isInstanceOf(ToolException.class)
                .hasMessageContaining("ssh to ssh://nobody@127.0.0.1:1 ended")
                .hasMessageContaining("refused");
    }

    @Test
    void speaksTheNewestVersionThatBothSidesKnow() throws Exception {
        String[][] known = {
            {"1.12", "1.41", "1.41"},
            {"1.24", "1.44", "1.44"},
            {"1.44", "1.52", "1.51"},
            {"1.40", "1.55", "1.51"},
            {"1.53", "1.55", "1.53"}
        };
        for (String[] each : known) {
            try (PlayedEngine played = PlayedEngine.start(folder, each[0], each[1])) {
                Engine engine = engine("{'host':'unix://" + played.socket() + "'}");

                assertThat(engine.version().api()).isEqualTo(each[2]);
                engine.json(Ask.get("/info"));
                assertThat(played.asked()).contains("GET /v" + each[2] + "/info");
            }
        }
    }

    @Test
    void refusesAnEngineThatIsTooOld() throws Exception {
        try (PlayedEngine played = PlayedEngine.start(folder, "1.12", "1.40")) {
            assertThatThrownBy(() ->
                            engine("{'host':'unix://" + played.socket() + "'}").version())
                    .hasMessageContaining("it speaks API 1.40 at most, 1.41 is needed");
        }
    }

    @Test
    void doesNotWaitForeverForAnEngineThatSaysNothing() throws Exception {
        Path socket = folder.resolve("silent.sock");
        try (ServerSocketChannel silent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            silent.bind(UnixDomainSocketAddress.of(socket));

            assertThatThrownBy(() -> engine("{'host':'unix://" + socket + "'}", "{'request-seconds':1}")
                            .version())
                    .hasMessageContaining("did not answer GET /version in time");
        }
    }

    @Test
    void saysThatSomethingElseAnswers() throws Exception {
        Path socket = folder.resolve("other.sock");
        try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            other.bind(UnixDomainSocketAddress.of(socket));
            Thread.ofVirtual().start(() -> {
                try (SocketChannel client = other.accept()) {
                    client.read(ByteBuffer.allocate(4096));
                    client.write(ByteBuffer.wrap(
                            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello".getBytes(StandardCharsets.US_ASCII)));
                } catch (IOException e) {
                    // the test is over
                }
            });

            assertThatThrownBy(() -> engine("{'host':'unix://" + socket + "'}").version())
                    .hasMessageContaining("is no Docker engine");
        }
    }

    @Test
    void aFollowedLogEndsWithItsCall() throws Exception {
        String id = RealEngine.docker("run", "-d", "--network", "none", RealEngine.BASE, "sleep", "60")
                .strip();
        try {
            Engine engine = RealEngine.engine();
            CompletableFuture<Throwable> ended = new CompletableFuture<>();
            Thread call = Thread.ofVirtual().start(() -> {
                Ask ask = Ask.get("/containers/{}/logs", id)
                        .with("stdout", true)
                        .with("follow", true)
                        .forLong();
                try (Answer answer = engine.send(ask)) {
                    ended.completeExceptionally(
                            new AssertionError("got " + answer.body().read()));
                } catch (IOException | InterruptedException e) {
                    ended.complete(e);
                }
            });
            Thread.sleep(500);
            call.interrupt();

            assertThat(ended.get(5, TimeUnit.SECONDS)).isNotNull();
        } finally {
            RealEngine.docker("rm", "-f", id);
        }
    }

    @Test
    void encodesWhatComesFromACaller() throws Exception {
        try (PlayedEngine played = PlayedEngine.start(folder, "1.24", "1.44")) {
            Engine engine = engine("{'host':'unix://" + played.socket() + "'}");
            engine.json(Ask.get("/containers/{}/json", "a/../b?x=1&y").with("q", "1&z=2"));

            assertThat(played.asked()).contains("GET /v1.44/containers/a%2F..%2Fb%3Fx%3D1%26y/json?q=1%26z%3D2");
            assertThat(Json.write(engine.json(Ask.get("/info")))).isEqualTo("{}");
        }
    }
}
