package dev.millwright.git.sign;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Iterator;
import java.util.Optional;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.common.util.security.SecurityUtils;

/**
 * Signs as {@code ssh-keygen -Y sign -n git} does.
 *
 * @see <a href="https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.sshsig">PROTOCOL.sshsig</a>
 */
final class SshSigner implements Signer {
    private static final byte[] MAGIC = "SSHSIG".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;
    private static final String NAMESPACE = "git";
    private static final String HASH = "sha512";

    private final KeyPair pair;
    private final BuiltinSignatures algorithm;

    private SshSigner(KeyPair pair, BuiltinSignatures algorithm) {
        this.pair = pair;
        this.algorithm = algorithm;
    }

    static SshSigner read(byte[] file, Optional<String> passphrase) throws IOException, GeneralSecurityException {
        FilePasswordProvider password = (session, resource, attempt) -> attempt == 0 ? passphrase.orElse(null) : null;
        Iterable<KeyPair> pairs = SecurityUtils.loadKeyPairIdentities(
                null, NamedResource.ofName("the signing key"), new ByteArrayInputStream(file), password);
        Iterator<KeyPair> each = pairs == null ? null : pairs.iterator();
        if (each == null || !each.hasNext()) {
            throw new IOException("the file holds no private SSH key");
        }
        KeyPair pair = each.next();
        return new SshSigner(pair, algorithm(KeyUtils.getKeyType(pair)));
    }

    private static BuiltinSignatures algorithm(String keyType) throws IOException {
        return switch (keyType) {
            case "ssh-rsa" -> BuiltinSignatures.rsaSHA512;
            case "ssh-ed25519" -> BuiltinSignatures.ed25519;
            case "ecdsa-sha2-nistp256" -> BuiltinSignatures.nistp256;
            case "ecdsa-sha2-nistp384" -> BuiltinSignatures.nistp384;
            case "ecdsa-sha2-nistp521" -> BuiltinSignatures.nistp521;
            default -> throw new IOException("keys of type " + keyType + " cannot sign here");
        };
    }

    @Override
    public String sign(byte[] payload) throws IOException, GeneralSecurityException {
        ByteArrayBuffer envelope = new ByteArrayBuffer();
        envelope.putRawBytes(MAGIC);
        envelope.putUInt(VERSION);
        ByteArrayBuffer key = new ByteArrayBuffer();
        key.putRawPublicKey(pair.getPublic());
        envelope.putBytes(key.getCompactData());
        envelope.putString(NAMESPACE);
        envelope.putString("");
        envelope.putString(HASH);
        ByteArrayBuffer signature = new ByteArrayBuffer();
        signature.putString(algorithm.getName());
        signature.putBytes(raw(payload));
        envelope.putBytes(signature.getCompactData());
        return "-----BEGIN SSH SIGNATURE-----\n"
                + Base64.getMimeEncoder(70, new byte[] {'\n'}).encodeToString(envelope.getCompactData())
                + "\n-----END SSH SIGNATURE-----\n";
    }

    private byte[] raw(byte[] payload) throws IOException, GeneralSecurityException {
        ByteArrayBuffer signed = new ByteArrayBuffer();
        signed.putRawBytes(MAGIC);
        signed.putString(NAMESPACE);
        signed.putString("");
        signed.putString(HASH);
        signed.putBytes(MessageDigest.getInstance("SHA-512").digest(payload));
        Signature signature = algorithm.create();
        try {
            signature.initSigner(null, pair.getPrivate());
            signature.update(null, signed.getCompactData());
            return signature.sign(null);
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new GeneralSecurityException(e);
        }
    }
}
