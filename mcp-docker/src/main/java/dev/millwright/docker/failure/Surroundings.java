package dev.millwright.docker.failure;

import dev.millwright.docker.dockerfile.IgnoreFile;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What is known beside the log.
 *
 * @param recipe the Dockerfile
 * @param paths what the build context holds, relative, {@code /} between names; empty where unknown
 * @param ignore lines of {@code .dockerignore}
 * @param images references that the engine has
 * @param windows paths of scripts whose lines end as on Windows
 */
public record Surroundings(
        Optional<Recipe> recipe, List<String> paths, List<String> ignore, List<String> images, List<String> windows) {
    public Surroundings {
        paths = List.copyOf(paths);
        ignore = List.copyOf(ignore);
        images = List.copyOf(images);
        windows = List.copyOf(windows);
    }

    public static Surroundings none() {
        return new Surroundings(Optional.empty(), List.of(), List.of(), List.of(), List.of());
    }

    public static Surroundings of(String dockerfile) {
        return new Surroundings(Optional.of(Recipe.of(dockerfile)), List.of(), List.of(), List.of(), List.of());
    }

    /** The same around another Dockerfile. */
    public Surroundings with(String dockerfile) {
        return new Surroundings(Optional.of(Recipe.of(dockerfile)), paths, ignore, images, windows);
    }

    /** Whether {@code .dockerignore} leaves a path out. */
    boolean ignores(String path) {
        try {
            return IgnoreFile.parse(String.join("\n", ignore)).ignores(path);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** A path of the context whose last name is this, the nearest to its top; empty where there is none. */
    Optional<String> file(String name) {
        return paths.stream()
                .filter(each -> each.equals(name) || each.endsWith("/" + name))
                .min(Comparator.comparingInt(String::length).thenComparing(each -> each));
    }
}
