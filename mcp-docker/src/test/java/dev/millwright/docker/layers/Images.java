package dev.millwright.docker.layers;

import dev.millwright.docker.archive.ArchivedImage;
import dev.millwright.docker.archive.ImageArchive;
import dev.millwright.docker.archive.TestImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/** An image made by a test, read back. */
record Images(ArchivedImage image, HashedLayers layers) {
    static Images read(TestImage image) throws IOException {
        return read(image.saved("test:1"));
    }

    static Images read(byte[] archive) throws IOException {
        HashedLayers layers = new HashedLayers(true, true);
        return new Images(
                ImageArchive.read(new ByteArrayInputStream(archive), layers).getFirst(), layers);
    }

    Waste waste() {
        return Waste.of(image, layers);
    }

    Dive dive() {
        return Dive.of(image, layers);
    }
}
