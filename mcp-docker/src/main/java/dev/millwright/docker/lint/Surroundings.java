package dev.millwright.docker.lint;

import dev.millwright.docker.dockerfile.IgnoreFile;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is known around a Dockerfile.
 *
 * @param files names of what lies in the context's top folder; empty where the context is not known
 * @param ignore its {@code .dockerignore}; empty where there is none, or the context is not known
 * @param platforms of base images that were looked at, by name as in {@code FROM}: {@code linux/amd64}
 * @param wanted the platform that is built for, if it is known
 */
public record Surroundings(
        Optional<Set<String>> files,
        Optional<IgnoreFile> ignore,
        Map<String, String> platforms,
        Optional<String> wanted) {
    /** Nothing is known. */
    public static final Surroundings NONE =
            new Surroundings(Optional.empty(), Optional.empty(), Map.of(), Optional.empty());

    public Surroundings {
        files = files.map(Set::copyOf);
        platforms = Map.copyOf(platforms);
    }

    public static Surroundings context(Set<String> files, Optional<IgnoreFile> ignore) {
        return new Surroundings(Optional.of(files), ignore, Map.of(), Optional.empty());
    }

    /** Whether one of these is in the context; false where that is not known. */
    boolean hasAny(List<String> names) {
        return files.isPresent() && names.stream().anyMatch(files.get()::contains);
    }
}
