package dev.millwright.docker.dockerfile;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * An option of an instruction, such as {@code --from=build}.
 *
 * @param name without the dashes
 * @param value what follows the first {@code =}, if there is one
 */
public record Flag(String name, Optional<String> value, Span span) {
    /** The parts of a {@code --mount}: names in lower case with their values, "" for a name alone. */
    public Map<String, String> parts() {
        Map<String, String> parts = new LinkedHashMap<>();
        for (String each : List.of(value.orElse("").split(","))) {
            int equals = each.indexOf('=');
            parts.put(
                    (equals < 0 ? each : each.substring(0, equals)).strip().toLowerCase(Locale.ROOT),
                    equals < 0 ? "" : each.substring(equals + 1));
        }
        return parts;
    }
}
