package dev.millwright.k8s.rules;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.k8s.diagnose.CauseId;
import dev.millwright.k8s.diagnose.Finding;
import dev.millwright.k8s.diagnose.Fix;
import dev.millwright.k8s.diagnose.Rule;
import dev.millwright.k8s.model.Container;
import dev.millwright.k8s.model.Pod;
import dev.millwright.k8s.state.State;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Containers that the runtime does not make: refused by their security context, by a hook, by the runtime itself. */
final class Creations implements Rule {
    @Override
    public void look(State state, Consumer<Finding> found) {
        Place.of(state, (pod, container) -> is(container) ? Optional.of(container.waiting()) : Optional.empty())
                .forEach(place -> found.accept(find(place)));
    }

    private static boolean is(Container container) {
        String message = container.waitingMessage();
        return switch (container.waiting()) {
            case "CreateContainerError", "PostStartHookError", "PreCreateHookError", "PreStartHookError" -> true;
            case "RunContainerError" -> container.lastEnd().isEmpty();
            // Of config maps and secrets the references tell.
            case "CreateContainerConfigError" ->
                !message.contains("\" not found") && !message.contains("couldn't find key");
            default -> false;
        };
    }

    private static Finding find(Place place) {
        String reason = place.container().waiting();
        String message = place.container().waitingMessage();
        boolean root = message.contains("runAsNonRoot");
        String what = root
                ? "must not run as root (runAsNonRoot), and its image would"
                : reason.equals("PostStartHookError")
                        ? "is stopped because its postStart hook fails"
                        : "cannot be created";
        Finding finding = place.finding(
                        CauseId.CONTAINER_CREATE_ERROR,
                        0.95,
                        "%s %s (%s): %s".formatted(place.subject(), what, reason, Crashes.tail(message)))
                .evidence(place.status("state.waiting.message", message));
        if (message.contains("is already in use by")) {
            return finding.fixes(Fix.advice(
                    Fix.Risk.MEDIUM, "A container of that name is left on the node: its owner must remove it"));
        }
        return finding.fixes((root ? user(place) : Optional.<Fix>empty())
                .or(place::undo)
                .orElse(Fix.advice(
                        Fix.Risk.LOW,
                        root
                                ? "Set runAsUser to the user that image %s is made for"
                                        .formatted(place.container().image())
                                : "Mend what the message names in the container's spec")));
    }

    /** The user that the pod's other containers run as; without one, nobody knows which the image is made for. */
    private static Optional<Fix> user(Place place) {
        OptionalLong user = users(place.pod(), place.name());
        return user.isEmpty()
                        || !place.container().spec().at("/securityContext").isObject()
                ? Optional.empty()
                : place.set(
                        Fix.Risk.MEDIUM,
                        "Run it as user %d, as the pod's other containers".formatted(user.getAsLong()),
                        "/securityContext/runAsUser",
                        user.getAsLong());
    }

    private static OptionalLong users(Pod pod, String but) {
        return Stream.concat(
                        Stream.of(pod.object().json().at("/spec/securityContext/runAsUser")),
                        pod.containers().stream()
                                .filter(each -> !each.name().equals(but))
                                .map(each -> each.spec().at("/securityContext/runAsUser")))
                .filter(JsonNode::isIntegralNumber)
                .mapToLong(JsonNode::asLong)
                .filter(each -> each > 0)
                .findFirst();
    }
}
