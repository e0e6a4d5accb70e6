package dev.millwright.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.config.Secret;
import dev.millwright.identity.Tenants;
import dev.millwright.json.Doc;
import dev.millwright.sandbox.SandboxConfig;
import dev.millwright.store.StoreUrl;
import dev.millwright.tool.Tenant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The configuration of a process; the parts of HTTP and of each server stay unbound until they are needed. */
public record Settings(
        @Doc("Folder for everything durable; default: millwright below XDG_DATA_HOME or ~/.local/share.")
        Optional<String> dataDir,

        @Doc(value = "Refuse every tool that changes something.", orElse = "false")
        boolean readOnly,

        @Doc(
                value = "Do what destroys without asking a person (--yes); recorded with each such call.",
                orElse = "false")
        boolean unconfirmed,

        @Doc(value = "Tools offered, by name; empty for all.", orElse = "[]")
        List<String> allowTools,

        @Doc(value = "Tools never offered; stronger than allow-tools.", orElse = "[]")
        List<String> denyTools,

        @Doc(
                value = "Tokens an answer may take where the caller does not say.",
                min = 200,
                max = 200_000,
                orElse = "6000")
        int budgetTokens,

        @Doc(
                value =
                        "Seconds a call may take where its tool does not say; time in which a person is asked not counted.",
                min = 1,
                max = 3600,
                orElse = "60")
        int deadlineSeconds,

        @Doc(
                value = "Seconds a person may take to answer a question that a call asks, as to confirm it.",
                min = 1,
                max = 86_400,
                orElse = "600")
        int questionSeconds,

        @Doc(value = "Bytes of JSON a call's arguments may take.", min = 1024, max = 1_073_741_824, orElse = "16777216")
        int maxInput,

        @Doc(value = "The durable store.", orElse = "{}") StoreSettings store,

        @Doc(value = "The audit log.", orElse = "{}") AuditSettings audit,

        @Doc(value = "How foreign code is confined.", orElse = "{}")
        SandboxSettings sandbox,

        @Doc(value = "Further secrets to keep out of every answer.", orElse = "[]")
        List<Secret> secrets,

        @Doc(value = "Tenants by name; none means one, default, that may do everything.", orElse = "{}")
        Map<String, Tenants.Declared> tenants,

        @Doc(value = "How serve listens.", orElse = "{}") JsonNode http,

        @Doc(value = "Who may call over HTTP.", orElse = "{}")
        JsonNode auth,

        @Doc(value = "Configuration of each server, by its name.", orElse = "{}")
        Map<String, JsonNode> servers) {
    public Settings {
        allowTools = List.copyOf(allowTools);
        denyTools = List.copyOf(denyTools);
        secrets = List.copyOf(secrets);
        // In the order they were given, so that what is printed is the same each time.
        tenants = Collections.unmodifiableMap(new LinkedHashMap<>(tenants));
        tenants.keySet().forEach(Tenant::new);
        servers = Collections.unmodifiableMap(new LinkedHashMap<>(servers));
    }

    /** Where durable state lives. */
    public record StoreSettings(
            @Doc("jdbc:postgresql://HOST:PORT/NAME to share state between replicas; default: SQLite in data-dir.")
            Optional<String> url,

            @Doc("User of the PostgreSQL database.") Optional<String> user,
            @Doc("Password of the PostgreSQL database.") Optional<Secret> password) {
        public StoreSettings {
            url.ifPresent(given -> new StoreUrl.Shared(given, Optional.empty(), Optional.empty()));
        }
    }

    /** How the audit log is kept. */
    public record AuditSettings(
            @Doc(
                    value = "Bytes after which a new file is begun.",
                    min = 65_536,
                    max = 1_073_741_824,
                    orElse = "67108864")
            long rotateAt) {}

    /** How foreign code is confined. */
    public record SandboxSettings(
            @Doc(
                    value = "Which confinement; auto takes bubblewrap where it works, else landlock, and refuses when"
                            + " neither does; landlock keeps code from what it is not given, but cannot hide that it"
                            + " exists; unconfined gives code every right of the server and is recorded.",
                    orElse = "auto")
            SandboxConfig.Confinement confinement) {}
}
