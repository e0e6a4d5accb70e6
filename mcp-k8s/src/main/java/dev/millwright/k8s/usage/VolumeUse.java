package dev.millwright.k8s.usage;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * How full a volume is, as the kubelet of the node that mounts it says.
 *
 * @param used bytes
 * @param capacity bytes of the file system, less than what the claim asked for
 */
public record VolumeUse(long used, long capacity, long inodesUsed, long inodes) {
    /** By {@code NAMESPACE/CLAIM}. */
    static Map<String, VolumeUse> of(Collection<JsonNode> summaries) {
        Map<String, VolumeUse> uses = new HashMap<>();
        for (JsonNode summary : summaries) {
            for (JsonNode pod : summary.path("pods")) {
                for (JsonNode volume : pod.path("volume")) {
                    JsonNode claim = volume.path("pvcRef");
                    if (claim.isObject() && volume.path("capacityBytes").asLong() > 0) {
                        uses.put(
                                claim.path("namespace").asText() + "/"
                                        + claim.path("name").asText(),
                                new VolumeUse(
                                        volume.path("usedBytes").asLong(),
                                        volume.path("capacityBytes").asLong(),
                                        volume.path("inodesUsed").asLong(),
                                        volume.path("inodes").asLong()));
                    }
                }
            }
        }
        return uses;
    }

    /** The fuller of bytes and inodes, 0 to 100. */
    public int percent() {
        long bytes = Math.round(100.0 * used / capacity);
        return (int) Math.max(bytes, inodes > 0 ? Math.round(100.0 * inodesUsed / inodes) : 0);
    }
}
