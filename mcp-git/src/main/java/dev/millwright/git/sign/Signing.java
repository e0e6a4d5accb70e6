package dev.millwright.git.sign;

import dev.millwright.config.ConfigException;
import dev.millwright.config.Secret;
import dev.millwright.git.config.SigningKey;
import dev.millwright.git.repo.Repo;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.eclipse.jgit.lib.GpgSignature;
import org.eclipse.jgit.lib.ObjectBuilder;

/** Signs commits and tags of tenants that have a key; a key is read and unlocked when first needed. */
public final class Signing {
    /** No key file is larger. */
    private static final int LONGEST = 1_000_000;

    private final Function<Secret, Supplier<String>> secrets;
    private final Map<SigningKey, Signer> signers = new ConcurrentHashMap<>();

    /** @param secrets what fetches a passphrase */
    public Signing(Function<Secret, Supplier<String>> secrets) {
        this.secrets = secrets;
    }

    /**
     * Signs a commit or tag about to be written, where the tenant has a key.
     *
     * @return whether it has one
     * @throws ToolException {@code UNAVAILABLE} with the reason when the key cannot be used
     */
    public boolean sign(Repo repo, ObjectBuilder object) {
        Optional<SigningKey> key = repo.reach().signing();
        key.ifPresent(known -> {
            try {
                String signature = signers.computeIfAbsent(known, this::open).sign(object.build());
                object.setGpgSignature(new GpgSignature(signature.getBytes(StandardCharsets.US_ASCII)));
            } catch (IOException | GeneralSecurityException e) {
                throw ToolException.unavailable("the configured key cannot sign: " + e.getMessage(), e);
            }
        });
        return key.isPresent();
    }

    /**
     * Reads and unlocks the key.
     *
     * @throws ToolException {@code UNAVAILABLE} with the reason
     */
    public void check(SigningKey key) {
        open(key);
    }

    private Signer open(SigningKey key) {
        try {
            Optional<String> passphrase = key.passphrase().map(secrets).map(Supplier::get);
            byte[] file = read(Path.of(key.file()));
            return switch (key.format()) {
                case SSH -> SshSigner.read(file, passphrase);
                case OPENPGP -> OpenPgpSigner.read(file, passphrase);
            };
        } catch (IOException | GeneralSecurityException | ConfigException e) {
            throw ToolException.unavailable("the configured signing key cannot be used: " + e.getMessage(), e);
        }
    }

    private static byte[] read(Path file) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) > LONGEST) {
            throw new IOException(file + " is no key file");
        }
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")
                && Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
            throw new IOException(file + " can be read by everyone; run chmod 600 " + file);
        }
        return Files.readAllBytes(file);
    }
}
