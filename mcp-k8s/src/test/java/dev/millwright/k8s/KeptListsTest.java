package dev.millwright.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import dev.millwright.json.Schema;
import dev.millwright.k8s.config.K8sConfig;
import dev.millwright.k8s.stub.World;
import dev.millwright.server.Platform;
import dev.millwright.tool.Tool;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What reading again costs, as the server is wired. */
@Timeout(120)
class KeptListsTest {
    @TempDir
    Path temp;

    private World world;

    @BeforeEach
    void open() {
        world = new World(temp).recorded("healthy");
    }

    @AfterEach
    void close() {
        world.close();
    }

    private Tool<?, ?> diagnose(String config, boolean lasting) throws Exception {
        Platform its = world.platform();
        Platform platform = new Platform(
                its.data(),
                its.store(),
                its.sandbox(),
                its.secrets(),
                its.hide(),
                its.environment(),
                lasting,
                its.closer());
        return new K8sServer()
                .open(
                        Schema.of(K8sConfig.class, Schema.Keys.KEBAB).bind(Json.read(config.replace('\'', '"'))),
                        world.reaches(),
                        platform)
                .tools()
                .getFirst();
    }

    private JsonNode run(Tool<?, ?> diagnose) throws Exception {
        world.server().forget();
        return world.run(diagnose, "{'namespace':'healthy'}");
    }

    private int listsOfOthersThanSecrets() {
        return world.server().calls("list") - world.server().calls("list", "secrets");
    }

    @Test
    void aServingProcessListsNothingButSecretsForAThirdDiagnosisAndSeesWhatChanged() throws Exception {
        Tool<?, ?> diagnose = diagnose("{}", true);
        run(diagnose);
        JsonNode second = run(diagnose);
        int lists = listsOfOthersThanSecrets();
        assertThat(lists).isGreaterThan(10);
        JsonNode third = run(diagnose);
        for (int i = 0; i < 200 && listsOfOthersThanSecrets() > 0; i++) {
            Thread.sleep(50);
            third = run(diagnose);
        }
        assertThat(listsOfOthersThanSecrets()).isZero();
        assertThat(third).isEqualTo(second);

        world.load("""
                apiVersion: v1
                kind: Pod
                metadata: {name: extra, namespace: healthy}
                spec: {nodeName: node-1, containers: [{name: app, image: 'acme/none:1'}]}
                status:
                  phase: Pending
                  containerStatuses: [{name: app, ready: false, restartCount: 0, state: {waiting: {reason: ImagePullBackOff, message: 'Back-off pulling image "acme/none:1": not found'}}}]
                """);
        JsonNode changed = run(diagnose);
        for (int i = 0; i < 200 && changed.path("causes").isEmpty(); i++) {
            Thread.sleep(50);
            changed = run(diagnose);
        }
        assertThat(changed.at("/causes/0").toString()).contains("extra", "acme/none:1");
        // A kind that no rule had looked at before may be listed for the first time; none of those that were.
        assertThat(world.server().calls("list", "pods")
                        + world.server().calls("list", "events")
                        + world.server().calls("list", "deployments"))
                .isZero();
    }

    @Test
    void aProcessOfOneCallerAndOneThatMayNotWatchListEachTime() throws Exception {
        for (Tool<?, ?> diagnose : new Tool<?, ?>[] {diagnose("{}", false), diagnose("{'watches':0}", true)}) {
            run(diagnose);
            int first = listsOfOthersThanSecrets();
            run(diagnose);
            run(diagnose);
            Thread.sleep(400);
            run(diagnose);
            assertThat(listsOfOthersThanSecrets()).isEqualTo(first).isGreaterThan(10);
            assertThat(world.server().calls("watch")).isZero();
        }
    }
}
