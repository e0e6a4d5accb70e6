package dev.millwright.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.docker.archive.ArchivedImage;
import dev.millwright.docker.archive.HistoryStep;
import dev.millwright.docker.engine.Ask;
import dev.millwright.docker.engine.Engines;
import dev.millwright.docker.engine.Images;
import dev.millwright.docker.layers.PackageSize;
import dev.millwright.docker.layers.SizedFiles;
import dev.millwright.docker.layers.SizedImage;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Images as sizes: from the engine's history in milliseconds, or from all their bytes. */
final class SizeSources {
    /** @param files bytes by path, where the image was read */
    record Sized(SizedImage image, Optional<Map<String, Long>> files, Map<String, PackageSize> packages) {}

    private final Engines engines;
    private final ImageSources sources;

    SizeSources(Engines engines, ImageSources sources) {
        this.engines = engines;
        this.sources = sources;
    }

    /** @param name of the engine's image, or path of an archive */
    Sized read(Call call, String name, boolean files) throws InterruptedException {
        boolean archive = isArchive(name);
        if (!files && !archive) {
            return new Sized(steps(engines.images(call), name), Optional.empty(), Map.of());
        }
        SizedFiles read = new SizedFiles();
        ArchivedImage image = archive
                ? sources.read(call, Optional.empty(), Optional.of(name), read)
                : sources.read(call, Optional.of(name), Optional.empty(), read);
        SizedImage sized = SizedImage.of(image, read);
        return files
                ? new Sized(sized, Optional.of(read.files(image)), read.packages(image))
                : new Sized(sized, Optional.empty(), Map.of());
    }

    /** Whether a name is that of an archive's file. */
    static boolean isArchive(String name) {
        return name.matches("(?s).*\\.(tar|tgz|tar\\.gz|tar\\.zst)");
    }

    private static SizedImage steps(Images images, String name) throws InterruptedException {
        JsonNode image = images.inspect(name);
        String id = image.path("Id").asText();
        List<String> diffIds = new ArrayList<>();
        image.path("RootFS").path("Layers").forEach(each -> diffIds.add(each.asText()));
        List<SizedImage.Step> steps = new ArrayList<>();
        for (JsonNode each : images.engine().json(Ask.get("/images/{}/history", id))) {
            HistoryStep step = new HistoryStep(
                    each.path("CreatedBy").asText(""),
                    each.path("Created").asText(""),
                    each.path("Comment").asText(""),
                    false);
            steps.add(new SizedImage.Step(step.instruction(), each.path("Size").asLong(), step.created()));
        }
        return SizedImage.of(name, id, image.path("Size").asLong(), steps.reversed(), diffIds);
    }

    /** What to know about the engine's sizes; empty where they are plain, or where there is no engine. */
    Optional<String> note(Call call) throws InterruptedException {
        try {
            JsonNode status = engines.of(call).json(Ask.get("/info")).path("DriverStatus");
            return status.toString().contains("io.containerd.snapshotter")
                    ? Optional.of("this engine keeps images in containerd: its sizes count them packed and unpacked")
                    : Optional.empty();
        } catch (ToolException e) {
            return Optional.empty();
        }
    }
}
