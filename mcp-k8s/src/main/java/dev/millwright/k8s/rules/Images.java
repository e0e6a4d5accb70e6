package dev.millwright.k8s.rules;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.diagnose.CauseId;
import dev.millwright.k8s.diagnose.Evidence;
import dev.millwright.k8s.diagnose.Finding;
import dev.millwright.k8s.diagnose.Fix;
import dev.millwright.k8s.diagnose.Rule;
import dev.millwright.k8s.model.Event;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.state.State;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Images that cannot be had: absent, locked, out of reach, rationed, misspelt. */
final class Images implements Rule {
    private static final Set<String> REASONS = Set.of(
            "ErrImagePull",
            "ImagePullBackOff",
            "ErrImageNeverPull",
            "InvalidImageName",
            "ImageInspectError",
            "RegistryUnavailable",
            "SignatureValidationFailed");

    @Override
    public void look(State state, Consumer<Finding> found) {
        Place.of(
                        state,
                        (pod, container) -> REASONS.contains(container.waiting())
                                ? Optional.of(container.image())
                                : Optional.empty())
                .forEach(place -> found.accept(find(place)));
    }

    private static Finding find(Place place) {
        String reason = place.container().waiting();
        String image = place.container().image();
        Optional<Event> event = place.event("Failed", "Failed to pull image");
        String message = place.container().waitingMessage();
        // Between two attempts older kubelets say only that they wait; the event then has the reason.
        String told = message.length() > "Back-off pulling image \"\"".length() + image.length() + 4
                ? message
                : event.map(Event::message).orElse(message);
        CauseId id = id(reason, told.toLowerCase(Locale.ROOT));
        String detail = detail(told, image);
        Finding finding = place.finding(id, confidence(id, told), why(place, id, image, detail))
                .evidence(place.status("state.waiting.reason", reason));
        finding = told.equals(message)
                ? finding.evidence(place.status("state.waiting.message", message))
                : finding.evidence(event.map(Evidence::event).stream().toList());
        return fixes(place, id, image, finding);
    }

    private static CauseId id(String reason, String text) {
        return switch (reason) {
            case "ErrImageNeverPull" -> CauseId.IMAGE_NEVER_PULL;
            case "InvalidImageName" -> CauseId.IMAGE_INVALID_NAME;
            case "ImageInspectError", "SignatureValidationFailed" -> CauseId.IMAGE_INSPECT;
            case "RegistryUnavailable" -> CauseId.IMAGE_NETWORK;
            default -> {
                if (any(text, "toomanyrequests", "too many requests", "rate limit")) {
                    yield CauseId.IMAGE_RATE_LIMITED;
                } else if (any(
                        text,
                        "no such host",
                        "dial tcp",
                        "i/o timeout",
                        "connection refused",
                        "connection reset",
                        "x509: ",
                        "tls handshake",
                        "tls: ",
                        "deadline exceeded",
                        "server gave http response to https client",
                        "server misbehaving",
                        "no route to host",
                        "unexpected eof",
                        "500 internal server error",
                        "502 bad gateway",
                        "503 service unavailable",
                        "504 gateway")) {
                    yield CauseId.IMAGE_NETWORK;
                } else if (any(
                        text,
                        "pull access denied",
                        "unauthorized",
                        "authorization failed",
                        "401",
                        "403 forbidden",
                        "status code 403",
                        "insufficient_scope",
                        "no basic auth",
                        "authentication required",
                        "denied: ")) {
                    yield CauseId.IMAGE_AUTH;
                }
                yield CauseId.IMAGE_NOT_FOUND;
            }
        };
    }

    private static boolean any(String text, String... parts) {
        return Stream.of(parts).anyMatch(text::contains);
    }

    private static double confidence(CauseId id, String told) {
        if (id != CauseId.IMAGE_NOT_FOUND) {
            // Registries say that access is denied also for what does not exist.
            return told.contains("repository does not exist or may require") ? 0.8 : 0.95;
        }
        return any(
                        told.toLowerCase(Locale.ROOT),
                        "not found",
                        "manifest unknown",
                        "no match for platform",
                        "name unknown")
                ? 0.95
                : 0.6;
    }

    private static String why(Place place, CauseId id, String image, String detail) {
        String subject = place.subject();
        return switch (id) {
            case IMAGE_AUTH ->
                "%s cannot pull image %s: the registry refuses access (%s)%s"
                        .formatted(subject, image, detail, pullSecrets(place));
            case IMAGE_NETWORK ->
                "%s cannot pull image %s: the registry is not reached (%s)".formatted(subject, image, detail);
            case IMAGE_RATE_LIMITED ->
                "%s cannot pull image %s: the registry allows no more pulls for now".formatted(subject, image);
            case IMAGE_NEVER_PULL ->
                "%s may not pull image %s (imagePullPolicy Never), and the node does not have it"
                        .formatted(subject, image);
            case IMAGE_INVALID_NAME ->
                "%s cannot pull image \"%s\": that is no valid image name".formatted(subject, image);
            case IMAGE_INSPECT -> "%s cannot use image %s: %s".formatted(subject, image, detail);
            default ->
                detail.contains("no match for platform")
                        ? "%s cannot pull image %s: it is not built for the node's architecture"
                                .formatted(subject, image)
                        : "%s cannot pull image %s: %s".formatted(subject, image, detail);
        };
    }

    /** The last part of a chain of errors says what happened; the ones before only repeat the image. */
    private static String detail(String told, String image) {
        String text = told.replace("\"" + image + "\"", "image").replaceAll("(?s)^.*?ErrImagePull: ", "");
        String[] parts = text.split(": ");
        StringBuilder end = new StringBuilder();
        for (int i = parts.length - 1; i >= 0 && end.length() + parts[i].length() < 110; i--) {
            end.insert(0, parts[i] + (end.isEmpty() ? "" : ": "));
        }
        String detail = end.isEmpty() ? text : end.toString();
        detail = detail.length() > 160 ? detail.substring(detail.length() - 160) : detail;
        return detail.isBlank() ? "pull failed" : detail.strip();
    }

    private static String pullSecrets(Place place) {
        List<String> names = named(place);
        State state = place.state();
        if (names.isEmpty()) {
            return ", and the pod names no pull secret";
        }
        for (String name : names) {
            Optional<K8sObject> secret = state.find(Kinds.SECRET, place.pod().namespace(), name);
            if (secret.isEmpty() && state.knows(Kinds.SECRET)) {
                return ", pull secret %s does not exist".formatted(name);
            } else if (secret.filter(each -> !isPullSecret(each)).isPresent()) {
                return ", secret %s is of type %s and holds no registry credentials"
                        .formatted(name, secret.get().text("/type"));
            }
        }
        return "";
    }

    /** Of the pod, and of its service account. */
    private static List<String> named(Place place) {
        List<String> names = new ArrayList<>();
        place.pod()
                .object()
                .items("/spec/imagePullSecrets")
                .forEach(each -> names.add(each.path("name").asText()));
        if (names.isEmpty()) {
            place.state()
                    .find(
                            Kinds.SERVICE_ACCOUNT,
                            place.pod().namespace(),
                            place.pod().serviceAccount())
                    .ifPresent(account -> account.items("/imagePullSecrets")
                            .forEach(each -> names.add(each.path("name").asText())));
        }
        return names;
    }

    private static boolean isPullSecret(K8sObject secret) {
        return Set.of("kubernetes.io/dockerconfigjson", "kubernetes.io/dockercfg")
                .contains(secret.text("/type"));
    }

    private static Finding fixes(Place place, CauseId id, String image, Finding finding) {
        Optional<Fix> undo = place.undo()
                .filter(each -> each.change()
                        .filter(change -> change.operations().findValuesAsText("path").stream()
                                .anyMatch(path -> path.endsWith("/image")))
                        .isPresent());
        Finding with = finding.fixes(undo.stream().toList());
        return switch (id) {
            case IMAGE_AUTH -> with.fixes(access(place, image));
            case IMAGE_NEVER_PULL ->
                with.fixes(
                        place
                                .set(Fix.Risk.LOW, "Let the node pull the image", "/imagePullPolicy", "IfNotPresent")
                                .stream()
                                .toList());
            case IMAGE_NETWORK ->
                with.fixes(Fix.advice(
                        Fix.Risk.LOW,
                        "Check that registry %s is named right, and the node's DNS, proxy and trust towards it"
                                .formatted(registry(image))));
            case IMAGE_RATE_LIMITED ->
                with.fixes(Fix.advice(Fix.Risk.LOW, "Wait, or pull with an account of registry " + registry(image)));
            default ->
                undo.isPresent()
                        ? with
                        : with.fixes(Fix.advice(
                                Fix.Risk.LOW,
                                "Name an image that exists for the node's architecture; ask for its tag"));
        };
    }

    private static Fix access(Place place, String image) {
        String registry = registry(image);
        List<String> named = named(place);
        Optional<String> fits = place.state().all(Kinds.SECRET).stream()
                .filter(each -> each.namespace().equals(place.pod().namespace()))
                .filter(each -> isPullSecret(each) && !named.contains(each.name()))
                .filter(each -> registries(each).stream().anyMatch(host -> host.contains(registry)))
                .map(K8sObject::name)
                .sorted()
                .findFirst();
        Optional<String> spec = place.podSpec();
        if (fits.isPresent() && spec.isPresent()) {
            return Fix.patch(
                    Fix.Risk.LOW,
                    "Pull with secret %s, which holds credentials of %s".formatted(fits.get(), registry),
                    place.workload(),
                    Fix.add(spec.get() + "/imagePullSecrets", List.of(Map.of("name", fits.get()))));
        }
        String secret = named.isEmpty() ? "registry-access" : named.getFirst();
        return Fix.command(
                Fix.Risk.LOW,
                "Give the registry's credentials"
                        + (named.isEmpty() ? ", and name the secret in imagePullSecrets" : ""),
                "kubectl create secret docker-registry %s %s --docker-server=%s --docker-username=USER --docker-password=PASSWORD"
                        .formatted(secret, place.inNamespace(), registry));
    }

    /** Hosts that a pull secret is for. */
    private static List<String> registries(K8sObject secret) {
        List<String> hosts = new ArrayList<>();
        for (String key : List.of(".dockerconfigjson", ".dockercfg")) {
            String data = secret.json().path("data").path(key).asText();
            try {
                JsonNode json = Json.read(new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8));
                JsonNode auths = json.has("auths") ? json.path("auths") : json;
                auths.fieldNames().forEachRemaining(hosts::add);
            } catch (IllegalArgumentException | JsonProcessingException e) {
                // Not of this form, or masked in a snapshot: it tells no host.
                continue;
            }
        }
        return hosts;
    }

    /** The host of an image's name, {@code docker.io} where it has none. */
    private static String registry(String image) {
        int slash = image.indexOf('/');
        String first = slash < 0 ? "" : image.substring(0, slash);
        return first.contains(".") || first.contains(":") || first.equals("localhost") ? first : "docker.io";
    }
}
