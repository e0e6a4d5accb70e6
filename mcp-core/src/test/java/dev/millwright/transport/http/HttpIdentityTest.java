package dev.millwright.transport.http;

import static dev.millwright.transport.http.StatelessHttpTest.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.millwright.identity.ApiKeys;
import dev.millwright.identity.Authenticator;
import dev.millwright.identity.OAuthResourceServer;
import dev.millwright.identity.Tenants;
import dev.millwright.json.Json;
import dev.millwright.store.Store;
import dev.millwright.store.StoreUrl;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Keys and tokens, tenants, and sessions that belong to one caller. */
@Timeout(60)
final class HttpIdentityTest {
    private static final String ISSUER = "https://issuer.example";
    private static final String BASE = "https://mcp.example.org";

    @TempDir
    Path directory;

    private com.sun.net.httpserver.HttpServer issuer;
    private ECKey signing;
    private Store store;
    private ApiKeys keys;
    private Site site;

    @BeforeEach
    void start() throws Exception {
        signing = new ECKeyGenerator(Curve.P_256).keyID("k1").generate();
        byte[] jwks = new JWKSet(signing.toPublicJWK()).toString().getBytes(StandardCharsets.UTF_8);
        issuer = com.sun.net.httpserver.HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        issuer.createContext("/jwks", exchange -> {
            exchange.sendResponseHeaders(200, jwks.length);
            exchange.getResponseBody().write(jwks);
            exchange.close();
        });
        issuer.start();
        store = Store.open(new StoreUrl.Embedded(directory.resolve("keys")));
        keys = new ApiKeys(store, Clock.systemUTC());
        URI jwksUri = URI.create("http://127.0.0.1:" + issuer.getAddress().getPort() + "/jwks");
        OAuthResourceServer oauth = new OAuthResourceServer(
                OAuthResourceServer.Settings.of(ISSUER, jwksUri, BASE + "/mcp"), Clock.systemUTC());
        Access access = new Access.Guarded(
                Authenticator.keysAndOAuth(keys, oauth),
                Optional.of(new Access.OAuth(List.of(ISSUER), List.of("fs:read"))));
        site = new Site(
                directory,
                access,
                Map.of("red", Tenants.Declared.EVERYTHING, "blue", Tenants.Declared.EVERYTHING),
                Json.object().put("public-url", BASE));
    }

    @AfterEach
    void stop() {
        site.close();
        store.close();
        issuer.stop(0);
    }

    private String key(String tenant, String... scopes) {
        return "Bearer "
                + keys.create("k", Set.of(tenant), Set.of(scopes), Optional.empty())
                        .token();
    }

    private String token(String audience, String scopes) throws Exception {
        Instant now = Instant.now();
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("k1").build(),
                new JWTClaimsSet.Builder()
                        .issuer(ISSUER)
                        .subject("ada")
                        .audience(audience)
                        .issueTime(Date.from(now))
                        .expirationTime(Date.from(now.plusSeconds(60)))
                        .claim("scope", scopes)
                        .claim("tenants", List.of("red"))
                        .build());
        jwt.sign(new ECDSASigner(signing));
        return "Bearer " + jwt.serialize();
    }

    private HttpResponse<String> call(String tool, ObjectNode arguments, String... headers) throws Exception {
        return site.send(Site.with(site.post(Site.stateless(1, "tools/call", Site.call(tool, arguments))), headers));
    }

    private HttpResponse<String> echo(String... headers) throws Exception {
        return call("echo", Json.object().put("text", "x"), headers);
    }

    @Test
    void challengesWhoeverBringsNothing() throws Exception {
        HttpResponse<String> response = echo();
        assertThat(response).satisfies(refused(401, -31000));
        assertThat(response.headers().firstValue("WWW-Authenticate"))
                .contains("Bearer resource_metadata=\"" + BASE
                        + "/.well-known/oauth-protected-resource/mcp\", scope=\"fs:read\"");
    }

    @Test
    void letsAKeyInAndNoOther() throws Exception {
        HttpResponse<String> response = echo("Authorization", key("red", "*"));
        assertThat(Json.read(response.body())
                        .at("/result/structuredContent/tenant")
                        .asText())
                .isEqualTo("red");
        assertThat(echo("Authorization", "Bearer mw_abcdefghijkl_" + "x".repeat(43)))
                .satisfies(refused(401, -31000));
        assertThat(echo("Authorization", "Basic " + key("red", "*"))).satisfies(refused(401, -31000));
    }

    @Test
    void takesTokensOnlyFromTheAuthorizationHeader() throws Exception {
        String bare = key("red", "*").substring("Bearer ".length());
        HttpRequest.Builder inUrl =
                site.post(Site.stateless(1, "tools/list", Json.object())).uri(site.uri("/mcp?access_token=" + bare));
        assertThat(site.send(inUrl).statusCode()).isEqualTo(401);
        assertThat(echo("Cookie", "access_token=" + bare).statusCode()).isEqualTo(401);
    }

    @Test
    void letsATokenInThatIsForThisServer() throws Exception {
        HttpResponse<String> response = echo("Authorization", token(BASE + "/mcp", "fs:read"));
        assertThat(response.body()).contains("oauth:" + ISSUER + "#ada");
        HttpResponse<String> stranger = echo("Authorization", token("https://other.example", "fs:read"));
        assertThat(stranger).satisfies(refused(401, -31000));
        assertThat(stranger.headers().firstValue("WWW-Authenticate").orElseThrow())
                .contains("error=\"invalid_token\"", "resource_metadata=");
    }

    @Test
    void saysWhichScopesATokenLacksAndRecordsTheRefusal() throws Exception {
        HttpResponse<String> response =
                call("guarded", Json.object(), "Authorization", token(BASE + "/mcp", "fs:read"));
        assertThat(response).satisfies(refused(403, -31000));
        assertThat(response.headers().firstValue("WWW-Authenticate"))
                .contains("Bearer error=\"insufficient_scope\", scope=\"fs:read fs:write\", resource_metadata=\"" + BASE
                        + "/.well-known/oauth-protected-resource/mcp\"");
        assertThat(site.audited()).contains("\"guarded\"", "\"denied\"");
        assertThat(call("guarded", Json.object(), "Authorization", token(BASE + "/mcp", "fs:*"))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void publishesWhereTokensComeFrom() throws Exception {
        for (String path : new String[] {"", "/mcp"}) {
            HttpResponse<String> response =
                    site.send(HttpRequest.newBuilder(site.uri("/.well-known/oauth-protected-resource" + path)));
            assertThat(Json.read(response.body()).path("resource").asText()).isEqualTo(BASE + "/mcp");
            assertThat(Json.read(response.body()).at("/authorization_servers/0").asText())
                    .isEqualTo(ISSUER);
        }
        assertThat(site.send(HttpRequest.newBuilder(site.uri("/.well-known/oauth-protected-resource/demo/mcp")))
                        .body())
                .contains(BASE + "/demo/mcp");
    }

    @Test
    void keepsTenantsApartAndRecordsTheAttempt() throws Exception {
        String red = key("red", "*");
        assertThat(echo("Authorization", red, "Millwright-Tenant", "red").statusCode())
                .isEqualTo(200);
        assertThat(echo("Authorization", red, "Millwright-Tenant", "blue")).satisfies(refused(403, -31000));
        assertThat(echo("Authorization", red, "Millwright-Tenant", "green")).satisfies(refused(403, -31000));
        assertThat(site.audited()).contains("\"blue\"", "\"denied\"");
        assertThat(echo("Authorization", key("*", "*"))).satisfies(refused(400, -32600));
    }

    @Test
    void hidesASessionFromEverybodyButItsCaller() throws Exception {
        String mine = key("red", "*");
        String theirs = key("red", "*");
        String session = site.initialize("Authorization", mine);
        String ping = Site.request(1, "ping", Json.object());
        assertThat(site.send(site.inSession(session, ping).header("Authorization", mine))
                        .statusCode())
                .isEqualTo(200);
        assertThat(site.send(site.inSession(session, ping).header("Authorization", theirs)))
                .satisfies(refused(404, -32600));
        assertThat(site.send(site.inSession(session, ping)).statusCode()).isEqualTo(401);
        HttpRequest.Builder delete = HttpRequest.newBuilder(site.uri("/mcp"))
                .header("Mcp-Session-Id", session)
                .header("Authorization", theirs)
                .DELETE();
        assertThat(site.send(delete).statusCode()).isEqualTo(404);
        HttpRequest.Builder listen = HttpRequest.newBuilder(site.uri("/mcp"))
                .header("Mcp-Session-Id", session)
                .header("Accept", "text/event-stream")
                .header("Authorization", theirs);
        assertThat(site.send(listen).statusCode()).isEqualTo(404);
    }

    @Test
    void hidesASessionOfTheOldTransportToo() throws Exception {
        HttpResponse<InputStream> stream = site.client.send(
                HttpRequest.newBuilder(site.uri("/demo/sse"))
                        .header("Authorization", key("red", "*"))
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        BufferedReader lines = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8));
        assertThat(lines.readLine()).isEqualTo("event: endpoint");
        URI messages = site.uri(lines.readLine().substring("data: ".length()));
        assertThat(site.send(Site.post(messages, Site.request(1, "ping", Json.object()))
                                .header("Authorization", key("red", "*")))
                        .statusCode())
                .isEqualTo(404);
        stream.body().close();
    }

    @Test
    void refusesARevokedKeyInTheMiddleOfASession() throws Exception {
        ApiKeys.Issued issued = keys.create("k", Set.of("red"), Set.of("*"), Optional.empty());
        String session = site.initialize("Authorization", "Bearer " + issued.token());
        keys.revoke(issued.key().id());
        assertThat(site.send(site.inSession(session, Site.request(1, "ping", Json.object()))
                                .header("Authorization", "Bearer " + issued.token()))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void countsThoseItDidNotLetIn() throws Exception {
        site.send(HttpRequest.newBuilder(site.uri("/mcp")));
        site.send(HttpRequest.newBuilder(site.uri("/mcp")).header("Authorization", "Bearer mw_nobody"));
        site.send(HttpRequest.newBuilder(site.uri("/mcp")).header("Origin", "https://evil.example"));
        assertThat(site.metrics.scrape().lines())
                .contains(
                        "millwright_http_refused_total{reason=\"missing\"} 1.0",
                        "millwright_http_refused_total{reason=\"unknown\"} 1.0",
                        "millwright_http_refused_total{reason=\"origin\"} 1.0");
    }

    @Test
    void showsMetricsOnlyToThoseItKnows() throws Exception {
        assertThat(site.send(HttpRequest.newBuilder(site.uri("/metrics"))).statusCode())
                .isEqualTo(401);
        assertThat(site.send(HttpRequest.newBuilder(site.uri("/metrics")).header("Authorization", key("red", "*")))
                        .statusCode())
                .isEqualTo(200);
        assertThat(site.send(HttpRequest.newBuilder(site.uri("/healthz"))).statusCode())
                .isEqualTo(200);
    }

    @Test
    void needsAnAuthorizationServerToDescribe() {
        assertThatThrownBy(() -> new Access.OAuth(List.of(), List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
