package dev.millwright.audit;

import dev.millwright.tool.Effect;
import java.time.Instant;
import java.util.Optional;

/**
 * One call, refused ones included: everything about it but its arguments and its answer.
 *
 * <p>Words longer than 200 characters are cut: what a caller sends must not fill the log.
 *
 * @param effect empty when the tool is not known
 * @param digest SHA-256 of the arguments as sent, lower-case hex
 * @param outcome {@code ok}, the kind of {@link dev.millwright.tool.ToolException} in lower-case with underscores,
 *     {@code cancelled} or {@code input_required}
 * @param bytesIn of the arguments
 * @param bytesOut of the answer
 * @param note what else a reader must know, as in {@code unconfirmed: --yes}
 */
public record AuditEvent(
        Instant time,
        String call,
        String caller,
        String tenant,
        String server,
        String tool,
        Optional<Effect> effect,
        String digest,
        String outcome,
        long durationMicros,
        long bytesIn,
        long bytesOut,
        Optional<String> note) {
    private static final int LONGEST = 200;

    public AuditEvent {
        call = cut(call);
        caller = cut(caller);
        tenant = cut(tenant);
        server = cut(server);
        tool = cut(tool);
        digest = cut(digest);
        outcome = cut(outcome);
        note = note.map(AuditEvent::cut);
    }

    private static String cut(String word) {
        return word.length() <= LONGEST ? word : word.substring(0, LONGEST - 1) + "…";
    }
}
