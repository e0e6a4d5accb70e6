package dev.millwright.docker.config;

import dev.millwright.config.Glob;
import dev.millwright.json.Doc;
import dev.millwright.json.Json;
import dev.millwright.json.Schema;
import java.util.List;
import java.util.Optional;

/** What a tenant may reach of engines. */
public record DockerReach(
        @Doc(
                "Engine: unix:///var/run/docker.sock, tcp://host:2376 or ssh://user@host; default: context, else $DOCKER_HOST, else Docker's current context, else the usual sockets of Docker and Podman.")
        Optional<String> host,

        @Doc("Docker context that names the engine; not together with host.")
        Optional<String> context,

        @Doc(
                value =
                        "Further engines that calls may name by docker_host: addresses, or names of Docker contexts, with * for any characters.",
                orElse = "[]")
        List<String> hosts,

        @Doc(
                "Folder with ca.pem, cert.pem and key.pem for TLS; default: that of the context, else $DOCKER_CERT_PATH with $DOCKER_TLS_VERIFY.")
        Optional<String> certPath,

        @Doc("Only containers whose names begin with this, and names given to what is made; default: all.")
        Optional<String> namePrefix,

        @Doc("Only containers with this label, as key=value, which what is made here gets too; default: all.")
        Optional<String> label,

        @Doc(
                value =
                        "Images that may be looked at, built, run or built upon, with * for any characters; default: all.",
                orElse = "[]")
        List<String> images,

        @Doc(
                value =
                        "What is allowed beyond the safe: privileged, host-namespaces, host-mounts, engine-socket, network.",
                orElse = "[]")
        List<Permission> allow,

        @Doc(
                value = "Folders with Dockerfiles, contexts, logs and archives that calls may name; each must exist.",
                orElse = "[]")
        List<String> roots,

        @Doc(
                value = "Most bytes of memory of a build step or sandbox.",
                min = 16_000_000,
                max = 1_000_000_000_000L,
                orElse = "2000000000")
        long maxMemory,

        @Doc(value = "Most processors of a build step or sandbox.", min = 1, max = 1024, orElse = "2")
        int maxCpus) {
    public DockerReach {
        hosts = List.copyOf(hosts);
        images = List.copyOf(images);
        allow = List.copyOf(allow);
        roots = List.copyOf(roots);
        if (host.isPresent() && context.isPresent()) {
            throw new IllegalArgumentException("host and context both name an engine; give one of them");
        }
        if (label.isPresent() && !label.get().matches("[^=\\s]+=[^\\s]*")) {
            throw new IllegalArgumentException("label must be key=value, got \"" + label.get() + "\"");
        }
        if (namePrefix.isPresent() && !namePrefix.get().matches("[a-zA-Z0-9][a-zA-Z0-9_.-]*")) {
            throw new IllegalArgumentException(
                    "name-prefix must be of letters, digits, _, . and -, got \"" + namePrefix.get() + "\"");
        }
    }

    /** All defaults. */
    public static DockerReach defaults() {
        return Schema.of(DockerReach.class, Schema.Keys.KEBAB).bind(Json.object());
    }

    /** The same of another engine. @param engine its address, or the name of a Docker context */
    public DockerReach at(String engine) {
        boolean address = engine.contains("://");
        return new DockerReach(
                Optional.of(engine).filter(any -> address),
                Optional.of(engine).filter(any -> !address),
                hosts,
                certPath,
                namePrefix,
                label,
                images,
                allow,
                roots,
                maxMemory,
                maxCpus);
    }

    public boolean allows(Permission permission) {
        return allow.contains(permission);
    }

    /** Whether an image may be used, by its reference as in {@code registry.example.org/shop/web:1}. */
    public boolean allowsImage(String reference) {
        return images.isEmpty() || Glob.matchesAny(images, reference);
    }

    /** Whether only some of the engine's containers are the tenant's. */
    public boolean scoped() {
        return namePrefix.isPresent() || label.isPresent();
    }
}
