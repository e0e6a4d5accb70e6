package dev.millwright.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millwright.identity.Tenants.Declared;
import dev.millwright.json.Json;
import dev.millwright.json.Schema;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolException.Kind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class TenantsTest {
    private static final Declared READ_ONLY = new Declared(List.of("fs:read"), Optional.empty(), Optional.empty());

    private final Tenants tenants = new Tenants(Map.of("acme", READ_ONLY, "umbrella", Declared.EVERYTHING));
    private final Caller ann = new Caller("ann", Set.of("*"), Set.of("acme"));
    private final Caller both = new Caller("both", Set.of("*"), Set.of("acme", "umbrella"));

    private void refuses(Caller caller, Optional<String> asked, Kind kind, String message) {
        assertThatThrownBy(() -> tenants.of(caller, asked))
                .isInstanceOfSatisfying(
                        ToolException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContaining(message);
    }

    @Test
    void worksInTheCallersTenant() {
        assertThat(tenants.of(ann, Optional.empty())).isEqualTo(new Tenant("acme"));
        assertThat(tenants.of(both, Optional.of("umbrella"))).isEqualTo(new Tenant("umbrella"));
        assertThat(tenants.of(Caller.local(), Optional.of("acme"))).isEqualTo(new Tenant("acme"));
    }

    @Test
    void deniesEveryOtherTenantAlike() {
        refuses(ann, Optional.of("umbrella"), Kind.DENIED, "ann does not belong to tenant umbrella");
        refuses(ann, Optional.of("none"), Kind.DENIED, "ann does not belong to tenant none");
        refuses(ann, Optional.of("Not A\nName"), Kind.DENIED, "does not belong to tenant of that name");
        refuses(new Caller("bob", Set.of("*"), Set.of("gone")), Optional.empty(), Kind.DENIED, "belongs to no tenant");
    }

    @Test
    void asksForATenantWhereThereIsAChoice() {
        refuses(both, Optional.empty(), Kind.INVALID_INPUT, "one of acme, umbrella");
        Tenants withDefault = new Tenants(Map.of("acme", READ_ONLY, "default", READ_ONLY));
        assertThat(withDefault.of(Caller.local(), Optional.empty())).isEqualTo(Tenant.DEFAULT);
    }

    @Test
    void hasOneTenantWhereNoneIsDeclared() {
        Tenants none = new Tenants(Map.of());
        assertThat(none.of(Caller.local(), Optional.empty())).isEqualTo(Tenant.DEFAULT);
        assertThat(none.may(Caller.local(), Tenant.DEFAULT, "fs:write")).isTrue();
    }

    @Test
    void grantsNoMoreThanTheTenantHas() {
        assertThat(tenants.may(both, new Tenant("acme"), "fs:read")).isTrue();
        assertThat(tenants.may(both, new Tenant("acme"), "fs:write")).isFalse();
        assertThat(tenants.may(new Caller("c", Set.of("git:*"), Set.of("*")), new Tenant("umbrella"), "fs:read"))
                .isFalse();
    }

    @Test
    void isReadFromTheConfiguration() throws Exception {
        Declared declared = Schema.of(Declared.class, Schema.Keys.KEBAB)
                .bind(Json.read("{\"scopes\":[\"fs:*\"],\"quotas\":{\"calls-per-minute\":60},"
                        + "\"reach\":{\"filesystem\":{\"roots\":[\"/srv\"]}}}"));
        assertThat(declared.quotas().orElseThrow().callsPerMinute()).hasValue(60);
        assertThat(declared.reach().orElseThrow()).containsOnlyKeys("filesystem");
        assertThatThrownBy(() -> new Tenants(Map.of("No Name", READ_ONLY))).hasMessageContaining("tenant name");
    }
}
