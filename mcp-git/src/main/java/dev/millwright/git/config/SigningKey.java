package dev.millwright.git.config;

import dev.millwright.config.Secret;
import dev.millwright.json.Doc;
import java.util.Optional;

/** What signs a tenant's commits and tags. */
public record SigningKey(
        @Doc("What kind of key it is, and so of signature.") Format format,

        @Doc(
                "File with the private key, readable by its owner only: as ssh-keygen writes it, or as gpg --export-secret-keys does.")
        String file,

        @Doc("Passphrase of the key, where it has one.") Optional<Secret> passphrase) {
    /** Who verifies it. */
    public enum Format {
        /** {@code ssh-keygen}: Ed25519, ECDSA and RSA keys. */
        SSH,
        /** {@code gpg}. */
        OPENPGP
    }
}
