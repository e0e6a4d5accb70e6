package dev.millwright.docker.release;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.mask.SecretText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** What an image's configuration tells, without starting it. */
public final class Paper {
    private static final Set<String> ROOT = Set.of("", "0", "root");

    private Paper() {}

    /** @param image as {@code GET /images/{name}/json} tells it */
    public static List<Item> items(Checklist checklist, JsonNode image) {
        List<Item> items = new ArrayList<>();
        JsonNode config = image.path("Config");
        checklist.platform().ifPresent(wanted -> {
            String is =
                    image.path("Os").asText() + "/" + image.path("Architecture").asText();
            items.add(Item.of("platform", is.equals(wanted), "the image is for " + is));
        });
        checklist.maxSizeMb().ifPresent(most -> {
            double size = image.path("Size").asLong() / 1e6;
            items.add(
                    Item.of("size", size <= most, String.format(Locale.ROOT, "%.1f MB of at most %d MB", size, most)));
        });
        if (checklist.nonRoot()) {
            String user = config.path("User").asText("");
            String name = user.contains(":") ? user.substring(0, user.indexOf(':')) : user;
            items.add(Item.of(
                    "non-root", !ROOT.contains(name), user.isEmpty() ? "no USER: it runs as root" : "USER " + user));
        }
        checklist.labels().entrySet().stream()
                .sorted(java.util.Map.Entry.comparingByKey())
                .forEach(each -> {
                    JsonNode value = config.path("Labels").path(each.getKey());
                    items.add(Item.of(
                            "label " + each.getKey(),
                            value.isTextual() && matches(each.getValue(), value.asText()),
                            value.isTextual()
                                    ? "it is " + SecretText.text(value.asText()) + ", wanted " + each.getValue()
                                    : "there is no such label"));
                });
        checklist.ports().ifPresent(wanted -> items.add(ports(wanted, config)));
        return items;
    }

    private static Item ports(List<String> wanted, JsonNode config) {
        Set<String> is = new TreeSet<>();
        config.path("ExposedPorts").fieldNames().forEachRemaining(is::add);
        Set<String> must = new TreeSet<>();
        wanted.forEach(port -> must.add(port.contains("/") ? port : port + "/tcp"));
        return Item.of("ports", is.equals(must), "it exposes " + is + ", wanted " + must);
    }

    /** @param pattern with {@code *} for any characters */
    static boolean matches(String pattern, String text) {
        StringBuilder regex = new StringBuilder();
        for (String part : pattern.split("\\*+", -1)) {
            regex.append(regex.isEmpty() ? "" : ".*").append(Pattern.quote(part));
        }
        return Pattern.compile(regex.toString(), Pattern.DOTALL).matcher(text).matches();
    }
}
