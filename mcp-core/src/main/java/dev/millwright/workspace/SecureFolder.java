package dev.millwright.workspace;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.util.Optional;

/** An open folder of a {@link SecureRoot}. */
final class SecureFolder implements Folder {
    private final SecureRoot root;
    private final SecureDirectoryStream<Path> stream;
    private final String path;
    private final String shown;

    private SecureFolder(SecureRoot root, SecureDirectoryStream<Path> stream, String path, String shown) {
        this.root = root;
        this.stream = stream;
        this.path = path;
        this.shown = shown;
    }

    /** The same folder, open once more. */
    static SecureFolder of(SecureRoot root, SecureDirectoryStream<Path> stream, String path, String shown) {
        try {
            return new SecureFolder(root, SecureRoot.open(stream, "."), path, shown);
        } catch (IOException e) {
            throw PortableFile.failed(e, shown);
        }
    }

    @FunctionalInterface
    interface Work<T> {
        T with(SecureDirectoryStream<Path> stream, Path name) throws IOException;
    }

    private <T> T with(String name, Work<T> work) {
        try {
            return work.with(stream, Path.of(Names.checked(name)));
        } catch (IOException e) {
            throw PortableFile.failed(e, below(name));
        }
    }

    private String below(String name) {
        return shown.isEmpty() || shown.equals(".") ? name : shown + "/" + name;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public Stat stat() {
        try {
            return SecureFile.stat(stream, Path.of("."));
        } catch (IOException e) {
            throw PortableFile.failed(e, shown);
        }
    }

    @Override
    public void entries(Entries entries) {
        // A stream is read once only; a folder may be listed often.
        try (SecureDirectoryStream<Path> again = SecureRoot.open(stream, ".")) {
            for (Path entry : again) {
                String name = entry.getFileName().toString();
                Optional<Stat> stat = stat(name);
                if (stat.isPresent() && !entries.entry(name, stat.get().type())) {
                    return;
                }
            }
        } catch (IOException e) {
            throw PortableFile.failed(e, shown);
        }
    }

    @Override
    public SecureFolder folder(String name) {
        return with(name, (here, inner) -> {
            Stat stat = SecureFile.stat(here, inner);
            if (stat.type() != EntryType.FOLDER) {
                throw new NotDirectoryException(name);
            }
            String below = path.isEmpty() ? name : path + "/" + name;
            return new SecureFolder(root, SecureRoot.open(here, name), below, below(name));
        });
    }

    @Override
    public OpenFile file(String name) {
        return SecureFile.open(of(root, stream, path, shown), name, below(name));
    }

    @Override
    public Optional<Stat> stat(String name) {
        return with(name, (here, entry) -> {
            try {
                return Optional.of(SecureFile.stat(here, entry));
            } catch (NoSuchFileException e) {
                return Optional.empty();
            }
        });
    }

    @Override
    public String link(String name) {
        return with(
                name,
                (here, entry) -> Files.readSymbolicLink(
                                root.location().resolve(path).resolve(entry))
                        .toString());
    }

    @Override
    public void makeFolder(String name) {
        bring(name, Files::createDirectory);
    }

    @Override
    public void makeLink(String name, String text) {
        Names.checkPath(text);
        bring(name, made -> Files.createSymbolicLink(made, Path.of(text)));
    }

    @FunctionalInterface
    private interface Making {
        void make(Path path) throws IOException;
    }

    /** Java makes folders and links by their path only: made right in the root, where no link is passed, then moved. */
    private void bring(String name, Making making) {
        Path temporary = Path.of(".millwright-" + Long.toHexString(System.nanoTime()));
        with(name, (here, wanted) -> {
            if (stat(name).isPresent()) {
                throw new FileAlreadyExistsException(name);
            }
            making.make(root.location().resolve(temporary));
            root.top().move(temporary, here, wanted);
            return wanted;
        });
    }

    @Override
    public NewFile create(String temporary) {
        return with(temporary, (here, name) -> new SecureNewFile(of(root, here, path, shown), name, shown));
    }

    /** A look at the folder through which files of it are reached. */
    SecureDirectoryStream<Path> stream() {
        return stream;
    }

    @Override
    public boolean rename(String name, Folder to, String newName, boolean replace) {
        if (!(to instanceof SecureFolder other)) {
            return false;
        }
        if (!replace && other.stat(newName).isPresent()) {
            throw new Errno(Errno.EEXIST).at(other.below(newName));
        }
        try {
            stream.move(Path.of(Names.checked(name)), other.stream, Path.of(Names.checked(newName)));
            return true;
        } catch (java.nio.file.AtomicMoveNotSupportedException e) {
            return false;
        } catch (IOException e) {
            throw PortableFile.failed(e, other.below(newName));
        }
    }

    @Override
    public boolean exchange(String one, String other) {
        return false;
    }

    @Override
    public void remove(String name) {
        with(name, (here, entry) -> {
            here.deleteFile(entry);
            return entry;
        });
    }

    @Override
    public void removeFolder(String name) {
        with(name, (here, entry) -> {
            here.deleteDirectory(entry);
            return entry;
        });
    }

    @Override
    public void sync() {
        // Names are as durable as this system makes them: Java cannot sync a folder everywhere.
    }

    @Override
    public void close() {
        try {
            stream.close();
        } catch (IOException e) {
            throw PortableFile.failed(e, shown);
        }
    }
}
