package dev.millwright.docker.engine;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an engine is.
 *
 * @param api version of the API that is spoken with it, as in {@code 1.41}
 * @param engine its own version, as in {@code 20.10.24}
 * @param podman whether it is Podman behind Docker's API
 * @param os {@code linux} or {@code windows}
 * @param architecture as in {@code amd64}
 */
public record EngineVersion(String api, String engine, boolean podman, String os, String architecture) {
    /** Oldest API that is spoken: that of engine 20.10. */
    public static final String OLDEST = "1.41";

    /** Newest API that is spoken: 1.52 takes fields out of inspect that are read here. */
    public static final String NEWEST = "1.51";

    private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})");

    /**
     * What {@code GET /version} tells.
     *
     * @throws IllegalArgumentException when it does not tell a version that can be spoken
     */
    public static EngineVersion of(JsonNode told, boolean podman) {
        String newest = told.path("ApiVersion").asText("");
        if (compare(newest, OLDEST) < 0) {
            throw new IllegalArgumentException("it speaks API " + newest + " at most, " + OLDEST
                    + " is needed: engine 20.10 or newer, Podman 4 or newer");
        }
        return new EngineVersion(
                chosen(told.path("MinAPIVersion").asText(OLDEST), newest),
                told.path("Version").asText(),
                podman,
                told.path("Os").asText(),
                told.path("Arch").asText());
    }

    /** Whether the API is this old or newer, as in {@code 1.44}. */
    public boolean atLeast(String version) {
        return compare(api, version) >= 0;
    }

    /**
     * The version to speak with an engine that understands a range of them.
     *
     * @throws IllegalArgumentException when either is not like {@code 1.41}
     */
    static String chosen(String oldest, String newest) {
        String mine = compare(newest, NEWEST) < 0 ? newest : NEWEST;
        return compare(mine, oldest) < 0 ? oldest : mine;
    }

    /** @throws IllegalArgumentException when either is not like {@code 1.41} */
    static int compare(String one, String other) {
        return Integer.compare(number(one), number(other));
    }

    private static int number(String version) {
        Matcher matcher = VERSION.matcher(version);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not the version of an API: " + version);
        }
        return Integer.parseInt(matcher.group(1)) * 10_000 + Integer.parseInt(matcher.group(2));
    }
}
