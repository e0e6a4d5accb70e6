package dev.millwright.json;

/** JSON that does not fit its schema; the message names the path, the value and what would fit. */
public final class Mismatch extends RuntimeException {
    private static final long serialVersionUID = 1;

    public Mismatch(String message) {
        super(message);
    }
}
