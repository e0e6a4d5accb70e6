package dev.millwright.identity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Doc;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/** The tenants of the configuration, and which of them a call works in. */
public final class Tenants {
    /** How much a tenant may use; what is left out is bounded by the server's own limits. */
    public record Quotas(
            @Doc(value = "Calls per minute, over all callers.", min = 1)
            OptionalInt callsPerMinute,

            @Doc(value = "Calls at the same time, over all callers.", min = 1)
            OptionalInt concurrentCalls,

            @Doc(value = "Bytes one call may send.", min = 1)
            OptionalLong bytes) {
        public static final Quotas NONE = new Quotas(OptionalInt.empty(), OptionalInt.empty(), OptionalLong.empty());
    }

    /** One tenant as the configuration declares it. */
    public record Declared(
            @Doc(value = "Scopes its callers can have at most, as in fs:read, fs:* or *.", orElse = "[\"*\"]")
            List<String> scopes,

            @Doc("How much it may use.") Optional<Quotas> quotas,
            @Doc("What it reaches, by server.") Optional<Map<String, JsonNode>> reach) {
        public static final Declared EVERYTHING = new Declared(List.of("*"), Optional.empty(), Optional.empty());

        public Declared {
            scopes = List.copyOf(scopes);
            reach = reach.map(each -> Collections.unmodifiableMap(new LinkedHashMap<>(each)));
        }
    }

    private final Map<String, Declared> declared;

    /** @param declared by name; none means one, {@code default}, that reaches everything configured */
    public Tenants(Map<String, Declared> declared) {
        this.declared =
                declared.isEmpty() ? Map.of(Tenant.DEFAULT.name(), Declared.EVERYTHING) : new LinkedHashMap<>(declared);
        this.declared.keySet().forEach(Tenant::new);
    }

    /**
     * The tenant a call works in: the one asked for, else the caller's only one, else {@code default}.
     *
     * @throws ToolException {@code DENIED} when the caller does not belong to the one asked for, whether or not there is
     *     such a tenant; {@code INVALID_INPUT} when one must be asked for
     */
    public Tenant of(Caller caller, Optional<String> asked) {
        if (asked.isPresent()) {
            if (!declared.containsKey(asked.get()) || !caller.belongsTo(asked.get())) {
                throw ToolException.denied(caller.id() + " does not belong to tenant " + shown(asked.get()));
            }
            return new Tenant(asked.get());
        }
        Set<String> own = new TreeSet<>(declared.keySet());
        own.removeIf(name -> !caller.belongsTo(name));
        if (own.isEmpty()) {
            throw ToolException.denied(caller.id() + " belongs to no tenant of this server");
        } else if (own.size() == 1) {
            return new Tenant(own.iterator().next());
        } else if (own.contains(Tenant.DEFAULT.name())) {
            return Tenant.DEFAULT;
        }
        throw ToolException.invalidInput(
                "name the tenant to work in (--tenant; over HTTP the header Millwright-Tenant): one of "
                        + String.join(", ", own));
    }

    /** What was declared for a tenant that {@link #of} gave. */
    public Declared declared(Tenant tenant) {
        return Optional.ofNullable(declared.get(tenant.name()))
                .orElseThrow(() -> ToolException.denied("there is no tenant " + tenant.name()));
    }

    /** Whether a scope is held by the caller and by the tenant. */
    public boolean may(Caller caller, Tenant tenant, String scope) {
        return caller.may(scope) && Scopes.cover(Set.copyOf(declared(tenant).scopes()), scope);
    }

    public Set<String> names() {
        return Set.copyOf(declared.keySet());
    }

    private static String shown(String asked) {
        return asked.length() <= 63 && asked.chars().allMatch(c -> c > 0x20 && c < 0x7f) ? asked : "of that name";
    }
}
