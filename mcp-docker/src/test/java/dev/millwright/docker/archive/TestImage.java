package dev.millwright.docker.archive;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import io.airlift.compress.v3.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;

/** An image made by a test, as an archive of {@code docker save} before and since engine 25, or as an OCI layout. */
public final class TestImage {
    /** How layers are packed. */
    public enum Packing {
        PLAIN,
        GZIP,
        ZSTD
    }

    private final List<byte[]> layers = new ArrayList<>();
    private final ObjectNode config = Json.object();

    public TestImage() {
        config.put("architecture", "amd64").put("os", "linux");
        config.withObject("/config");
        config.withArray("history");
    }

    /** The image's {@code config} object: user, environment, labels. */
    public ObjectNode config() {
        return config.withObject("/config");
    }

    /** @param createdBy as a builder writes it into the history */
    public TestImage layer(String createdBy, TestLayer layer) {
        layers.add(layer.tar());
        config.withArray("history").addObject().put("created_by", createdBy);
        return this;
    }

    /** A step that makes no layer. */
    public TestImage step(String createdBy) {
        config.withArray("history").addObject().put("created_by", createdBy).put("empty_layer", true);
        return this;
    }

    public TestImage withoutHistory() {
        config.remove("history");
        return this;
    }

    private byte[] configuration() {
        ArrayNode diffIds = config.withObject("/rootfs").putArray("diff_ids");
        layers.forEach(each -> diffIds.add("sha256:" + sha256(each)));
        return Json.bytes(config);
    }

    /** As engines before 25 write it: names sorted, layers in folders, the second of two equal layers a link. */
    public byte[] saved(String... tags) {
        byte[] bytes = configuration();
        ObjectNode manifest = Json.object().put("Config", sha256(bytes) + ".json");
        List.of(tags).forEach(manifest.withArray("RepoTags")::add);
        TreeMap<String, Object> files = new TreeMap<>();
        List<String> folders = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            // the engine's folders are named by a chain of digests: their order says nothing
            String folder = sha256(("folder " + i).getBytes()) + "/";
            int same = firstOf(layers.get(i));
            files.put(folder + "VERSION", "1.0".getBytes());
            files.put(folder + "json", "{}".getBytes());
            files.put(
                    folder + "layer.tar", same < i ? "../" + folders.get(same) + "layer.tar" : (Object) layers.get(i));
            folders.add(folder);
            manifest.withArray("Layers").add(folder + "layer.tar");
        }
        files.put(sha256(bytes) + ".json", bytes);
        files.put("manifest.json", Json.bytes(Json.array().add(manifest)));
        files.put("repositories", "{}".getBytes());
        return archive(files);
    }

    private int firstOf(byte[] layer) {
        int first = 0;
        while (!java.util.Arrays.equals(layers.get(first), layer)) {
            first++;
        }
        return first;
    }

    /** As an OCI layout with one image and an attestation beside it; with {@code docker} also as engines since 25. */
    public byte[] layout(Packing packing, boolean docker, String tag) {
        TreeMap<String, Object> files = new TreeMap<>();
        byte[] bytes = configuration();
        ObjectNode manifest = Json.object().put("schemaVersion", 2);
        manifest.set("config", blob(files, bytes));
        ObjectNode legacy = Json.object().put("Config", "blobs/sha256/" + sha256(bytes));
        legacy.withArray("RepoTags").add(tag);
        for (byte[] each : layers) {
            byte[] packed = packed(each, packing);
            manifest.withArray("layers").add(blob(files, packed));
            legacy.withArray("Layers").add("blobs/sha256/" + sha256(packed));
        }
        ObjectNode attestation = Json.object().put("schemaVersion", 2);
        attestation.set("config", blob(files, "{\"architecture\":\"unknown\",\"os\":\"unknown\"}".getBytes()));
        attestation
                .withArray("layers")
                .add(blob(files, "{\"_type\":\"https://in-toto.io/Statement/v0.1\"}".getBytes()));
        ObjectNode index = Json.object().put("schemaVersion", 2);
        index.withArray("manifests").add(blob(files, Json.bytes(manifest)));
        ObjectNode second = blob(files, Json.bytes(attestation));
        second.withObject("/annotations").put("vnd.docker.reference.type", "attestation-manifest");
        index.withArray("manifests").add(second);
        index.withArray("manifests").add(Json.object().put("digest", "sha256:" + "0".repeat(64))); // not in the archive
        ObjectNode top = Json.object().put("schemaVersion", 2);
        ObjectNode named = blob(files, Json.bytes(index));
        named.withObject("/annotations").put("io.containerd.image.name", tag);
        top.withArray("manifests").add(named);
        files.put("index.json", Json.bytes(top));
        files.put("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes());
        if (docker) {
            files.put("manifest.json", Json.bytes(Json.array().add(legacy)));
        }
        return archive(files);
    }

    private static ObjectNode blob(TreeMap<String, Object> files, byte[] content) {
        files.put("blobs/sha256/" + sha256(content), content);
        return Json.object().put("digest", "sha256:" + sha256(content)).put("size", content.length);
    }

    private static byte[] archive(TreeMap<String, Object> files) {
        TestLayer tar = new TestLayer();
        files.forEach((name, content) -> {
            if (content instanceof byte[] bytes) {
                tar.file(name, bytes);
            } else {
                tar.link(name, (String) content);
            }
        });
        return tar.tar();
    }

    public static byte[] packed(byte[] bytes, Packing packing) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = switch (packing) {
            case PLAIN -> packed;
            case GZIP -> new GZIPOutputStream(packed);
            case ZSTD -> new ZstdOutputStream(packed);
        }) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
