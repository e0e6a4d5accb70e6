package dev.millwright.git.config;

import dev.millwright.config.Secret;
import dev.millwright.json.Doc;
import java.util.Optional;

/** How remotes on one host are reached. Secrets stay here: no repository, answer or log holds them. */
public record RemoteHost(
        @Doc(value = "User name, for HTTPS beside the password, for SSH where the address has none.", orElse = "git")
        String user,

        @Doc("Password or token for HTTPS.") Optional<Secret> password,

        @Doc(value = "How the password is sent: basic with the user name, or bearer.", orElse = "basic")
        Scheme scheme,

        @Doc(value = "Allow http without TLS.", orElse = "false")
        boolean http,

        @Doc("File with the certificates (PEM) that this host's is checked against, instead of the public ones.")
        Optional<String> caFile,

        @Doc("File with the private key for SSH, readable by its owner only.")
        Optional<String> key,

        @Doc("Passphrase of the key, where it has one.") Optional<Secret> passphrase,
        @Doc("Socket of an SSH agent that holds keys.") Optional<String> agent,

        @Doc("File with the host's public keys, as ssh-keyscan writes it; a host whose key is not in it is refused.")
        Optional<String> knownHosts) {
    /** How a password is sent over HTTP. */
    public enum Scheme {
        BASIC,
        BEARER
    }
}
