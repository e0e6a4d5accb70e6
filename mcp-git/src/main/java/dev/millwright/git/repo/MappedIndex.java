package dev.millwright.git.repo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.internal.storage.file.PackIndex;
import org.eclipse.jgit.lib.AbbreviatedObjectId;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;

/**
 * The index of a pack, read where it lies in the file: JGit would hold all of it in memory, 28 bytes an object. Version 2
 * of gitformat-pack(5). Safe for use by several threads.
 */
final class MappedIndex implements PackIndex {
    private static final int SIGNATURE = 0xff744f63;
    private static final int FANOUT = 8;
    private static final int IDS = FANOUT + 256 * 4;
    private static final int ID = Constants.OBJECT_ID_LENGTH;

    private final ByteBuffer file;
    private final int count;
    private final int checks;
    private final int offsets;
    private final int longOffsets;

    private MappedIndex(ByteBuffer file, int count) {
        this.file = file;
        this.count = count;
        this.checks = IDS + count * ID;
        this.offsets = checks + count * 4;
        this.longOffsets = offsets + count * 4;
    }

    /** Empty for what is of another version, larger than can be mapped at once, or broken. */
    static Optional<MappedIndex> of(Path index) throws IOException {
        try (FileChannel channel = FileChannel.open(index, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            return channel.size() < IDS + 2 * ID || channel.size() > Integer.MAX_VALUE
                    ? Optional.empty()
                    : of(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()));
        }
    }

    private static Optional<MappedIndex> of(ByteBuffer file) {
        int count = file.getInt(IDS - 4);
        long most = IDS + (long) count * (ID + 4 + 4) + 2 * ID;
        boolean fits = file.getInt(0) == SIGNATURE
                && file.getInt(4) == 2
                && count >= 0
                && most <= file.limit()
                && (file.limit() - most) % 8 == 0;
        for (int i = FANOUT, before = 0; fits && i < IDS; i += 4) {
            fits = file.getInt(i) >= before;
            before = file.getInt(i);
        }
        return fits ? Optional.of(new MappedIndex(file, count)) : Optional.empty();
    }

    @Override
    public long getObjectCount() {
        return count;
    }

    @Override
    public long getOffset64Count() {
        return (file.limit() - 2 * ID - longOffsets) / 8;
    }

    @Override
    public ObjectId getObjectId(long nth) {
        byte[] raw = new byte[ID];
        file.get(IDS + Math.toIntExact(nth) * ID, raw);
        return ObjectId.fromRaw(raw);
    }

    @Override
    public long getOffset(long nth) {
        int offset = file.getInt(offsets + Math.toIntExact(nth) * 4);
        return offset >= 0 ? offset : file.getLong(longOffsets + (offset & Integer.MAX_VALUE) * 8);
    }

    @Override
    public long findOffset(AnyObjectId id) {
        int nth = findPosition(id);
        return nth < 0 ? -1 : getOffset(nth);
    }

    @Override
    public int findPosition(AnyObjectId id) {
        byte[] raw = new byte[ID];
        id.copyRawTo(raw, 0);
        int nth = first(raw);
        return nth < count && compare(nth, raw) == 0 ? nth : -1;
    }

    /** The first that is not before an id. */
    private int first(byte[] id) {
        int bucket = Byte.toUnsignedInt(id[0]);
        int low = bucket == 0 ? 0 : file.getInt(FANOUT + (bucket - 1) * 4);
        int high = file.getInt(FANOUT + bucket * 4);
        while (low < high) {
            int middle = low + high >>> 1;
            if (compare(middle, id) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private int compare(int nth, byte[] id) {
        int at = IDS + nth * ID;
        for (int i = 0; i < ID; i++) {
            int apart = Byte.toUnsignedInt(file.get(at + i)) - Byte.toUnsignedInt(id[i]);
            if (apart != 0) {
                return apart;
            }
        }
        return 0;
    }

    @Override
    public long findCRC32(AnyObjectId id) throws MissingObjectException {
        int nth = findPosition(id);
        if (nth < 0) {
            throw new MissingObjectException(id.copy(), "unknown");
        }
        return Integer.toUnsignedLong(file.getInt(checks + nth * 4));
    }

    @Override
    public boolean hasCRC32Support() {
        return true;
    }

    @Override
    public void resolve(Set<ObjectId> matches, AbbreviatedObjectId id, int limit) {
        byte[] least = new byte[ID];
        // Filled up with zeros, an abbreviation is the first id it may stand for.
        ObjectId.fromString((id.name() + "0".repeat(2 * ID)).substring(0, 2 * ID))
                .copyRawTo(least, 0);
        for (int nth = first(least); nth < count && matches.size() <= limit; nth++) {
            ObjectId candidate = getObjectId(nth);
            if (id.prefixCompare(candidate) != 0) {
                return;
            }
            matches.add(candidate);
        }
    }

    @Override
    public byte[] getChecksum() {
        byte[] checksum = new byte[ID];
        file.get(file.limit() - 2 * ID, checksum);
        return checksum;
    }

    @Override
    public Iterator<MutableEntry> iterator() {
        return new EntriesIterator(count) {
            private final byte[] raw = new byte[ID];
            private int next;

            @Override
            protected void readNext() {
                file.get(IDS + next * ID, raw);
                setIdBuffer(raw, 0);
                setOffset(getOffset(next++));
            }
        };
    }
}
