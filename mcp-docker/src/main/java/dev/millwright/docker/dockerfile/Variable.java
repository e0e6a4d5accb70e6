package dev.millwright.docker.dockerfile;

import java.util.Optional;

/**
 * What a name stands for at some place of the file.
 *
 * @param value what it holds if no build argument says otherwise; empty where that cannot be known
 * @param argument whether {@code ARG} made it, so that a build argument may change it
 */
public record Variable(String name, Optional<String> value, boolean argument) {}
