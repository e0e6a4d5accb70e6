package dev.millwright.k8s.stub;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** The server's end of a websocket (RFC 6455) as Kubernetes uses it: binary messages that begin with a channel. */
final class Frames {
    /** @param channel first byte of the message */
    record Message(int channel, byte[] bytes) {}

    private final InputStream in;
    private final OutputStream out;
    private boolean closed;

    Frames(InputStream in, OutputStream out) {
        this.in = in;
        this.out = out;
    }

    /** RFC 6455, 4.2.2. */
    static String accept(String key) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1")
                            .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                                    .getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }

    synchronized void send(int channel, byte[] bytes, int length) throws IOException {
        byte[] message = new byte[length + 1];
        message[0] = (byte) channel;
        System.arraycopy(bytes, 0, message, 1, length);
        frame(2, message);
    }

    void send(int channel, byte[] bytes) throws IOException {
        send(channel, bytes, bytes.length);
    }

    void send(int channel, String text) throws IOException {
        send(channel, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Ends it from this side. */
    synchronized void close(int code) throws IOException {
        if (!closed) {
            frame(8, ByteBuffer.allocate(2).putShort((short) code).array());
            closed = true;
        }
    }

    private synchronized void frame(int opcode, byte[] payload) throws IOException {
        if (closed) {
            return;
        }
        out.write(0x80 | opcode);
        if (payload.length < 126) {
            out.write(payload.length);
        } else if (payload.length < 1 << 16) {
            out.write(126);
            out.write(payload.length >> 8);
            out.write(payload.length);
        } else {
            out.write(127);
            out.write(ByteBuffer.allocate(8).putLong(payload.length).array());
        }
        out.write(payload);
        out.flush();
    }

    /** The next message; empty when the client closed. Answers pings and the close by itself. */
    Optional<Message> receive() throws IOException {
        byte[] whole = new byte[0];
        while (true) {
            int first = in.read();
            if (first < 0) {
                return Optional.empty();
            }
            int second = need();
            long length = second & 0x7f;
            if (length == 126) {
                length = need() << 8 | need();
            } else if (length == 127) {
                length = ByteBuffer.wrap(in.readNBytes(8)).getLong();
            }
            byte[] mask = in.readNBytes(4);
            byte[] payload = in.readNBytes((int) length);
            for (int i = 0; i < payload.length; i++) {
                payload[i] ^= mask[i % 4];
            }
            switch (first & 0x0f) {
                case 8 -> {
                    close(1000);
                    return Optional.empty();
                }
                case 9 -> frame(10, payload);
                case 10 -> {}
                default -> {
                    int before = whole.length;
                    whole = Arrays.copyOf(whole, before + payload.length);
                    System.arraycopy(payload, 0, whole, before, payload.length);
                    if ((first & 0x80) != 0) {
                        return Optional.of(new Message(whole[0] & 0xff, Arrays.copyOfRange(whole, 1, whole.length)));
                    }
                }
            }
        }
    }

    private int need() throws IOException {
        int b = in.read();
        if (b < 0) {
            throw new EOFException();
        }
        return b;
    }
}
