package dev.millwright.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.docker.archive.ArchiveLimits;
import dev.millwright.docker.archive.ArchivedImage;
import dev.millwright.docker.archive.HistoryStep;
import dev.millwright.docker.config.DockerConfig;
import dev.millwright.docker.engine.Answer;
import dev.millwright.docker.engine.Ask;
import dev.millwright.docker.engine.Containers;
import dev.millwright.docker.engine.Engine;
import dev.millwright.docker.engine.Engines;
import dev.millwright.docker.engine.Roots;
import dev.millwright.docker.engine.TextFiles;
import dev.millwright.docker.posture.ContainerFacts;
import dev.millwright.docker.posture.Posture;
import dev.millwright.docker.sbom.CycloneDx;
import dev.millwright.docker.sbom.FolderPackages;
import dev.millwright.docker.sbom.Sbom;
import dev.millwright.docker.vulnerability.Feed;
import dev.millwright.docker.vulnerability.WorkspaceFeed;
import dev.millwright.json.Json;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.Target;
import dev.millwright.workspace.Workspace;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks at images, containers, archives and folders for the packages in them and how they stand. */
final class Examination {
    private static final int LONGEST_STEP = 100;
    private static final int BYTES_PER_TOKEN = 4;
    /** Bytes of an answer beside a bill of materials. */
    private static final int FRAME = 3000;

    private final Engines engines;
    private final Roots roots;
    private final ArchiveLimits limits;
    private final Clock clock;

    Examination(Engines engines, Roots roots, DockerConfig config, Clock clock) {
        this.engines = engines;
        this.roots = roots;
        this.limits =
                ArchiveLimits.DEFAULT.unpacked(Math.min(config.maxImageBytes(), ArchiveLimits.DEFAULT.unpacked()));
        this.clock = clock;
    }

    Examined image(Call call, String name) throws InterruptedException, IOException {
        try (Answer answer = engines.images(call).save(name);
                InputStream body = answer.body()) {
            return of(name, ImageScan.of(body, limits), call);
        }
    }

    /** @param packages whether they are wanted: all of its files are read for them */
    Examined container(Call call, String name, boolean packages) throws InterruptedException, IOException {
        Containers containers = engines.containers(call);
        JsonNode inspect = containers.inspect(name);
        Engine engine = containers.engine();
        String id = inspect.path("Id").asText();
        Optional<Sbom> sbom = Optional.empty();
        if (packages) {
            try (Answer answer =
                            engine.send(Ask.get("/containers/{}/export", id).forLong());
                    InputStream body = answer.body()) {
                sbom = Optional.of(ImageScan.ofContainer(body, limits));
            }
        }
        List<String> processes = new ArrayList<>();
        if (inspect.path("State").path("Running").asBoolean()) {
            JsonNode top = engine.json(Ask.get("/containers/{}/top", id));
            int command = top.path("Titles").size() - 1;
            top.path("Processes")
                    .forEach(each -> processes.add(each.path(command).asText()));
        }
        ContainerFacts facts = new ContainerFacts(
                inspect,
                Optional.of(engine.json(Ask.get("/info"))),
                found(engine, inspect.path("Image").asText()),
                List.of(),
                processes,
                found(engine, inspect.path("Config").path("Image").asText())
                        .map(image -> image.path("Id").asText()));
        return new Examined(
                Containers.name(inspect), CycloneDx.Subject.CONTAINER, sbom, Optional.of(Posture.of(facts)), List.of());
    }

    private static Optional<JsonNode> found(Engine engine, String image) throws InterruptedException {
        try {
            return Optional.of(engine.json(Ask.get("/images/{}/json", image)));
        } catch (ToolException e) {
            if (e.kind() == ToolException.Kind.NOT_FOUND) {
                return Optional.empty(); // removed while a container still has it
            }
            throw e;
        }
    }

    /** A folder, a lock file, or an archive of an image, told by its name. */
    Examined path(Call call, String path) throws IOException {
        Workspace workspace = roots.of(call.tenant());
        Target target = workspace.at(path);
        if (!target.path().matches("(?i).*\\.(tar|tgz|tar\\.gz|tar\\.zst|oci)")
                || workspace.stat(target).isFolder()) {
            Sbom sbom = FolderPackages.of(workspace, target);
            return new Examined(
                    target.shown(), CycloneDx.Subject.APPLICATION, Optional.of(sbom), Optional.empty(), List.of());
        }
        List<Examined> all = new ArrayList<>();
        new WorkspaceFeed(workspace, target)
                .each((name, content) -> all.add(of(target.shown(), ImageScan.of(content, limits), call)));
        return all.getFirst();
    }

    /** Files of the workspace, to make a database of. */
    Feed feed(Call call, String path) {
        Workspace workspace = roots.of(call.tenant());
        return new WorkspaceFeed(workspace, workspace.at(path));
    }

    /** A text file of the workspace. */
    byte[] bytes(Call call, String path, int longest) {
        Workspace workspace = roots.of(call.tenant());
        return TextFiles.read(workspace, workspace.at(path), longest).getBytes(StandardCharsets.UTF_8);
    }

    /** The packages as CycloneDX. @throws ToolException {@code LIMIT} where that is more than the answer may take */
    JsonNode bill(Call call, Examined examined) {
        JsonNode bill =
                CycloneDx.of(examined.sbom().orElseThrow(), examined.subject(), examined.name(), "", clock.instant());
        int tokens = (Json.size(bill) + FRAME) / BYTES_PER_TOKEN + 1;
        if (tokens > call.budget()) {
            throw ToolException.limit("the bill of materials takes " + tokens
                    + " tokens; raise max_output_chars to four times that, or name a folder with less");
        }
        return bill;
    }

    private Examined of(String name, ImageScan scan, Call call) {
        ArchivedImage image = scan.images().getFirst();
        Sbom sbom = scan.sbom(image);
        List<String> trusted = engines.reach(call).images().stream()
                .map(pattern -> pattern.replaceFirst("\\*.*", ""))
                .toList();
        return new Examined(
                name,
                CycloneDx.Subject.CONTAINER,
                Optional.of(sbom),
                Optional.of(scan.posture(image, sbom, trusted.contains("") ? List.of() : trusted, clock.instant())),
                image.layers().stream()
                        .map(layer -> layer.step().map(HistoryStep::instruction).orElse(""))
                        .map(step -> step.length() > LONGEST_STEP ? step.substring(0, LONGEST_STEP) + "…" : step)
                        .toList());
    }
}
