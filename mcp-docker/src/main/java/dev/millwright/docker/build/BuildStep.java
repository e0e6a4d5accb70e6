package dev.millwright.docker.build;

/**
 * One step of a build.
 *
 * @param name as in {@code [2/3] RUN make}
 * @param seconds it took, 0 for one that did not run
 * @param cached whether its result was there already
 * @param failed whether the build ended with it
 */
public record BuildStep(String name, double seconds, boolean cached, boolean failed) {}
