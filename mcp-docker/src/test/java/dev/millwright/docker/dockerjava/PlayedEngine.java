package dev.millwright.docker.dockerjava;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** An engine of a version that cannot be had here: it tells its version, refuses others as moby does, and else answers {}. */
final class PlayedEngine implements AutoCloseable {
    private static final AtomicInteger NEXT = new AtomicInteger();

    private final ServerSocketChannel server;
    private final Path socket;
    private final String oldest;
    private final String newest;
    private final List<String> asked = new CopyOnWriteArrayList<>();

    private PlayedEngine(ServerSocketChannel server, Path socket, String oldest, String newest) {
        this.server = server;
        this.socket = socket;
        this.oldest = oldest;
        this.newest = newest;
    }

    static PlayedEngine start(Path folder, String oldest, String newest) throws IOException {
        Path socket = folder.resolve("played" + NEXT.incrementAndGet() + ".sock");
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        PlayedEngine played = new PlayedEngine(server, socket, oldest, newest);
        Thread.ofVirtual().start(played::accept);
        return played;
    }

    Path socket() {
        return socket;
    }

    List<String> asked() {
        return asked;
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel client = server.accept();
                Thread.ofVirtual().start(() -> answer(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void answer(SocketChannel client) {
        try (client) {
            BufferedReader in = new BufferedReader(
                    new InputStreamReader(Channels.newInputStream(client), StandardCharsets.US_ASCII));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String request = line.substring(0, line.lastIndexOf(' '));
                asked.add(request);
                while (!in.readLine().isEmpty()) {}
                client.write(ByteBuffer.wrap(response(request).getBytes(StandardCharsets.US_ASCII)));
            }
        } catch (IOException e) {
            // the client is gone
        }
    }

    private String response(String request) {
        String path = request.substring(request.indexOf(' ') + 1);
        if (path.equals("/version")) {
            return http(
                    "200 OK",
                    "{\"Version\":\"29.1.0\",\"ApiVersion\":\"%s\",\"MinAPIVersion\":\"%s\",\"Os\":\"linux\",\"Arch\":\"amd64\"}"
                            .formatted(newest, oldest));
        }
        int version = minor(path.substring(2, path.indexOf('/', 1)));
        if (version > minor(newest) || version < minor(oldest)) {
            return http("400 Bad Request", "{\"message\":\"client version is not supported\"}");
        }
        return http("200 OK", "{}");
    }

    private static int minor(String version) {
        return Integer.parseInt(version.substring(version.indexOf('.') + 1));
    }

    private static String http(String status, String body) {
        return "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
