package dev.millwright.store;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/** Where durable state lives. */
public sealed interface StoreUrl {
    /** The file {@code millwright.db} in a data directory of one machine; any number of its processes may share it. */
    record Embedded(Path dataDirectory) implements StoreUrl {}

    /**
     * A PostgreSQL database that several machines may share.
     *
     * @param url as in {@code jdbc:postgresql://host:5432/millwright}; without user and password in it
     * @param password asked for when a connection is opened, never kept or printed
     */
    record Shared(String url, Optional<String> user, Optional<Supplier<String>> password) implements StoreUrl {
        public Shared {
            if (!url.startsWith("jdbc:postgresql://")) {
                throw new IllegalArgumentException(
                        "the store's url must begin with jdbc:postgresql://, or be left out for the embedded store");
            } else if (url.contains("password=") || url.contains("@")) {
                throw new IllegalArgumentException(
                        "the store's url must not hold a user or password; give them beside it");
            }
        }
    }
}
