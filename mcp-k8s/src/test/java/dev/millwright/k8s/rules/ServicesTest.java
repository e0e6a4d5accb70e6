package dev.millwright.k8s.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.k8s.Recorded;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.diagnose.Cause;
import dev.millwright.k8s.diagnose.Finding;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Services, and the addresses programs are told. */
class ServicesTest {
    static final String READY =
            "{phase: Running, podIPs: [{ip: 10.0.0.5}], conditions: [{type: Ready, status: 'True'}], containerStatuses: [{name: app, ready: true, state: {running: {}}}]}";
    static final String NOT_READY =
            "{phase: Running, conditions: [{type: Ready, status: 'False'}], containerStatuses: [{name: app, ready: false, restartCount: 0, state: {running: {}}}]}";

    static String service(String name, String spec) {
        return """
                apiVersion: v1
                kind: Service
                metadata: {name: NAME}
                spec: {SPEC}
                ---
                """.replace("NAME", name).replace("SPEC", spec);
    }

    static String slice(String service, String pod, boolean ready) {
        return """
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {name: SERVICE-x, labels: {kubernetes.io/service-name: SERVICE}}
                endpoints: [{addresses: [10.0.0.5], conditions: {ready: READY}, nodeName: node-1, targetRef: {kind: Pod, name: POD}}]
                ---
                """.replace("SERVICE", service).replace("POD", pod).replace("READY", "" + ready);
    }

    private static String web(String container, String status) {
        return Written.deployment("web", "{containers: [{name: app" + container + "}]}", status);
    }

    @Test
    void selectsTheLabelsThatTheNearestPodsBear() {
        List<Cause> causes = Written.causes(web("", READY)
                + Written.deployment("api", "{containers: [{name: app}]}", READY)
                + service("front", "selector: {app: web-v2, tier: front}, ports: [{port: 80}]"));

        assertThat(Written.only(causes))
                .startsWith("service.selector_mismatch Service front/")
                .contains("selector app=web-v2,tier=front matches no pod", "Deployment web, has app=web");
        assertThat(Written.patches(causes))
                .containsExactly("[{\"op\":\"replace\",\"path\":\"/spec/selector/app\",\"value\":\"web\"},"
                        + "{\"op\":\"remove\",\"path\":\"/spec/selector/tier\"}]");
    }

    @Test
    void isSilentAboutAServiceThatSelectsOrNeedsNoSelector() {
        assertThat(Written.causes(web("", READY)
                        + service("web", "selector: {app: web}, ports: [{port: 80, targetPort: 8080}]")
                        + slice("web", "web-1-a", true)
                        + service("outside", "ports: [{port: 80}]")))
                .isEmpty();
    }

    @Test
    void claimsNoMismatchWherePodsCannotBeRead() {
        assertThat(Written.causes(Recorded.without(
                        List.of(Kinds.POD), service("web", "selector: {app: web}, ports: [{port: 80}]"))))
                .isEmpty();
    }

    @Test
    void showsAServiceUnderThePodsThatAreNotReady() {
        String crash = web(
                        "",
                        "{phase: Running, conditions: [{type: Ready, status: 'False'}], containerStatuses: [{name: app, restartCount: 4, "
                                + "state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {exitCode: 1, reason: Error}}}]}")
                + service("web", "selector: {app: web}, ports: [{port: 80}]")
                + slice("web", "web-1-a", false);
        List<Cause> causes = Written.causes(crash);

        assertThat(Written.only(causes)).startsWith("crash.app_error Deployment web/");
        assertThat(causes.getFirst().symptoms())
                .extracting(Finding::why)
                .anyMatch(each ->
                        each.startsWith("Service web has no ready endpoints: none of the 1 pod it selects is ready"));
    }

    @Test
    void toleratesPodsThatJustStartAndAddressesThatNeedNotBeReady() {
        String starting = web("", NOT_READY)
                .replace("name: web-1-a", "name: web-1-a\n  creationTimestamp: '2026-11-20T14:29:30Z'");

        assertThat(Written.causes(starting + service("web", "selector: {app: web}, ports: [{port: 80}]")))
                .isEmpty();
    }

    @Test
    void namesThePortThatNoContainerHas() {
        String ports = ", ports: [{name: http, containerPort: 8080}]";
        String named = service("web", "selector: {app: web}, ports: [{port: 80, targetPort: htpp}]");

        assertThat(Written.only(web(ports, READY) + named)).startsWith("service.port_mismatch Service web/0");
        assertThat(Written.patches(Written.causes(web(ports, READY) + named)))
                .containsExactly("[{\"op\":\"add\",\"path\":\"/spec/ports/0/targetPort\",\"value\":8080}]");
        assertThat(Written.causes(web(ports, READY) + named.replace("htpp", "http")))
                .isEmpty();
    }

    @Test
    void takesAnUndeclaredNumberForAHintOnly() {
        String service = service("web", "selector: {app: web}, ports: [{port: 80, targetPort: 9090}]");
        List<Cause> causes = Written.causes(web(", ports: [{containerPort: 8080}]", READY) + service);

        assertThat(causes.getFirst().finding().severity()).isEqualTo(Finding.Severity.WARNING);
        assertThat(Written.causes(web("", READY) + service)).isEmpty();
    }

    @Test
    void seesThatTheProtocolDiffers() {
        assertThat(Written.only(web(", ports: [{containerPort: 53, protocol: UDP}]", READY)
                        + service("web", "selector: {app: web}, ports: [{port: 53, protocol: TCP}]")))
                .contains("TCP port 53, which its pods declare for another protocol");
    }

    @Test
    void saysThatNothingMakesALoadBalancer() {
        String balancer =
                web("", READY) + service("web", "type: LoadBalancer, selector: {app: web}, ports: [{port: 80}]");

        assertThat(Written.only(balancer))
                .startsWith("service.type Service web/")
                .contains("has got no address");
        assertThat(Written.causes(balancer.replaceFirst(
                        "(?s)(spec: \\{type: LoadBalancer.*?\\n)",
                        "$1status: {loadBalancer: {ingress: [{ip: 192.0.2.1}]}}\n")))
                .isEmpty();
    }

    @Test
    void correctsAnExternalNameAndAPolicyThatLeavesNodesOut() {
        String external = service("alias", "type: ExternalName, externalName: dbb.shop.svc.cluster.local")
                + service("db", "ports: [{port: 5432}]");

        assertThat(Written.patches(Written.causes(external))).containsExactly("""
                [{"op":"replace","path":"/spec/externalName","value":"db.shop.svc.cluster.local"}]""");
        assertThat(Written.causes(external.replace("dbb", "db"))).isEmpty();

        String local = web("", READY)
                + Written.pod("web-1-b", "web", "{containers: [{name: app}]}", READY)
                        .replace("node-1", "node-2")
                + service("web", "internalTrafficPolicy: Local, selector: {app: web}, ports: [{port: 80}]")
                + slice("web", "web-1-a", true);
        assertThat(Written.only(local))
                .startsWith("service.type Service web/local")
                .contains("node-2");
        assertThat(Written.causes(local.replace("Local", "Cluster"))).isEmpty();
    }

    @Test
    void correctsTheAddressThatAProgramIsTold() {
        String db = service("postgres", "ports: [{port: 5432}]");
        String told = ", env: [{name: DB, value: 'ADDRESS'}]";

        assertThat(Written.only(web(told.replace("ADDRESS", "postgers:5432"), READY) + db))
                .startsWith("service.env_address Deployment web/")
                .contains("no such service; there is \"postgres\"");
        assertThat(Written.patches(Written.causes(web(told.replace("ADDRESS", "http://postgres:5433/x"), READY) + db)))
                .containsExactly("""
                        [{"op":"replace","path":"/spec/template/spec/containers/0/env/0/value","value":"http://postgres:5432/x"}]""");
    }

    @Test
    void correctsTheAddressInTheConfigMapOfAProgramThatIsNotWell() {
        String told = ", envFrom: [{configMapRef: {name: settings}}]";
        String around = ServicesTest.service("postgres", "ports: [{port: 5432}]") + """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings}
                data: {DB: 'postgres:5433', IMAGE: 'postgres:1234'}
                ---
                """;
        List<Cause> causes = Written.causes(web(told, NOT_READY) + around);

        assertThat(Written.only(causes))
                .startsWith(
                        "service.env_address ConfigMap settings//data/DB: Deployment web is told to reach postgres:5433");
        assertThat(Written.patches(causes))
                .containsExactly("[{\"op\":\"replace\",\"path\":\"/data/DB\",\"value\":\"postgres:5432\"}]");
        assertThat(Written.causes(web(told, READY) + around)).isEmpty();
    }

    @Test
    void neverWritesCredentialsIntoAFixOrAsEvidence() {
        List<Cause> causes =
                Written.causes(web(", env: [{name: DB, value: 'postgres://me:canary77@postgres:5433/x'}]", READY)
                        + service("postgres", "ports: [{port: 5432}]"));

        assertThat(Written.only(causes)).startsWith("service.env_address");
        assertThat(causes.toString()).doesNotContain("canary77");
    }

    @Test
    void isSilentAboutAddressesThatAreRightOrOutside() {
        String told = ", env: [{name: A, value: 'postgres:5432'}, {name: B, value: 'https://api.example.com:8443'}, "
                + "{name: C, value: '127.0.0.1:99'}, {name: D, value: 'postgres.shop.svc.cluster.local:5432'}, {name: E, value: 'kafka:9092'}]";

        assertThat(Written.causes(web(told, READY) + service("postgres", "ports: [{port: 5432}]")))
                .isEmpty();
    }

    @Test
    void putsTheWrongAddressBeforeTheCrashItLeadsTo() {
        List<Cause> causes = Written.causes(
                web(
                                ", env: [{name: DB, value: 'postgers:5432'}]",
                                "{phase: Running, conditions: [{type: Ready, status: 'False'}], containerStatuses: [{name: app, "
                                        + "restartCount: 4, state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {exitCode: 1, reason: Error}}}]}")
                        + service("postgres", "ports: [{port: 5432}]"),
                Map.of(Written.log("web-1-a", true), "panic: cannot start"));

        assertThat(Written.only(causes)).startsWith("service.env_address Deployment web/");
        assertThat(causes.getFirst().symptoms())
                .extracting(each -> each.id().id())
                .contains("crash.app_error");
    }
}
