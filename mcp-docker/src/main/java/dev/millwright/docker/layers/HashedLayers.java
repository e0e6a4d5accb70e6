package dev.millwright.docker.layers;

import dev.millwright.docker.archive.CollectedLayers;
import dev.millwright.docker.archive.LayerEntry;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;

/** The entries of all layers, with a hash of what each file holds; about 250 bytes of memory an entry. */
public final class HashedLayers extends CollectedLayers {
    private final MessageDigest digest;
    private final byte[] chunk = new byte[64 * 1024];
    private final Map<LayerEntry, ContentHash> hashes = new IdentityHashMap<>();

    public HashedLayers() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected void content(String layer, LayerEntry entry, InputStream content) throws IOException {
        if (entry.size() > 0) {
            for (int read = content.read(chunk); read >= 0; read = content.read(chunk)) {
                digest.update(chunk, 0, read);
            }
            hashes.put(entry, ContentHash.of(digest.digest()));
        }
    }

    /** Empty for what has no bytes. */
    Optional<ContentHash> hash(LayerEntry entry) {
        return Optional.ofNullable(hashes.get(entry));
    }
}
