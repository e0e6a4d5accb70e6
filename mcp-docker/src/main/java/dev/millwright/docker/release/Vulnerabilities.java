package dev.millwright.docker.release;

import dev.millwright.tool.Call;

/** What knows the vulnerabilities of an image's packages. */
@FunctionalInterface
public interface Vulnerabilities {
    /** How many there are; {@code worst} names some of them, the worst first. */
    record Count(int critical, int high, String worst) {}

    /**
     * Counts them.
     *
     * @param image id of an image of the tenant's engine
     * @throws dev.millwright.tool.ToolException {@code UNAVAILABLE} without data to match against
     */
    Count of(String image, Call call) throws Exception;
}
