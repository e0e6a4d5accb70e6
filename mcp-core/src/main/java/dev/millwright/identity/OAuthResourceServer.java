package dev.millwright.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.millwright.identity.Unauthenticated.Reason;
import java.net.MalformedURLException;
import java.net.URI;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Accepts JWT access tokens of one authorization server that were issued for us (RFC 9068, RFC 8707).
 *
 * <p>Its keys are fetched when first needed, kept five minutes, fetched again for a key id not seen before but not more
 * than twice in 30 seconds, and while the server cannot be reached, used for four hours more.
 */
public final class OAuthResourceServer {
    /** Asymmetric all: with a shared secret, whoever checks a token could make one. */
    private static final Set<String> ALGORITHMS =
            Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512");

    private static final int FETCH_MILLIS = 3_000;
    private static final int LARGEST_JWKS = 512 * 1024;
    private static final long KEEP_MILLIS = Duration.ofMinutes(5).toMillis();
    private static final long FETCH_AGAIN_MILLIS = Duration.ofSeconds(30).toMillis();
    private static final long OUTAGE_MILLIS = Duration.ofHours(4).toMillis();

    /**
     * What is trusted.
     *
     * @param issuer exactly as in the tokens
     * @param jwks of its keys; https, or http on this machine
     * @param audiences our canonical URIs, one of which a token must name
     * @param algorithms among RS, PS and ES with 256, 384 and 512
     * @param scopeClaim a list, or words separated by spaces
     * @param tenantsClaim likewise
     * @param tenants that every subject belongs to, beside those its token lists
     * @param clockSkew at most five minutes
     */
    public record Settings(
            String issuer,
            URI jwks,
            Set<String> audiences,
            Set<String> algorithms,
            String scopeClaim,
            String tenantsClaim,
            Set<String> tenants,
            Duration clockSkew) {
        public Settings {
            audiences = Set.copyOf(audiences);
            algorithms = Set.copyOf(algorithms);
            tenants = Set.copyOf(tenants);
            check(!issuer.isBlank(), "the issuer must be given");
            check(!audiences.isEmpty(), "at least one audience must be given: this server's canonical URI");
            check(
                    !algorithms.isEmpty() && ALGORITHMS.containsAll(algorithms),
                    "algorithms must be among " + String.join(", ", new TreeSet<>(ALGORITHMS)) + ", got " + algorithms);
            check(
                    "https".equals(jwks.getScheme()) || "http".equals(jwks.getScheme()) && local(jwks),
                    "the JWKS must be at an https URL, got " + jwks);
            check(
                    !clockSkew.isNegative() && clockSkew.compareTo(Duration.ofMinutes(5)) <= 0,
                    "the clock skew must be between 0 s and 5 min, got " + clockSkew);
        }

        private static boolean local(URI uri) {
            return Set.of("localhost", "127.0.0.1", "[::1]").contains(String.valueOf(uri.getHost()));
        }

        private static void check(boolean holds, String otherwise) {
            if (!holds) {
                throw new IllegalArgumentException(otherwise);
            }
        }

        /** With the usual claims, {@code scope} and {@code tenants}, RS256, PS256 and ES256, and 60 s of skew. */
        public static Settings of(String issuer, URI jwks, String audience) {
            return new Settings(
                    issuer,
                    jwks,
                    Set.of(audience),
                    Set.of("RS256", "PS256", "ES256"),
                    "scope",
                    "tenants",
                    Set.of(),
                    Duration.ofSeconds(60));
        }
    }

    private final Settings settings;
    private final Clock clock;
    private volatile Optional<DefaultJWTProcessor<SecurityContext>> signatures = Optional.empty();

    public OAuthResourceServer(Settings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    public Caller authenticate(String token) throws Unauthenticated {
        SignedJWT jwt = parse(token);
        if (!settings.algorithms().contains(jwt.getHeader().getAlgorithm().getName())) {
            throw new Unauthenticated(Reason.ALGORITHM, "the token's signature algorithm is not allowed");
        }
        return caller(verified(jwt));
    }

    /** A token with alg none is not signed, so it does not parse as one that is. */
    private static SignedJWT parse(String token) throws Unauthenticated {
        try {
            return SignedJWT.parse(token);
        } catch (ParseException e) {
            boolean unsigned =
                    token.endsWith(".") && token.chars().filter(c -> c == '.').count() == 2;
            throw unsigned
                    ? new Unauthenticated(Reason.ALGORITHM, "the token is not signed")
                    : new Unauthenticated(Reason.UNKNOWN, "the token is not a signed JWT");
        }
    }

    private JWTClaimsSet verified(SignedJWT jwt) throws Unauthenticated {
        try {
            return signatures().process(jwt, null);
        } catch (RateLimitReachedException e) {
            throw new Unauthenticated(Reason.SIGNATURE, "the token is signed with a key its issuer does not publish");
        } catch (KeySourceException e) {
            throw new Unauthenticated(Reason.UNVERIFIABLE, "the issuer's keys cannot be fetched now; try again later");
        } catch (BadJOSEException | JOSEException e) {
            throw new Unauthenticated(Reason.SIGNATURE, "the token's type or signature is not right");
        }
    }

    private Caller caller(JWTClaimsSet claims) throws Unauthenticated {
        if (!settings.issuer().equals(claims.getIssuer())) {
            throw new Unauthenticated(Reason.ISSUER, "the token is from another issuer");
        } else if (claims.getAudience().stream().noneMatch(settings.audiences()::contains)) {
            throw new Unauthenticated(Reason.AUDIENCE, "the token was issued for another server");
        }
        Instant now = clock.instant();
        Instant end = instant(claims.getExpirationTime())
                .orElseThrow(() -> new Unauthenticated(Reason.CLAIM, "the token has no expiry (exp)"));
        if (!now.minus(settings.clockSkew()).isBefore(end)) {
            throw new Unauthenticated(Reason.EXPIRED, "the token has expired");
        } else if (instant(claims.getNotBeforeTime())
                .filter(start -> now.plus(settings.clockSkew()).isBefore(start))
                .isPresent()) {
            throw new Unauthenticated(Reason.NOT_YET_VALID, "the token is not valid yet");
        }
        String subject = Optional.ofNullable(claims.getSubject())
                .filter(s -> !s.isBlank())
                .orElseThrow(() -> new Unauthenticated(Reason.CLAIM, "the token has no subject (sub)"));
        Set<String> tenants = new LinkedHashSet<>(settings.tenants());
        tenants.addAll(words(claims, settings.tenantsClaim()));
        return new Caller("oauth:" + settings.issuer() + "#" + subject, words(claims, settings.scopeClaim()), tenants);
    }

    private static Optional<Instant> instant(Date date) {
        return Optional.ofNullable(date).map(Date::toInstant);
    }

    private static Set<String> words(JWTClaimsSet claims, String name) throws Unauthenticated {
        Object claim = claims.getClaim(name);
        return switch (claim) {
            case null -> Set.of();
            case String text ->
                List.of(text.split(" ")).stream().filter(w -> !w.isEmpty()).collect(Collectors.toSet());
            case Collection<?> list
            when list.stream().allMatch(String.class::isInstance) ->
                list.stream().map(String.class::cast).collect(Collectors.toSet());
            default ->
                throw new Unauthenticated(
                        Reason.CLAIM, "the token's claim " + name + " must be text or a list of text");
        };
    }

    private DefaultJWTProcessor<SecurityContext> signatures() {
        if (signatures.isEmpty()) {
            synchronized (settings) {
                if (signatures.isEmpty()) {
                    signatures = Optional.of(build());
                }
            }
        }
        return signatures.get();
    }

    private DefaultJWTProcessor<SecurityContext> build() {
        JWKSource<SecurityContext> keys;
        try {
            keys = JWKSourceBuilder.create(
                            settings.jwks().toURL(),
                            new DefaultResourceRetriever(FETCH_MILLIS, FETCH_MILLIS, LARGEST_JWKS))
                    .cache(KEEP_MILLIS, 2L * FETCH_MILLIS)
                    .refreshAheadCache(false)
                    .rateLimited(FETCH_AGAIN_MILLIS)
                    .retrying(true)
                    .outageTolerant(OUTAGE_MILLIS)
                    .build();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException("the JWKS must be at an https URL, got " + settings.jwks(), e);
        }
        DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
        processor.setJWSTypeVerifier(
                new DefaultJOSEObjectTypeVerifier<>(JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(
                settings.algorithms().stream().map(JWSAlgorithm::parse).collect(Collectors.toSet()), keys));
        processor.setJWTClaimsSetVerifier((claims, context) -> {});
        return processor;
    }
}
