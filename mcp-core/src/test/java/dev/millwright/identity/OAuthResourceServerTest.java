package dev.millwright.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import dev.millwright.identity.Unauthenticated.Reason;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class OAuthResourceServerTest {
    private static final String ISSUER = "https://login.example.com";
    private static final String US = "https://mcp.example.com/mcp";

    private static RSAKey key;
    private static RSAKey otherKey;
    private static ECKey ecKey;

    private final Clock clock = Clock.systemUTC();
    private final AtomicInteger fetched = new AtomicInteger();
    private volatile JWKSet published = new JWKSet();
    private volatile int status = 200;
    private HttpServer http;
    private OAuthResourceServer server;

    @BeforeAll
    static void generate() throws Exception {
        key = new RSAKeyGenerator(2048).keyID("k1").generate();
        otherKey = new RSAKeyGenerator(2048).keyID("k2").generate();
        ecKey = new ECKeyGenerator(Curve.P_256).keyID("e1").generate();
    }

    @BeforeEach
    void start() throws Exception {
        published = new JWKSet(List.of(key, ecKey)).toPublicJWKSet();
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/jwks", exchange -> {
            fetched.incrementAndGet();
            byte[] body = published.toString().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        http.start();
        server = new OAuthResourceServer(OAuthResourceServer.Settings.of(ISSUER, jwks(), US), clock);
    }

    @AfterEach
    void stop() {
        http.stop(0);
    }

    private URI jwks() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort() + "/jwks");
    }

    private static JWTClaimsSet claims(UnaryOperator<JWTClaimsSet.Builder> change) {
        return change.apply(new JWTClaimsSet.Builder()
                        .issuer(ISSUER)
                        .audience(US)
                        .subject("ann")
                        .expirationTime(in(300))
                        .claim("scope", "fs:read fs:write")
                        .claim("tenants", List.of("acme")))
                .build();
    }

    private static Date in(long seconds) {
        return Date.from(Instant.now().plusSeconds(seconds));
    }

    private static String rsa(RSAKey key, JWTClaimsSet claims) throws Exception {
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .keyID(key.getKeyID())
                        .type(new JOSEObjectType("at+jwt"))
                        .build(),
                claims);
        jwt.sign(new RSASSASigner(key));
        return jwt.serialize();
    }

    private void refuses(String token, Reason reason) {
        assertThatThrownBy(() -> server.authenticate(token))
                .isInstanceOfSatisfying(
                        Unauthenticated.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageNotContaining(token);
    }

    private void refuses(UnaryOperator<JWTClaimsSet.Builder> change, Reason reason) throws Exception {
        refuses(rsa(key, claims(change)), reason);
    }

    @Test
    void takesATokenOfItsIssuerForItself() throws Exception {
        assertThat(server.authenticate(rsa(key, claims(c -> c))))
                .isEqualTo(new Caller(
                        "oauth:https://login.example.com#ann", Set.of("fs:read", "fs:write"), Set.of("acme")));
    }

    @Test
    void takesEllipticCurvesListsOfScopesAndOneOfSeveralAudiences() throws Exception {
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("e1").build(),
                claims(c -> c.claim("scope", List.of("fs:*")).audience(List.of("https://else", US))));
        jwt.sign(new ECDSASigner(ecKey));
        assertThat(server.authenticate(jwt.serialize()).may("fs:read")).isTrue();
    }

    @Test
    void givesNothingToATokenThatNamesNothing() throws Exception {
        assertThat(server.authenticate(
                        rsa(key, claims(c -> c.claim("scope", null).claim("tenants", null)))))
                .isEqualTo(new Caller("oauth:https://login.example.com#ann", Set.of(), Set.of()));
    }

    @Test
    void refusesWhatIsNotAToken() {
        refuses("abc", Reason.UNKNOWN);
        refuses("a.b.c", Reason.UNKNOWN);
        refuses("..", Reason.ALGORITHM);
    }

    @Test
    void refusesATokenThatIsNotSigned() {
        refuses(new PlainJWT(claims(c -> c)).serialize(), Reason.ALGORITHM);
    }

    @Test
    void refusesATokenSignedWithASharedSecret() throws Exception {
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("k1").build(), claims(c -> c));
        jwt.sign(new MACSigner(key.toRSAPublicKey().getEncoded()));
        refuses(jwt.serialize(), Reason.ALGORITHM);
    }

    @Test
    void refusesASignatureThatIsNotTheIssuers() throws Exception {
        RSAKey impostor = new RSAKey.Builder(otherKey).keyID("k1").build();
        refuses(rsa(impostor, claims(c -> c)), Reason.SIGNATURE);
        String[] parts = rsa(key, claims(c -> c)).split("\\.");
        String[] other = rsa(key, claims(c -> c.subject("root"))).split("\\.");
        refuses(parts[0] + "." + other[1] + "." + parts[2], Reason.SIGNATURE);
    }

    @Test
    void refusesAKeyThatTheTokenBringsAlong() throws Exception {
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .jwk(otherKey.toPublicJWK())
                        .build(),
                claims(c -> c));
        jwt.sign(new RSASSASigner(otherKey));
        refuses(jwt.serialize(), Reason.SIGNATURE);
    }

    @Test
    void refusesAnIdTokensType() throws Exception {
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .keyID("k1")
                        .type(new JOSEObjectType("logout+jwt"))
                        .build(),
                claims(c -> c));
        jwt.sign(new RSASSASigner(key));
        refuses(jwt.serialize(), Reason.SIGNATURE);
    }

    @Test
    void refusesOtherIssuersAndAudiences() throws Exception {
        refuses(c -> c.issuer("https://evil.example.com"), Reason.ISSUER);
        refuses(c -> c.issuer(null), Reason.ISSUER);
        refuses(c -> c.audience("https://other.example.com/mcp"), Reason.AUDIENCE);
        refuses(c -> c.audience((String) null), Reason.AUDIENCE);
    }

    @Test
    void refusesATokenOutOfItsTime() throws Exception {
        refuses(c -> c.expirationTime(in(-61)), Reason.EXPIRED);
        refuses(c -> c.notBeforeTime(in(90)), Reason.NOT_YET_VALID);
        refuses(c -> c.expirationTime(null), Reason.CLAIM);
        assertThat(server.authenticate(
                        rsa(key, claims(c -> c.expirationTime(in(-30)).notBeforeTime(in(30))))))
                .isNotNull();
    }

    @Test
    void refusesClaimsOfAnotherKind() throws Exception {
        refuses(c -> c.subject(null), Reason.CLAIM);
        refuses(c -> c.claim("scope", 7), Reason.CLAIM);
        refuses(c -> c.claim("tenants", List.of(1, 2)), Reason.CLAIM);
    }

    @Test
    void fetchesKeysOnceAndAgainForAKeyItHasNotSeen() throws Exception {
        for (int i = 0; i < 5; i++) {
            server.authenticate(rsa(key, claims(c -> c)));
        }
        assertThat(fetched).hasValue(1);
        published = new JWKSet(List.<JWK>of(key, otherKey)).toPublicJWKSet();
        server.authenticate(rsa(otherKey, claims(c -> c)));
        assertThat(fetched).hasValue(2);
    }

    @Test
    void doesNotFetchForEveryKeyThatSomebodyMakesUp() throws Exception {
        server.authenticate(rsa(key, claims(c -> c)));
        for (int i = 0; i < 10; i++) {
            refuses(rsa(new RSAKey.Builder(otherKey).keyID("made-up-" + i).build(), claims(c -> c)), Reason.SIGNATURE);
        }
        assertThat(fetched.get()).isLessThanOrEqualTo(3);
        assertThat(server.authenticate(rsa(key, claims(c -> c)))).isNotNull();
    }

    @Test
    void saysThatItCannotVerifyWhileTheIssuerIsAway() throws Exception {
        status = 500;
        refuses(c -> c, Reason.UNVERIFIABLE);
    }

    @Test
    void goesOnWithTheKeysItHasWhileTheIssuerIsAway() throws Exception {
        server.authenticate(rsa(key, claims(c -> c)));
        http.stop(0);
        assertThat(server.authenticate(rsa(key, claims(c -> c)))).isNotNull();
    }

    @Test
    void isNotSetUpToBeFooled() {
        assertSettingsRefused("HS256", jwks(), Duration.ZERO, "algorithms must be among");
        assertSettingsRefused("none", jwks(), Duration.ZERO, "algorithms must be among");
        assertSettingsRefused("RS256", URI.create("http://login.example.com/jwks"), Duration.ZERO, "https");
        assertSettingsRefused("RS256", jwks(), Duration.ofHours(1), "clock skew");
    }

    private static void assertSettingsRefused(String algorithm, URI jwks, Duration skew, String message) {
        assertThatThrownBy(() -> new OAuthResourceServer.Settings(
                        ISSUER, jwks, Set.of(US), Set.of(algorithm), "scope", "tenants", Set.of(), skew))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
