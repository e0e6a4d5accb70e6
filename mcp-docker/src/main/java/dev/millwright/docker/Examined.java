package dev.millwright.docker;

import dev.millwright.docker.posture.Posture;
import dev.millwright.docker.sbom.CycloneDx;
import dev.millwright.docker.sbom.Sbom;
import java.util.List;
import java.util.Optional;

/**
 * What was seen of an image, a container or a folder.
 *
 * @param name what it was taken for, and its name: {@code image shop/web:1}
 * @param sbom empty where packages were not asked for
 * @param posture empty where it was not asked for, or has none, as a folder
 * @param steps the instruction of each layer, lowest first
 */
record Examined(
        String name, CycloneDx.Subject subject, Optional<Sbom> sbom, Optional<Posture> posture, List<String> steps) {
    Examined {
        steps = List.copyOf(steps);
    }
}
