package dev.millwright.docker.failure;

import java.util.List;
import java.util.Optional;

/**
 * What is known beside the log.
 *
 * @param recipe the Dockerfile
 * @param paths what the build context holds, relative, {@code /} between names; empty where unknown
 * @param ignore lines of {@code .dockerignore}
 * @param images references that the engine has
 */
public record Surroundings(Optional<Recipe> recipe, List<String> paths, List<String> ignore, List<String> images) {
    public Surroundings {
        paths = List.copyOf(paths);
        ignore = List.copyOf(ignore);
        images = List.copyOf(images);
    }

    public static Surroundings none() {
        return new Surroundings(Optional.empty(), List.of(), List.of(), List.of());
    }

    public static Surroundings of(String dockerfile) {
        return new Surroundings(Optional.of(Recipe.of(dockerfile)), List.of(), List.of(), List.of());
    }
}
