package dev.millwright.k8s.helm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import dev.millwright.tool.ToolException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A repository of charts in an OCI registry: OCI Distribution 1.1, with the media types of Helm's HIP 6. */
final class Registry {
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    private static final String CHART = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
    private static final int MOST_DOCUMENT = 4 * 1024 * 1024;
    private static final int MOST_PAGES = 20;
    private static final Pattern CHALLENGE = Pattern.compile("(realm|service|scope)=\"([^\"]*)\"");
    private static final Pattern NEXT = Pattern.compile("<([^>]+)>;\\s*rel=\"?next\"?");

    private final ChartSources sources;
    private final URI base;
    private final String name;
    private Optional<String> token = Optional.empty();

    /** @param address as in {@code oci://registry.example.org/charts/web}, checked */
    Registry(ChartSources sources, URI address) {
        this.sources = sources;
        String scheme = ChartSources.isLoopback(address) ? "http" : "https";
        this.base = URI.create(scheme + "://" + address.getAuthority() + "/v2" + address.getPath());
        this.name = address.getPath().substring(address.getPath().lastIndexOf('/') + 1);
    }

    String name() {
        return name;
    }

    /** Versions, spelt as charts do: tags have {@code _} for {@code +}. */
    List<String> versions() throws InterruptedException {
        List<String> versions = new ArrayList<>();
        Optional<URI> page = Optional.of(URI.create(base + "/tags/list?n=1000"));
        for (int i = 0; i < MOST_PAGES && page.isPresent(); i++) {
            URI at = page.get();
            ChartSources.Fetched fetched = get(at, "application/json", MOST_DOCUMENT);
            json(at, ChartSources.found(at, fetched))
                    .path("tags")
                    .forEach(tag -> versions.add(tag.asText().replace('_', '+')));
            page = fetched.header("link")
                    .map(NEXT::matcher)
                    .filter(Matcher::find)
                    .map(next -> at.resolve(next.group(1)));
        }
        return versions;
    }

    /** The archive of a version, and the digest that pins it: of the manifest. */
    Charts.Archive archive(String version, Optional<String> digest) throws InterruptedException {
        URI at = URI.create(base + "/manifests/" + digest.orElse(version.replace('+', '_')));
        byte[] manifest = ChartSources.found(at, get(at, MANIFEST, MOST_DOCUMENT));
        String its = Charts.sha256(manifest);
        Charts.match(digest, its);
        for (JsonNode layer : json(at, manifest).path("layers")) {
            if (layer.path("mediaType").asText().equals(CHART)) {
                String blob = layer.path("digest").asText();
                if (!blob.matches("sha256:[0-9a-f]{64}")) {
                    throw ToolException.unavailable(at + " names a layer by no SHA-256 digest: " + blob);
                }
                URI from = URI.create(base + "/blobs/" + blob);
                byte[] archive = ChartSources.found(from, get(from, "*/*", Charts.MOST_ARCHIVE));
                Charts.match(Optional.of(blob), Charts.sha256(archive));
                return new Charts.Archive(archive, its);
            }
        }
        throw ToolException.invalidInput("/chart " + at + " is no Helm chart: it has no layer of type " + CHART);
    }

    /** Fetches; where the registry asks for a token that anybody gets, with one. */
    private ChartSources.Fetched get(URI uri, String accept, int mostBytes) throws InterruptedException {
        ChartSources.Fetched fetched = sources.get(uri, headers(accept), mostBytes);
        Optional<String> challenge = fetched.header("www-authenticate").filter(each -> each.startsWith("Bearer "));
        if (fetched.status() == 401 && challenge.isPresent() && token.isEmpty()) {
            token = Optional.of(token(challenge.get()));
            return sources.get(uri, headers(accept), mostBytes);
        }
        return fetched;
    }

    private Map<String, String> headers(String accept) {
        Map<String, String> headers = new HashMap<>(Map.of("Accept", accept));
        token.ifPresent(each -> headers.put("Authorization", "Bearer " + each));
        return headers;
    }

    private String token(String challenge) throws InterruptedException {
        Map<String, String> parts = new HashMap<>();
        Matcher part = CHALLENGE.matcher(challenge);
        while (part.find()) {
            parts.put(part.group(1), part.group(2));
        }
        URI at = URI.create(parts.getOrDefault("realm", "") + "?service="
                + URLEncoder.encode(parts.getOrDefault("service", ""), StandardCharsets.UTF_8) + "&scope="
                + URLEncoder.encode(parts.getOrDefault("scope", ""), StandardCharsets.UTF_8));
        JsonNode answer = json(at, sources.found(at, MOST_DOCUMENT));
        return answer.path("token").asText(answer.path("access_token").asText());
    }

    private static JsonNode json(URI from, byte[] bytes) {
        try {
            return Json.read(bytes, 0, bytes.length);
        } catch (JsonProcessingException e) {
            throw ToolException.unavailable(from + " answers no JSON: " + e.getOriginalMessage(), e);
        }
    }
}
