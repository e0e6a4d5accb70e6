package dev.millwright.call;

import dev.millwright.identity.Tenants;
import dev.millwright.tool.Effect;
import dev.millwright.tool.ToolSpec;
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
            return Optional.of(readOnly(operation));
        }
        boolean off = policy.deny().contains(operation.name())
                || !policy.allow().isEmpty() && !policy.allow().contains(operation.name());
        if (operation.tool() && off) {
            return Optional.of(operation.name() + " is switched off by the operator (allow-tools, deny-tools)");
        }
        return lacking(who, operation, operation.scopes());
    }

    /** Why this input of an operation that is for this caller is not, where it does more than most. */
    Optional<String> refusal(Who who, Operation operation, ToolSpec.More more, Effect effect) {
        if (effect.compareTo(operation.effect()) <= 0) {
            return Optional.empty();
        } else if (policy.readOnly()) {
            return Optional.of(readOnly(operation));
        }
        return lacking(who, operation, more.scopes());
    }

    private static String readOnly(Operation operation) {
        return operation.name() + " changes things and this server is read-only (read-only)";
    }

    private Optional<String> lacking(Who who, Operation operation, List<String> scopes) {
        List<String> missing = missing(who, scopes);
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of("%s needs the scope %s, which %s does not hold in tenant %s"
                        .formatted(
                                operation.name(),
                                String.join(", ", missing),
                                who.caller().id(),
                                who.tenant().name()));
    }

    /** Scopes the operation needs and the caller lacks. */
    public List<String> missingScopes(Who who, Operation operation) {
        return missing(who, operation.scopes());
    }

    private List<String> missing(Who who, List<String> scopes) {
        return scopes.stream()
                .filter(scope -> !tenants.may(who.caller(), who.tenant(), scope))
                .toList();
    }
}
