package dev.millwright.docker.dockerjava;

import com.github.dockerjava.transport.SSLConfig;
import dev.millwright.tool.ToolException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The certificates of a folder as {@code docker} has it: ca.pem, and cert.pem with key.pem where the engine asks who calls. */
record Certificates(Path folder) implements SSLConfig {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN (RSA |EC |)PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END");

    /** Beginning of a PKCS#8 key of algorithm rsaEncryption, RFC 5208 and RFC 8017, version and algorithm. */
    private static final byte[] RSA = {
        2, 1, 0, 0x30, 0x0d, 6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 5, 0
    };

    /** Tag of the curve's parameters inside a key of RFC 5915. */
    private static final byte CURVE = (byte) 0xa0;

    private static final byte[] EC_ALGORITHM = {6, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};

    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 4;

    @Override
    public SSLContext getSSLContext() {
        try {
            KeyStore trusted = store();
            int count = 0;
            for (Certificate each : certificates("ca.pem")) {
                trusted.setCertificateEntry("ca" + count++, each);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            KeyStore own = store();
            if (Files.exists(folder.resolve("key.pem"))) {
                own.setKeyEntry(
                        "key",
                        key(Files.readString(folder.resolve("key.pem"))),
                        new char[0],
                        certificates("cert.pem").toArray(Certificate[]::new));
            }
            keys.init(own, new char[0]);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
            throw ToolException.unavailable(
                    "the certificates in " + folder + " cannot be used: " + e.getMessage()
                            + "; it must hold ca.pem, and cert.pem with key.pem where the engine asks for them",
                    e);
        }
    }

    private static KeyStore store() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        return store;
    }

    private Collection<? extends Certificate> certificates(String name) throws GeneralSecurityException, IOException {
        return CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(folder.resolve(name))));
    }

    /** PKCS#8, PKCS#1 (RSA) or RFC 5915 (EC), not encrypted. */
    static PrivateKey key(String pem) throws GeneralSecurityException {
        Matcher matcher = KEY.matcher(pem);
        if (!matcher.find()) {
            throw new InvalidKeySpecException("key.pem holds no private key that is not encrypted");
        }
        byte[] der = Base64.getMimeDecoder().decode(matcher.group(2).getBytes(StandardCharsets.US_ASCII));
        byte[] pkcs8 = switch (matcher.group(1)) {
            case "RSA " -> wrap(SEQUENCE, RSA, wrap(OCTETS, der));
            case "EC " -> ec(der);
            default -> der;
        };
        for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (InvalidKeySpecException e) {
                // of another algorithm
            }
        }
        throw new InvalidKeySpecException("the key in key.pem is neither RSA, EC nor Ed25519");
    }

    private static byte[] ec(byte[] der) throws InvalidKeySpecException {
        for (int i = 0; i + 2 < der.length; i++) {
            int length = der[i + 1];
            if (der[i] == CURVE && length > 2 && i + 2 + length <= der.length && der[i + 2] == 6) {
                byte[] curve = Arrays.copyOfRange(der, i + 2, i + 2 + length);
                byte[] version = {2, 1, 0};
                return wrap(SEQUENCE, version, wrap(SEQUENCE, EC_ALGORITHM, curve), wrap(OCTETS, der));
            }
        }
        throw new InvalidKeySpecException("the key in key.pem does not name its curve");
    }

    private static byte[] wrap(int tag, byte[]... parts) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            body.writeBytes(part);
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(tag);
        int length = body.size();
        if (length < 128) {
            all.write(length);
        } else if (length < 256) {
            all.write(0x81);
            all.write(length);
        } else {
            all.write(0x82);
            all.write(length >> 8);
            all.write(length);
        }
        all.writeBytes(body.toByteArray());
        return all.toByteArray();
    }
}
