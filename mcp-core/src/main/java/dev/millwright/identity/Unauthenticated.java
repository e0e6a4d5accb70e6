package dev.millwright.identity;

/** Nobody we know is calling; the message is fit for the caller, it holds nothing of the credential. */
public final class Unauthenticated extends Exception {
    private static final long serialVersionUID = 1;

    /** Why. */
    public enum Reason {
        /** No Authorization header: the challenge carries no error code (RFC 6750 §3.1). */
        MISSING,
        /** Not {@code Bearer} and one token. */
        MALFORMED,
        UNKNOWN,
        REVOKED,
        EXPIRED,
        NOT_YET_VALID,
        /** None, symmetric, or otherwise not among those allowed. */
        ALGORITHM,
        SIGNATURE,
        ISSUER,
        AUDIENCE,
        /** A claim that must be there is not, or is not of its type. */
        CLAIM,
        /** The keys of the authorization server could not be had: not the caller's fault. */
        UNVERIFIABLE
    }

    private final Reason reason;

    public Unauthenticated(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
