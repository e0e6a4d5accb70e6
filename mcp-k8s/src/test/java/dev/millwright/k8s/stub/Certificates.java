package dev.millwright.k8s.stub;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ServerSocketFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Certificates of a server and a client of it, each its own authority, made by the JDK's keytool. */
record Certificates(KeyStore server, KeyStore client) {
    private static final char[] PASSWORD = "changeit".toCharArray();

    /** Made once: keys take their time. */
    private static Optional<Certificates> made = Optional.empty();

    static synchronized Certificates make(Path folder) {
        if (made.isEmpty()) {
            made = Optional.of(new Certificates(
                    make(folder.resolve("server.p12"), "RSA", "CN=localhost", "-ext", "san=dns:localhost,ip:127.0.0.1"),
                    make(folder.resolve("client.p12"), "EC", "CN=alice, O=developers")));
        }
        return made.get();
    }

    private static KeyStore make(Path file, String algorithm, String name, String... more) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keystore",
                file.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                "changeit",
                "-alias",
                "it",
                "-keyalg",
                algorithm,
                "-validity",
                "30",
                "-dname",
                name));
        command.addAll(List.of(more));
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException("keytool: " + said);
            }
            KeyStore store = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(file)) {
                store.load(in, PASSWORD);
            }
            return store;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    ServerSocketFactory sockets() {
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
            keys.init(server, PASSWORD);
            KeyStore known = KeyStore.getInstance("PKCS12");
            known.load(null, PASSWORD);
            known.setCertificateEntry("client", client.getCertificate("it"));
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(known);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context.getServerSocketFactory();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The server's certificate as a kubeconfig holds it. */
    String authority() {
        return StubApiServer.base64(pem("CERTIFICATE", certificate(server)));
    }

    /** The client's certificate and key as a user of a kubeconfig. */
    String user() {
        return "{client-certificate-data: %s, client-key-data: %s}"
                .formatted(StubApiServer.base64(clientCertificate()), StubApiServer.base64(clientKey()));
    }

    byte[] clientCertificate() {
        return pem("CERTIFICATE", certificate(client));
    }

    byte[] clientKey() {
        try {
            return pem("PRIVATE KEY", client.getKey("it", PASSWORD).getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] certificate(KeyStore store) {
        try {
            Certificate certificate = store.getCertificate("it");
            return certificate.getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] pem(String what, byte[] bytes) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(what, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes), what)
                .getBytes(StandardCharsets.UTF_8);
    }
}
