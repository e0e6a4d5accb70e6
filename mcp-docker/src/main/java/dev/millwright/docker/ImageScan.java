package dev.millwright.docker;

import dev.millwright.docker.archive.ArchiveLimits;
import dev.millwright.docker.archive.ArchivedImage;
import dev.millwright.docker.archive.CollectedLayers;
import dev.millwright.docker.archive.ImageArchive;
import dev.millwright.docker.archive.LayerEntry;
import dev.millwright.docker.archive.LayerTar;
import dev.millwright.docker.posture.ContentScan;
import dev.millwright.docker.posture.Finding;
import dev.millwright.docker.posture.ImageFacts;
import dev.millwright.docker.posture.Posture;
import dev.millwright.docker.sbom.Component;
import dev.millwright.docker.sbom.PackageScan;
import dev.millwright.docker.sbom.Sbom;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Reads an archive of images once, for the packages in it and for what it should not carry. */
final class ImageScan extends CollectedLayers {
    /** What its files are read for. */
    record Wanted(boolean packages, boolean contents) {
        static final Wanted ALL = new Wanted(true, true);
    }

    private static final String CONTAINER = "container";

    private final Wanted wanted;
    private final PackageScan packages = PackageScan.ofImage();
    private final ContentScan contents = new ContentScan();
    private List<ArchivedImage> images = List.of();

    private ImageScan(Wanted wanted) {
        this.wanted = wanted;
    }

    /**
     * @param archive as {@code docker save} or an OCI layout has it; stays open
     * @throws dev.millwright.tool.ToolException for what is no archive of images, damaged, or too much
     */
    static ImageScan of(InputStream archive) throws IOException {
        return of(archive, ArchiveLimits.DEFAULT, Wanted.ALL);
    }

    static ImageScan of(InputStream archive, ArchiveLimits limits, Wanted wanted) throws IOException {
        ImageScan scan = new ImageScan(wanted);
        scan.images = ImageArchive.read(archive, limits, scan);
        return scan;
    }

    /** Of a container's file system. @param tar as {@code docker export} gives it; stays open */
    static ImageScan ofContainer(InputStream tar, ArchiveLimits limits, Wanted wanted) throws IOException {
        ImageScan scan = new ImageScan(wanted);
        LayerTar.read(CONTAINER, tar, limits, scan);
        return scan;
    }

    /** The packages of a container. */
    Sbom containerSbom() {
        return packages.folder();
    }

    /** The secrets in files of a container. */
    List<Finding> containerSecrets() {
        return contents.secrets(CONTAINER, tree(CONTAINER));
    }

    @Override
    protected void content(String layer, LayerEntry entry, InputStream content) throws IOException {
        if (!entry.isFile()) {
            return;
        }
        InputStream rest = content;
        if (wanted.contents() && contents.wants(entry)) {
            byte[] bytes = content.readAllBytes();
            contents.read(layer, entry, bytes);
            rest = new ByteArrayInputStream(bytes);
        }
        if (wanted.packages()) {
            packages.read(layer, entry.path(), entry.mode(), entry.size(), rest);
        }
    }

    /** At least one, in the archive's order. */
    List<ArchivedImage> images() {
        return images;
    }

    Sbom sbom(ArchivedImage image) {
        return packages.image(image, tree(image));
    }

    /**
     * @param sbom of the same image, where its packages were wanted
     * @param digests that it has in registries; empty where that is not known
     * @param trusted registries and name prefixes that base images may come from; empty for any
     */
    Posture posture(
            ArchivedImage image,
            Optional<Sbom> sbom,
            Optional<List<String>> digests,
            List<String> trusted,
            Instant now) {
        Optional<Collection<String>> names =
                sbom.map(each -> each.components().stream().map(Component::name).toList());
        return Posture.of(ImageFacts.of(image, digests), image.layers(), contents, tree(image), names, trusted, now);
    }
}
