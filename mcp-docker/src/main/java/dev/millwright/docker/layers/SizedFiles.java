package dev.millwright.docker.layers;

import dev.millwright.docker.archive.ArchivedImage;
import dev.millwright.docker.archive.CollectedLayers;
import dev.millwright.docker.archive.LayerEntry;
import dev.millwright.docker.archive.LiveFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The files and packages of an image's final tree, by size. */
public final class SizedFiles extends CollectedLayers {
    /** Of one package database; Debian's of 3,000 packages is 4 MB. */
    private static final int MOST = 32 << 20;

    private final Map<LayerEntry, byte[]> databases = new IdentityHashMap<>();

    @Override
    protected void content(String layer, LayerEntry entry, InputStream content) throws IOException {
        if (entry.isFile() && entry.size() <= MOST && PackageSize.isDatabase(entry.path())) {
            databases.put(entry, content.readAllBytes());
        }
    }

    /** Bytes of each file that the image shows, by path; of several names the first has them. */
    public Map<String, Long> files(ArchivedImage image) {
        Map<String, Long> files = new TreeMap<>();
        Set<LayerEntry> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (LiveFile each : tree(image).all()) {
            if (each.entry().isFile() && seen.add(each.entry())) {
                files.put(each.path(), each.entry().size());
            }
        }
        return files;
    }

    /** Packages that the image's Debian and Alpine databases list, by name. */
    public Map<String, PackageSize> packages(ArchivedImage image) {
        Map<String, PackageSize> packages = new TreeMap<>();
        for (LiveFile each : tree(image).all()) {
            byte[] database = databases.get(each.entry());
            if (database != null) {
                PackageSize.read(each.path(), new String(database, StandardCharsets.UTF_8), packages);
            }
        }
        return packages;
    }
}
