package dev.millwright.docker.sbom;

import dev.millwright.docker.sbom.Component.Distro;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The packages of an image or a folder.
 *
 * @param distro the distribution it is of
 * @param components each package once, by ecosystem, name and version
 * @param problems what could not be read: the list is as complete as these allow
 */
public record Sbom(Optional<Distro> distro, List<Component> components, List<Problem> problems) {
    static final Comparator<Component> ORDER = Comparator.comparing(Component::ecosystem)
            .thenComparing(Component::fullName)
            .thenComparing(Component::version);

    /** A file that could not be read, or not all of it. @param path with a slash in front */
    public record Problem(String path, String message) {
        @Override
        public String toString() {
            return "could not read " + path + ": " + message;
        }
    }

    public Sbom {
        components = List.copyOf(components);
        problems = List.copyOf(problems);
    }
}
