package dev.millwright.tool;

/** The client lacks the capability that a question needs. */
public final class Unanswerable extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String capability;

    /** @param capability the key of the client capability: {@code elicitation}, {@code sampling} or {@code roots} */
    public Unanswerable(String capability) {
        super("this client cannot do " + capability);
        this.capability = capability;
    }

    public String capability() {
        return capability;
    }
}
