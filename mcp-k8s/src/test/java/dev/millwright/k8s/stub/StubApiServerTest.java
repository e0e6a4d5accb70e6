package dev.millwright.k8s.stub;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.Recorded;
import dev.millwright.k8s.api.Kinds;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** That the stub is no kinder than an API server: what {@code ClusterContract} does not hold it to already. */
class StubApiServerTest {
    private final StubApiServer server = StubApiServer.start();
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    private record Answered(int code, String text) {
        JsonNode json() throws Exception {
            return Json.read(text);
        }

        String message() throws Exception {
            return json().path("message").asText();
        }
    }

    private Answered ask(String method, String path, String type, String body) throws Exception {
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(URI.create(server.url() + path))
                        .header("Content-Type", type)
                        .method(
                                method,
                                body.isEmpty()
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(body.replace('\'', '"')))
                        .build(),
                BodyHandlers.ofString());
        return new Answered(answer.statusCode(), answer.body());
    }

    private Answered get(String path) throws Exception {
        return ask("GET", path, "application/json", "");
    }

    @Test
    void leavesTheKindOutOfTheItemsOfABuiltInList() throws Exception {
        server.load(Recorded.objects("healthy"));
        JsonNode list = get("/api/v1/namespaces/healthy/pods").json();
        assertThat(list.path("kind").asText()).isEqualTo("PodList");
        assertThat(list.path("items"))
                .isNotEmpty()
                .allSatisfy(each -> assertThat(each.has("kind")).isFalse());
    }

    @Test
    void saysHowManyObjectsRemainOnlyWithoutASelector() throws Exception {
        server.load(Recorded.objects("healthy"));
        assertThat(get("/api/v1/namespaces/healthy/events?limit=2")
                        .json()
                        .at("/metadata/remainingItemCount")
                        .asInt())
                .isEqualTo(9);
        JsonNode selected = get("/api/v1/namespaces/healthy/events?limit=2&fieldSelector=involvedObject.kind%3DPod")
                .json();
        assertThat(selected.at("/metadata").has("remainingItemCount")).isFalse();
        assertThat(selected.at("/metadata/continue").asText()).isNotEmpty();
    }

    @Test
    void evictsNoPodThatABudgetHolds() throws Exception {
        server.load("""
                apiVersion: v1
                kind: Pod
                metadata: {name: web-1, labels: {app: web}}
                ---
                apiVersion: policy/v1
                kind: PodDisruptionBudget
                metadata: {name: web}
                spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
                status: {disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1}
                """);
        String eviction = "{'apiVersion':'policy/v1','kind':'Eviction','metadata':{'name':'web-1'}}";
        Answered refused = ask("POST", "/api/v1/namespaces/shop/pods/web-1/eviction", "application/json", eviction);
        assertThat(refused.code()).isEqualTo(429);
        assertThat(refused.message()).isEqualTo("Cannot evict pod as it would violate the pod's disruption budget.");
        server.change(
                Kinds.DISRUPTION_BUDGET,
                "shop",
                "web",
                each -> each.withObjectProperty("status").put("disruptionsAllowed", 1));
        assertThat(ask("POST", "/api/v1/namespaces/shop/pods/web-1/eviction", "application/json", eviction)
                        .code())
                .isEqualTo(201);
        assertThat(server.stored(Kinds.POD, "shop", "web-1")).isEmpty();
    }

    @Test
    void scalesThroughTheSubresource() throws Exception {
        server.load("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec: {replicas: 2, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}}}
                """);
        String path = "/apis/apps/v1/namespaces/shop/deployments/web/scale";
        assertThat(get(path).json().at("/spec/replicas").asInt()).isEqualTo(2);
        ask("PATCH", path + "?dryRun=All", "application/merge-patch+json", "{'spec':{'replicas':5}}");
        assertThat(get(path).json().at("/spec/replicas").asInt()).isEqualTo(2);
        ask("PATCH", path, "application/merge-patch+json", "{'spec':{'replicas':5}}");
        assertThat(server.stored(Kinds.DEPLOYMENT, "shop", "web")
                        .orElseThrow()
                        .at("/spec/replicas")
                        .asInt())
                .isEqualTo(5);
        assertThat(ask("PATCH", path, "application/merge-patch+json", "{'spec':{'replicas':-1}}")
                        .code())
                .isEqualTo(422);
    }

    @Test
    void keepsWhatHasAFinalizerUntilItIsTakenOff() throws Exception {
        server.load("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, finalizers: [example.org/held]}\n");
        String path = "/api/v1/namespaces/shop/configmaps/c";
        assertThat(ask("DELETE", path, "application/json", "").code()).isEqualTo(200);
        assertThat(get(path).json().at("/metadata/deletionTimestamp").asText()).isNotEmpty();
        ask("PATCH", path, "application/merge-patch+json", "{'metadata':{'finalizers':null}}");
        assertThat(get(path).code()).isEqualTo(404);
    }

    @Test
    void deletesWhatIsOwnedUnlessItIsOrphaned() throws Exception {
        String yaml = """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}}}
                ---
                apiVersion: apps/v1
                kind: ReplicaSet
                metadata: {name: web-1, ownerReferences: [{kind: Deployment, name: web, uid: deployment-web}]}
                spec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}}}
                """;
        String path = "/apis/apps/v1/namespaces/shop/deployments/web";
        server.load(yaml);
        ask("DELETE", path, "application/json", "{'propagationPolicy':'Orphan'}");
        assertThat(server.stored(Kinds.REPLICA_SET, "shop", "web-1")).isPresent();
        server.load(yaml);
        ask("DELETE", path, "application/json", "{'propagationPolicy':'Background'}");
        assertThat(server.stored(Kinds.REPLICA_SET, "shop", "web-1")).isEmpty();
    }

    @Test
    void endsAPodOnItsNodeOnlyInAWhile() throws Exception {
        server.load("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {nodeName: node-1}\n");
        String path = "/api/v1/namespaces/shop/pods/p";
        ask("DELETE", path, "application/json", "");
        assertThat(get(path).json().at("/metadata/deletionTimestamp").asText()).isNotEmpty();
        assertThat(get(path).code()).isEqualTo(404);
    }

    @Test
    void writesStatusThroughItsOwnPathAlone() throws Exception {
        server.load("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nstatus: {phase: Pending}\n");
        String path = "/api/v1/namespaces/shop/pods/p";
        ask("PATCH", path, "application/merge-patch+json", "{'status':{'phase':'Running'}}");
        assertThat(get(path).json().at("/status/phase").asText()).isEqualTo("Pending");
        ask("PATCH", path + "/status", "application/merge-patch+json", "{'status':{'phase':'Running'}}");
        assertThat(get(path).json().at("/status/phase").asText()).isEqualTo("Running");
    }

    @Test
    void takesFieldsAwayThatAnApplyNoLongerNames() throws Exception {
        String path = "/api/v1/namespaces/shop/configmaps/c?fieldManager=m";
        String head = "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'c','namespace':'shop'},";
        server.load("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\n");
        assertThat(ask("PATCH", path, "application/apply-patch+yaml", head + "'data':{'a':'1','b':'2'}}")
                        .code())
                .isEqualTo(201);
        JsonNode applied = ask("PATCH", path, "application/apply-patch+yaml", head + "'data':{'a':'1'}}")
                .json();
        assertThat(applied.path("data").toString()).isEqualTo("{\"a\":\"1\"}");
        assertThat(ask("PATCH", "/api/v1/namespaces/shop/configmaps/c", "application/apply-patch+yaml", head + "}}")
                        .code())
                .as("without a field manager")
                .isEqualTo(422);
    }

    @Test
    void refusesWhatCannotBeChanged() throws Exception {
        server.load("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec:
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec: {containers: [{name: app, resources: {limits: {memory: 64Mi}}}]}
                """);
        String path = "/apis/apps/v1/namespaces/shop/deployments/web";
        assertThat(ask(
                                "PATCH",
                                path,
                                "application/strategic-merge-patch+json",
                                "{'spec':{'template':{'spec':{'containers':[{'name':'app','resources':{'requests':{'memory':'1Gi'}}}]}}}}")
                        .message())
                .contains("must be less than or equal to memory limit of 64Mi");
        assertThat(ask("PATCH", path, "application/merge-patch+json", "{'spec':{'selector':{'matchLabels':{'x':'y'}}}}")
                        .code())
                .isEqualTo(422);
        assertThat(ask("PATCH", path, "text/plain", "{}").code()).isEqualTo(415);
    }

    @Test
    void answersPathsThatNothingServesAsText() throws Exception {
        assertThat(get("/apis/metrics.k8s.io/v1beta1/nodes")).isEqualTo(new Answered(404, "404 page not found\n"));
        assertThat(get("/apis/example.org/v1/widgets").text()).isEqualTo("404 page not found\n");
    }

    @Test
    void rollsADeploymentOutAndKeepsTheOldPodsOfABrokenOne() throws Exception {
        Rollouts.on(
                server,
                2,
                template -> template.at("/spec/containers/0/image").asText().equals("web:broken"));
        server.load("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web, generation: 1}
                spec:
                  replicas: 2
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec: {containers: [{name: app, image: "web:1"}]}
                """);
        String path = "/apis/apps/v1/namespaces/shop/deployments/web";
        assertThat(get(path).json().at("/status/readyReplicas").asInt()).isZero();
        for (int i = 0; i < 3; i++) {
            get(path);
        }
        assertThat(get(path).json().at("/status/readyReplicas").asInt()).isEqualTo(2);
        ask(
                "PATCH",
                path,
                "application/merge-patch+json",
                "{'spec':{'template':{'metadata':{'annotations':{'kubectl.kubernetes.io/restartedAt':'now'}}}}}");
        for (int i = 0; i < 3; i++) {
            get(path);
        }
        assertThat(server.stored(Kinds.REPLICA_SET)).hasSize(2);
        assertThat(server.stored(Kinds.POD)).hasSize(2);
        ask(
                "PATCH",
                path,
                "application/strategic-merge-patch+json",
                "{'spec':{'template':{'spec':{'containers':[{'name':'app','image':'web:broken'}]}}}}");
        for (int i = 0; i < 3; i++) {
            get(path);
        }
        JsonNode stuck = get(path).json();
        assertThat(stuck.at("/metadata/annotations")
                        .path("deployment.kubernetes.io/revision")
                        .asText())
                .isEqualTo("3");
        assertThat(stuck.at("/status/unavailableReplicas").asInt()).isEqualTo(2);
        assertThat(stuck.at("/status/availableReplicas").asInt()).isEqualTo(2);
        assertThat(server.stored(Kinds.POD)).hasSize(4);
    }

    @Test
    void createsNothingInANamespaceThatIsNotThere() throws Exception {
        assertThat(ask(
                                "POST",
                                "/api/v1/namespaces/nowhere/configmaps",
                                "application/json",
                                "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'generateName':'c-'}}")
                        .message())
                .isEqualTo("namespaces \"nowhere\" not found");
        assertThat(get("/api/v1/namespaces/nowhere/configmaps").json().path("items"))
                .isEmpty();
    }
}
