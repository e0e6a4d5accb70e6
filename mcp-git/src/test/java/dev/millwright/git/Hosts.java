package dev.millwright.git;

import dev.millwright.config.Secret;
import dev.millwright.git.config.RemoteHost;
import java.nio.file.Path;
import java.util.Optional;

/** Hosts as an operator configures them. */
final class Hosts {
    private Hosts() {}

    /** Plain HTTP, nobody asks who calls. */
    static RemoteHost http() {
        return web(Optional.empty(), RemoteHost.Scheme.BASIC, Optional.empty());
    }

    /** @param variable that holds the password */
    static RemoteHost basic(String variable) {
        return web(Optional.of(variable), RemoteHost.Scheme.BASIC, Optional.empty());
    }

    /** @param variable that holds the token */
    static RemoteHost bearer(String variable) {
        return web(Optional.of(variable), RemoteHost.Scheme.BEARER, Optional.empty());
    }

    /** HTTPS, with its own certificates to trust. */
    static RemoteHost trusting(Path certificate) {
        return web(Optional.empty(), RemoteHost.Scheme.BASIC, Optional.of(certificate.toString()));
    }

    /** HTTPS as the world trusts it. */
    static RemoteHost https() {
        return web(Optional.empty(), RemoteHost.Scheme.BASIC, Optional.empty());
    }

    private static RemoteHost web(Optional<String> variable, RemoteHost.Scheme scheme, Optional<String> caFile) {
        return new RemoteHost(
                "git",
                variable.map(Hosts::inEnvironment),
                scheme,
                true,
                caFile,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    static RemoteHost ssh(
            String user, Optional<Path> key, Optional<String> passphrase, Optional<Path> agent, Optional<Path> known) {
        return new RemoteHost(
                user,
                Optional.empty(),
                RemoteHost.Scheme.BASIC,
                false,
                Optional.empty(),
                key.map(Path::toString),
                passphrase.map(Hosts::inEnvironment),
                agent.map(Path::toString),
                known.map(Path::toString));
    }

    private static Secret inEnvironment(String variable) {
        return new Secret(Optional.of(variable), Optional.empty(), Optional.empty());
    }
}
