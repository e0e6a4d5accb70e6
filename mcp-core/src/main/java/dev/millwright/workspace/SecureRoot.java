package dev.millwright.workspace;

import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * A root on systems without our system calls whose Java opens folders relative to open folders: every component of a path
 * is opened by itself without following links, and links are resolved by hand beneath the root.
 *
 * <p>Java reads a link only by its path. Whoever exchanges it meanwhile chooses what it says, and still reaches nothing
 * outside: what it says is walked in the same way.
 */
final class SecureRoot implements Root {
    private static final int LINKS = 40;

    private final String name;
    private final Path location;
    private final SecureDirectoryStream<Path> top;

    private SecureRoot(String name, Path location, SecureDirectoryStream<Path> top) {
        this.name = name;
        this.location = location;
        this.top = top;
    }

    /** Empty where Java offers no such folders. */
    static Optional<Root> open(String name, Path location) {
        try {
            DirectoryStream<Path> stream = Files.newDirectoryStream(location);
            if (stream instanceof SecureDirectoryStream<Path> secure) {
                return Optional.of(new SecureRoot(name, location, secure));
            }
            stream.close();
            return Optional.empty();
        } catch (IOException e) {
            throw ToolException.unavailable("the root " + location + " cannot be opened: " + e.getMessage(), e);
        }
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
        return Confinement.SECURE_STREAMS;
    }

    SecureDirectoryStream<Path> top() {
        return top;
    }

    @Override
    public Folder folder(Target target) {
        Place place = place(target, true);
        if (place.isRoot()) {
            return place.folder();
        }
        try (Folder above = place.folder()) {
            if (place.stat().isEmpty()) {
                throw ToolException.notFound(Missing.message(this, target));
            }
            return above.folder(place.name());
        }
    }

    @Override
    public OpenFile file(Target target) {
        try (Place place = place(target, true)) {
            if (place.isRoot()) {
                throw new Errno(Errno.EISDIR).at(target.shown());
            } else if (place.stat().isEmpty()) {
                throw ToolException.notFound(Missing.message(this, target));
            }
            return place.folder().file(place.name());
        }
    }

    @Override
    public Stat stat(Target target, boolean follow) {
        try (Place place = place(target, follow)) {
            return place.stat().orElseThrow(() -> ToolException.notFound(Missing.message(this, target)));
        }
    }

    @Override
    public Place place(Target target, boolean follow) {
        Deque<SecureFolder> above = new ArrayDeque<>();
        try {
            above.push(SecureFolder.of(this, top, "", target.shown("")));
            Place place = walk(target, follow, above);
            above.remove(place.folder());
            return place;
        } finally {
            above.forEach(Folder::close);
        }
    }

    /** @param above open folders from the root to where the walk is, the last first */
    private Place walk(Target target, boolean follow, Deque<SecureFolder> above) {
        Deque<String> rest = new ArrayDeque<>();
        push(rest, target.path());
        int links = 0;
        while (!rest.isEmpty()) {
            String next = rest.pop();
            if (next.equals("..")) {
                if (above.size() == 1) {
                    throw new Errno(Errno.EXDEV).at(target.shown());
                }
                above.pop().close();
                continue;
            }
            SecureFolder here = above.element();
            Optional<Stat> stat = here.stat(next);
            boolean last = rest.isEmpty();
            if (stat.isPresent() && stat.get().type() == EntryType.LINK && (follow || !last)) {
                String link = here.link(next);
                if (link.startsWith("/")) {
                    throw new Errno(Errno.EXDEV).at(target.shown());
                } else if (++links > LINKS) {
                    throw new Errno(Errno.ELOOP).at(target.shown());
                }
                push(rest, link);
            } else if (last) {
                Place found = new Place(here, next, stat, "");
                return new Place(here, next, stat, target.shown(found.path()));
            } else if (stat.isEmpty()) {
                throw ToolException.notFound(Missing.message(this, target));
            } else {
                above.push(here.folder(next));
            }
        }
        return inItsFolder(target, above);
    }

    /** The place of the folder a path ended in by {@code ..}, or of the root. */
    private static Place inItsFolder(Target target, Deque<SecureFolder> above) {
        SecureFolder last = above.element();
        String path = last.path();
        if (path.isEmpty()) {
            return new Place(last, "", Optional.of(last.stat()), target.shown(""));
        }
        above.pop().close();
        String name = path.substring(path.lastIndexOf('/') + 1);
        return new Place(above.element(), name, above.element().stat(name), target.shown(path));
    }

    /** Puts the names of a path before the rest. */
    private static void push(Deque<String> rest, String path) {
        String[] names = path.split("/");
        for (int i = names.length - 1; i >= 0; i--) {
            if (!names[i].isEmpty() && !names[i].equals(".")) {
                rest.push(names[i]);
            }
        }
    }

    /** A folder below an open one, its last name not followed. */
    static SecureDirectoryStream<Path> open(SecureDirectoryStream<Path> above, String name) throws IOException {
        return above.newDirectoryStream(Path.of(name), LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public void close() {
        try {
            top.close();
        } catch (IOException e) {
            throw PortableFile.failed(e, name);
        }
    }
}
