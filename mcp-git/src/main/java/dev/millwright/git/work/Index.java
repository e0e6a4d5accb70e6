package dev.millwright.git.work;

import dev.millwright.git.repo.Repo;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.Stat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.lib.ObjectId;

/**
 * The index, all of it: entries in Git's order with all that their lines remember, which JGit's DirCache does not hand
 * out. Versions 2, 3 and 4 of gitformat-index(5). Immutable.
 */
final class Index {
    private static final int SIGNATURE = 0x44495243;
    private static final int TREE = 0x54524545;
    private static final int FIXED = 62;
    private static final int HASH = 20;
    private static final long MOST_BYTES = 1 << 30;

    private final int version;
    private final List<IndexEntry> entries;
    private final Optional<CacheTree> trees;
    private final Set<String> changedFolders;
    private final long writtenNanos;

    private Index(
            int version,
            List<IndexEntry> entries,
            Optional<CacheTree> trees,
            Set<String> changedFolders,
            long writtenNanos) {
        this.version = version;
        this.entries = entries;
        this.trees = trees;
        this.changedFolders = changedFolders;
        this.writtenNanos = writtenNanos;
    }

    /**
     * As it is on the disk, read only when it is not the one that was read last; empty where there is none yet.
     *
     * @throws ToolException {@code UNAVAILABLE} when it is broken
     */
    static Index read(Repo repo) {
        Optional<Stat> now = stat(repo);
        Optional<KnownIndex> known = known(repo, now);
        if (known.isPresent()) {
            return known.get().index();
        }
        Index index = load(repo);
        now.flatMap(Unchanged::of)
                .ifPresent(file -> repo.remembered().put(KnownIndex.class, new KnownIndex(file, index)));
        return index;
    }

    /** What is known of this very index beside its content. */
    Optional<KnownIndex> known(Repo repo) {
        return repo.remembered().get(KnownIndex.class).filter(known -> known.index() == this);
    }

    private static Optional<KnownIndex> known(Repo repo, Optional<Stat> now) {
        return now.flatMap(stat -> repo.remembered().get(KnownIndex.class).filter(known -> known.isOf(stat)));
    }

    private static Optional<Stat> stat(Repo repo) {
        try (Folder folder = repo.workspace().folder(repo.gitDir())) {
            return folder.stat("index").filter(Stat::isFile);
        }
    }

    private static Index load(Repo repo) {
        Path file = repo.indexFile();
        try {
            // The time before the content: an index that is replaced in between seems older than it is, which is safe.
            BasicFileAttributes attributes =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!attributes.isRegularFile() || attributes.size() > MOST_BYTES) {
                throw new IOException("no index");
            }
            return parse(all(file), attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS));
        } catch (NoSuchFileException e) {
            return new Index(2, List.of(), Optional.empty(), Set.of(), 0);
        } catch (IOException | RuntimeException e) {
            throw ToolException.unavailable("the index of " + repo.shown() + " cannot be read", e);
        }
    }

    private static ByteBuffer all(Path file) throws IOException {
        try (SeekableByteChannel channel =
                Files.newByteChannel(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(channel.size(), MOST_BYTES));
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
                // to the end
            }
            return buffer.flip();
        }
    }

    private static Index parse(ByteBuffer from, long writtenNanos) throws IOException {
        check(from);
        if (from.getInt() != SIGNATURE) {
            throw new IOException("not an index");
        }
        int version = from.getInt();
        int count = from.getInt();
        if (version < 2 || version > 4 || count < 0 || count > from.remaining() / FIXED) {
            throw new IOException("an index of an unknown version");
        }
        List<IndexEntry> entries = new ArrayList<>(count);
        byte[] before = new byte[0];
        for (int i = 0; i < count; i++) {
            IndexEntry entry = entry(from, version, before);
            before = entry.raw();
            entries.add(entry);
        }
        Optional<CacheTree> trees = Optional.empty();
        while (from.remaining() > HASH + 8) {
            int name = from.getInt();
            int length = from.getInt();
            if ((name & 0x20000000) != 0) {
                throw new IOException("an index with a required extension");
            }
            if (name == TREE) {
                trees = CacheTree.read(from.slice(from.position(), length));
            }
            from.position(from.position() + length);
        }
        return new Index(version, entries, trees, Set.of(), writtenNanos);
    }

    /** @throws IOException unless its checksum is right, or left out as {@code index.skipHash} does */
    private static void check(ByteBuffer from) throws IOException {
        if (from.limit() < 12 + HASH) {
            throw new IOException("an index that is too short");
        }
        byte[] said = new byte[HASH];
        from.get(from.limit() - HASH, said);
        MessageDigest sha1 = sha1();
        sha1.update(from.array(), 0, from.limit() - HASH);
        if (!Arrays.equals(said, sha1.digest()) && !Arrays.equals(said, new byte[HASH])) {
            throw new IOException("an index with a wrong checksum");
        }
    }

    static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new LinkageError("every JDK has SHA-1", e);
        }
    }

    private static IndexEntry entry(ByteBuffer from, int version, byte[] before) throws IOException {
        int start = from.position();
        int changed = from.getInt();
        int changedNanos = from.getInt();
        int modified = from.getInt();
        int modifiedNanos = from.getInt();
        int device = from.getInt();
        int inode = from.getInt();
        int mode = from.getInt();
        int uid = from.getInt();
        int gid = from.getInt();
        int size = from.getInt();
        byte[] id = new byte[HASH];
        from.get(id);
        int bits = Short.toUnsignedInt(from.getShort());
        int flags = (bits & 0x8000) == 0 ? 0 : IndexEntry.ASSUME_VALID;
        if ((bits & 0x4000) != 0) {
            int more = Short.toUnsignedInt(from.getShort());
            flags |= (more & 0x4000) == 0 ? 0 : IndexEntry.SKIP_WORKTREE;
            flags |= (more & 0x2000) == 0 ? 0 : IndexEntry.INTENT_TO_ADD;
        }
        byte[] path;
        if (version == 4) {
            int kept = before.length - varint(from);
            if (kept < 0) {
                throw new IOException("an index with a broken name");
            }
            int length = toNul(from);
            path = Arrays.copyOf(before, kept + length);
            from.get(path, kept, length).get();
        } else {
            path = new byte[toNul(from)];
            from.get(path);
            int used = from.position() - start;
            from.position(start + (used + 8 & ~7));
        }
        StatData stat = new StatData(changed, changedNanos, modified, modifiedNanos, device, inode, uid, gid, size);
        String text = new String(path, StandardCharsets.UTF_8);
        return new IndexEntry(text, path, mode, ObjectId.fromRaw(id), bits >> 12 & 3, flags, stat);
    }

    private static int toNul(ByteBuffer from) throws IOException {
        byte[] bytes = from.array();
        for (int at = from.position(); at < from.limit(); at++) {
            if (bytes[at] == 0) {
                return at - from.position();
            }
        }
        throw new IOException("an index with an endless name");
    }

    private static int varint(ByteBuffer from) {
        int c = from.get();
        int value = c & 127;
        while ((c & 128) != 0) {
            c = from.get();
            value = (value + 1 << 7) + (c & 127);
        }
        return value;
    }

    List<IndexEntry> entries() {
        return entries;
    }

    /** The tree that the entries of a folder make, where the index remembers it. */
    Optional<ObjectId> tree(String folder) {
        return changedFolders.contains(folder) ? Optional.empty() : trees.flatMap(known -> known.tree(folder));
    }

    /** All stages of a path, in order; empty for one that is not tracked. */
    List<IndexEntry> at(String path) {
        return at(entries, path);
    }

    /** The same among some that stand together. */
    static List<IndexEntry> at(List<IndexEntry> entries, String path) {
        byte[] raw = path.getBytes(StandardCharsets.UTF_8);
        int from = position(entries, raw);
        int to = from;
        while (to < entries.size() && Arrays.equals(entries.get(to).raw(), raw)) {
            to++;
        }
        return entries.subList(from, to);
    }

    /** The entry of a path that is tracked and has no conflict. */
    Optional<IndexEntry> entry(String path) {
        return at(path).stream().filter(entry -> entry.stage() == 0).findFirst();
    }

    /** All below a folder; all there are for {@code ""}. */
    List<IndexEntry> within(String folder) {
        if (folder.isEmpty()) {
            return entries;
        }
        byte[] first = (folder + "/").getBytes(StandardCharsets.UTF_8);
        byte[] last = (folder + "0").getBytes(StandardCharsets.UTF_8); // '0' follows '/'
        return entries.subList(position(entries, first), position(entries, last));
    }

    /** Of the first entry whose path is not before this one. */
    private static int position(List<IndexEntry> entries, byte[] raw) {
        int low = 0;
        int high = entries.size();
        while (low < high) {
            int middle = low + high >>> 1;
            if (Arrays.compareUnsigned(entries.get(middle).raw(), raw) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /**
     * Whether the file may have changed after its entry was made without showing it in size and times: it was modified
     * no earlier than the index was written. See Documentation/technical/racy-git.txt.
     */
    boolean isRacy(IndexEntry entry) {
        return writtenNanos != 0 && entry.stat().modifiedAt() >= writtenNanos;
    }

    /** This index without all stages of some paths, and with other entries. */
    Index with(Set<String> gone, Collection<IndexEntry> added) {
        List<IndexEntry> next = new ArrayList<>(entries.size() + added.size());
        Set<String> changed = new HashSet<>(changedFolders);
        gone.forEach(path -> foldersOf(path, changed));
        added.forEach(entry -> foldersOf(entry.path(), changed));
        for (IndexEntry entry : entries) {
            if (!gone.contains(entry.path())) {
                next.add(isRacy(entry) ? entry.with(entry.stat().smudged()) : entry);
            }
        }
        next.addAll(added);
        next.sort(null);
        return new Index(version, next, trees, changed, 0);
    }

    private static void foldersOf(String path, Set<String> into) {
        for (int end = path.lastIndexOf('/'); end > 0 && into.add(path.substring(0, end)); ) {
            end = path.lastIndexOf('/', end - 1);
        }
        into.add("");
    }

    /** As the file holds it. */
    byte[] bytes() {
        boolean extended = entries.stream().anyMatch(entry -> (entry.flags() & ~IndexEntry.ASSUME_VALID) != 0);
        int wanted = version == 4 ? 4 : extended ? 3 : 2;
        ByteArrayOutputStream to = new ByteArrayOutputStream(entries.size() * 100 + 1000);
        ByteBuffer fixed = ByteBuffer.allocate(FIXED + 2);
        to.write(fixed.putInt(SIGNATURE).putInt(wanted).putInt(entries.size()).array(), 0, 12);
        byte[] before = new byte[0];
        for (IndexEntry entry : entries) {
            write(entry, wanted, before, fixed.clear(), to);
            before = entry.raw();
        }
        if (trees.isPresent()) {
            byte[] tree =
                    trees.get().bytes(changedFolders, folder -> !within(folder).isEmpty());
            to.write(fixed.clear().putInt(TREE).putInt(tree.length).array(), 0, 8);
            to.writeBytes(tree);
        }
        to.writeBytes(sha1().digest(to.toByteArray()));
        return to.toByteArray();
    }

    private static void write(
            IndexEntry entry, int version, byte[] before, ByteBuffer fixed, ByteArrayOutputStream to) {
        StatData stat = entry.stat();
        fixed.putInt(stat.changed()).putInt(stat.changedNanos());
        fixed.putInt(stat.modified()).putInt(stat.modifiedNanos());
        fixed.putInt(stat.device()).putInt(stat.inode()).putInt(entry.mode());
        fixed.putInt(stat.uid()).putInt(stat.gid()).putInt(stat.size());
        entry.id().copyRawTo(fixed);
        int more =
                (entry.has(IndexEntry.SKIP_WORKTREE) ? 0x4000 : 0) | (entry.has(IndexEntry.INTENT_TO_ADD) ? 0x2000 : 0);
        int bits = (entry.has(IndexEntry.ASSUME_VALID) ? 0x8000 : 0) | entry.stage() << 12;
        fixed.putShort((short) (bits | (more == 0 ? 0 : 0x4000) | Math.min(entry.raw().length, 0xfff)));
        if (more != 0) {
            fixed.putShort((short) more);
        }
        to.write(fixed.array(), 0, fixed.position());
        byte[] raw = entry.raw();
        if (version == 4) {
            int common = Math.max(0, Arrays.mismatch(before, raw));
            varint(before.length - common, to);
            to.write(raw, common, raw.length - common);
            to.write(0);
        } else {
            to.writeBytes(raw);
            int used = fixed.position() + raw.length;
            to.write(new byte[8], 0, (used + 8 & ~7) - used);
        }
    }

    private static void varint(int value, ByteArrayOutputStream to) {
        byte[] bytes = new byte[5];
        int at = 4;
        bytes[at] = (byte) (value & 127);
        for (int rest = value >> 7; rest != 0; rest >>= 7) {
            bytes[--at] = (byte) (128 | --rest & 127);
        }
        to.write(bytes, at, 5 - at);
    }
}
