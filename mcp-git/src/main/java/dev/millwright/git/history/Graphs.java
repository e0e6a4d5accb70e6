package dev.millwright.git.history;

import dev.millwright.git.repo.Repo;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.eclipse.jgit.internal.storage.commitgraph.CommitGraphFormatException;

/**
 * The commit-graphs this program wrote. A graph says what the parents of a commit are, and nothing ties that to the
 * commits: who can write into a repository could tell any history with it. So only a file is believed whose checksum we
 * remember, outside of all repositories, and from the very bytes that were summed.
 */
public final class Graphs {
    /** Bytes: ten million commits with their filters. */
    private static final int LARGEST = 1_000_000_000;

    private final Path folder;

    /** @param folder of our own, outside of all roots */
    public Graphs(Path folder) {
        this.folder = folder;
    }

    /** Where a repository has its graph. */
    static Path file(Repo repo) {
        return Histories.objects(repo).resolve("info").resolve("commit-graph");
    }

    /** Believes this graph of a repository from now on, and no other. */
    void remember(Repo repo, byte[] graph) throws IOException {
        Files.createDirectories(folder);
        Path fresh = Files.createTempFile(folder, "graph", ".new");
        Files.writeString(fresh, sum(graph));
        Files.move(fresh, note(file(repo)), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** @param file where a repository has its graph; empty where it is none of ours */
    Optional<Graph> read(Path file) throws IOException {
        try {
            String expected = Files.readString(note(file));
            byte[] graph = bytes(file);
            return sum(graph).equals(expected) ? Optional.of(Graph.read(graph)) : Optional.empty();
        } catch (NoSuchFileException | CommitGraphFormatException e) {
            return Optional.empty();
        }
    }

    private static byte[] bytes(Path file) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > LARGEST) {
            throw new NoSuchFileException(file.toString());
        }
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            return in.readNBytes(LARGEST);
        }
    }

    /** What changes whenever the answer of {@link #read} may. */
    String stamp(Repo repo) throws IOException {
        return stamp(note(file(repo))) + "/" + stamp(file(repo));
    }

    private static String stamp(Path file) throws IOException {
        try {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return attributes.lastModifiedTime() + "." + attributes.size() + "." + attributes.fileKey();
        } catch (NoSuchFileException e) {
            return "none";
        }
    }

    private Path note(Path file) {
        return folder.resolve(sum(file.toString().getBytes(StandardCharsets.UTF_8)));
    }

    private static String sum(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
