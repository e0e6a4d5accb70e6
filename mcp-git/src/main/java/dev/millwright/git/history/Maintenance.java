package dev.millwright.git.history;

import dev.millwright.git.repo.CallMonitor;
import dev.millwright.git.repo.Repo;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.text.ParseException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.jgit.internal.storage.commitgraph.CommitGraphWriter;
import org.eclipse.jgit.internal.storage.commitgraph.GraphCommits;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.internal.storage.file.GC;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.pack.PackConfig;

/** Keeps a repository small and quick, without starting a program; loses nothing that any ref, reflog or index names. */
public final class Maintenance {
    /** How much there is. @param bytes of packs and loose objects */
    public record Figures(long packs, long packed, long loose, long bytes, boolean graph) {}

    private static final Pattern LOOSE_FOLDER = Pattern.compile("[0-9a-f]{2}");
    private static final Pattern LOOSE_FILE = Pattern.compile("[0-9a-f]{38}");
    private static final int FAN_OUT = 256 * 4;

    private final Repo repo;
    private final Graphs graphs;
    private final Call call;
    private final FileRepository git;

    Maintenance(Repo repo, Graphs graphs, Call call) {
        this.repo = repo;
        this.graphs = graphs;
        this.call = call;
        this.git = (FileRepository) repo.git();
    }

    /** Counted by the files: JGit's own statistics fail where there is a multi-pack index. */
    public Figures figures() throws IOException {
        long packs = 0;
        long packed = 0;
        long loose = 0;
        long bytes = 0;
        for (Path folder : files(Histories.objects(repo))) {
            String name = folder.getFileName().toString();
            if (name.equals("pack")) {
                for (Path file : files(folder)) {
                    if (file.toString().endsWith(".pack")) {
                        packs++;
                        bytes += Files.size(file);
                        packed += objects(Path.of(file.toString().replaceFirst("pack$", "idx")));
                    }
                }
            } else if (LOOSE_FOLDER.matcher(name).matches()) {
                for (Path file : files(folder)) {
                    if (LOOSE_FILE.matcher(file.getFileName().toString()).matches()) {
                        loose++;
                        bytes += Files.size(file);
                    }
                }
            }
        }
        return new Figures(packs, packed, loose, bytes, Files.exists(Graphs.file(repo)));
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        }
    }

    /** The last entry of the index's fan-out table (gitformat-pack: version 2 begins with 8 more bytes). */
    private static long objects(Path index) throws IOException {
        try (InputStream in = Files.newInputStream(index)) {
            byte[] head = in.readNBytes(8 + FAN_OUT);
            int from = head.length > 4 && (head[0] & 0xff) == 0xff && head[1] == 't' ? 8 : 0;
            return head.length < from + FAN_OUT
                    ? 0
                    : Integer.toUnsignedLong(ByteBuffer.wrap(head).getInt(from + FAN_OUT - 4));
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    /** Puts all that is reachable into one pack; the rest stays, as single files. */
    public void repack() throws IOException {
        refuseWhereNothingMayGo();
        try (Pins pins = new Pins(repo)) {
            pins.set();
            collector().repack();
            collector().prunePacked();
            dropMultiPackIndex();
        }
        renewGraph();
    }

    /** Removes for good what nothing names and nobody touched for a while. */
    public void prune(Duration age) throws IOException {
        refuseWhereNothingMayGo();
        try (Pins pins = new Pins(repo)) {
            pins.set();
            GC collector = collector();
            collector.setExpireAgeMillis(age.toMillis());
            collector.prune(Set.of());
        } catch (ParseException e) {
            throw new IOException(e);
        }
        renewGraph();
    }

    private void refuseWhereNothingMayGo() {
        if (repo.partial()) {
            throw ToolException.denied(repo.shown() + " is a partial clone: packing anew would lose which objects its"
                    + " remote promised, and with them those that lead to them");
        }
        if (git.getConfig().getBoolean("extensions", "preciousObjects", false)) {
            throw ToolException.denied(repo.shown()
                    + " says extensions.preciousObjects: others use its objects, so none may be moved or removed");
        }
    }

    private GC collector() {
        GC collector = new GC(git);
        PackConfig packs = new PackConfig(git);
        packs.setBuildBitmaps(false);
        packs.setThreads(1);
        packs.setSinglePack(true);
        packs.setWaitPreventRacyPack(false);
        collector.setPackConfig(packs);
        collector.setPackExpireAgeMillis(0);
        collector.setProgressMonitor(new CallMonitor(call));
        return collector;
    }

    /** What is wrong: at most a hundred things, each with the id of the object. */
    public List<String> check() throws IOException {
        return new Fsck(repo, call).run().problems();
    }

    /** Native Git would look for objects in packs that are gone; without the file it looks into each pack. */
    private void dropMultiPackIndex() throws IOException {
        try (Stream<Path> files = Files.list(Histories.objects(repo).resolve("pack"))) {
            for (Path file : files.filter(f -> f.getFileName().toString().startsWith("multi-pack-index"))
                    .toList()) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException e) {
            return;
        }
    }

    private void renewGraph() throws IOException {
        if (Files.exists(Graphs.file(repo)) || Files.exists(chain())) {
            if (git.getObjectDatabase().getShallowCommits().isEmpty()) {
                writeGraph();
            }
        }
    }

    private Path chain() {
        return Histories.objects(repo).resolve("info").resolve("commit-graphs").resolve("commit-graph-chain");
    }

    /**
     * Writes the commit-graph, for native Git as well as for us.
     *
     * @return commits in it
     */
    public int writeGraph() throws IOException {
        if (!git.getObjectDatabase().getShallowCommits().isEmpty()) {
            throw ToolException.conflict(
                    repo.shown() + " is shallow: a commit-graph would take its cut for the beginning");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Set<ObjectId> tips = new HashSet<>();
        try (RevWalk walk = new RevWalk(git)) {
            walk.setRetainBody(false);
            tips.addAll(Ends.all(repo, walk));
            if (tips.isEmpty()) {
                // Native Git takes a graph without commits for a broken one.
                return 0;
            }
            GraphCommits commits = GraphCommits.fromWalk(new CallMonitor(call), tips, walk);
            new CommitGraphWriter(commits, true).write(new CallMonitor(call), bytes);
        }
        CallMonitor.check(call);
        Path info = Files.createDirectories(Graphs.file(repo).getParent());
        Path fresh = Files.createTempFile(info, "tmp_graph", "");
        try {
            Files.write(fresh, bytes.toByteArray());
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("r--r--r--"));
            graphs.remember(repo, bytes.toByteArray());
            Files.move(fresh, Graphs.file(repo), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
        Files.deleteIfExists(chain());
        return tips.size();
    }
}
