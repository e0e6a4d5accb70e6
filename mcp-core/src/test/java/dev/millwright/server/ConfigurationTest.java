package dev.millwright.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.call.Client;
import dev.millwright.call.Reply;
import dev.millwright.call.Who;
import dev.millwright.config.ConfigException;
import dev.millwright.identity.Caller;
import dev.millwright.json.Doc;
import dev.millwright.json.Json;
import dev.millwright.protocol.Offer;
import dev.millwright.tool.Call;
import dev.millwright.tool.Question;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationTest {
    /** A server that the suite does not have, beside what it has. */
    record Mill(String name) implements McpServer<Mill.Config, Mill.Reach> {
        record Config(
                @Doc(value = "Stones.", min = 1, max = 9, orElse = "2")
                int millStones,

                @Doc(value = "Grains.", orElse = "[]") List<String> grains) {
            Config {
                grains = List.copyOf(grains);
            }
        }

        record Reach(@Doc(value = "Fields.", orElse = "[]") List<String> fields) {
            Reach {
                fields = List.copyOf(fields);
            }
        }

        @Override
        public String summary() {
            return "Mills.";
        }

        @Override
        public Class<Config> configType() {
            return Config.class;
        }

        @Override
        public Class<Reach> reachType() {
            return Reach.class;
        }

        @Override
        public Offer open(Config config, Map<Tenant, Reach> reach, Platform platform) {
            return new Offer(name, "", List.of(new Grind()), Optional.empty(), List.of());
        }

        @Override
        public List<Check> doctor(Config config, Map<Tenant, Reach> reach, Platform platform) {
            return List.of();
        }
    }

    record Grind() implements Tool<Grind.Input, Grind.Output> {
        record Input() {}

        record Output(String flour) {}

        @Override
        public ToolSpec<Input, Output> spec() {
            return ToolSpec.reads("grind", Input.class, Output.class).description("Grind.");
        }

        @Override
        public Output call(Input input, Call call) {
            return new Output("made with the pass phrase of the store");
        }
    }

    private static final List<McpServer<?, ?>> MILL = List.of(new Mill("mill"));

    @TempDir
    private Path folder;

    private Configuration load(String yaml, Map<String, String> environment, Map<String, JsonNode> flags)
            throws Exception {
        Path file = Files.writeString(folder.resolve("config.yaml"), yaml);
        return Configuration.load(Optional.of(file), environment, flags, MILL);
    }

    private void refuses(String yaml, String message) {
        assertThatThrownBy(() -> load(yaml, Map.of(), Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            read-onli: true                          | /read-onli is unknown; did you mean read-only?
            deadline-seconds: soon                   | /deadline-seconds must be a whole number, got "soon"
            question-seconds: 0                      | /question-seconds must be between 1 and 86400, got 0
            http: {prot: 1}                          | /http/prot is unknown; did you mean port?
            http: {port: 70000}                      | /http/port must be between 0 and 65535, got 70000
            auth: {oauth: {issuer: a}}               | /auth/oauth/jwks is required
            servers: {mil: {}}                       | /servers/mil is not a server; did you mean mill?
            servers: {mill: {mill-stone: 1}}         | /mill-stone is unknown; did you mean mill-stones?
            tenants: {a: {reach: {mill: {field: 1}}}}| /field is unknown; did you mean fields?
            tenants: {A b: {}}                       | tenant name must be
            store: {url: 'jdbc:mysql://h/d'}         | must begin with jdbc:postgresql://
            store: {url: 'jdbc:postgresql://u:p@h/d'}| must not hold a user or password
            - a                                      | must hold keys and values
            'a: b: c'                                | is not YAML: line 1
            """)
    void saysInOneSentenceWhatDoesNotFit(String yaml, String message) {
        refuses(yaml, message);
    }

    @Test
    void refusesAKeySetWhoseAlgorithmAnybodyCouldSignWith() {
        refuses(
                "auth: {oauth: {issuer: 'https://i', jwks: 'https://i/k', algorithms: [HS256]}}",
                "algorithms must be among");
        refuses("auth: {oauth: {issuer: 'https://i', jwks: 'http://i/k'}}", "the JWKS must be at an https URL");
    }

    @Test
    void letsFlagsWinOverTheEnvironmentAndThatOverTheFile() throws Exception {
        Configuration configuration = load(
                "deadline-seconds: 1\nread-only: false\nbudget-tokens: 300\n",
                Map.of("MILLWRIGHT_DEADLINE_SECONDS", "2", "MILLWRIGHT_READ_ONLY", "false"),
                Map.of("read-only", BooleanNode.TRUE));
        assertThat(configuration.settings().budgetTokens()).isEqualTo(300);
        assertThat(configuration.settings().deadlineSeconds()).isEqualTo(2);
        assertThat(configuration.settings().readOnly()).isTrue();
    }

    @Test
    void takesListsAndServersFromTheEnvironment() throws Exception {
        Settings settings = load(
                        "",
                        Map.of(
                                "MILLWRIGHT_DENY_TOOLS", "a, b",
                                "MILLWRIGHT_SERVERS_MILL_MILL_STONES", "3",
                                "MILLWRIGHT_TENANTS_DEFAULT_REACH_MILL_FIELDS", "north"),
                        Map.of())
                .settings();
        assertThat(settings.denyTools()).containsExactly("a", "b");
        assertThat(settings.servers().get("mill").path("mill-stones").asInt()).isEqualTo(3);
        assertThatThrownBy(() -> load("", Map.of("MILLWRIGHT_DENY_TOOL", "a"), Map.of()))
                .hasMessageContaining("did you mean MILLWRIGHT_DENY_TOOLS?");
        assertThatThrownBy(() -> load("", Map.of("MILLWRIGHT_READ_ONLY", "maybe"), Map.of()))
                .hasMessageContaining("MILLWRIGHT_READ_ONLY must be true or false, got maybe");
    }

    @Test
    void skipsWhatIsForOtherServersOfTheSuite() throws Exception {
        String other = Configuration.SUITE.getFirst();
        Settings settings = load(
                        "servers: {%s: {anything: 1}}\ntenants: {a: {reach: {%s: {anything: 1}}}}\n"
                                .formatted(other, other),
                        Map.of("MILLWRIGHT_SERVERS_" + other.toUpperCase(java.util.Locale.ROOT) + "_ANY", "1"),
                        Map.of())
                .settings();
        assertThat(settings.tenants()).containsOnlyKeys("a");
    }

    @Test
    void printsWhatCanBeReadAgain() throws Exception {
        String printed = load(
                        "deadline-seconds: 7\nstore: {url: 'jdbc:postgresql://h/d', password: {env: PGPASSWORD}}\n"
                                + "tenants: {A-b: {}}\n".replace("A-b", "a-b")
                                + "servers: {mill: {mill-stones: 3}}\n",
                        Map.of(),
                        Map.of())
                .print();
        JsonNode json = Json.read(printed);
        assertThat(json.at("/deadline-seconds").asInt()).isEqualTo(7);
        assertThat(json.at("/http/port").asInt()).isEqualTo(8080);
        assertThat(json.at("/auth/keys").isBoolean()).isTrue();
        assertThat(json.at("/servers/mill").toString()).isEqualTo("{\"mill-stones\":3,\"grains\":[]}");
        assertThat(json.at("/tenants/a-b/scopes/0").asText()).isEqualTo("*");
        assertThat(json.at("/store/password/env").asText()).isEqualTo("PGPASSWORD");
        assertThat(load(printed, Map.of(), Map.of()).print()).isEqualTo(printed);
    }

    @Test
    void saysThatAFileCannotBeRead() throws Exception {
        Path missing = folder.resolve("none.yaml");
        assertThatThrownBy(() -> Configuration.load(Optional.of(missing), Map.of(), Map.of(), MILL))
                .isInstanceOf(ConfigException.class)
                .hasMessage("cannot read the configuration " + missing + ": there is no such file");
        Path bytes = Files.write(folder.resolve("bytes.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertThatThrownBy(() -> Configuration.load(Optional.of(bytes), Map.of(), Map.of(), MILL))
                .hasMessage("cannot read the configuration " + bytes + ": it is not UTF-8 text");
        assertThatThrownBy(() -> Configuration.load(Optional.of(folder), Map.of(), Map.of(), MILL))
                .hasMessageContaining("cannot read the configuration " + folder);
    }

    @Test
    void doesNotRepeatAPasswordThatWasWrittenWhereItDoesNotBelong() {
        assertThatThrownBy(() -> load("store: {password: hunter2}\n", Map.of(), Map.of()))
                .hasMessageContaining("/store/password must be an object, got text")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void keepsThePasswordOfTheStoreOutOfAnswers() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "pass phrase of the store\n");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        Settings settings = load(
                        "data-dir: %s\nstore: {url: 'jdbc:postgresql://127.0.0.1:1/none', password: {file: %s}}\n"
                                .formatted(folder, secret),
                        Map.of(),
                        Map.of())
                .settings();
        try (Assembly assembly = new Assembly(settings, MILL, "1", (operation, outcome, nanos) -> {})) {
            Reply.Answer answer = assembly.endpoint("x", MILL)
                    .call(new Who(Caller.local(), Tenant.DEFAULT), "grind", Json.object(), new Mute());
            assertThat(answer.structured().orElseThrow().path("flour").asText()).isEqualTo("made with the ***");
        }
    }

    /** A client that hears nothing. */
    private record Mute() implements Client {
        @Override
        public boolean canAsk(Question question) {
            return false;
        }

        @Override
        public Map<String, JsonNode> ask(Map<String, Question> questions) {
            return Map.of();
        }

        @Override
        public void progress(double done, double total, String message) {}

        @Override
        public void log(String level, String logger, String message) {}

        @Override
        public ObjectNode meta() {
            return Json.object();
        }
    }

    @Test
    void stopsAtAToolThatIsNotThere() throws Exception {
        List<McpServer<?, ?>> all = java.util.stream.Stream.concat(
                        MILL.stream(), Configuration.SUITE.stream().map(Mill::new))
                .<McpServer<?, ?>>map(server -> server)
                .toList();
        Path file = Files.writeString(folder.resolve("config.yaml"), "deny-tools: [grnd]\n");
        Settings settings = Configuration.load(
                        Optional.of(file), Map.of("MILLWRIGHT_DATA_DIR", folder.toString()), Map.of(), all)
                .settings();
        try (Assembly assembly = new Assembly(settings, all, "1", (operation, outcome, nanos) -> {})) {
            assertThatThrownBy(() -> assembly.endpoint("x", MILL))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("there is no tool grnd (allow-tools, deny-tools); did you mean grind?");
        }
    }
}
