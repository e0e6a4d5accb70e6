package dev.millwright.docker.sbom;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.docker.sbom.Component.Distro;
import dev.millwright.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/** A bill of materials as CycloneDX 1.6 JSON (ECMA-424). The same packages give the same serial number. */
public final class CycloneDx {
    /** What the packages were found in. */
    public enum Subject {
        CONTAINER,
        APPLICATION
    }

    private CycloneDx() {}

    /** @param name of the image or folder @param version digest or tag; {@code ""} for none */
    public static ObjectNode of(Sbom sbom, Subject subject, String name, String version, Instant time) {
        ArrayNode components = Json.array();
        Set<String> refs = new HashSet<>();
        sbom.distro().ifPresent(distro -> components.add(system(distro)));
        for (Component each : sbom.components()) {
            String purl = each.purl();
            if (refs.add(purl)) {
                components.add(component(each, purl));
            }
        }
        ObjectNode main = Json.object()
                .put("type", Json.name(subject))
                .put("bom-ref", "subject")
                .put("name", name);
        if (!version.isEmpty()) {
            main.put("version", version);
        }
        ObjectNode metadata = Json.object()
                .put("timestamp", time.truncatedTo(ChronoUnit.SECONDS).toString());
        metadata.putObject("tools")
                .putArray("components")
                .add(Json.object().put("type", "application").put("name", "millwright"));
        metadata.set("component", main);
        String serial = name + "\n" + version + "\n"
                + String.join("\n", refs.stream().sorted().toList());
        ObjectNode bom = Json.object()
                .put("bomFormat", "CycloneDX")
                .put("specVersion", "1.6")
                .put("serialNumber", "urn:uuid:" + UUID.nameUUIDFromBytes(serial.getBytes(StandardCharsets.UTF_8)))
                .put("version", 1);
        bom.set("metadata", metadata);
        bom.set("components", components);
        return bom;
    }

    private static ObjectNode system(Distro distro) {
        ObjectNode system = Json.object()
                .put("type", "operating-system")
                .put("bom-ref", "os:" + distro)
                .put("name", distro.id());
        return distro.version().isEmpty() ? system : system.put("version", distro.version());
    }

    private static ObjectNode component(Component each, String purl) {
        ObjectNode node = Json.object().put("type", "library").put("bom-ref", purl);
        each.namespace().filter(group -> !each.ecosystem().ofDistro()).ifPresent(group -> node.put("group", group));
        node.put("name", each.name());
        if (!each.version().isEmpty()) {
            node.put("version", each.version());
        }
        if (!each.licences().isEmpty()) {
            ArrayNode licences = node.putArray("licenses");
            // As texts: what packages record is often no SPDX identifier.
            each.licences().stream()
                    .filter(licence -> !licence.isBlank())
                    .forEach(
                            licence -> licences.addObject().putObject("license").put("name", licence));
        }
        node.put("purl", purl);
        each.path()
                .ifPresent(path -> node.putObject("evidence")
                        .putArray("occurrences")
                        .addObject()
                        .put("location", path));
        ArrayNode properties = Json.array();
        each.layer().ifPresent(layer -> {
            property(properties, "layer:index", Integer.toString(layer.index()));
            property(properties, "layer:digest", layer.digest());
        });
        each.source().ifPresent(source -> {
            property(properties, "source:name", source.name());
            property(properties, "source:version", source.version());
        });
        if (!properties.isEmpty()) {
            node.set("properties", properties);
        }
        return node;
    }

    private static void property(ArrayNode properties, String name, String value) {
        properties.addObject().put("name", "millwright:" + name).put("value", value);
    }
}
