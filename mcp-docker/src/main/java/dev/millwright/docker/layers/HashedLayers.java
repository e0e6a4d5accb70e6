package dev.millwright.docker.layers;

import dev.millwright.docker.archive.CollectedLayers;
import dev.millwright.docker.archive.LayerEntry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;

/** The entries of all layers, with a hash of what each file holds where asked for; about 250 bytes of memory an entry. */
public final class HashedLayers extends CollectedLayers {
    private final boolean hashing;
    private final boolean listing;
    private final ContentHash.Summing summing = new ContentHash.Summing();
    private final byte[] chunk = new byte[64 * 1024];
    private final Map<LayerEntry, ContentHash> hashes = new IdentityHashMap<>();
    private final PackageFiles packages = new PackageFiles();

    /**
     * @param hashing whether contents are hashed: without, no two files are known to be the same, and skipping is faster
     * @param listing whether the lists of packages' files are read
     */
    public HashedLayers(boolean hashing, boolean listing) {
        this.hashing = hashing;
        this.listing = listing;
    }

    @Override
    protected void content(String layer, LayerEntry entry, InputStream content) throws IOException {
        if (listing && entry.size() <= PackageFiles.MOST_LIST && PackageFiles.isList(entry.path())) {
            byte[] list = content.readAllBytes();
            packages.read(entry.path(), new String(list, StandardCharsets.UTF_8));
            hash(entry, new ByteArrayInputStream(list));
        } else {
            hash(entry, content);
        }
    }

    private void hash(LayerEntry entry, InputStream content) throws IOException {
        if (hashing && entry.size() > 0) {
            for (int read = content.read(chunk); read >= 0; read = content.read(chunk)) {
                summing.add(chunk, read);
            }
            hashes.put(entry, summing.end());
        }
    }

    boolean isHashed() {
        return hashing;
    }

    /** Empty for what has no bytes, and where nothing is hashed. */
    Optional<ContentHash> hash(LayerEntry entry) {
        return Optional.ofNullable(hashes.get(entry));
    }

    /** Whether two files are known to hold the same bytes. */
    boolean same(LayerEntry one, LayerEntry other) {
        return one.isFile()
                && other.isFile()
                && one.size() == other.size()
                && (one.size() == 0 || hashing && hash(one).equals(hash(other)));
    }

    /** Of the lists that were read. */
    PackageFiles packages() {
        return packages;
    }
}
