package dev.millwright.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.stub.World;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class K8sClusterStatusTest {
    @TempDir
    Path temp;

    private World world;
    private K8sClusterStatus status;

    @BeforeEach
    void open() {
        world = new World(temp).budget(1_200);
        status = new K8sClusterStatus(world.clusters(), world.config(), Clock.systemUTC());
    }

    @AfterEach
    void close() {
        world.close();
    }

    private JsonNode run(String arguments) throws Exception {
        return world.run(status, arguments);
    }

    @Test
    void countsEverythingAndTellsTheWorstFirst() throws Exception {
        world.recorded("healthy")
                .recorded("oom-killed")
                .recorded("pvc-no-class")
                .load("""
                apiVersion: v1
                kind: Node
                metadata: {name: node-2}
                status: {conditions: [{type: Ready, status: Unknown, reason: NodeStatusUnknown}]}
                ---
                apiVersion: v1
                kind: Secret
                metadata: {name: sh.helm.release.v1.web.v2, labels: {owner: helm, name: web, status: failed, version: '2'}}
                type: helm.sh/release.v1
                """);
        JsonNode answer = run("{}");
        assertThat(answer.at("/counts/nodes").asText()).isEqualTo("1 of 2 ready");
        assertThat(answer.at("/counts/pods").asText()).startsWith("2 of 4 ready: ");
        assertThat(answer.at("/counts/storage").asText()).isEqualTo("0 of 1 claims bound");
        assertThat(answer.at("/counts/releases").asText()).isEqualTo("1 failed");
        assertThat(answer.at("/items/0/object").asText()).isEqualTo("Node node-2");
        assertThat(answer.at("/items/0/is").asText()).isEqualTo("not ready: NodeStatusUnknown");
        assertThat(answer.path("items").toString())
                .contains("Deployment oom-killed/cache", "0 of 1 ready", "Release shop/web", "failed, revision 2")
                .doesNotContain("healthy");
    }

    @Test
    void tellsWhatIsWellWhenAsked() throws Exception {
        world.recorded("healthy");
        assertThat(run("{'namespace':'healthy'}").path("items")).isEmpty();
        JsonNode all = run("{'namespace':'healthy','only_problems':false,'include':['workloads']}");
        assertThat(all.at("/items/0/is").asText()).isEqualTo("2 of 2 ready");
        assertThat(all.path("counts").size()).isEqualTo(1);
    }

    @Test
    void keepsToItsBudgetWithFiveThousandPods() throws Exception {
        world.load(Fleet.of("shop", 5_000, 500, List.of("crash-stacktrace", "image-not-found")));
        JsonNode answer = run("{}");
        assertThat(answer.at("/counts/pods").asText()).startsWith("4500 of 5000 ready: ");
        assertThat(Json.size(answer)).isLessThanOrEqualTo(1_200 * 4);
        List<String> objects = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = run(cursor.isEmpty() ? "{}" : "{'cursor':'" + cursor + "'}");
            page.path("items").forEach(each -> objects.add(each.path("object").asText()));
            cursor = page.path("cursor").asText();
        } while (!cursor.isEmpty());
        assertThat(objects).hasSize(50).doesNotHaveDuplicates();
    }

    @Test
    void saysWhatItMayNotRead() throws Exception {
        world.recorded("healthy");
        world.server().deny("list", "nodes", "").deny("list", "secrets", "");
        JsonNode answer = run("{}");
        assertThat(answer.at("/counts/nodes").asText()).isEqualTo("could not be read");
        assertThat(answer.path("partial").toString()).contains("nodes", "secrets", "forbidden");
        assertThat(answer.at("/counts/workloads").asText()).isEqualTo("1 of 1 well");
    }
}
