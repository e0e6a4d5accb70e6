package dev.millwright.identity;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import java.util.List;

/**
 * The protected resource metadata of RFC 9728, served at {@code /.well-known/oauth-protected-resource} + path.
 *
 * @param resource our canonical URI, the audience of tokens
 * @param authorizationServers issuers, at least one
 * @param scopes the least a client needs to be useful
 */
public record ResourceMetadata(String resource, List<String> authorizationServers, List<String> scopes) {
    public ResourceMetadata {
        authorizationServers = List.copyOf(authorizationServers);
        scopes = List.copyOf(scopes);
        if (authorizationServers.isEmpty()) {
            throw new IllegalArgumentException("protected resource metadata names at least one authorization server");
        }
    }

    public ObjectNode json() {
        ObjectNode json = Json.object().put("resource", resource);
        json.set("authorization_servers", Json.tree(authorizationServers));
        if (!scopes.isEmpty()) {
            json.set("scopes_supported", Json.tree(scopes));
        }
        json.set("bearer_methods_supported", Json.array().add("header"));
        return json;
    }
}
