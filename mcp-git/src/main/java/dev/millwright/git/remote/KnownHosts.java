package dev.millwright.git.remote;

import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.sshd.client.config.hosts.KnownHostEntry;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntryResolver;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.sshd.ServerKeyDatabase;
import org.jspecify.annotations.Nullable;

/** The keys a host may have, as the operator's file tells: any other is refused, and nothing is ever learnt. */
final class KnownHosts implements ServerKeyDatabase {
    private final Host host;
    private final Refusal refusal;
    private final List<PublicKey> known = new ArrayList<>();
    private final List<PublicKey> revoked = new ArrayList<>();

    KnownHosts(Host host, Refusal refusal) {
        this.host = host;
        this.refusal = refusal;
        host.settings().knownHosts().ifPresent(this::read);
    }

    private void read(String file) {
        String name = host.name().replaceAll("[\\[\\]]", "");
        try {
            for (KnownHostEntry entry : KnownHostEntry.readKnownHostEntries(Path.of(file))) {
                String marker = String.valueOf(entry.getMarker());
                boolean revokes = marker.equals("revoked");
                // A pattern without a port is of port 22; what is revoked there is revoked anywhere.
                boolean meant = entry.isHostMatch(name, host.port()) || revokes && entry.isHostMatch(name, 22);
                if (meant && !marker.equals("cert-authority")) {
                    PublicKey key =
                            entry.getKeyEntry().resolvePublicKey(null, Map.of(), PublicKeyEntryResolver.IGNORING);
                    if (key != null) {
                        (revokes ? revoked : known).add(key);
                    }
                }
            }
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw ToolException.unavailable(
                    "the file of hosts.%s.known-hosts cannot be read".formatted(host.name()), e);
        }
    }

    /** Whether the file has a key of the host. */
    boolean knowsOne() {
        return !known.isEmpty();
    }

    @Override
    public List<PublicKey> lookup(String connect, InetSocketAddress remote, Configuration configuration) {
        return known;
    }

    @Override
    public boolean accept(
            String connect,
            InetSocketAddress remote,
            PublicKey key,
            Configuration configuration,
            @Nullable CredentialsProvider provider) {
        String print = KeyUtils.getKeyType(key) + " " + KeyUtils.getFingerPrint(key);
        if (KeyUtils.findMatchingKey(key, revoked) != null) {
            refuse("shows a key that is revoked: " + print);
            return false;
        } else if (KeyUtils.findMatchingKey(key, known) != null) {
            return true;
        }
        refuse(
                known.isEmpty()
                        ? "is unknown: its key is %s; the operator can put it into the file of known-hosts"
                                .formatted(print)
                        : "shows another key than the one known: %s; somebody may be in between".formatted(print));
        return false;
    }

    private void refuse(String why) {
        refusal.because(ToolException.denied("the SSH host " + host.name() + " " + why));
    }
}
