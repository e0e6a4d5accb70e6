package dev.millwright.call;

import dev.millwright.audit.AuditEvent;
import dev.millwright.audit.AuditLog;
import dev.millwright.audit.Durability;
import dev.millwright.json.Json;
import dev.millwright.tool.Content;
import dev.millwright.tool.Effect;
import dev.millwright.tool.ToolException;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/**
 * Records every call, refused ones too, and on the disk before the answer to any that changes something.
 *
 * <p>While events cannot be written, only reads go through.
 */
record Audit(AuditLog log, Clock clock) implements Step {
    @Override
    public Reply pass(Attempt attempt, Next next) throws Exception {
        if (attempt.operation().effect() != Effect.READS) {
            log.ready();
        }
        Instant time = clock.instant();
        long start = System.nanoTime();
        Reply reply;
        try {
            reply = next.go();
        } catch (Throwable e) {
            record(
                    attempt,
                    time,
                    start,
                    Outcome.of(e),
                    Optional.ofNullable(e.getMessage()).map(String::length).orElse(0));
            throw e;
        }
        record(attempt, time, start, Outcome.OK, size(reply));
        return reply;
    }

    private void record(Attempt attempt, Instant time, long start, String outcome, long bytesOut) {
        Operation operation = attempt.operation();
        AuditEvent event = new AuditEvent(
                time,
                attempt.id(),
                attempt.who().caller().id(),
                attempt.who().tenant().name(),
                operation.server(),
                operation.name(),
                Optional.of(attempt.effect()),
                attempt.digest(),
                outcome,
                (System.nanoTime() - start) / 1000,
                attempt.size(),
                bytesOut,
                attempt.note());
        boolean reads = operation.effect() == Effect.READS;
        try {
            log.append(event, reads ? Durability.ASYNC : Durability.SYNC);
        } catch (ToolException e) {
            if (reads) {
                LoggerFactory.getLogger(Audit.class)
                        .warn("{} {} went through unrecorded: {}", event.call(), operation.name(), e.getMessage());
            } else {
                String done = outcome.equals(Outcome.OK) ? "was done" : "ended with " + outcome;
                throw ToolException.unavailable(
                        "%s %s but could not be recorded: %s".formatted(attempt.id(), done, e.getMessage()), e);
            }
        }
    }

    private static long size(Reply reply) {
        return switch (reply) {
            case Reply.Answer answer ->
                answer.structured().map(Json::size).orElse(0)
                        + answer.content().stream().mapToLong(Audit::size).sum();
            case Reply.Contents contents ->
                contents.contents().stream().mapToLong(Audit::size).sum();
            case Reply.Listing listing -> Json.size(Json.tree(listing.page().resources()));
            case Reply.Messages messages ->
                messages.messages().stream()
                        .mapToLong(message -> size(message.content()))
                        .sum();
            case Reply.Completions completions ->
                completions.values().stream().mapToLong(String::length).sum();
        };
    }

    private static long size(Content content) {
        return switch (content) {
            case Content.Text text -> text.text().length();
            case Content.Image image -> image.data().length;
            case Content.Audio audio -> audio.data().length;
            case Content.Embedded embedded -> size(embedded.resource());
            case Content.Link link -> link.uri().length();
        };
    }

    private static long size(Content.ResourceContent resource) {
        return resource.text().map(String::length).orElse(0)
                + resource.blob().map(blob -> blob.length).orElse(0);
    }
}
