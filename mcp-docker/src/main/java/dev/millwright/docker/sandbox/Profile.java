package dev.millwright.docker.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;

/**
 * How a container is confined: nobody without capabilities, on a root that cannot be written, without network, devices,
 * shared memory, mounts of the host or ways to new privileges, behind a filter of system calls that is stricter than
 * Docker's own, and within limits.
 */
final class Profile {
    /** The user and group {@code nobody} of Linux. */
    static final int NOBODY = 65534;

    private static final int OPEN_FILES = 256;
    private static final long TEMPORARY_BYTES = 64L << 20;
    private static final String FILTER = filter();

    private Profile() {}

    /**
     * The part {@code HostConfig} of a container to be created.
     *
     * @param image as {@code GET /images/{name}/json} tells it: what it declares as volumes would be folders of the
     *     host without a limit, so each becomes a small one in memory
     */
    static ObjectNode of(Job job, JsonNode image, Host host) {
        Bounds bounds = job.bounds();
        ObjectNode config = Json.object()
                .put("NetworkMode", "none")
                .put("ReadonlyRootfs", true)
                .put("Privileged", false)
                .put("IpcMode", "none")
                .put("CgroupnsMode", "private")
                .put("PidsLimit", bounds.processes())
                .put("Memory", bounds.memoryBytes())
                .put("MemorySwap", bounds.memoryBytes())
                .put("NanoCpus", Math.round(bounds.cpus() * 1e9))
                .put("OomScoreAdj", 500)
                .put("AutoRemove", false)
                .put("PublishAllPorts", false);
        config.putArray("CapDrop").add("ALL");
        config.putArray("SecurityOpt").add("no-new-privileges").add("seccomp=" + FILTER);
        config.putObject("LogConfig").put("Type", "none");
        config.putObject("RestartPolicy").put("Name", "no");
        ArrayNode limits = config.putArray("Ulimits");
        limit(limits, "nofile", OPEN_FILES);
        limit(limits, "core", 0);
        limit(limits, "fsize", bounds.workBytes());
        if (host.init()) {
            config.put("Init", true);
        }
        if (!host.runtime().isEmpty()) {
            config.put("Runtime", host.runtime());
        }
        ObjectNode memory = config.putObject("Tmpfs");
        memory.put("/tmp", options(false, TEMPORARY_BYTES));
        memory.put(Job.WORK, options(job.executable(), bounds.workBytes()));
        ArrayNode mounts = config.putArray("Mounts");
        image.path("Config").path("Volumes").fieldNames().forEachRemaining(path -> {
            if (!path.equals(Job.WORK) && !path.equals("/tmp")) {
                mounts.addObject()
                        .put("Type", "tmpfs")
                        .put("Target", path)
                        .putObject("TmpfsOptions")
                        .put("SizeBytes", bounds.workBytes());
            }
        });
        return config;
    }

    /** Puts a volume in the place of the work folder, so that files can be put in before and taken out afterwards. */
    static void work(ObjectNode config, JsonNode volume) {
        ((ObjectNode) config.path("Tmpfs")).remove(Job.WORK);
        config.withArray("Mounts").add(volume);
    }

    /**
     * A volume that lives in memory, and only while a container with it runs.
     *
     * @param labels to know it by when it is left behind
     */
    static ObjectNode volume(Job job, String name, ObjectNode labels) {
        ObjectNode volume =
                Json.object().put("Type", "volume").put("Source", name).put("Target", Job.WORK);
        ObjectNode options = volume.putObject("VolumeOptions").put("NoCopy", true);
        options.set("Labels", labels);
        options.putObject("DriverConfig")
                .put("Name", "local")
                .putObject("Options")
                .put("type", "tmpfs")
                .put("device", "tmpfs")
                .put(
                        "o",
                        "size=%d,nosuid,nodev%s,mode=1777"
                                .formatted(job.bounds().workBytes(), job.executable() ? "" : ",noexec"));
        return volume;
    }

    /** What names the whole of it: two runs with the same one were confined alike. */
    static String hash(JsonNode config) {
        return Artifact.sha256(Json.bytes(config));
    }

    private static String options(boolean executable, long bytes) {
        // The owner as well: some versions of runc give the mode of the image's own folder to what is mounted over it.
        return "rw,%s,nosuid,nodev,size=%d,mode=1777,uid=%d,gid=%d"
                .formatted(executable ? "exec" : "noexec", bytes, NOBODY, NOBODY);
    }

    private static void limit(ArrayNode limits, String name, long value) {
        limits.addObject().put("Name", name).put("Soft", value).put("Hard", value);
    }

    /** Docker's own filter names what it allows, and so does this one; what is in neither is refused. */
    private static String filter() {
        try (InputStream in = Objects.requireNonNull(Profile.class.getResourceAsStream("seccomp.json"))) {
            JsonNode kept = Json.read(new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
            return Json.write(kept);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The variables of a run, in the place of those of the image that would lead elsewhere. */
    static List<String> variables() {
        return List.of("HOME=" + Job.WORK, "LANG=C.UTF-8", "TMPDIR=/tmp");
    }
}
