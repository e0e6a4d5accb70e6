package dev.millwright.git.remote;

import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.eclipse.jgit.transport.sshd.agent.AbstractConnector;
import org.eclipse.jgit.transport.sshd.agent.Connector;
import org.eclipse.jgit.transport.sshd.agent.ConnectorFactory;
import org.jspecify.annotations.Nullable;

/** Talks to the SSH agent at the socket that the operator names; framing as in draft-miller-ssh-agent, section 3. */
final class AgentSocket implements ConnectorFactory {
    private record Named(String getIdentityAgent, String getDisplayName) implements ConnectorDescriptor {}

    private final Path socket;

    AgentSocket(Path socket) {
        this.socket = socket;
    }

    @Override
    public Connector create(@Nullable String ignored, @Nullable File home) {
        return new Conversation(socket);
    }

    @Override
    public boolean isSupported() {
        return true;
    }

    @Override
    public String getName() {
        return "socket";
    }

    @Override
    public Collection<ConnectorDescriptor> getSupportedConnectors() {
        return List.of(getDefaultConnector());
    }

    @Override
    public ConnectorDescriptor getDefaultConnector() {
        return new Named(socket.toString(), "agent");
    }

    private static final class Conversation extends AbstractConnector {
        private final Path socket;
        private @Nullable SocketChannel channel;

        Conversation(Path socket) {
            this.socket = socket;
        }

        @Override
        public boolean connect() throws IOException {
            if (channel == null) {
                channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
            }
            return true;
        }

        @Override
        public byte[] rpc(byte command, byte[] message) throws IOException {
            SocketChannel open = channel;
            if (open == null) {
                throw new IOException("the agent is not connected");
            }
            prepareMessage(command, message);
            for (ByteBuffer out = ByteBuffer.wrap(message); out.hasRemaining(); ) {
                open.write(out);
            }
            byte[] length = read(open, 4);
            return read(open, toLength(command, length));
        }

        private static byte[] read(SocketChannel open, int length) throws IOException {
            ByteBuffer in = ByteBuffer.allocate(length);
            while (in.hasRemaining()) {
                if (open.read(in) < 0) {
                    throw new EOFException("the agent hung up");
                }
            }
            return in.array();
        }

        @Override
        public void close() throws IOException {
            if (channel != null) {
                channel.close();
            }
        }
    }
}
