package dev.millwright.docker.sbom;

import dev.millwright.docker.sbom.Component.Distro;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What one file told. */
final class Found {
    /** No file tells of more: the largest real one, a lock file of a monorepo, has 10,000. */
    private static final int MOST = 100_000;

    private static final int LONGEST_NAME = 512;

    private final String path;
    private final List<Component> components = new ArrayList<>();
    private final Set<String> owned = new HashSet<>();
    private final List<String> problems = new ArrayList<>();
    private Optional<Distro> distro = Optional.empty();

    Found(String path) {
        this.path = path;
    }

    /** A package in this file. */
    void add(Ecosystem ecosystem, String namespace, String name, String version) {
        add(Component.of(ecosystem, namespace, name.isBlank() ? "?" : name, version), path);
    }

    void add(Component component) {
        add(component, path);
    }

    /** @param at where it lies, when that is inside of this file */
    void add(Component component, String at) {
        String whole = component.namespace().orElse("") + component.name() + component.version();
        if (component.name().equals("?")
                || whole.length() > LONGEST_NAME
                || whole.chars().anyMatch(c -> c < ' ')) {
            problem("a package in it has no possible name");
        } else if (components.size() == MOST) {
            problem("more than " + MOST + " packages in it are left out");
        } else {
            components.add(component.at("/" + at));
        }
    }

    private static boolean hasPurl(Component component) {
        try {
            return !component.purl().isEmpty();
        } catch (IllegalStateException e) {
            return false;
        }
    }

    /** A file that a package of the distribution brought: what it tells was told already. */
    void owns(String file) {
        String plain = Readers.plain(file);
        if (owned.size() < MOST && Readers.couldTell(plain)) {
            owned.add(plain);
        }
    }

    void isOf(Distro release) {
        distro = Optional.of(release);
    }

    /** A part of this file that could not be read; each kind is told once. */
    void problem(String what) {
        if (!problems.contains(what) && problems.size() < 20) {
            problems.add(what);
        }
    }

    List<Component> components() {
        return components;
    }

    Set<String> owned() {
        return owned;
    }

    List<String> problems() {
        return problems;
    }

    Optional<Distro> distro() {
        return distro;
    }

    boolean isEmpty() {
        return components.isEmpty() && owned.isEmpty() && problems.isEmpty() && distro.isEmpty();
    }
}
