package dev.millwright.k8s.rules;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.diagnose.CauseId;
import dev.millwright.k8s.diagnose.Evidence;
import dev.millwright.k8s.diagnose.Finding;
import dev.millwright.k8s.diagnose.Fix;
import dev.millwright.k8s.diagnose.Rule;
import dev.millwright.k8s.model.Condition;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Ref;
import dev.millwright.k8s.state.State;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Certificates that have ended or soon will, that cannot be read, or that nobody has signed yet. */
final class Certificates implements Rule {
    /** Those who renew by themselves do so well before: cert-manager a third of the lifetime, 30 days of the usual 90. */
    private static final Duration SOON = Duration.ofDays(14);

    private static final Duration SIGNING = Duration.ofMinutes(10);

    @Override
    public void look(State state, Consumer<Finding> found) {
        boolean whole = state.namespace().isEmpty();
        Map<Ref, Set<Ref>> users = new HashMap<>();
        for (K8sObject ingress : state.all(Kinds.INGRESS)) {
            ingress.items("/spec/tls")
                    .forEach(each -> users.computeIfAbsent(
                                    Ref.of(
                                            "Secret",
                                            ingress.namespace(),
                                            each.path("secretName").asText()),
                                    key -> new HashSet<>())
                            .add(ingress.ref()));
        }
        boolean trouble = false;
        if (!users.isEmpty()) {
            for (K8sObject secret : state.all(Kinds.SECRET)) {
                boolean tls = secret.text("/type").equals("kubernetes.io/tls");
                if (users.containsKey(secret.ref()) || tls) {
                    trouble |= secret(state, secret, users.getOrDefault(secret.ref(), Set.of()), found);
                }
            }
            trouble |= users.keySet().stream().anyMatch(each -> state.find(each).isEmpty());
        }
        boolean said = state.all(Kinds.EVENT).stream()
                .anyMatch(each -> each.text("/involvedObject/kind").equals("Certificate"));
        if ((whole || trouble || said) && state.serves(Kinds.CERTIFICATE)) {
            state.all(Kinds.CERTIFICATE).forEach(each -> managed(state, each, found));
        }
        boolean refused = Admission.refused(state).stream()
                .anyMatch(
                        each -> Admission.WEBHOOK_FAILED.matcher(each.message()).find()
                                && each.message().contains("x509"));
        if (whole || refused) {
            bundles(state, found);
        }
        if (whole) {
            requests(state, found);
        }
    }

    /** Whether something is wrong with it. */
    private static boolean secret(State state, K8sObject secret, Set<Ref> users, Consumer<Finding> found) {
        String encoded = secret.text("/data/tls.crt");
        if (encoded.isEmpty()) {
            return false;
        }
        Ref managed = Ref.of(
                "Certificate",
                secret.namespace(),
                secret.annotations().getOrDefault("cert-manager.io/certificate-name", secret.name()));
        List<X509Certificate> chain = read(encoded);
        if (chain.isEmpty()) {
            found.accept(Finding.of(
                            CauseId.CERTS,
                            secret.ref(),
                            0.95,
                            secret.ref().brief() + " holds no X.509 certificate in tls.crt")
                    .affects(users)
                    .evidence(Evidence.field(secret.ref(), "data.tls.crt", "cannot be read as a certificate"))
                    .fixes(Fix.advice(Fix.Risk.MEDIUM, "Store the certificate and its chain as PEM")));
            return true;
        }
        return ends(
                state,
                secret.ref(),
                "tls.crt",
                secret.ref().brief() + ", the certificate",
                chain.getFirst().getNotAfter().toInstant(),
                users,
                List.of(managed),
                found);
    }

    private static boolean ends(
            State state,
            Ref object,
            String part,
            String what,
            Instant end,
            Set<Ref> users,
            List<Ref> because,
            Consumer<Finding> found) {
        boolean over = end.isBefore(state.now());
        if (!over && end.minus(SOON).isAfter(state.now())) {
            return false;
        }
        Finding finding = Finding.of(
                        CauseId.CERTS, object, 0.95, what + (over ? " expired on " : " expires on ") + day(end))
                .part(part)
                .evidence(Evidence.field(object, part + " notAfter", end.toString()))
                .affects(users)
                .because(because)
                .fixes(Fix.advice(
                        Fix.Risk.MEDIUM, "Renew it; see why that has not happened by itself where it should"));
        found.accept(over ? finding : finding.warning());
        return true;
    }

    private static String day(Instant at) {
        return at.toString().substring(0, 10);
    }

    /** Certificates in Base64 of PEM; none where there are none. */
    static List<X509Certificate> read(String base64) {
        List<X509Certificate> all = new ArrayList<>();
        try {
            byte[] pem = Base64.getMimeDecoder().decode(base64.getBytes(StandardCharsets.US_ASCII));
            for (Certificate each :
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem))) {
                if (each instanceof X509Certificate certificate) {
                    all.add(certificate);
                }
            }
        } catch (CertificateException | IllegalArgumentException e) {
            // No certificate: which is what the caller reports.
            return List.of();
        }
        return all;
    }

    private static void managed(State state, K8sObject certificate, Consumer<Finding> found) {
        Optional<Condition> ready = certificate
                .condition("Ready")
                .filter(each -> each.isFalse()
                        && each.since()
                                .map(at -> at.plus(SIGNING).isBefore(state.now()))
                                .orElse(true));
        ready.ifPresent(each -> found.accept(Finding.of(
                        CauseId.CERTS,
                        certificate.ref(),
                        0.9,
                        certificate.ref().brief() + " is not issued (" + each.reason() + "): " + each.message())
                .evidence(new Evidence(
                        certificate.ref(),
                        "status.conditions[Ready]",
                        each.reason() + ": " + each.message(),
                        each.since()))
                .affects(Ref.of("Secret", certificate.namespace(), certificate.text("/spec/secretName")))
                .fixes(Fix.advice(
                        Fix.Risk.MEDIUM, "See its CertificateRequest, Order and Challenge for what the issuer says"))));
    }

    /** What the API server trusts when it calls webhooks and other API servers. */
    private static void bundles(State state, Consumer<Finding> found) {
        for (var kind : List.of(Kinds.VALIDATING_WEBHOOK, Kinds.MUTATING_WEBHOOK)) {
            for (K8sObject configuration : state.all(kind)) {
                for (JsonNode each : configuration.items("/webhooks")) {
                    bundle(
                            state,
                            configuration,
                            each.path("name").asText(),
                            each.at("/clientConfig/caBundle").asText(),
                            found);
                }
            }
        }
        for (K8sObject service : state.all(Kinds.API_SERVICE)) {
            bundle(state, service, service.name(), service.text("/spec/caBundle"), found);
        }
    }

    /** A bundle serves as long as one of its certificates does. */
    private static void bundle(State state, K8sObject of, String name, String encoded, Consumer<Finding> found) {
        if (!encoded.isEmpty()) {
            read(encoded).stream()
                    .map(each -> each.getNotAfter().toInstant())
                    .max(Comparator.naturalOrder())
                    .ifPresent(end -> ends(
                            state,
                            of.ref(),
                            "caBundle of " + name,
                            of.ref().brief() + ", the caBundle of " + name,
                            end,
                            Set.of(),
                            List.of(),
                            found));
        }
    }

    private static void requests(State state, Consumer<Finding> found) {
        for (K8sObject request : state.all(Kinds.CERTIFICATE_SIGNING_REQUEST)) {
            if (request.conditions().isEmpty() && Unwell.isOlder(request, SIGNING, state.now())) {
                String who = request.text("/spec/username");
                found.accept(Finding.of(
                                CauseId.CERTS,
                                request.ref(),
                                0.85,
                                request.ref().brief() + " of " + who + " waits for approval (signer "
                                        + request.text("/spec/signerName") + ")")
                        .warning()
                        .evidence(Evidence.field(request.ref(), "status.conditions", "none"))
                        .affects(
                                who.startsWith("system:node:")
                                        ? List.of(Ref.of("Node", "", who.substring("system:node:".length())))
                                        : List.of())
                        .fixes(Fix.command(
                                Fix.Risk.HIGH,
                                "Approve it, if it is known who asks",
                                "kubectl certificate approve " + request.name())));
            }
        }
    }
}
