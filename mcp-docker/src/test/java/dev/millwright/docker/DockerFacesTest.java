package dev.millwright.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.config.Secret;
import dev.millwright.docker.config.DockerConfig;
import dev.millwright.docker.config.DockerReach;
import dev.millwright.json.Doc;
import dev.millwright.json.Json;
import dev.millwright.json.Schema;
import dev.millwright.sandbox.Sandbox;
import dev.millwright.server.Platform;
import dev.millwright.store.Store;
import dev.millwright.store.StoreUrl;
import dev.millwright.testing.PublishedFaces;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.Tool;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DockerFacesTest {
    private static final String ALL = "{'toolsets':['read','build','manage']}";

    @TempDir
    Path data;

    private Platform platform;

    @BeforeEach
    void open() {
        Supplier<Sandbox> unneeded = () -> {
            throw new AssertionError("opening a server must not look for a sandbox");
        };
        Function<Secret, Supplier<String>> unread = secret -> {
            throw new AssertionError("opening a server must not fetch a secret");
        };
        platform = new Platform(
                data.resolve("docker"), Store.open(new StoreUrl.Embedded(data)), unneeded, unread, resource -> {});
    }

    /** @param config as JSON with single quotes */
    private PublishedFaces faces(String config) throws IOException {
        return PublishedFaces.of("docker", tools(config));
    }

    private List<Tool<?, ?>> tools(String config) throws IOException {
        DockerConfig configured =
                Schema.of(DockerConfig.class, Schema.Keys.KEBAB).bind(Json.read(config.replace('\'', '"')));
        return new DockerServer()
                .open(configured, Map.of(Tenant.DEFAULT, DockerReach.defaults()), platform)
                .tools();
    }

    @Test
    void facesAreTheOnesInGit() throws IOException {
        faces(ALL).areInGit();
    }

    @Test
    void readmeListsTheTools() throws IOException {
        faces(ALL).areTheTableOf(Path.of("README.md"));
    }

    @Test
    void listOfToolsLeavesTheModelRoomToWork() throws IOException {
        faces(ALL).takeAtMost(14_000);
    }

    /** In what is taken and in what is answered, at any depth. */
    @Test
    void spellsNamesInOneWay() throws IOException {
        Set<String> otherwise = new TreeSet<>();
        for (Tool<?, ?> tool : tools(ALL)) {
            names(tool.spec().input(), otherwise);
            names(tool.spec().output(), otherwise);
        }
        assertThat(otherwise).isEmpty();
    }

    private static void names(Type type, Set<String> otherwise) {
        if (type instanceof ParameterizedType of) {
            for (Type each : of.getActualTypeArguments()) {
                names(each, otherwise);
            }
        } else if (type instanceof Class<?> record && record.isRecord()) {
            for (RecordComponent each : record.getRecordComponents()) {
                Doc doc = each.getAnnotation(Doc.class);
                String name = doc == null || doc.name().isEmpty() ? each.getName() : doc.name();
                if (!name.matches("[a-z][a-z0-9_]*")) {
                    otherwise.add(record.getName() + "." + name);
                }
                names(each.getGenericType(), otherwise);
            }
        }
    }

    @Test
    void offersTheToolsetsThatTheOperatorWants() throws IOException {
        assertThat(names("{'toolsets':['read']}"))
                .contains("docker_list", "docker_logs")
                .doesNotContain("docker_manage");
        assertThat(names("{'toolsets':['manage']}")).containsExactly("docker_manage");
        assertThat(names("{'toolsets':[]}")).isEmpty();
    }

    private List<String> names(String config) throws IOException {
        return tools(config).stream().map(tool -> tool.spec().name()).toList();
    }
}
