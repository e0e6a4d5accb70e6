package dev.millwright.git.remote;

import dev.millwright.config.ConfigException;
import dev.millwright.config.Secret;
import dev.millwright.git.config.RemoteHost;
import dev.millwright.tool.ToolException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.eclipse.jgit.transport.SshConfigStore;
import org.eclipse.jgit.transport.sshd.SshdSessionFactory;
import org.eclipse.jgit.transport.sshd.SshdSessionFactoryBuilder;
import org.jspecify.annotations.Nullable;

/** SSH as the configuration of one host says; the files of the user that this server runs as are not looked at. */
final class ShellSessions {
    /** Says nothing of any host. */
    private record NoConfig() implements SshConfigStore {
        @Override
        public HostConfig lookup(String host, int port, @Nullable String user) {
            return EMPTY_CONFIG;
        }

        @Override
        public HostConfig lookupDefault(String host, int port, @Nullable String user) {
            return EMPTY_CONFIG;
        }
    }

    private ShellSessions() {}

    /** @param nowhere a folder of ours that does not exist: where SSH looks for what nobody configured */
    static SshdSessionFactory of(Host host, Function<Secret, Supplier<String>> secrets, Path nowhere, Refusal refusal) {
        RemoteHost settings = host.settings();
        List<KeyPair> keys = keys(host, secrets);
        if (keys.isEmpty() && settings.agent().isEmpty()) {
            throw ToolException.denied("the configuration has no SSH key for %s: hosts.%s.key or agent"
                    .formatted(host.name(), host.name()));
        }
        File none = nowhere.toFile();
        return new SshdSessionFactoryBuilder()
                .setHomeDirectory(none)
                .setSshDirectory(none)
                .setConfigStoreFactory((home, file, user) -> new NoConfig())
                .setDefaultKnownHostsFiles(ssh -> List.of())
                .setDefaultIdentities(ssh -> List.of())
                .setDefaultKeysProvider(ssh -> keys)
                .setPreferredAuthentications("publickey")
                .setServerKeyDatabase((home, ssh) -> new KnownHosts(host, refusal))
                .setConnectorFactory(settings.agent()
                        .map(socket -> new AgentSocket(Path.of(socket)))
                        .orElse(null))
                .build(null);
    }

    /** Those of the key file; none without one. @throws ToolException {@code UNAVAILABLE} where it cannot be used */
    static List<KeyPair> keys(Host host, Function<Secret, Supplier<String>> secrets) {
        RemoteHost settings = host.settings();
        if (settings.key().isEmpty()) {
            return List.of();
        }
        Path file = Path.of(settings.key().get());
        String key = "the key file of hosts." + host.name() + ".key";
        try (InputStream in = Files.newInputStream(file)) {
            if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Set<PosixFilePermission> rights = Files.getPosixFilePermissions(file);
                if (rights.contains(PosixFilePermission.GROUP_READ)
                        || rights.contains(PosixFilePermission.OTHERS_READ)) {
                    throw ToolException.unavailable(key + " can be read by others; run chmod 600 on it");
                }
            }
            Optional<String> passphrase =
                    settings.passphrase().map(secret -> secrets.apply(secret).get());
            List<KeyPair> keys = new ArrayList<>();
            SecurityUtils.loadKeyPairIdentities(
                            null,
                            NamedResource.ofName("key"),
                            in,
                            passphrase.map(FilePasswordProvider::of).orElse(FilePasswordProvider.EMPTY))
                    .forEach(keys::add);
            return keys;
        } catch (ConfigException e) {
            throw ToolException.unavailable("the passphrase of " + key + " cannot be had: " + e.getMessage());
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw ToolException.unavailable(key + " cannot be read, or its passphrase is missing or wrong");
        }
    }
}
