package dev.millwright.git.merge;

import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;

/** Contents of blobs up to a size, and what they consist of; each looked at once. */
final class Blobs implements RenameSearch.Fingerprints {
    /** Bytes of recent contents kept, so that what was compared can be merged without reading it again. */
    private static final int KEPT = 16_000_000;

    private final ObjectReader reader;
    private final int most;
    private final Map<ObjectId, Long> sizes = new HashMap<>();
    private final Map<ObjectId, Optional<Fingerprint>> fingerprints = new HashMap<>();
    private final LinkedHashMap<ObjectId, byte[]> recent = new LinkedHashMap<>();
    private long kept;

    /** @param most bytes of the largest blob that is loaded */
    Blobs(ObjectReader reader, int most) {
        this.reader = reader;
        this.most = most;
    }

    /** Empty for one that is too large. */
    Optional<byte[]> read(ObjectId blob) throws IOException {
        if (blob.equals(ObjectId.zeroId())) {
            return Optional.of(new byte[0]);
        }
        byte[] known = recent.get(blob);
        if (known == null) {
            if (size(blob) > most) {
                return Optional.empty();
            }
            known = reader.open(blob, Constants.OBJ_BLOB).getCachedBytes(most);
            recent.put(blob, known);
            kept += known.length;
            while (kept > KEPT && recent.size() > 1) {
                kept -= recent.pollFirstEntry().getValue().length;
            }
        }
        return Optional.of(known);
    }

    @Override
    public long size(ObjectId blob) throws IOException {
        Long size = sizes.get(blob);
        if (size == null) {
            size = reader.getObjectSize(blob, Constants.OBJ_BLOB);
            sizes.put(blob, size);
        }
        return size;
    }

    @Override
    public Optional<Fingerprint> of(ObjectId blob) throws IOException {
        Optional<Fingerprint> known = fingerprints.get(blob);
        if (known == null) {
            known = read(blob).map(Fingerprint::of);
            fingerprints.put(blob, known);
        }
        return known;
    }
}
