package dev.millwright.k8s.api;

import java.io.Closeable;

/** A port on this machine's loopback that leads to a port of a pod, until closed. */
public interface Tunnel extends Closeable {
    /** Port on 127.0.0.1. */
    int port();
}
