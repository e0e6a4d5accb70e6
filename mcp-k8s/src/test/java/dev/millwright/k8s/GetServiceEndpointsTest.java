package dev.millwright.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.k8s.stub.World;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GetServiceEndpointsTest {
    @TempDir
    Path temp;

    private World world;
    private GetServiceEndpoints endpoints;

    @BeforeEach
    void open() {
        world = new World(temp).budget(1_200);
        endpoints = new GetServiceEndpoints(world.clusters(), world.config(), Clock.systemUTC());
    }

    @AfterEach
    void close() {
        world.close();
    }

    private JsonNode run(String arguments) throws Exception {
        return world.run(endpoints, arguments);
    }

    private static final String WEB = """
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: site}
            spec: {rules: [{host: a.example, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: PORT}}}}]}}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: web}
            spec: {type: ClusterIP, selector: {app: SELECTED}, ports: [{port: 80, targetPort: TARGET}]}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: web-1, labels: {app: web}}
            spec: {containers: [{name: app, ports: [{name: http, containerPort: 8080}], readinessProbe: {httpGet: {port: 8080}}}]}
            status:
              phase: Running
              podIP: 10.0.0.7
              conditions: [{type: Ready, status: 'READY'}]
              containerStatuses: [{name: app, ready: false, state: {running: {startedAt: '2026-11-20T14:00:00Z'}}}]
            ---
            apiVersion: v1
            kind: Event
            metadata: {name: e}
            involvedObject: {kind: Pod, name: web-1, namespace: shop, uid: pod-web-1}
            reason: Unhealthy
            message: 'Readiness probe failed: HTTP probe failed with statuscode: 503'
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: web-x, labels: {kubernetes.io/service-name: web}}
            endpoints: [{addresses: [10.0.0.7], conditions: {ready: SERVING}, targetRef: {kind: Pod, name: web-1}}]
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: caller, labels: {app: caller}}
            spec: {containers: []}
            status: {phase: Running, podIP: 10.0.1.9}
            """;

    private static String web(String port, String selected, String target, boolean ready) {
        return WEB.replace("PORT", port)
                .replace("SELECTED", selected)
                .replace("TARGET", target)
                .replace("READY", ready ? "True" : "False")
                .replace("SERVING", String.valueOf(ready));
    }

    private static String verdicts(JsonNode answer) {
        StringBuilder text = new StringBuilder();
        answer.at("/services/0/steps")
                .forEach(each -> text.append(each.path("step").asText())
                        .append('=')
                        .append(each.path("verdict").asText())
                        .append(' '));
        return text.toString().strip();
    }

    @Test
    void followsAWayThatIsOpen() throws Exception {
        world.load(web("80", "web", "http", true));
        JsonNode answer = run("{'namespace':'shop','service':'web'}");
        assertThat(verdicts(answer)).isEqualTo("ingress=ok service=ok pods=ok slice=ok port=ok probe=ok policy=ok");
        assertThat(answer.at("/services/0/endpoints").asText()).isEqualTo("1 of 1 ready");
        assertThat(answer.at("/services/0/verdict").asText()).isEqualTo("ok");
    }

    @Test
    void findsAPortTheServiceHasNot() throws Exception {
        world.load(web("81", "web", "http", true));
        JsonNode answer = run("{'namespace':'shop','service':'web'}");
        assertThat(verdicts(answer)).startsWith("ingress=broken service=ok");
        assertThat(answer.at("/services/0/steps/0/why").asText())
                .isEqualTo("a.example/ leads to port 81, which the service has not");
    }

    @Test
    void findsASelectorThatMatchesNothingAndWhatComesNearest() throws Exception {
        world.load(web("80", "wep", "http", true));
        JsonNode answer = run("{'namespace':'shop','service':'web'}");
        assertThat(verdicts(answer)).contains("pods=broken");
        assertThat(answer.at("/services/0/steps/2/why").asText())
                .startsWith("selector app=wep matches no pod; nearest is ");
    }

    @Test
    void findsAPortNoContainerNames() throws Exception {
        world.load(web("80", "web", "htpp", true));
        assertThat(verdicts(run("{'namespace':'shop','service':'web'}"))).contains("port=broken");
    }

    @Test
    void takesAnUndeclaredPortForAHint() throws Exception {
        world.load(web("80", "web", "9090", true));
        JsonNode answer = run("{'namespace':'shop','service':'web'}");
        assertThat(verdicts(answer)).contains("port=warn");
        assertThat(answer.at("/services/0/verdict").asText()).isEqualTo("warn");
    }

    @Test
    void tellsWhyAPodIsNotReady() throws Exception {
        world.load(web("80", "web", "http", false));
        JsonNode answer = run("{'namespace':'shop','service':'web'}");
        assertThat(verdicts(answer)).contains("pods=broken slice=broken port=ok probe=broken");
        assertThat(answer.toString()).contains("statuscode: 503");
        assertThat(answer.at("/services/0/endpoints").asText()).isEqualTo("0 of 1 ready");
    }

    @Test
    void asksThePoliciesForTheCaller() throws Exception {
        world.load(web("80", "web", "http", true)).load("""
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {name: only-front}
                spec:
                  podSelector: {matchLabels: {app: web}}
                  policyTypes: [Ingress]
                  ingress:
                  - from: [{podSelector: {matchLabels: {app: front}}}, {ipBlock: {cidr: 10.0.1.0/24, except: [10.0.1.9/32]}}]
                    ports: [{port: http}]
                """);
        assertThat(verdicts(run("{'namespace':'shop','service':'web'}"))).endsWith("policy=warn");
        JsonNode denied = run("{'namespace':'shop','service':'web','from_pod':'caller'}");
        assertThat(verdicts(denied)).endsWith("policy=ok policy=broken");
        assertThat(denied.toString()).contains("nothing in only-front allows it");
        world.load("""
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {name: callers}
                spec:
                  podSelector: {}
                  ingress: [{from: [{ipBlock: {cidr: 10.0.1.8/31}}], ports: [{port: 8000, endPort: 8100}]}]
                """);
        assertThat(verdicts(run("{'namespace':'shop','service':'web','from_pod':'shop/caller'}")))
                .endsWith("policy=ok policy=ok");
    }

    @Test
    void tellsTheWorstServiceFirstWhenAskedForAll() throws Exception {
        world.load(web("80", "web", "http", true)).load("""
                apiVersion: v1
                kind: Service
                metadata: {name: zebra}
                spec: {selector: {app: nobody}, ports: [{port: 80}]}
                """);
        JsonNode answer = run("{'namespace':'shop'}");
        assertThat(answer.at("/services/0/name").asText()).isEqualTo("zebra");
        assertThat(answer.at("/services/0/verdict").asText()).isEqualTo("broken");
        assertThat(answer.at("/services/1").has("steps")).isFalse();
    }

    @Test
    void namesTheNearest() {
        world.load(web("80", "web", "http", true));
        assertThatThrownBy(() -> run("{'namespace':'shop','service':'wep'}"))
                .hasMessage("/service: no Service is called wep in shop; did you mean web?");
        assertThatThrownBy(() -> run("{'namespace':'shop','from_pod':'absent'}"))
                .hasMessage("/from_pod: there is no pod absent in shop");
    }
}
