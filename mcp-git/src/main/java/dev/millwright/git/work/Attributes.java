package dev.millwright.git.work;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jgit.lib.Repository;

/**
 * The attributes of paths: {@code info/attributes} before the {@code .gitattributes} of the nearest folder and of those
 * above it. Safe for use by several threads.
 */
final class Attributes {
    /** Values of an attribute that is set, unset, or made unspecified again; a text can be none of them. */
    static final String SET = "\0set";

    static final String UNSET = "\0unset";
    static final String UNSPECIFIED = "\0";

    /** Bytes of a file of rules that are read at most; larger ones are passed over. */
    static final int MOST_BYTES = 1 << 20;

    /** Where the {@code .gitattributes} of a folder are read. */
    @FunctionalInterface
    interface Source {
        /** @param folder from the top, {@code ""} for the top itself */
        Optional<byte[]> attributesOf(String folder);
    }

    private final AttributeFile info;
    private final Source source;
    private final Map<String, AttributeFile> files = new ConcurrentHashMap<>();

    Attributes(Repository git, Source source) {
        this.info = infoFile(git, "attributes").map(AttributeFile::parse).orElse(AttributeFile.EMPTY);
        this.source = source;
    }

    /** A file below {@code info} of the repository; empty where there is none, or a link. */
    static Optional<byte[]> infoFile(Repository git, String name) {
        Path path = git.getCommonDirectory().toPath().resolve("info").resolve(name);
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try (SeekableByteChannel channel =
                Files.newByteChannel(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.of(Channels.newInputStream(channel).readNBytes(MOST_BYTES));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of a file, by name; what no rule mentions is not in it. */
    Map<String, String> of(String path) {
        List<AttributeFile> strongestFirst = new ArrayList<>();
        List<String> folders = new ArrayList<>();
        strongestFirst.add(info);
        folders.add("");
        for (int end = path.lastIndexOf('/'); ; end = path.lastIndexOf('/', end - 1)) {
            String folder = end < 0 ? "" : path.substring(0, end);
            AttributeFile file = files.computeIfAbsent(folder, this::read);
            if (!file.isEmpty()) {
                strongestFirst.add(file);
                folders.add(folder);
            }
            if (end < 0) {
                break;
            }
        }
        Map<String, String> found = new HashMap<>();
        for (int i = 0; i < strongestFirst.size(); i++) {
            String folder = folders.get(i);
            String below = folder.isEmpty() ? path : path.substring(folder.length() + 1);
            strongestFirst.get(i).fill(below, found, strongestFirst);
        }
        return found;
    }

    private AttributeFile read(String folder) {
        return source.attributesOf(folder).map(AttributeFile::parse).orElse(AttributeFile.EMPTY);
    }
}
