package dev.millwright.docker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.docker.engine.TextFiles;
import dev.millwright.json.Json;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.OpenFile;
import dev.millwright.workspace.Place;
import dev.millwright.workspace.Stat;
import dev.millwright.workspace.Target;
import dev.millwright.workspace.Version;
import dev.millwright.workspace.Workspace;
import java.util.Optional;

/**
 * A file for a bill of materials: a new one, or one in the place of an earlier bill. Nothing else is replaced.
 *
 * @param before what the earlier bill is
 */
record BillFile(Workspace workspace, Target target, Optional<byte[]> before) {
    private static final int LARGEST = 64_000_000;

    /** Looks before the work begins whether it can be written. */
    static BillFile at(Workspace workspace, String path) {
        if (!path.endsWith(".json")) {
            throw ToolException.invalidInput(
                    "/sbom_out must be inline, or a file that ends in .json as bom.json, got \"" + path + "\"");
        }
        Target target = workspace.at(path);
        try (Place place = workspace.place(target)) {
            if (place.stat().filter(each -> !each.isFile()).isPresent()) {
                throw ToolException.conflict("/sbom_out " + target + " is no file");
            }
            return new BillFile(workspace, target, place.stat().map(stat -> earlier(place, stat, target)));
        }
    }

    private static byte[] earlier(Place place, Stat stat, Target target) {
        if (stat.size() <= LARGEST) {
            try (OpenFile file = place.folder().file(place.name())) {
                byte[] bytes = Version.all(file, LARGEST);
                if (Json.read(bytes, 0, bytes.length).path("bomFormat").asText().equals("CycloneDX")) {
                    return bytes;
                }
            } catch (JsonProcessingException e) {
                // as any file that is something else
            }
        }
        throw ToolException.conflict(
                "/sbom_out " + target + " is there and is no bill of materials; only such a one is replaced");
    }

    void write(JsonNode bill) {
        byte[] after = Json.bytes(bill);
        if (before.isPresent()) {
            TextFiles.replace(workspace, target, before.get(), after);
        } else {
            TextFiles.create(workspace, target, after);
        }
    }
}
