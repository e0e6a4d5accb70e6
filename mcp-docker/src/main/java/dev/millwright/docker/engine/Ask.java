package dev.millwright.docker.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One request to an engine: {@code Ask.get("/containers/{}/json", name).with("size", true)}.
 *
 * @param path below the version, its segments encoded
 * @param query values not yet encoded
 * @param body what is sent
 * @param input what is sent on after the connection was taken over (attach, exec)
 * @param lasting whether the answer may go on for as long as the call does, as logs and builds do
 */
public record Ask(
        String method,
        String path,
        Map<String, String> query,
        Map<String, String> headers,
        Optional<InputStream> body,
        Optional<InputStream> input,
        boolean lasting) {
    public Ask {
        query = Map.copyOf(query);
        headers = Map.copyOf(headers);
    }

    /** @param template path with {@code {}} for each of the segments, which are encoded */
    public static Ask get(String template, String... segments) {
        return of("GET", template, segments);
    }

    /** @param template path with {@code {}} for each of the segments, which are encoded */
    public static Ask post(String template, String... segments) {
        return of("POST", template, segments);
    }

    /** @param template path with {@code {}} for each of the segments, which are encoded */
    public static Ask put(String template, String... segments) {
        return of("PUT", template, segments);
    }

    /** @param template path with {@code {}} for each of the segments, which are encoded */
    public static Ask head(String template, String... segments) {
        return of("HEAD", template, segments);
    }

    /** @param template path with {@code {}} for each of the segments, which are encoded */
    public static Ask delete(String template, String... segments) {
        return of("DELETE", template, segments);
    }

    private static Ask of(String method, String template, String... segments) {
        StringBuilder path = new StringBuilder();
        int from = 0;
        for (String segment : segments) {
            int at = template.indexOf("{}", from);
            path.append(template, from, at).append(encoded(segment));
            from = at + 2;
        }
        path.append(template, from, template.length());
        return new Ask(method, path.toString(), Map.of(), Map.of(), Optional.empty(), Optional.empty(), false);
    }

    public Ask with(String name, Object value) {
        Map<String, String> more = new LinkedHashMap<>(query);
        more.put(name, value.toString());
        return new Ask(method, path, more, headers, body, input, lasting);
    }

    public Ask header(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Ask(method, path, query, more, body, input, lasting);
    }

    public Ask json(JsonNode value) {
        return header("Content-Type", "application/json").body(new ByteArrayInputStream(Json.bytes(value)));
    }

    /** Sends a tar archive, read while it is sent. */
    public Ask tar(InputStream archive) {
        return header("Content-Type", "application/x-tar").body(archive);
    }

    private Ask body(InputStream sent) {
        return new Ask(method, path, query, headers, Optional.of(sent), input, lasting);
    }

    /** Takes the connection over: what is read from {@code sent} goes to the other side after the answer has begun. */
    public Ask input(InputStream sent) {
        return new Ask(method, path, query, headers, body, Optional.of(sent), lasting);
    }

    /** The answer may go on for as long as the call does. */
    public Ask forLong() {
        return new Ask(method, path, query, headers, body, input, true);
    }

    /** Path and query, as a request line has them. */
    public String target() {
        StringBuilder all = new StringBuilder(path);
        char separator = '?';
        for (Map.Entry<String, String> each : new TreeMap<>(query).entrySet()) {
            all.append(separator).append(encoded(each.getKey())).append('=').append(encoded(each.getValue()));
            separator = '&';
        }
        return all.toString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
