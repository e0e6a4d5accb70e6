package dev.millwright.call;

import java.security.SecureRandom;

/** Call ids: 96 random bits, so that an id in a message or a log names one call and cannot be guessed. */
public final class Ids {
    private static final String DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";

    private Ids() {}

    public static String next() {
        byte[] random = new byte[20];
        Random.SOURCE.nextBytes(random);
        StringBuilder id = new StringBuilder("c-");
        for (byte b : random) {
            id.append(DIGITS.charAt(b & 31));
        }
        return id.toString();
    }

    private static final class Random {
        static final SecureRandom SOURCE = new SecureRandom();
    }
}
