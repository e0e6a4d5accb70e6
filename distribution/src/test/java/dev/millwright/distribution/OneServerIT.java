package dev.millwright.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The packaged launcher with one server, which has a class path and a cache of its own. */
class OneServerIT {
    @TempDir
    Path folder;

    static Stream<String> servers() {
        return Servers.ALL.stream().map(server -> server.name());
    }

    private Packaged.Ended discover(String... words) throws Exception {
        return Packaged.run(
                folder, """
                {"jsonrpc":"2.0","id":1,"method":"server/discover","params":%s}
                {"jsonrpc":"2.0","id":2,"method":"tools/list","params":%s}
                """.formatted(Json.write(Packaged.stateless()), Json.write(Packaged.stateless())), words);
    }

    private static void assertAnswered(Packaged.Ended ended) {
        assertThat(ended.out().lines().map(Packaged::rpc)).hasSize(2).allMatch(answer -> answer.has("result"));
        assertThat(ended.code()).as(ended.err()).isZero();
    }

    @ParameterizedTest
    @MethodSource("servers")
    void hasNoLibrariesOfOthers(String server) throws Exception {
        List<String> jars =
                List.of(Files.readString(Packaged.home().resolve("lib").resolve(server + ".jars"))
                        .strip()
                        .split(" "));

        assertThat(jars.stream().anyMatch(jar -> jar.startsWith("org.eclipse.jgit")))
                .isEqualTo(server.equals("git"));
        assertThat(jars.stream().anyMatch(jar -> jar.startsWith("io.fabric8"))).isEqualTo(server.equals("k8s"));
        assertThat(Packaged.home().resolve("lib").resolve(server + ".aot")).isNotEmptyFile();
    }

    @ParameterizedTest
    @MethodSource("servers")
    void takesAConfigurationThatNamesToolsOfOthers(String server) throws Exception {
        Path config =
                Files.writeString(folder.resolve("config.yaml"), "deny-tools: [read_file, git_status, k8s_get]\n");

        assertAnswered(discover("stdio", server, "--root", ".", "--config", config.toString()));
        assertAnswered(discover("stdio", server, "--root", ".", "--config=" + config));
        Path usual = Files.createDirectories(folder.resolve("config").resolve("millwright"));
        Files.move(config, usual.resolve("config.yaml"));
        assertAnswered(discover("stdio", server, "--root", "."));
    }

    @ParameterizedTest
    @MethodSource("servers")
    void stillRefusesAMisspeltTool(String server) throws Exception {
        Path config = Files.writeString(folder.resolve("config.yaml"), "deny-tools: [git_statis]");

        assertThat(discover("stdio", server, "--root", ".", "--config", config.toString())
                        .err())
                .contains("did you mean git_status?");
    }

    @Test
    void isNotMistakenForSeveralNorSeveralForOne() throws Exception {
        Files.createDirectory(folder.resolve("git"));

        assertAnswered(discover("stdio", "filesystem", "--root", "git"));
        assertAnswered(discover("stdio", "--root", "git", "filesystem", "git", "k8s"));
    }
}
