package dev.millwright.docker.build;

import dev.millwright.json.Json;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is to be built.
 *
 * @param tags names the image gets
 * @param target stage to end with; empty for the last
 * @param arguments values of ARG
 * @param labels of the image
 * @param builder which one builds
 * @param noCache whether every step runs
 * @param network of the steps: {@code none}, {@code default} or {@code host}
 * @param memory bytes that a step may take; the older builder alone can hold to it
 * @param cpus processors that a step may take, under the same condition; 0 for no limit
 * @param time after which the build is ended
 */
public record BuildRequest(
        List<String> tags,
        Optional<String> target,
        Map<String, String> arguments,
        Map<String, String> labels,
        Builder builder,
        boolean noCache,
        String network,
        OptionalLong memory,
        int cpus,
        Duration time) {
    /** Who builds. */
    public enum Builder implements Json.Spelt {
        /** BuildKit where the engine has it. */
        AUTO,
        /** BuildKit, in the engine, over its HTTP API. */
        BUILDKIT_HTTP,
        /** The builder before BuildKit. */
        LEGACY;

        @Override
        public String spelling() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public BuildRequest {
        tags = List.copyOf(tags);
        arguments = Map.copyOf(arguments);
        labels = Map.copyOf(labels);
    }

    /** A build of the last stage without names, within this time and without a network. */
    public static BuildRequest of(Duration time) {
        return new BuildRequest(
                List.of(),
                Optional.empty(),
                Map.of(),
                Map.of(),
                Builder.AUTO,
                false,
                "none",
                OptionalLong.empty(),
                0,
                time);
    }
}
