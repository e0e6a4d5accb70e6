package dev.millwright.docker.repair;

import java.util.Optional;

/** Base images that are known. */
@FunctionalInterface
public interface Bases {
    Bases UNKNOWN = image -> Optional.empty();

    /** @param image as {@code FROM} names it */
    Optional<BaseImage> find(String image);
}
