package dev.millwright.k8s.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.k8s.Recorded;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.diagnose.Cause;
import dev.millwright.k8s.diagnose.Finding;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Ingresses, network policies, DNS. */
class NetworksTest {
    private static final String WEB = Written.deployment("web", "{containers: [{name: app}]}", ServicesTest.READY)
            + ServicesTest.service("web", "selector: {app: web}, ports: [{port: 80, targetPort: 8080}]")
            + ServicesTest.slice("web", "web-1-a", true);

    private static String ingress(String spec, String backend) {
        return """
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata: {name: site}
                spec: {SPEC rules: [{host: a.example, http: {paths: [{path: /, backend: {service: BACKEND}}]}}]}
                status: {loadBalancer: {ingress: [{ip: 192.0.2.1}]}}
                ---
                """.replace("SPEC", spec).replace("BACKEND", backend);
    }

    private static final String CLASS = """
            apiVersion: networking.k8s.io/v1
            kind: IngressClass
            metadata: {name: nginx}
            ---
            """;

    @Test
    void namesTheBackendThatDoesNotExist() {
        assertThat(Written.only(ingress("", "{name: ghost, port: {number: 80}}")))
                .startsWith("ingress Ingress site/backend ghost")
                .contains("a.example/ to backend service \"ghost\", which does not exist (dangling backend)");
        assertThat(Written.patches(Written.causes(WEB + ingress("", "{name: wev, port: {number: 80}}"))))
                .containsExactly("""
                        [{"op":"replace","path":"/spec/rules/0/http/paths/0/backend/service/name","value":"web"}]""");
    }

    @Test
    void namesThePortTheServiceDoesNotHave() {
        List<Cause> causes = Written.causes(WEB + ingress("", "{name: web, port: {number: 8080}}"));

        assertThat(Written.only(causes)).contains("port 8080 of Service web, which has 80");
        assertThat(Written.patches(causes)).containsExactly("""
                [{"op":"replace","path":"/spec/rules/0/http/paths/0/backend/service/port","value":{"number":80}}]""");
    }

    @Test
    void namesTheClassThatDoesNotExist() {
        assertThat(Written.only(WEB + CLASS + ingress("ingressClassName: ngnix,", "{name: web, port: {number: 80}}")))
                .startsWith("ingress Ingress site/class")
                .contains("\"ngnix\", which does not exist");
    }

    @Test
    void isSilentAboutAnIngressThatLeadsSomewhere() {
        assertThat(Written.causes(WEB + CLASS + ingress("ingressClassName: nginx,", "{name: web, port: {number: 80}}")))
                .isEmpty();
        assertThat(Written.causes(
                        Recorded.without(List.of(Kinds.SERVICE), ingress("", "{name: ghost, port: {number: 80}}"))))
                .isEmpty();
    }

    @Test
    void showsAnIngressUnderTheServiceThatHasNoEndpoints() {
        List<Cause> causes = Written.causes(Written.deployment("web", "{containers: [{name: app}]}", ServicesTest.READY)
                + ServicesTest.service("web", "selector: {app: wob}, ports: [{port: 80}]")
                + ingress("", "{name: web, port: {number: 80}}"));

        assertThat(Written.only(causes)).startsWith("service.selector_mismatch Service web/");
        assertThat(causes.getFirst().affects()).extracting(each -> each.brief()).contains("Ingress site");
    }

    @Test
    void namesTheTlsSecretThatIsMissingOrOfTheWrongKind() {
        String site =
                WEB + ingress("tls: [{hosts: [a.example], secretName: cert}],", "{name: web, port: {number: 80}}");
        String secret = """
                apiVersion: v1
                kind: Secret
                metadata: {name: cert}
                type: Opaque
                data: {password: eA==}
                ---
                """;

        assertThat(Written.only(site))
                .startsWith("ingress Ingress site/tls cert")
                .contains("does not exist");
        assertThat(Written.only(site + secret)).contains("of type Opaque and lacks tls.crt or tls.key");
    }

    @Test
    void repeatsWhatTheGatewayControllerSays() {
        String gateway = """
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: {name: edge}
                status: {conditions: [{type: Programmed, status: 'PROGRAMMED', reason: Invalid, message: no listener}]}
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: shop}
                status: {parents: [{conditions: [{type: ResolvedRefs, status: 'RESOLVED', reason: BackendNotFound, message: no ghost}]}]}
                ---
                """;

        assertThat(Written.causes(gateway.replace("PROGRAMMED", "False").replace("RESOLVED", "False")))
                .extracting(Written::line)
                .containsExactly(
                        "ingress Gateway edge/Programmed: Gateway edge is not Programmed (Invalid): no listener",
                        "ingress HTTPRoute shop/ResolvedRefs: HTTPRoute shop is not ResolvedRefs (BackendNotFound): no ghost");
        assertThat(Written.causes(gateway.replace("PROGRAMMED", "True").replace("RESOLVED", "True")))
                .isEmpty();
    }

    private static String policy(String spec) {
        return """
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {name: guard}
                spec: {SPEC}
                ---
                """.replace("SPEC", spec);
    }

    /** A shop front that is told to reach the service. */
    private static String front(String status) {
        return WEB
                + Written.deployment(
                        "front", "{containers: [{name: app, env: [{name: WEB, value: 'http://web:80'}]}]}", status);
    }

    @Test
    void findsTheIngressRuleThatIsMissing() {
        List<Cause> causes = Written.causes(
                front(ServicesTest.READY)
                        + policy(
                                "podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress], ingress: [{from: [{podSelector: {matchLabels: {app: other}}}], ports: [{port: 8080}]}]"));

        assertThat(Written.only(causes))
                .startsWith("netpol.isolation NetworkPolicy guard/ingress front web")
                .contains("keeps Deployment front from reaching Service web: no ingress rule allows port 8080 from it");
        assertThat(Written.patches(causes)).containsExactly("""
                [{"op":"add","path":"/spec/ingress/-","value":{"from":[{"podSelector":{"matchLabels":{"app":"front"}}}],"ports":[{"protocol":"TCP","port":8080}]}}]""");
    }

    @Test
    void isABreakageOnlyWhereTheCallerIsNotWell() {
        String guard = policy("podSelector: {matchLabels: {app: web}}, ingress: []");

        assertThat(Written.causes(front(ServicesTest.READY) + guard)
                        .getFirst()
                        .finding()
                        .severity())
                .isEqualTo(Finding.Severity.WARNING);
        assertThat(Written.causes(front(ServicesTest.NOT_READY) + guard)
                        .getFirst()
                        .finding()
                        .severity())
                .isEqualTo(Finding.Severity.ERROR);
    }

    @Test
    void evaluatesEgressAndDns() {
        List<Cause> causes = Written.causes(front(ServicesTest.READY)
                + policy("podSelector: {matchLabels: {app: front}}, policyTypes: [Egress], egress: []"));

        assertThat(causes)
                .extracting(each -> each.finding().part())
                .containsExactlyInAnyOrder("egress front web", "dns");
        assertThat(
                        Written.causes(
                                front(ServicesTest.READY)
                                        + policy(
                                                "podSelector: {matchLabels: {app: front}}, policyTypes: [Egress], egress: ["
                                                        + "{to: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 8080}]},"
                                                        + "{to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}], ports: [{port: 53, protocol: UDP}]}]")))
                .isEmpty();
    }

    @Test
    void readsBlocksAndPortRanges() {
        String blocks = "podSelector: {matchLabels: {app: front}}, policyTypes: [Egress], egress: ["
                + "{to: [{ipBlock: {cidr: CIDR}}], ports: [{port: 8000, endPort: 8100}]}, {ports: [{port: 53, protocol: UDP}]}]";

        assertThat(Written.causes(front(ServicesTest.READY) + policy(blocks.replace("CIDR", "10.0.0.0/8"))))
                .isEmpty();
        assertThat(Written.only(front(ServicesTest.READY) + policy(blocks.replace("CIDR", "10.0.0.0/30"))))
                .contains("no egress rule allows port 8080 to its pods");
        assertThat(Cidr.contains("fd00::/8", "fd12::1")).isTrue();
        assertThat(Cidr.contains("10.0.0.0/8", "host.example")).isFalse();
    }

    @Test
    void saysThatNobodyReachesAService() {
        assertThat(Written.only(WEB + policy("podSelector: {}, policyTypes: [Ingress]")))
                .startsWith("netpol.isolation NetworkPolicy guard/nobody web 8080");
        assertThat(Written.causes(WEB + policy("podSelector: {}, policyTypes: [Ingress], ingress: [{}]")))
                .isEmpty();
    }

    private static final String DNS = """
            apiVersion: v1
            kind: Service
            metadata: {name: kube-dns, namespace: kube-system}
            spec: {selector: {k8s-app: kube-dns}, ports: [{port: 53}]}
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: kube-dns-x, namespace: kube-system, labels: {kubernetes.io/service-name: kube-dns}}
            endpoints: [{addresses: [10.0.0.9], conditions: {ready: READY}}]
            ---
            """;

    private static List<Cause> resolving(String more, String pod) {
        return Written.causes(
                Written.deployment(
                                "front",
                                "{" + pod + "containers: [{name: app}]}",
                                "{phase: Running, conditions: [{type: Ready, status: 'False'}], containerStatuses: [{name: app, restartCount: 4, "
                                        + "state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {exitCode: 1, reason: Error}}}]}")
                        + more,
                Map.of(
                        Written.log("front-1-a", true),
                        "dial tcp: lookup web.shop.svc.cluster.local on 10.96.0.10:53: no such host"));
    }

    @Test
    void blamesTheClusterDnsThatIsDownBeforeTheCrash() {
        List<Cause> causes = resolving(DNS.replace("READY", "false"), "");

        assertThat(Written.line(causes.getFirst()))
                .startsWith("dns Service kube-dns/")
                .contains("has no ready endpoints, and there is no CoreDNS pod");
        assertThat(resolving(DNS.replace("READY", "true"), ""))
                .noneMatch(each -> each.finding().id().id().equals("dns"));
    }

    @Test
    void blamesThePolicyThatKeepsAPodFromTheClusterDns() {
        List<Cause> causes = resolving(DNS.replace("READY", "true"), "dnsPolicy: Default, ");

        assertThat(Written.line(causes.getFirst()))
                .startsWith("dns Deployment front/")
                .contains("dnsPolicy Default", "web.shop.svc.cluster.local");
        assertThat(Written.patches(causes))
                .contains("[{\"op\":\"add\",\"path\":\"/spec/template/spec/dnsPolicy\",\"value\":\"ClusterFirst\"}]");
    }
}
