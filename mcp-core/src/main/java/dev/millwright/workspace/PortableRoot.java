package dev.millwright.workspace;

import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A root on systems with neither our system calls nor secure directory streams: paths are resolved, compared with the root, and used by their resolved
 * name. Whoever exchanges folders and links at the right moment can win a race; {@link #confinement} says so.
 */
final class PortableRoot implements Root {
    private final String name;
    private final Path location;

    PortableRoot(String name, Path location) {
        this.name = name;
        this.location = location;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Path location() {
        return location;
    }

    @Override
    public Confinement confinement() {
        return Confinement.BEST_EFFORT;
    }

    @Override
    public Folder folder(Target target) {
        return new PortableFolder(this, real(target), target.shown());
    }

    @Override
    public OpenFile file(Target target) {
        return PortableFile.open(real(target), target.shown());
    }

    @Override
    public Stat stat(Target target, boolean follow) {
        if (follow) {
            return PortableFile.stat(real(target), target.shown());
        }
        try (Place place = place(target, false)) {
            return place.stat().orElseThrow(() -> ToolException.notFound(Missing.message(this, target)));
        }
    }

    @Override
    public Place place(Target target, boolean follow) {
        Path path = location.resolve(target.path()).normalize();
        if (!path.startsWith(location)) {
            throw outside(target.shown());
        }
        boolean link = Files.isSymbolicLink(path);
        if (path.equals(location) || (follow && link)) {
            path = real(target);
        }
        if (path.equals(location)) {
            Folder folder = new PortableFolder(this, location, target.shown());
            return new Place(folder, "", Optional.of(folder.stat()), target.shown());
        }
        Path above = real(new Target(this, relative(path.getParent()), target.shown()));
        Folder folder = new PortableFolder(this, above, target.shown(relative(above)));
        String last = path.getFileName().toString();
        return new Place(folder, last, folder.stat(last), target.shown());
    }

    String relative(Path path) {
        return location.relativize(path).toString().replace('\\', '/');
    }

    private Path real(Target target) {
        try {
            Path real = location.resolve(target.path()).toRealPath();
            if (!real.startsWith(location)) {
                throw outside(target.shown());
            }
            return real;
        } catch (IOException e) {
            if (Files.exists(location.resolve(target.path()), LinkOption.NOFOLLOW_LINKS)) {
                throw PortableFile.failed(e, target.shown());
            }
            throw ToolException.notFound(target.shown() + " does not exist");
        }
    }

    private static ToolException outside(String shown) {
        return ToolException.denied(shown + " leads out of the workspace");
    }

    @Override
    public void close() {
        // Holds nothing open.
    }
}
