package dev.millwright.k8s.api;

import dev.millwright.tool.ToolException;
import java.io.Serial;
import java.util.Optional;

/**
 * What the API refused, or why it was not reached.
 *
 * <p>{@link #toToolException} says who must act: 400, 422 the model; 404 the model; 409, 410 the model, with what is
 * there now; 401, 403 the operator; 429 and 5xx, a lost connection, TLS: wait or repair.
 */
public final class ApiError extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    /** Codes without an HTTP answer. */
    public static final int UNREACHABLE = 0;

    private final int code;
    private final String reason;
    private final String what;

    /**
     * @param code HTTP status, or {@link #UNREACHABLE}
     * @param reason of the API's Status object, as in {@code Forbidden}; empty where there is none
     * @param what was tried, as in {@code list pods in shop}
     */
    public ApiError(int code, String reason, String what, String message, Optional<Throwable> cause) {
        super(message, cause.orElse(null));
        this.code = code;
        this.reason = reason;
        this.what = what;
    }

    public int code() {
        return code;
    }

    public String reason() {
        return reason;
    }

    /** What was tried, as in {@code list pods in shop}. */
    public String what() {
        return what;
    }

    public boolean isForbidden() {
        return code == 403;
    }

    public boolean isNotFound() {
        return code == 404;
    }

    public boolean isConflict() {
        return code == 409;
    }

    public boolean isGone() {
        return code == 410;
    }

    /** The same for whoever called the tool. */
    public ToolException toToolException() {
        String message = "cannot " + what + ": " + getMessage();
        return switch (code) {
            case 400, 405, 406, 413, 415, 422 -> ToolException.invalidInput(message);
            case 404 -> ToolException.notFound(message);
            case 409, 410 -> ToolException.conflict(message);
            case 401 ->
                ToolException.denied(message
                        + "; the credentials of this context are missing or expired: renew them, then call again");
            case 403 -> ToolException.denied(message);
            case 429 -> ToolException.limit(message + "; the API throttles: wait, then call again");
            default -> ToolException.unavailable(message, this);
        };
    }
}
