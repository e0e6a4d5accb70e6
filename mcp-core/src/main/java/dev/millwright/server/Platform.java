package dev.millwright.server;

import dev.millwright.config.Secret;
import dev.millwright.sandbox.Sandbox;
import dev.millwright.store.Store;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What the process offers its servers.
 *
 * @param data folder for what a server keeps in files, its own and nobody else's
 * @param store durable state; opens with its first use
 * @param sandbox where foreign code runs; found out with its first use
 * @param secrets what fetches a configured secret anew each time it is asked for its value; throws {@link
 *     dev.millwright.config.ConfigException} when it cannot be had
 * @param hide takes secrets that were met, to be kept out of every answer from then on
 * @param environment variables of this process
 * @param lasting whether the process serves callers until it is told to stop, and does not end with its one caller; what
 *     pays off only in time is then worth beginning
 * @param closer takes what must be closed when the process ends; last taken, first closed
 */
public record Platform(
        Path data,
        Store store,
        Supplier<Sandbox> sandbox,
        Function<Secret, Supplier<String>> secrets,
        Consumer<Collection<String>> hide,
        Map<String, String> environment,
        boolean lasting,
        Consumer<AutoCloseable> closer) {
    /** Of a server that meets no secrets and needs no variables. */
    public Platform(
            Path data,
            Store store,
            Supplier<Sandbox> sandbox,
            Function<Secret, Supplier<String>> secrets,
            Consumer<AutoCloseable> closer) {
        this(data, store, sandbox, secrets, met -> {}, Map.of(), false, closer);
    }

    /** The same thing, to be closed when the process ends. */
    public <T extends AutoCloseable> T closing(T resource) {
        closer.accept(resource);
        return resource;
    }
}
