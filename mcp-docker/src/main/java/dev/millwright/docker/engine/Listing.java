package dev.millwright.docker.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.mask.SecretText;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.TreeSet;

/**
 * Rows about what an engine has.
 *
 * @param now what ages are told from
 */
public record Listing(Instant now) {
    private static final int SHORT = 12;

    public List<String> container(JsonNode each) {
        return List.of(
                Containers.name(each),
                shortened(each.path("Id").asText()),
                shortened(each.path("Image").asText()),
                each.path("State").asText(),
                each.path("Status").asText(),
                ports(each.path("Ports")));
    }

    public List<String> image(JsonNode each) {
        StringJoiner names = new StringJoiner(", ");
        each.path("RepoTags").forEach(tag -> names.add(tag.asText()));
        String all = names.toString();
        return List.of(
                all.isEmpty() || all.equals("<none>:<none>") ? "<dangling>" : all,
                shortened(each.path("Id").asText()),
                size(each.path("Size").asLong()),
                age(Instant.ofEpochSecond(each.path("Created").asLong())));
    }

    public List<String> volume(JsonNode each) {
        return List.of(
                SecretText.text(each.path("Name").asText()),
                each.path("Driver").asText(),
                age(each.path("CreatedAt").asText()));
    }

    public List<String> network(JsonNode each) {
        return List.of(
                each.path("Name").asText(),
                shortened(each.path("Id").asText()),
                each.path("Driver").asText(),
                each.path("Scope").asText());
    }

    /** {@code 0.0.0.0:8080->80/tcp}, each once, though an engine tells it for IPv4 and IPv6. */
    private static String ports(JsonNode ports) {
        TreeSet<String> shown = new TreeSet<>();
        for (JsonNode each : ports) {
            String inside =
                    each.path("PrivatePort").asInt() + "/" + each.path("Type").asText();
            String ip = each.path("IP").asText("");
            boolean any = ip.isEmpty() || ip.equals("0.0.0.0") || ip.equals("::");
            shown.add(
                    each.has("PublicPort")
                            ? (any ? "*" : ip) + ":" + each.path("PublicPort").asInt() + "->" + inside
                            : inside);
        }
        return String.join(", ", shown);
    }

    /** In decimal units, as Docker tells sizes of images. */
    public static String size(long bytes) {
        if (bytes < 1_000) {
            return bytes + " B";
        } else if (bytes < 1_000_000) {
            return String.format(Locale.ROOT, "%.1f kB", bytes / 1e3);
        } else if (bytes < 1_000_000_000) {
            return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
        }
        return String.format(Locale.ROOT, "%.2f GB", bytes / 1e9);
    }

    /** The first 12 digits of an id, as Docker shows it; a name is left as it is. */
    public static String shortened(String id) {
        String plain = id.startsWith("sha256:") ? id.substring("sha256:".length()) : id;
        return plain.matches("[0-9a-f]{64}") ? plain.substring(0, SHORT) : id;
    }

    private String age(String time) {
        try {
            return time.isEmpty() ? "" : age(Instant.parse(time));
        } catch (DateTimeParseException e) {
            return time;
        }
    }

    private String age(Instant time) {
        Duration age = Duration.between(time, now);
        if (age.toDays() > 0) {
            return age.toDays() + "d";
        } else if (age.toHours() > 0) {
            return age.toHours() + "h";
        } else if (age.toMinutes() > 0) {
            return age.toMinutes() + "m";
        }
        return Math.max(0, age.toSeconds()) + "s";
    }
}
