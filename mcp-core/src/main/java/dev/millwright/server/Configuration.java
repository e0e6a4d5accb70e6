package dev.millwright.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.config.ConfigException;
import dev.millwright.config.ConfigTree;
import dev.millwright.json.Json;
import dev.millwright.json.Schema;
import dev.millwright.tool.Tenant;
import dev.millwright.transport.http.HttpConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Where the settings of a process come from: defaults, over them {@code config.yaml}, the environment, and flags.
 *
 * @param settings bound and checked
 * @param servers that it configures
 */
public record Configuration(Settings settings, List<McpServer<?, ?>> servers) {
    /**
     * Every server of the suite: a configuration may be shared by programs that have different ones of them, so each
     * skips what is for the others, and still stops at a name that nobody has.
     */
    public static final List<String> SUITE = List.of("filesystem", "git", "k8s", "docker");

    /** Names the file in the environment. */
    public static final String FILE_VARIABLE = "MILLWRIGHT_CONFIG";

    /**
     * Loads and checks everything.
     *
     * @param file as told by a flag; else as told by {@value #FILE_VARIABLE}; else {@code millwright/config.yaml} below
     *     XDG_CONFIG_HOME or ~/.config, if there is one
     * @param flags values by key, as in {@code read-only}
     * @throws ConfigException naming the key, the value and what would fit
     */
    public static Configuration load(
            Optional<Path> file,
            Map<String, String> environment,
            Map<String, JsonNode> flags,
            List<McpServer<?, ?>> servers) {
        ConfigTree tree = new ConfigTree();
        file.or(() -> Optional.ofNullable(environment.get(FILE_VARIABLE)).map(Path::of))
                .or(() -> Optional.of(standardFile(environment)).filter(Files::exists))
                .ifPresent(tree::file);
        if (environment.keySet().stream().anyMatch(name -> name.startsWith("MILLWRIGHT_"))) {
            tree.environment(environment, schema(servers), notOurs(environment.keySet(), servers));
        }
        flags.forEach(tree::set);
        Settings settings = tree.bind(Schema.of(Settings.class, Schema.Keys.KEBAB));
        settings.servers().forEach((name, part) -> {
            known(name, "/servers/", servers);
            of(name, servers).ifPresent(server -> bind(server.configType(), part, "/servers/" + name));
        });
        settings.tenants()
                .forEach((tenant, declared) -> declared.reach()
                        .ifPresent(reach -> reach.forEach((name, part) -> {
                            String at = "/tenants/" + tenant + "/reach/";
                            known(name, at, servers);
                            of(name, servers).ifPresent(server -> bind(server.reachType(), part, at + name));
                        })));
        if (!settings.http().isEmpty()) {
            bind(HttpConfig.class, settings.http(), "/http");
        }
        if (!settings.auth().isEmpty()) {
            bind(AuthConfig.class, settings.auth(), "/auth");
        }
        return new Configuration(settings, List.copyOf(servers));
    }

    /** The schema of everything that can be configured, servers and the default tenant's reach included. */
    public static ObjectNode schema(List<McpServer<?, ?>> servers) {
        ObjectNode schema = Schema.of(Settings.class, Schema.Keys.KEBAB).json();
        ObjectNode properties = (ObjectNode) schema.path("properties");
        properties.set("http", Schema.of(HttpConfig.class, Schema.Keys.KEBAB).json());
        properties.set("auth", Schema.of(AuthConfig.class, Schema.Keys.KEBAB).json());
        ObjectNode parts = properties.withObjectProperty("servers").withObjectProperty("properties");
        ObjectNode reach = properties
                .withObjectProperty("tenants")
                .withObjectProperty("properties")
                .withObjectProperty(Tenant.DEFAULT.name())
                .withObjectProperty("properties")
                .withObjectProperty("reach")
                .withObjectProperty("properties");
        for (McpServer<?, ?> server : servers) {
            parts.set(
                    server.name(),
                    Schema.of(server.configType(), Schema.Keys.KEBAB).json());
            reach.set(
                    server.name(),
                    Schema.of(server.reachType(), Schema.Keys.KEBAB).json());
        }
        return schema;
    }

    static <T extends Record> T bind(Class<T> type, JsonNode part, String at) {
        return ConfigTree.bind(Schema.of(type, Schema.Keys.KEBAB), part, at);
    }

    private static Optional<McpServer<?, ?>> of(String name, List<McpServer<?, ?>> servers) {
        for (McpServer<?, ?> server : servers) {
            if (server.name().equals(name)) {
                return Optional.of(server);
            }
        }
        return Optional.empty();
    }

    /** Variables that are no keys here: the one that names the file, and those for servers of other programs. */
    private static List<String> notOurs(Set<String> variables, List<McpServer<?, ?>> servers) {
        List<String> prefixes = SUITE.stream()
                .filter(name -> of(name, servers).isEmpty())
                .flatMap(name -> Stream.of("servers." + name + ".", "tenants.default.reach." + name + "."))
                .map(ConfigTree::variable)
                .toList();
        return variables.stream()
                .filter(name -> name.equals(FILE_VARIABLE) || prefixes.stream().anyMatch(name::startsWith))
                .toList();
    }

    private static void known(String name, String path, List<McpServer<?, ?>> servers) {
        Set<String> names = new LinkedHashSet<>(SUITE);
        servers.forEach(server -> names.add(server.name()));
        if (!names.contains(name)) {
            String nearest = Schema.nearest(name, names)
                    .map(n -> "; did you mean " + n + "?")
                    .orElse("");
            throw new ConfigException("configuration: %s%s is not a server%s; known: %s"
                    .formatted(path, name, nearest, String.join(", ", names)));
        }
    }

    private static Path standardFile(Map<String, String> environment) {
        String xdg = environment.getOrDefault("XDG_CONFIG_HOME", "");
        Path base = xdg.isEmpty() ? Path.of(System.getProperty("user.home"), ".config") : Path.of(xdg);
        return base.resolve("millwright").resolve("config.yaml");
    }

    /**
     * All that is in force, defaults too, as a {@code config.yaml} may have it (JSON is YAML). Of a secret it shows
     * where it comes from.
     */
    public String print() {
        ObjectNode all =
                (ObjectNode) Schema.of(Settings.class, Schema.Keys.KEBAB).write(settings);
        all.set("http", complete(HttpConfig.class, settings.http(), "/http"));
        all.set("auth", complete(AuthConfig.class, settings.auth(), "/auth"));
        ObjectNode parts = all.withObjectProperty("servers");
        for (McpServer<?, ?> server : servers) {
            JsonNode given = settings.servers().getOrDefault(server.name(), Json.object());
            parts.set(server.name(), complete(server.configType(), given, "/servers/" + server.name()));
        }
        return all.toPrettyString();
    }

    private static <T extends Record> JsonNode complete(Class<T> type, JsonNode given, String at) {
        return Schema.of(type, Schema.Keys.KEBAB).write(bind(type, given, at));
    }
}
