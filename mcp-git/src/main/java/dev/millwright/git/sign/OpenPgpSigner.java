package dev.millwright.git.sign;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Comparator;
import java.util.Date;
import java.util.Iterator;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.bouncycastle.bcpg.ArmoredOutputStream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.sig.KeyFlags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPrivateKey;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPSecretKey;
import org.bouncycastle.openpgp.PGPSecretKeyRing;
import org.bouncycastle.openpgp.PGPSecretKeyRingCollection;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureGenerator;
import org.bouncycastle.openpgp.PGPSignatureSubpacketGenerator;
import org.bouncycastle.openpgp.PGPUtil;
import org.bouncycastle.openpgp.operator.bc.BcKeyFingerprintCalculator;
import org.bouncycastle.openpgp.operator.bc.BcPBESecretKeyDecryptorBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentSignerBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPDigestCalculatorProvider;

/** Signs as {@code gpg --detach-sign --armor} does. */
final class OpenPgpSigner implements Signer {
    private final PGPPublicKey publicKey;
    private final PGPPrivateKey privateKey;

    private OpenPgpSigner(PGPPublicKey publicKey, PGPPrivateKey privateKey) {
        this.publicKey = publicKey;
        this.privateKey = privateKey;
    }

    static OpenPgpSigner read(byte[] file, Optional<String> passphrase) throws IOException, GeneralSecurityException {
        try {
            PGPSecretKeyRingCollection rings = new PGPSecretKeyRingCollection(
                    PGPUtil.getDecoderStream(new ByteArrayInputStream(file)), new BcKeyFingerprintCalculator());
            Iterator<PGPSecretKeyRing> each = rings.getKeyRings();
            if (!each.hasNext()) {
                throw new IOException("the file holds no secret OpenPGP key");
            }
            PGPSecretKeyRing ring = each.next();
            if (each.hasNext()) {
                throw new IOException("the file holds several OpenPGP keys; export the one that signs");
            }
            PGPSecretKey key = signing(ring);
            PGPPrivateKey unlocked =
                    key.extractPrivateKey(new BcPBESecretKeyDecryptorBuilder(new BcPGPDigestCalculatorProvider())
                            .build(passphrase.orElse("").toCharArray()));
            return new OpenPgpSigner(key.getPublicKey(), unlocked);
        } catch (PGPException e) {
            throw new GeneralSecurityException("the OpenPGP key cannot be read or unlocked", e);
        }
    }

    /** The newest key that may sign, as gpg chooses. */
    private static PGPSecretKey signing(PGPSecretKeyRing ring) throws IOException {
        return StreamSupport.stream(ring.spliterator(), false)
                .filter(key -> key.isSigningKey() && !key.isPrivateKeyEmpty() && mayServe(key.getPublicKey()))
                .max(Comparator.comparing(key -> key.getPublicKey().getCreationTime()))
                .orElseThrow(() -> new IOException("the OpenPGP key has no part that is present, valid and may sign"));
    }

    private static boolean mayServe(PGPPublicKey key) {
        Instant end = key.getValidSeconds() == 0
                ? Instant.MAX
                : key.getCreationTime().toInstant().plusSeconds(key.getValidSeconds());
        return !key.hasRevocation() && Instant.now().isBefore(end) && maySign(key);
    }

    /** What the newest signature over the key that speaks of its uses says; a key without one may do all it can. */
    private static boolean maySign(PGPPublicKey key) {
        Optional<PGPSignature> newest = Optional.empty();
        for (Iterator<PGPSignature> each = key.getSignatures(); each.hasNext(); ) {
            PGPSignature signature = each.next();
            if (flags(signature) != 0
                    && newest.filter(known -> known.getCreationTime().after(signature.getCreationTime()))
                            .isEmpty()) {
                newest = Optional.of(signature);
            }
        }
        return newest.isEmpty() || (flags(newest.get()) & KeyFlags.SIGN_DATA) != 0;
    }

    private static int flags(PGPSignature signature) {
        return signature.getHashedSubPackets() == null
                ? 0
                : signature.getHashedSubPackets().getKeyFlags();
    }

    @Override
    public String sign(byte[] payload) throws IOException, GeneralSecurityException {
        try {
            PGPSignatureGenerator generator = new PGPSignatureGenerator(
                    new BcPGPContentSignerBuilder(publicKey.getAlgorithm(), HashAlgorithmTags.SHA512), publicKey);
            generator.init(PGPSignature.BINARY_DOCUMENT, privateKey);
            PGPSignatureSubpacketGenerator hashed = new PGPSignatureSubpacketGenerator();
            hashed.setIssuerFingerprint(false, publicKey);
            hashed.setSignatureCreationTime(false, new Date());
            generator.setHashedSubpackets(hashed.generate());
            generator.update(payload);
            ByteArrayOutputStream armour = new ByteArrayOutputStream();
            try (ArmoredOutputStream out =
                    ArmoredOutputStream.builder().clearHeaders().build(armour)) {
                generator.generate().encode(out);
            }
            return armour.toString(StandardCharsets.US_ASCII).replace("\r", "");
        } catch (PGPException e) {
            throw new GeneralSecurityException("OpenPGP: " + e.getMessage(), e);
        }
    }
}
