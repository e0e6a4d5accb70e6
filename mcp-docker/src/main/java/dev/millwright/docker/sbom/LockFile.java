package dev.millwright.docker.sbom;

import java.io.IOException;
import java.util.Set;

/** A lock file that is known by its name. @param names each in lower-case letters or as tools write it */
record LockFile(Set<String> names, Reading reading) implements PackageReader {
    /** How its content is read. */
    @FunctionalInterface
    interface Reading {
        void read(SeenFile file, Found found) throws IOException;
    }

    LockFile(String name, Reading reading) {
        this(Set.of(name), reading);
    }

    @Override
    public boolean wants(String path) {
        return names.contains(path.substring(path.lastIndexOf('/') + 1));
    }

    @Override
    public void read(SeenFile file, Found found) throws IOException {
        reading.read(file, found);
    }
}
