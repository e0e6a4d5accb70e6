package dev.millwright.k8s.api;

import java.io.Closeable;
import java.util.Optional;

/** A port on this machine's loopback that leads to a port of a pod, until closed. */
public interface Tunnel extends Closeable {
    /** Port on 127.0.0.1. */
    int port();

    /** Why connections through it break, as the kubelet said last; empty while none did. */
    default Optional<String> failure() {
        return Optional.empty();
    }
}
