package dev.millwright.k8s.fabric8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.k8s.api.ApiError;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.config.K8sReach;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.utils.TokenRefreshInterceptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * The connections to one API server in one name. Its HTTP client is made with the first use, made anew when the
 * certificate we show changes, and closed when nobody uses it any more.
 */
final class Connection {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration KINDS_KNOWN = Duration.ofMinutes(5);
    private static final String AGENT = "millwright";

    private record KnownKinds(List<Kind> kinds, Instant until) {}

    private final Kubeconfig.Target target;
    private final Login login;
    private final Optional<K8sReach.Impersonation> impersonation;
    private final Map<String, String> environment;
    private Optional<Lease> open = Optional.empty();
    private Optional<KnownKinds> kinds = Optional.empty();
    private boolean retired;

    Connection(
            Kubeconfig.Target target,
            Login login,
            Optional<K8sReach.Impersonation> impersonation,
            Map<String, String> environment) {
        this.target = target;
        this.login = login;
        this.impersonation = impersonation;
        this.environment = environment;
    }

    Login login() {
        return login;
    }

    String context() {
        return target.context();
    }

    /** Where the API is, without a slash at its end; may have a path. */
    String server() {
        String server = target.cluster().path("server").asText("");
        return server.endsWith("/") ? server.substring(0, server.length() - 1) : server;
    }

    String clusterName() {
        return target.clusterName();
    }

    synchronized Optional<List<Kind>> kinds() {
        return kinds.filter(each -> Instant.now().isBefore(each.until())).map(KnownKinds::kinds);
    }

    synchronized void kinds(List<Kind> asked) {
        kinds = Optional.of(new KnownKinds(asked, Instant.now().plus(KINDS_KNOWN)));
    }

    /** The HTTP client, for as long as the lease is not closed. */
    synchronized Lease lease(Login.Credential credential) {
        if (open.isPresent() && !open.get().certificate.equals(credential.certificate())) {
            open.get().retire();
            open = Optional.empty();
        }
        Lease lease = open.orElseGet(() -> new Lease(client(credential), credential.certificate()));
        lease.users++;
        open = Optional.of(lease);
        return lease;
    }

    /** Nobody will ask for it again: it ends with the last use. */
    synchronized void retire() {
        retired = true;
        open.ifPresent(Lease::retire);
        open = Optional.empty();
    }

    private HttpClient client(Login.Credential credential) {
        JsonNode cluster = target.cluster();
        if (cluster.isMissingNode()) {
            throw unusable("the kubeconfig has no cluster named \"" + target.clusterName() + "\"");
        } else if (server().isEmpty()) {
            throw unusable("the cluster " + target.clusterName() + " of the kubeconfig has no server");
        } else if (!cluster.path("tls-server-name").asText("").isEmpty()) {
            throw unusable("the cluster " + target.clusterName()
                    + " of the kubeconfig sets tls-server-name, which this client cannot do: use an address that the"
                    + " server's certificate names");
        }
        ConfigBuilder config = new ConfigBuilder(Config.empty())
                .withMasterUrl(server())
                .withTrustCerts(cluster.path("insecure-skip-tls-verify").asBoolean())
                .withConnectionTimeout((int) CONNECT.toMillis())
                // Requests decides what is tried again.
                .withRequestRetryBackoffLimit(0)
                .withUserAgent(AGENT);
        Optional.of(cluster.path("certificate-authority-data").asText(""))
                .filter(each -> !each.isEmpty())
                .ifPresent(config::withCaCertData);
        credential
                .certificate()
                .ifPresent(each -> config.withClientCertData(base64(each.chain()))
                        .withClientKeyData(base64(each.key()))
                        .withClientKeyAlgo(isElliptic(each.key()) ? "EC" : "RSA"));
        impersonation
                .or(this::asTheFileSays)
                .ifPresent(each -> config.withImpersonateUsername(each.user())
                        .withImpersonateGroups(each.groups().toArray(String[]::new)));
        proxy(config);
        try {
            Config built = config.build();
            HttpClient.Builder builder = new JdkHttpClientFactory()
                    .newBuilder(built)
                    .addOrReplaceInterceptor(TokenRefreshInterceptor.NAME, new Authorization(login));
            if (built.getCaCertData() != null && !built.isTrustCerts()) {
                builder.sslContext(SSLUtils.keyManagers(built), onlyBy(built.getCaCertData()));
            }
            return builder.build();
        } catch (RuntimeException | GeneralSecurityException | IOException e) {
            // Whatever is wrong with certificates, keys and proxies; none of the messages quotes a key.
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw unusable("the TLS or proxy settings of context %s of the kubeconfig cannot be used: %s"
                    .formatted(target.context(), cause.getMessage()));
        }
    }

    /** Trusts the authority that the file names and, as kubectl, no other; fabric8 would add those of the JDK. */
    private static TrustManager[] onlyBy(String authority) throws GeneralSecurityException, IOException {
        byte[] pem = Base64.getMimeDecoder().decode(authority);
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (var each : CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem))) {
            store.setCertificateEntry(Integer.toString(store.size()), each);
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(store);
        return trust.getTrustManagers();
    }

    /** Whether a key is one of elliptic curves: by its PEM, else by id-ecPublicKey (RFC 5480) in PKCS #8. */
    private static boolean isElliptic(String pem) {
        if (pem.contains("BEGIN EC")) {
            return true;
        }
        byte[] key = Base64.getMimeDecoder()
                .decode(pem.replaceAll("-----[A-Z ]+-----", "").strip());
        return HexFormat.of().formatHex(key).contains("06072a8648ce3d0201");
    }

    private Optional<K8sReach.Impersonation> asTheFileSays() {
        String as = target.user().path("as").asText("");
        List<String> groups = new java.util.ArrayList<>();
        target.user().path("as-groups").forEach(each -> groups.add(each.asText()));
        return as.isEmpty() ? Optional.empty() : Optional.of(new K8sReach.Impersonation(as, groups));
    }

    /** The file's proxy; else the environment's, as Go has it: never for this machine itself. */
    private void proxy(ConfigBuilder config) {
        String named = target.cluster().path("proxy-url").asText("");
        if (!named.isEmpty()) {
            config.withHttpProxy(named).withHttpsProxy(named);
            return;
        }
        String host = Optional.ofNullable(URI.create(server()).getHost()).orElse("");
        if (host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]")) {
            return;
        }
        variable("HTTPS_PROXY").ifPresent(config::withHttpsProxy);
        variable("HTTP_PROXY").ifPresent(config::withHttpProxy);
        variable("NO_PROXY")
                .ifPresent(list -> config.withNoProxy(Arrays.stream(list.split(","))
                        .map(String::strip)
                        .map(each -> each.startsWith("*") ? each.substring(1) : each)
                        .filter(each -> each.matches("[\\da-zA-Z.\\-/:]+"))
                        .toArray(String[]::new)));
    }

    private Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name))
                .or(() -> Optional.ofNullable(environment.get(name.toLowerCase(Locale.ROOT))))
                .filter(each -> !each.isBlank());
    }

    private ApiError unusable(String why) {
        return new ApiError(
                ApiError.UNREACHABLE, "Kubeconfig", "connect to context " + target.context(), why, Optional.empty());
    }

    private static String base64(String pem) {
        return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8));
    }

    /** Shows the credential in each request, websockets too. */
    private record Authorization(Login login) implements Interceptor {
        @Override
        public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
            login.now().authorization().ifPresent(value -> builder.setHeader("Authorization", value));
        }
    }

    /** A use of the client. */
    final class Lease implements AutoCloseable {
        private final HttpClient client;
        private final Optional<Login.Certificate> certificate;
        private int users;
        private boolean last;

        private Lease(HttpClient client, Optional<Login.Certificate> certificate) {
            this.client = client;
            this.certificate = certificate;
        }

        HttpClient client() {
            return client;
        }

        private void retire() {
            last = true;
            if (users == 0) {
                client.close();
            }
        }

        @Override
        public void close() {
            synchronized (Connection.this) {
                users--;
                if (users == 0 && (last || retired)) {
                    client.close();
                    open = open.filter(each -> each != this);
                }
            }
        }
    }
}
