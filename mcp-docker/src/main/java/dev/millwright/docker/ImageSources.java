package dev.millwright.docker;

import dev.millwright.docker.archive.ArchiveLimits;
import dev.millwright.docker.archive.ArchivedImage;
import dev.millwright.docker.archive.ImageArchive;
import dev.millwright.docker.archive.LayerVisitor;
import dev.millwright.docker.config.DockerConfig;
import dev.millwright.docker.engine.Answer;
import dev.millwright.docker.engine.Engines;
import dev.millwright.docker.engine.Roots;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.FileStream;
import dev.millwright.workspace.Workspace;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Images with all their layers: from the tenant's engine, or from an archive in one of its folders. */
final class ImageSources {
    private static final int BUFFER = 256 * 1024;

    private final Engines engines;
    private final Roots roots;
    private final ArchiveLimits limits;

    ImageSources(Engines engines, Roots roots, DockerConfig config) {
        this.engines = engines;
        this.roots = roots;
        this.limits = ArchiveLimits.DEFAULT.unpacked(config.maxImageBytes());
    }

    /**
     * Reads an image once, layer by layer.
     *
     * @param image its name in the engine; with an archive, which of its images
     * @param tar an archive of docker save or an OCI layout, in a folder of the tenant
     */
    ArchivedImage read(Call call, Optional<String> image, Optional<String> tar, LayerVisitor visitor)
            throws InterruptedException {
        if (tar.isPresent()) {
            Workspace workspace = roots.of(call.tenant());
            try (InputStream in = buffered(new FileStream(workspace.open(workspace.at(tar.get()))))) {
                return chosen(ImageArchive.read(in, limits, visitor), image);
            } catch (IOException e) {
                throw ToolException.unavailable("/tar cannot be read: " + e.getMessage(), e);
            }
        }
        String name = image.orElseThrow(() -> ToolException.invalidInput(
                "give /image, the name of an image of the engine, or /tar, the path of an archive"));
        try (Answer answer = engines.images(call).save(name);
                InputStream in = buffered(answer.body())) {
            return ImageArchive.read(in, limits, visitor).getFirst();
        } catch (IOException e) {
            throw ToolException.unavailable(
                    "the engine stopped while it wrote %s: %s".formatted(name, e.getMessage()), e);
        }
    }

    private static InputStream buffered(InputStream in) {
        return new BufferedInputStream(in, BUFFER);
    }

    private static ArchivedImage chosen(List<ArchivedImage> images, Optional<String> wanted) {
        if (wanted.isEmpty() && images.size() == 1) {
            return images.getFirst();
        }
        List<ArchivedImage> found = images.stream()
                .filter(each -> wanted.filter(name -> isNamed(each, name)).isPresent())
                .toList();
        if (found.size() == 1) {
            return found.getFirst();
        }
        String names = images.stream()
                .map(each -> each.name() + " (" + each.os() + "/" + each.architecture() + ")")
                .limit(20)
                .collect(Collectors.joining(", "));
        throw ToolException.notFound("/image must name one of the archive's images: " + names);
    }

    private static boolean isNamed(ArchivedImage image, String name) {
        String full = name.lastIndexOf(':') > name.lastIndexOf('/') ? name : name + ":latest";
        return image.tags().stream().anyMatch(tag -> tag.equals(full) || tag.endsWith("/" + full))
                || image.id().equals(name)
                || name.length() >= 12 && image.id().startsWith("sha256:" + name);
    }
}
