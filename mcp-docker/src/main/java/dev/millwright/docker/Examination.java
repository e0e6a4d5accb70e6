package dev.millwright.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.docker.archive.ArchiveLimits;
import dev.millwright.docker.archive.ArchivedImage;
import dev.millwright.docker.archive.HistoryStep;
import dev.millwright.docker.config.DockerConfig;
import dev.millwright.docker.engine.Answer;
import dev.millwright.docker.engine.Ask;
import dev.millwright.docker.engine.Containers;
import dev.millwright.docker.engine.Engine;
import dev.millwright.docker.engine.Engines;
import dev.millwright.docker.engine.Images;
import dev.millwright.docker.engine.Roots;
import dev.millwright.docker.engine.TextFiles;
import dev.millwright.docker.posture.ContainerFacts;
import dev.millwright.docker.posture.Finding;
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

    /** Commands that docker exec runs in a container; more are more of the same. */
    private static final int MOST_EXECS = 20;

    /**
     * What is to be found out; nothing else is read.
     *
     * @param posture configuration and checks, which look at packages and files too
     */
    record Wanted(boolean packages, boolean secrets, boolean posture) {
        boolean contents() {
            return secrets || posture;
        }
    }

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

    /** @param target {@code image:REF}, {@code container:NAME}, {@code path:PATH}, or a name alone */
    Examined target(Call call, String target, Wanted wanted) throws InterruptedException, IOException {
        ScanTarget found = ScanTarget.of(call, target, engines, roots);
        return switch (found.kind()) {
            case PATH -> path(call, found.name(), wanted);
            case IMAGE -> image(call, found.name(), wanted);
            case CONTAINER -> container(call, found.name(), wanted);
        };
    }

    Examined image(Call call, String name, Wanted wanted) throws InterruptedException, IOException {
        Images images = engines.images(call);
        Optional<List<String>> digests =
                Optional.of(ContainerFacts.texts(images.inspect(name).path("RepoDigests")));
        try (Answer answer = images.save(name);
                InputStream body = answer.body()) {
            return of("image " + name, scan(body, wanted), wanted, digests, call);
        }
    }

    private ImageScan scan(InputStream archive, Wanted wanted) throws IOException {
        return ImageScan.of(
                archive, limits, new ImageScan.Wanted(wanted.packages() || wanted.posture(), wanted.contents()));
    }

    private Examined container(Call call, String name, Wanted wanted) throws InterruptedException, IOException {
        Containers containers = engines.containers(call);
        JsonNode inspect = containers.inspect(name);
        Engine engine = containers.engine();
        String id = inspect.path("Id").asText();
        Optional<Sbom> sbom = Optional.empty();
        List<Finding> secrets = List.of();
        if (wanted.packages() || wanted.secrets()) { // all of its files are read for them
            try (Answer answer =
                            engine.send(Ask.get("/containers/{}/export", id).forLong());
                    InputStream body = answer.body()) {
                ImageScan scan =
                        ImageScan.ofContainer(body, limits, new ImageScan.Wanted(wanted.packages(), wanted.secrets()));
                sbom = wanted.packages() ? Optional.of(scan.containerSbom()) : Optional.empty();
                secrets = scan.containerSecrets();
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
                execs(engine, inspect),
                processes,
                found(engine, inspect.path("Config").path("Image").asText())
                        .map(image -> image.path("Id").asText()));
        return new Examined(
                "container " + Containers.name(inspect),
                CycloneDx.Subject.CONTAINER,
                sbom,
                Optional.of(Posture.of(facts, secrets)),
                List.of());
    }

    /** An image may be removed while a container still has it. */
    private static Optional<JsonNode> found(Engine engine, String image) throws InterruptedException {
        return there(engine, Ask.get("/images/{}/json", image));
    }

    private static List<JsonNode> execs(Engine engine, JsonNode inspect) throws InterruptedException {
        List<JsonNode> execs = new ArrayList<>();
        for (String each : ContainerFacts.texts(inspect.path("ExecIDs"))) {
            if (execs.size() < MOST_EXECS) {
                there(engine, Ask.get("/exec/{}/json", each)).ifPresent(execs::add);
            }
        }
        return execs;
    }

    private static Optional<JsonNode> there(Engine engine, Ask ask) throws InterruptedException {
        try {
            return Optional.of(engine.json(ask));
        } catch (ToolException e) {
            if (e.kind() == ToolException.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** A folder, a lock file, or an archive of an image, told by its name. */
    private Examined path(Call call, String path, Wanted wanted) throws IOException {
        Workspace workspace = roots.of(call.tenant());
        Target target = workspace.at(path);
        boolean folder = workspace.stat(target).isFolder();
        if (folder || !target.path().matches("(?i).*\\.(tar|tgz|tar\\.gz|tar\\.zst|oci)")) {
            Sbom sbom = FolderPackages.of(workspace, target);
            return new Examined(
                    (folder ? "folder " : "file ") + target.shown(),
                    CycloneDx.Subject.APPLICATION,
                    Optional.of(sbom),
                    Optional.empty(),
                    List.of());
        }
        List<Examined> all = new ArrayList<>();
        new WorkspaceFeed(workspace, target)
                .each((name, content) -> all.add(
                        of("archive " + target.shown(), scan(content, wanted), wanted, Optional.empty(), call)));
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

    /** A file of the workspace for the packages as CycloneDX. */
    BillFile billFile(Call call, String path) {
        return BillFile.at(roots.of(call.tenant()), path);
    }

    /** The packages as CycloneDX. */
    ObjectNode bill(Examined examined) {
        String name = examined.name().substring(examined.name().indexOf(' ') + 1);
        return CycloneDx.of(examined.sbom().orElseThrow(), examined.subject(), name, "", clock.instant());
    }

    /** The same for an answer. @throws ToolException {@code LIMIT} where that is more than the answer may take */
    ObjectNode inline(Call call, Examined examined) {
        ObjectNode bill = bill(examined);
        int tokens = (Json.size(bill) + FRAME) / BYTES_PER_TOKEN + 1;
        if (tokens > call.budget()) {
            throw ToolException.limit("the bill of materials takes " + tokens
                    + " tokens; raise max_output_chars to four times that, or give /sbom_out a file as bom.json");
        }
        return bill;
    }

    private Examined of(String name, ImageScan scan, Wanted wanted, Optional<List<String>> digests, Call call) {
        ArchivedImage image = scan.images().getFirst();
        Optional<Sbom> sbom = wanted.packages() || wanted.posture() ? Optional.of(scan.sbom(image)) : Optional.empty();
        List<String> trusted = engines.reach(call).images().stream()
                .map(pattern -> pattern.replaceFirst("\\*.*", ""))
                .toList();
        return new Examined(
                name,
                CycloneDx.Subject.CONTAINER,
                sbom,
                wanted.contents()
                        ? Optional.of(scan.posture(
                                image, sbom, digests, trusted.contains("") ? List.of() : trusted, clock.instant()))
                        : Optional.empty(),
                image.layers().stream()
                        .map(layer -> layer.step().map(HistoryStep::instruction).orElse(""))
                        .map(step -> step.replaceAll("([0-9a-f]{12})[0-9a-f]{52}", "$1"))
                        .map(step -> step.length() > LONGEST_STEP ? step.substring(0, LONGEST_STEP) + "…" : step)
                        .toList());
    }
}
