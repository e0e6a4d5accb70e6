package dev.millwright.docker.sbom;

import java.io.IOException;

/** Knows one kind of file that tells of packages. */
interface PackageReader {
    /** Texts that name packages are held to so many bytes: the largest lock files known have a third of it. */
    int TEXT = 64 << 20;

    /** Those read as a tree, which takes ten times their size. */
    int TREE = 24 << 20;

    /** Databases, likewise. */
    int DATABASE = 256 << 20;

    /** Whether a file is of this kind, by its name alone. @param path without a slash in front */
    boolean wants(String path);

    /**
     * Hands over what the file tells; what was handed over before an exception stays.
     *
     * @throws IOException where the file is not what its name says; any other exception counts as the same
     */
    void read(SeenFile file, Found found) throws IOException;
}
