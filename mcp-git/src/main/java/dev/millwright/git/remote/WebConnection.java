package dev.millwright.git.remote;

import dev.millwright.config.Secret;
import dev.millwright.git.config.RemoteHost;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Proxy;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.jgit.transport.http.JDKHttpConnection;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request to a Git server. Certificates are always verified, cookies never sent, credentials come from the
 * configuration of this very host alone; whatever JGit read elsewhere about these is not listened to.
 */
final class WebConnection extends JDKHttpConnection {
    /** What JGit may say of itself and of its request. */
    private static final Set<String> HEADERS = Set.of(
            "accept", "accept-encoding", "content-encoding", "content-type", "git-protocol", "pragma", "user-agent");

    private final Host host;
    private final Refusal refusal;

    WebConnection(URL url, Proxy proxy, Host host, Function<Secret, Supplier<String>> secrets, Refusal refusal)
            throws IOException {
        super(url, proxy);
        this.host = host;
        this.refusal = refusal;
        RemoteHost settings = host.settings();
        if (settings.caFile().isPresent() && url.getProtocol().equals("https")) {
            trust(Path.of(settings.caFile().get()));
        }
        settings.password()
                .ifPresent(password -> super.setRequestProperty(
                        "Authorization",
                        authorization(settings, secrets.apply(password).get())));
    }

    private static String authorization(RemoteHost settings, String password) {
        return switch (settings.scheme()) {
            case BASIC ->
                "Basic "
                        + Base64.getEncoder()
                                .encodeToString((settings.user() + ":" + password).getBytes(StandardCharsets.UTF_8));
            case BEARER -> "Bearer " + password;
        };
    }

    private void trust(Path file) {
        try {
            super.configure(new KeyManager[0], trusted(host.name(), file), new SecureRandom());
        } catch (GeneralSecurityException e) {
            throw ToolException.unavailable("this Java cannot use the ca-file of " + host.name(), e);
        }
    }

    /** Who is trusted by a file. @throws ToolException {@code UNAVAILABLE} where it holds no certificates */
    static TrustManager[] trusted(String host, Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, new char[0]);
            for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("ca-" + store.size(), each);
            }
            if (store.size() == 0) {
                throw new KeyStoreException("no certificate");
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory.getTrustManagers();
        } catch (IOException | GeneralSecurityException e) {
            throw ToolException.unavailable(
                    "the file of hosts.%s.ca-file cannot be read as certificates".formatted(host), e);
        }
    }

    @Override
    public void setRequestProperty(String name, String value) {
        if (HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
            super.setRequestProperty(name, value);
        }
    }

    @Override
    public void setInstanceFollowRedirects(boolean follow) {
        super.setInstanceFollowRedirects(false);
    }

    /** Ignored: whom to trust is the operator's to say. */
    @Override
    public void configure(
            KeyManager @Nullable [] keys, TrustManager @Nullable [] trusted, @Nullable SecureRandom random) {}

    /** Ignored: names are verified as in RFC 2818. */
    @Override
    public void setHostnameVerifier(HostnameVerifier verifier) {}

    @Override
    public int getResponseCode() throws IOException {
        int code = super.getResponseCode();
        switch (code) {
            case 401, 403 -> {
                boolean sent = host.settings().password().isPresent();
                throw refused(ToolException.denied(host.name()
                        + (sent
                                        ? " does not accept the configured credentials for this (%d)"
                                        : " wants credentials (%d), and the configuration has none for it")
                                .formatted(code)));
            }
            case 404, 410 ->
                throw refused(ToolException.notFound(
                        "%s has no repository at %s (%d), or does not show it to these credentials"
                                .formatted(host.name(), RemoteUrl.masked(repository()), code)));
            case 407 -> throw refused(ToolException.denied("the proxy wants credentials (407)"));
            case 429 -> throw refused(ToolException.limit(host.name() + " asks to wait (429)"));
            default -> {
                if (code >= 500) {
                    throw refused(ToolException.unavailable(host.name() + " answered with an error (" + code + ")"));
                }
            }
        }
        if (code == 200 && !isGit()) {
            throw refused(ToolException.notFound(
                    "%s does not answer as a Git server at %s".formatted(host.name(), RemoteUrl.masked(repository()))));
        }
        return code;
    }

    private String repository() {
        return getURL().toString().replaceFirst("/(info/refs|git-upload-pack|git-receive-pack)(\\?.*)?$", "");
    }

    /** Not the old protocol of plain files: that one follows addresses that files name. */
    private boolean isGit() {
        String type = String.valueOf(getContentType());
        return type.startsWith("application/x-git-") && (type.endsWith("-advertisement") || type.endsWith("-result"));
    }

    private IOException refused(ToolException reason) {
        refusal.because(reason);
        return new IOException("refused");
    }
}
