package dev.millwright.call;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.audit.AuditLog;
import dev.millwright.json.Redactor;
import dev.millwright.store.Idempotency;
import dev.millwright.store.Plans;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.Unanswerable;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;

/**
 * The door every call passes: who, may they, how much, ask first, record, hide secrets, then do it.
 *
 * <p>{@code Trace → Audit → Authorize → Limit → Once → Confirm → Redact → Perform}, after the transport has
 * authenticated. Runs on the caller's thread; interrupting that thread cancels the call.
 */
public final class Chain {
    private final List<Step> steps;
    private final Permission permission;

    /**
     * @param audit where each call is recorded
     * @param plans plan tokens for clients that cannot ask; opened only when one is needed
     * @param idempotency answers to repeated calls; opened only when a call brings a key
     */
    public Chain(
            Permission permission,
            Quotas quotas,
            AuditLog audit,
            Supplier<Plans> plans,
            Supplier<Idempotency> idempotency,
            Redactor redactor,
            Metrics metrics) {
        Policy policy = permission.policy();
        this.permission = permission;
        this.steps = List.of(
                new Trace(metrics),
                new Audit(audit, Clock.systemUTC()),
                new Authorize(permission),
                new Limit(policy, quotas),
                new Once(idempotency),
                new Confirm(policy, plans),
                new Redact(redactor),
                new Perform());
    }

    /** Names of the steps in their order. */
    List<String> order() {
        return steps.stream().map(step -> step.getClass().getSimpleName()).toList();
    }

    public Permission permission() {
        return permission;
    }

    /**
     * Does one call.
     *
     * @throws ToolException when it is known why it cannot be answered, and {@code INTERNAL} with an id otherwise
     * @throws NeedsInput when the client must answer something and repeat the call
     * @throws Unanswerable when the client lacks a capability that the operation cannot do without
     * @throws InterruptedException when the call was cancelled
     */
    public Reply handle(Who who, Operation operation, JsonNode arguments, Client client) throws InterruptedException {
        Attempt attempt = new Attempt(Ids.next(), who, operation, arguments, client);
        try {
            return from(0, attempt).go();
        } catch (ToolException e) {
            if (e.kind() == ToolException.Kind.INTERNAL) {
                LoggerFactory.getLogger(Chain.class).error("{} {}", attempt.id(), operation.name(), e);
            } else if (e.getCause() != null) {
                // No stack trace: this is about disks, networks and permissions.
                LoggerFactory.getLogger(Chain.class)
                        .warn(
                                "{} {}: {}; cause: {}",
                                attempt.id(),
                                operation.name(),
                                e.getMessage(),
                                e.getCause().toString());
            }
            throw e;
        } catch (NeedsInput | Unanswerable | InterruptedException e) {
            throw e;
        } catch (Exception | Error e) {
            LoggerFactory.getLogger(Chain.class).error("{} {}", attempt.id(), operation.name(), e);
            throw ToolException.internal(
                    operation.name() + " failed inside the server; its log has the details under " + attempt.id(), e);
        }
    }

    private Step.Next from(int index, Attempt attempt) {
        return () -> steps.get(index).pass(attempt, from(index + 1, attempt));
    }
}
