package dev.millwright.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.docker.archive.ArchiveLimits;
import dev.millwright.docker.archive.ArchivedImage;
import dev.millwright.docker.archive.CollectedLayers;
import dev.millwright.docker.archive.LayerEntry;
import dev.millwright.docker.archive.LayerTar;
import dev.millwright.docker.archive.LiveTree;
import dev.millwright.docker.config.DockerConfig;
import dev.millwright.docker.engine.Answer;
import dev.millwright.docker.engine.Ask;
import dev.millwright.docker.engine.Containers;
import dev.millwright.docker.engine.Engines;
import dev.millwright.docker.engine.Roots;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.EntryType;
import dev.millwright.workspace.FileStream;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.Stat;
import dev.millwright.workspace.Trees;
import dev.millwright.workspace.Workspace;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** The files of an image, a container, or a folder, read once by one visitor, whichever of them it is. */
final class FileSources {
    private static final int BUFFER = 256 * 1024;
    private static final int DEEPEST = 100;
    private static final String ALONE = "files";

    /**
     * Where to look: exactly one, or an image with an archive.
     *
     * @param path a folder, or an archive of images that ends in .tar, .tar.gz, .tgz or .tar.zst
     */
    record Where(Optional<String> image, Optional<String> container, Optional<String> path) {}

    /**
     * @param name as answers call it
     * @param architecture as Docker names it; empty for a folder
     * @param workingFolder where its program starts; empty for a folder
     */
    record Found(String name, String architecture, String workingFolder, LiveTree tree) {}

    private final Engines engines;
    private final Roots roots;
    private final ImageSources images;
    private final ArchiveLimits limits;

    FileSources(Engines engines, Roots roots, ImageSources images, DockerConfig config) {
        this.engines = engines;
        this.roots = roots;
        this.images = images;
        this.limits = ArchiveLimits.DEFAULT.unpacked(config.maxImageBytes());
    }

    /** @param files sees all of them, and keeps the entries of which the tree is made */
    Found read(Call call, Where where, CollectedLayers files) throws InterruptedException {
        if (where.container().isPresent()
                && (where.image().isPresent() || where.path().isPresent())) {
            throw ToolException.invalidInput("/container stands alone, without /image and /path");
        } else if (where.container().isPresent()) {
            return container(call, where.container().get(), files);
        } else if (where.path().filter(each -> !SizeSources.isArchive(each)).isPresent()) {
            return folder(call, where.path().get(), files);
        } else if (where.image().isEmpty() && where.path().isEmpty()) {
            throw ToolException.invalidInput("give /image, /container or /path");
        }
        ArchivedImage image = images.read(call, where.image(), where.path(), files);
        String workingFolder = image.config().at("/config/WorkingDir").asText("");
        return new Found(image.name(), image.architecture(), workingFolder, files.tree(image));
    }

    private Found container(Call call, String name, CollectedLayers files) throws InterruptedException {
        Containers containers = engines.containers(call);
        JsonNode container = containers.inspect(name);
        JsonNode image = containers
                .engine()
                .json(Ask.get("/images/{}/json", container.path("Image").asText()));
        try (Answer answer = containers
                        .engine()
                        .send(Ask.get(
                                        "/containers/{}/export",
                                        container.path("Id").asText())
                                .forLong());
                InputStream in = new BufferedInputStream(answer.body(), BUFFER)) {
            LayerTar.read(ALONE, in, limits, files);
        } catch (IOException e) {
            throw ToolException.unavailable(
                    "the engine stopped while it wrote %s: %s".formatted(name, e.getMessage()), e);
        }
        return new Found(
                Containers.name(container),
                image.path("Architecture").asText(),
                container.at("/Config/WorkingDir").asText(""),
                files.tree(ALONE));
    }

    private Found folder(Call call, String path, CollectedLayers files) {
        Workspace workspace = roots.of(call.tenant());
        try (Folder folder = workspace.folder(workspace.at(path))) {
            files.begin(ALONE);
            walk(folder, "", DEEPEST, files, new int[1]);
            return new Found(path, "", "", files.tree(ALONE));
        } catch (IOException e) {
            throw ToolException.unavailable("/path cannot be read: " + e.getMessage(), e);
        }
    }

    private void walk(Folder folder, String prefix, int depth, CollectedLayers files, int[] count) throws IOException {
        for (String name : Trees.names(folder)) {
            Optional<Stat> stat = folder.stat(name);
            if (stat.isEmpty() || stat.get().type() == EntryType.SPECIAL) {
                continue;
            } else if (++count[0] > limits.entries() || Thread.currentThread().isInterrupted()) {
                throw ToolException.limit(
                        "/path has more than %,d files, or was not read in time".formatted(limits.entries()));
            }
            String path = prefix + name;
            switch (stat.get().type()) {
                case FILE -> {
                    try (InputStream content = new FileStream(folder.file(name))) {
                        files.entry(
                                ALONE,
                                entry(path, stat.get(), dev.millwright.docker.archive.EntryType.FILE, ""),
                                content);
                    }
                }
                case LINK ->
                    files.entry(
                            ALONE,
                            entry(path, stat.get(), dev.millwright.docker.archive.EntryType.SYMLINK, folder.link(name)),
                            InputStream.nullInputStream());
                case FOLDER -> {
                    files.entry(
                            ALONE,
                            entry(path, stat.get(), dev.millwright.docker.archive.EntryType.DIRECTORY, ""),
                            InputStream.nullInputStream());
                    if (depth > 0) {
                        try (Folder inner = folder.folder(name)) {
                            walk(inner, path + "/", depth - 1, files, count);
                        }
                    }
                }
                case SPECIAL -> {}
            }
        }
    }

    private static LayerEntry entry(String path, Stat stat, dev.millwright.docker.archive.EntryType type, String link) {
        long size = type == dev.millwright.docker.archive.EntryType.FILE ? stat.size() : 0;
        return new LayerEntry(path, type, size, stat.mode(), stat.uid(), stat.gid(), link);
    }
}
