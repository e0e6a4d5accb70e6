package dev.millwright.tool;

import java.util.Optional;

/** The one exception for "we know why": the kind says who must act, the message names path, value and what would fit. */
public final class ToolException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Who must act. */
    public enum Kind {
        /** The model: the arguments do not fit. */
        INVALID_INPUT,
        /** The model: what it names is not there. */
        NOT_FOUND,
        /** The model: the world is not as it assumed. */
        CONFLICT,
        /** The user or operator: not allowed. */
        DENIED,
        /** Wait, or ask for less. */
        LIMIT,
        /** Wait, or repair what is missing. */
        UNAVAILABLE,
        /** Us. */
        INTERNAL
    }

    private final Kind kind;

    private ToolException(Kind kind, String message, Optional<Throwable> cause) {
        super(message, cause.orElse(null));
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** The same, in other words. */
    public ToolException saying(String message) {
        ToolException other = new ToolException(kind, message, Optional.ofNullable(getCause()));
        other.setStackTrace(getStackTrace());
        return other;
    }

    public static ToolException invalidInput(String message) {
        return new ToolException(Kind.INVALID_INPUT, message, Optional.empty());
    }

    public static ToolException notFound(String message) {
        return new ToolException(Kind.NOT_FOUND, message, Optional.empty());
    }

    public static ToolException conflict(String message) {
        return new ToolException(Kind.CONFLICT, message, Optional.empty());
    }

    public static ToolException denied(String message) {
        return new ToolException(Kind.DENIED, message, Optional.empty());
    }

    public static ToolException limit(String message) {
        return new ToolException(Kind.LIMIT, message, Optional.empty());
    }

    public static ToolException unavailable(String message) {
        return new ToolException(Kind.UNAVAILABLE, message, Optional.empty());
    }

    public static ToolException unavailable(String message, Throwable cause) {
        return new ToolException(Kind.UNAVAILABLE, message, Optional.of(cause));
    }

    public static ToolException internal(String message, Throwable cause) {
        return new ToolException(Kind.INTERNAL, message, Optional.of(cause));
    }
}
