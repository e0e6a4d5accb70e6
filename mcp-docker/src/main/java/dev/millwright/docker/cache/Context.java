package dev.millwright.docker.cache;

import java.util.List;
import java.util.Optional;

/** The folder a build is given, as far as advice needs it. */
public interface Context {
    /** A context nobody told us about. */
    Context UNKNOWN = new Context() {
        @Override
        public boolean known() {
            return false;
        }

        @Override
        public List<Entry> entries() {
            return List.of();
        }

        @Override
        public Optional<String> text(String path) {
            return Optional.empty();
        }
    };

    /**
     * A file or folder in it.
     *
     * @param path relative, with {@code /}
     * @param bytes its size, for a folder of all below it as far as was looked
     */
    record Entry(String path, boolean folder, long bytes) {}

    boolean known();

    /** What is in it, the first levels, whether ignored or not. */
    List<Entry> entries();

    /** The text of a small file; empty where there is none. */
    Optional<String> text(String path);

    default boolean has(String path) {
        return entries().stream().anyMatch(each -> each.path().equals(path));
    }
}
