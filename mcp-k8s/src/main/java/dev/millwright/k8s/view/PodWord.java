package dev.millwright.k8s.view;

import dev.millwright.k8s.model.Container;
import dev.millwright.k8s.model.Pod;
import java.util.Optional;

/** A pod's state in one word, as {@code kubectl get pods} says it. */
public final class PodWord {
    private PodWord() {}

    public static String of(Pod pod) {
        if (pod.deleting()) {
            return "Terminating";
        }
        String reason = pod.object().text("/status/reason");
        if (!reason.isEmpty()) {
            return reason;
        }
        for (Container each : pod.containers()) {
            boolean init = each.role() == Container.Role.INIT;
            if (!each.waiting().isEmpty() && !each.waiting().equals("PodInitializing")) {
                return (init ? "Init:" : "") + each.waiting();
            }
            Optional<Container.Ended> ended = each.ended().filter(end -> end.exitCode() != 0);
            if (ended.isPresent()) {
                return (init ? "Init:" : "") + ended.get().reason();
            }
        }
        if (pod.phase().equals("Running") && !pod.ready()) {
            return "NotReady";
        } else if (pod.phase().equals("Pending") && !pod.nodeName().isEmpty()) {
            return pod.containers().stream().anyMatch(each -> each.waiting().equals("PodInitializing"))
                    ? "Init"
                    : "ContainerCreating";
        }
        return pod.phase();
    }

    /** Runs and serves, or is done. */
    public static boolean well(Pod pod) {
        return pod.phase().equals("Succeeded") || pod.phase().equals("Running") && pod.ready();
    }

    public static int restarts(Pod pod) {
        return pod.containers().stream().mapToInt(Container::restarts).sum();
    }
}
