package dev.millwright.filesystem;

import dev.millwright.tool.Content;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Pictures and sounds, told by their first bytes; and MIME types of names. */
final class Media {
    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("css", "text/css"),
            Map.entry("csv", "text/csv"),
            Map.entry("htm", "text/html"),
            Map.entry("html", "text/html"),
            Map.entry("js", "text/javascript"),
            Map.entry("json", "application/json"),
            Map.entry("md", "text/markdown"),
            Map.entry("pdf", "application/pdf"),
            Map.entry("svg", "image/svg+xml"),
            Map.entry("xml", "application/xml"),
            Map.entry("yaml", "application/yaml"),
            Map.entry("yml", "application/yaml"),
            Map.entry("zip", "application/zip"));

    private Media() {}

    /** {@code image/…} or {@code audio/…} where a model can be shown it; empty for anything else. */
    static Optional<String> typeOf(byte[] start) {
        String head = new String(start, 0, Math.min(16, start.length), StandardCharsets.ISO_8859_1);
        if (head.startsWith("\u0089PNG\r\n")) {
            return Optional.of("image/png");
        } else if (head.startsWith("\u00ff\u00d8\u00ff")) {
            return Optional.of("image/jpeg");
        } else if (head.startsWith("GIF8")) {
            return Optional.of("image/gif");
        } else if (head.startsWith("RIFF") && head.startsWith("WEBP", 8)) {
            return Optional.of("image/webp");
        } else if (head.startsWith("RIFF") && head.startsWith("WAVE", 8)) {
            return Optional.of("audio/wav");
        } else if (head.startsWith("ID3") || head.startsWith("\u00ff\u00fb")) {
            return Optional.of("audio/mpeg");
        } else if (head.startsWith("OggS")) {
            return Optional.of("audio/ogg");
        } else if (head.startsWith("fLaC")) {
            return Optional.of("audio/flac");
        }
        return Optional.empty();
    }

    static Content content(byte[] data, String type) {
        return type.startsWith("image/") ? new Content.Image(data, type) : new Content.Audio(data, type);
    }

    /** By the ending of a name; text for what is not known. */
    static String typeOf(String name) {
        String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return TYPES.getOrDefault(ending, "text/plain");
    }
}
