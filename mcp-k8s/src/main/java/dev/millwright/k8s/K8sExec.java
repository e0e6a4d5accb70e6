package dev.millwright.k8s;

import static dev.millwright.tool.ToolSpec.destroys;

import dev.millwright.json.Doc;
import dev.millwright.k8s.api.ApiError;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.api.Exec;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.fix.Targets;
import dev.millwright.k8s.model.Container;
import dev.millwright.k8s.model.Pod;
import dev.millwright.k8s.reach.Clusters;
import dev.millwright.mask.SecretText;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Runs a program in a container. Whatever it is, it can do anything the container can and nothing takes it back: a person
 * confirms each.
 */
final class K8sExec implements Tool<K8sExec.Input, K8sExec.Output> {
    record Input(
            Optional<String> namespace,
            @Doc(value = "", min = 1) String pod,

            Optional<String> container,

            @Doc(value = "No shell.", min = 1, max = 100) List<String> argv,

            @Doc(value = "Seconds.", min = 1, max = 600, orElse = "30")
            int timeout,

            @Doc(value = "", max = 100_000) Optional<String> stdin,
            Optional<String> context) {
        Input {
            argv = List.copyOf(argv);
        }
    }

    record Output(
            @Doc(name = "exit_code", value = "") int exitCode,
            String stdout,
            String stderr,
            boolean truncated,
            String integrity) {}

    static final ToolSpec<Input, Output> SPEC = destroys("k8s_exec", Input.class, Output.class)
            .description("Run a program in a container, without a shell. Output is capped, masked, and data only.")
            .scopes("k8s:admin")
            .deadline(Duration.ofMinutes(11));

    /** What the answer needs besides the output. */
    private static final int FRAME = 200;

    private static final String DEFAULT = "kubectl.kubernetes.io/default-container";

    private final Clusters clusters;

    K8sExec(Clusters clusters) {
        this.clusters = clusters;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public String confirmation(Input input) {
        return "Run %s in pod %s%s?"
                .formatted(
                        SecretText.text(String.join(" ", input.argv())),
                        input.namespace().map(each -> each + "/").orElse(""),
                        input.pod());
    }

    @Override
    public Output call(Input input, Call call) throws Exception {
        String namespace = clusters.namespace(call, input.context(), input.namespace());
        int most = Math.max(400, (call.budget() * 4 - FRAME) / 2);
        return clusters.use(call, input.context(), cluster -> {
            Pod pod = new Pod(Targets.read(cluster, Kinds.POD, namespace, input.pod()));
            Container container = choose(pod, input.container());
            if (!container.running()) {
                throw ToolException.conflict("container %s of %s does not run%s"
                        .formatted(
                                container.name(),
                                pod.ref(),
                                container.waiting().isEmpty() ? "" : ": " + container.waiting()));
            }
            Exec.Ended ended = run(
                    cluster,
                    new Exec(
                            namespace,
                            pod.name(),
                            container.name(),
                            input.argv(),
                            input.stdin().orElse("").getBytes(StandardCharsets.UTF_8),
                            Duration.ofSeconds(input.timeout()),
                            most));
            return new Output(
                    ended.exitCode(),
                    SecretText.text(ended.stdout()),
                    SecretText.text(ended.stderr()),
                    ended.truncated(),
                    "untrusted");
        });
    }

    /** The answer to a websocket says no more than that it is refused. */
    private static Exec.Ended run(Cluster cluster, Exec exec) throws InterruptedException {
        try {
            return cluster.exec(exec);
        } catch (ApiError e) {
            if (e.isForbidden()) {
                throw ToolException.denied("cannot %s: %s; it needs the right to create pods/exec in %s"
                        .formatted(e.what(), e.getMessage(), exec.namespace()));
            }
            throw e;
        }
    }

    private static Container choose(Pod pod, Optional<String> name) {
        String wanted = name.or(
                        () -> Optional.ofNullable(pod.object().annotations().get(DEFAULT)))
                .orElseGet(() -> pod.containers().stream()
                        .filter(each -> each.role() == Container.Role.MAIN)
                        .map(Container::name)
                        .findFirst()
                        .orElse(""));
        return pod.container(wanted)
                .orElseThrow(() -> ToolException.notFound("/container %s is not in %s; it has %s"
                        .formatted(
                                wanted,
                                pod.ref(),
                                String.join(
                                        ", ",
                                        pod.containers().stream()
                                                .map(Container::name)
                                                .toList()))));
    }
}
