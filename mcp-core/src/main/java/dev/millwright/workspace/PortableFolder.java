package dev.millwright.workspace;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** A folder by its resolved path. */
final class PortableFolder implements Folder {
    private final PortableRoot root;
    private final Path folder;
    private final String shown;

    PortableFolder(PortableRoot root, Path folder, String shown) {
        this.root = root;
        this.folder = folder;
        this.shown = shown;
    }

    Path at(String name) {
        return folder.resolve(Names.checked(name));
    }

    Path here() {
        return folder;
    }

    @Override
    public String path() {
        return root.relative(folder);
    }

    @Override
    public Stat stat() {
        return PortableFile.stat(folder, shown);
    }

    @Override
    public void entries(Entries entries) {
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            for (Path entry : stream) {
                if (!entries.entry(
                        entry.getFileName().toString(),
                        PortableFile.stat(entry, shown).type())) {
                    return;
                }
            }
        } catch (IOException e) {
            throw PortableFile.failed(e, shown);
        }
    }

    @Override
    public Folder folder(String name) {
        return new PortableFolder(root, at(name), shown + "/" + name);
    }

    @Override
    public OpenFile file(String name) {
        return PortableFile.open(at(name), shown + "/" + name);
    }

    @Override
    public Optional<Stat> stat(String name) {
        return Files.exists(at(name), LinkOption.NOFOLLOW_LINKS)
                ? Optional.of(PortableFile.stat(at(name), shown + "/" + name))
                : Optional.empty();
    }

    @Override
    public String link(String name) {
        try {
            return Files.readSymbolicLink(at(name)).toString();
        } catch (IOException e) {
            throw PortableFile.failed(e, shown + "/" + name);
        }
    }

    private interface Change {
        void make() throws IOException;
    }

    private void change(String name, Change change) {
        try {
            change.make();
        } catch (IOException e) {
            throw PortableFile.failed(e, shown + "/" + name);
        }
    }

    @Override
    public void makeFolder(String name) {
        change(name, () -> Files.createDirectory(at(name)));
    }

    @Override
    public void makeLink(String name, String text) {
        change(name, () -> Files.createSymbolicLink(at(name), Path.of(text)));
    }

    @Override
    public NewFile create(String temporary) {
        return new PortableNewFile(this, temporary, shown);
    }

    @Override
    public boolean rename(String name, Folder to, String newName, boolean replace) {
        if (!(to instanceof PortableFolder other)) {
            return false;
        }
        try {
            if (!replace && Files.exists(other.at(newName), LinkOption.NOFOLLOW_LINKS)) {
                throw new FileAlreadyExistsException(newName);
            }
            Files.move(at(name), other.at(newName), StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (AtomicMoveNotSupportedException e) {
            return false;
        } catch (IOException e) {
            throw PortableFile.failed(e, other.shown + "/" + newName);
        }
    }

    @Override
    public boolean exchange(String one, String other) {
        return false;
    }

    @Override
    public void remove(String name) {
        change(name, () -> Files.delete(at(name)));
    }

    @Override
    public void removeFolder(String name) {
        change(name, () -> Files.delete(at(name)));
    }

    @Override
    public void sync() {
        // Names are as durable as this system makes them: Java cannot sync a folder everywhere.
    }

    @Override
    public void close() {
        // Holds nothing open.
    }
}
