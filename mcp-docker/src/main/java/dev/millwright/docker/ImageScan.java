package dev.millwright.docker;

import dev.millwright.docker.archive.ArchiveLimits;
import dev.millwright.docker.archive.ArchivedImage;
import dev.millwright.docker.archive.CollectedLayers;
import dev.millwright.docker.archive.ImageArchive;
import dev.millwright.docker.archive.LayerEntry;
import dev.millwright.docker.archive.LayerTar;
import dev.millwright.docker.posture.ContentScan;
import dev.millwright.docker.posture.Posture;
import dev.millwright.docker.sbom.Component;
import dev.millwright.docker.sbom.PackageScan;
import dev.millwright.docker.sbom.Sbom;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Reads an archive of images once, for the packages in it and for what it should not carry. */
final class ImageScan extends CollectedLayers {
    private final PackageScan packages = PackageScan.ofImage();
    private final ContentScan contents = new ContentScan();
    private List<ArchivedImage> images = List.of();

    private ImageScan() {}

    /**
     * @param archive as {@code docker save} or an OCI layout has it; stays open
     * @throws dev.millwright.tool.ToolException for what is no archive of images, damaged, or too much
     */
    static ImageScan of(InputStream archive) throws IOException {
        return of(archive, ArchiveLimits.DEFAULT);
    }

    static ImageScan of(InputStream archive, ArchiveLimits limits) throws IOException {
        ImageScan scan = new ImageScan();
        scan.images = ImageArchive.read(archive, limits, scan);
        return scan;
    }

    /** The packages of a container's file system. @param tar as {@code docker export} gives it; stays open */
    static Sbom ofContainer(InputStream tar, ArchiveLimits limits) throws IOException {
        ImageScan scan = new ImageScan();
        LayerTar.read("container", tar, limits, scan);
        return scan.packages.folder();
    }

    @Override
    protected void content(String layer, LayerEntry entry, InputStream content) throws IOException {
        if (!entry.isFile()) {
            return;
        }
        InputStream rest = content;
        if (contents.wants(entry)) {
            byte[] bytes = content.readAllBytes();
            contents.read(layer, entry, bytes);
            rest = new ByteArrayInputStream(bytes);
        }
        packages.read(layer, entry.path(), entry.mode(), entry.size(), rest);
    }

    /** At least one, in the archive's order. */
    List<ArchivedImage> images() {
        return images;
    }

    Sbom sbom(ArchivedImage image) {
        return packages.image(image, tree(image));
    }

    /**
     * @param sbom of the same image
     * @param trusted registries and name prefixes that base images may come from; empty for any
     */
    Posture posture(ArchivedImage image, Sbom sbom, List<String> trusted, Instant now) {
        List<String> names = sbom.components().stream().map(Component::name).toList();
        return Posture.of(image, contents, tree(image), Optional.of(names), trusted, now);
    }
}
