package dev.millwright.git.sign;

import java.io.IOException;
import java.security.GeneralSecurityException;

/** A private key, unlocked. */
sealed interface Signer permits SshSigner, OpenPgpSigner {
    /** The signature of these bytes in its armour, which ends with a line end. */
    String sign(byte[] payload) throws IOException, GeneralSecurityException;
}
