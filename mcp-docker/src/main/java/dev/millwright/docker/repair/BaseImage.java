package dev.millwright.docker.repair;

import java.util.Optional;

/**
 * What an engine knows of an image that a Dockerfile begins with.
 *
 * @param pinned a name of the same image that stays with it: of a version, or by digest
 * @param user that its commands run as; "" for root
 * @param workdir where they run
 * @param platform such as {@code linux/amd64}
 */
public record BaseImage(Optional<String> pinned, String user, String workdir, String platform) {
    boolean isRoot() {
        return user.isEmpty() || user.matches("(root|0)(:.*)?");
    }
}
