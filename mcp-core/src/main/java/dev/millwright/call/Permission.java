package dev.millwright.call;

import dev.millwright.identity.Tenants;
import dev.millwright.tool.Effect;
import java.util.List;
import java.util.Optional;

/** Who may do what: the one rule for what is listed and for what is called. */
public record Permission(Policy policy, Tenants tenants) {
    /** Why this operation is not for this caller, or empty when it is. */
    public Optional<String> refusal(Who who, Operation operation) {
        if (!who.caller().belongsTo(who.tenant().name())) {
            return Optional.of("%s does not belong to tenant %s"
                    .formatted(who.caller().id(), who.tenant().name()));
        }
        if (policy.readOnly() && operation.effect() != Effect.READS) {
            return Optional.of(operation.name() + " changes things and this server is read-only (read-only)");
        }
        boolean off = policy.deny().contains(operation.name())
                || !policy.allow().isEmpty() && !policy.allow().contains(operation.name());
        if (operation.tool() && off) {
            return Optional.of(operation.name() + " is switched off by the operator (allow-tools, deny-tools)");
        }
        List<String> missing = missingScopes(who, operation);
        if (!missing.isEmpty()) {
            return Optional.of("%s needs the scope %s, which %s does not hold in tenant %s"
                    .formatted(
                            operation.name(),
                            String.join(", ", missing),
                            who.caller().id(),
                            who.tenant().name()));
        }
        return Optional.empty();
    }

    /** Scopes the operation needs and the caller lacks. */
    public List<String> missingScopes(Who who, Operation operation) {
        return operation.scopes().stream()
                .filter(scope -> !tenants.may(who.caller(), who.tenant(), scope))
                .toList();
    }
}
