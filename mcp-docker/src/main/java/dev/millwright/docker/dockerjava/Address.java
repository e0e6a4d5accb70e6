package dev.millwright.docker.dockerjava;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where an engine is.
 *
 * @param host unix, tcp, npipe or ssh
 * @param certificates folder with ca.pem, cert.pem and key.pem, for TLS
 */
record Address(URI host, Optional<Path> certificates) {
    /** As people write it. */
    String shown() {
        return host.toString();
    }
}
