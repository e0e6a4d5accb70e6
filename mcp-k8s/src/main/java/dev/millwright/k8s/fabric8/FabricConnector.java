package dev.millwright.k8s.fabric8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.k8s.api.ApiError;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.config.K8sConfig;
import dev.millwright.k8s.config.K8sReach;
import dev.millwright.k8s.reach.Connector;
import dev.millwright.sandbox.Sandbox;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Connections to the clusters of kubeconfig files; made when a call needs one, kept for the next, renewed when a file changes. */
public final class FabricConnector implements Connector {
    private static final int MOST_CONNECTIONS = 32;
    private static final Duration LOGIN_PATIENCE = Duration.ofSeconds(10);
    private static final Path SERVICE_ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

    /** Who is reached as whom; in a changed file the same with another content. */
    private record Key(String source, String context, Optional<K8sReach.Impersonation> as, String content) {
        boolean replaces(Key other) {
            return !equals(other)
                    && source.equals(other.source)
                    && context.equals(other.context)
                    && as.equals(other.as);
        }
    }

    private final Kubeconfigs kubeconfigs;
    private final Map<String, String> environment;
    private final Duration patience;
    private final Duration loginPatience;
    private final Sandbox sandbox;
    private final Consumer<Collection<String>> hide;
    private final Clock clock;

    /** Least recently used first. */
    private final LinkedHashMap<Key, FabricCluster> clusters = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * @param environment variables of the process
     * @param sandbox runs the programs that log in, with the server's variables and rights
     * @param hide takes the tokens we show, to be kept out of every answer
     */
    public FabricConnector(
            K8sConfig config, Map<String, String> environment, Sandbox sandbox, Consumer<Collection<String>> hide) {
        this(config, environment, sandbox, hide, SERVICE_ACCOUNT, LOGIN_PATIENCE, Clock.systemUTC());
    }

    /** Of a program that answers nobody, so that nothing has to be hidden. */
    public FabricConnector(K8sConfig config, Map<String, String> environment, Sandbox sandbox) {
        this(config, environment, sandbox, met -> {});
    }

    FabricConnector(
            K8sConfig config,
            Map<String, String> environment,
            Sandbox sandbox,
            Consumer<Collection<String>> hide,
            Path serviceAccount,
            Duration loginPatience,
            Clock clock) {
        this.kubeconfigs = new Kubeconfigs(environment, serviceAccount);
        this.environment = Map.copyOf(environment);
        this.patience = Duration.ofSeconds(config.requestSeconds());
        this.loginPatience = loginPatience;
        this.sandbox = sandbox;
        this.hide = hide;
        this.clock = clock;
    }

    @Override
    public List<String> contexts(K8sReach reach) {
        return List.copyOf(kubeconfigs.of(reach).contexts().keySet());
    }

    @Override
    public Optional<String> current(K8sReach reach) {
        Kubeconfig config = kubeconfigs.of(reach);
        return config.current().filter(config.contexts()::containsKey);
    }

    @Override
    public String namespace(K8sReach reach, String context) {
        return Optional.ofNullable(kubeconfigs.of(reach).contexts().get(context))
                .map(Kubeconfig.Target::namespace)
                .filter(each -> !each.isEmpty())
                .orElse("default");
    }

    @Override
    public Cluster connect(K8sReach reach, String context) {
        Kubeconfig.Target found = kubeconfigs.of(reach).contexts().get(context);
        if (found == null) {
            throw error(context, "the kubeconfig has no context of this name any more", Optional.empty());
        }
        Kubeconfig.Target target = embedded(found);
        Key key = new Key(target.source(), context, reach.impersonate(), content(target));
        synchronized (clusters) {
            FabricCluster known = clusters.get(key);
            if (known == null) {
                known = new FabricCluster(
                        new Connection(target, new Login.Hidden(login(target), hide), reach.impersonate(), environment),
                        patience);
                clusters.put(key, known);
                forget(key);
            }
            return known;
        }
    }

    /** Lets go of the connections that a changed file has replaced, and of the oldest where there are too many. */
    private void forget(Key made) {
        Iterator<Map.Entry<Key, FabricCluster>> oldest = clusters.entrySet().iterator();
        while (oldest.hasNext()) {
            Map.Entry<Key, FabricCluster> each = oldest.next();
            if (made.replaces(each.getKey()) || clusters.size() > MOST_CONNECTIONS) {
                oldest.remove();
                each.getValue().retire();
            }
        }
    }

    /** With the certificates and keys of its files in it, so that a change of theirs is a change of it. */
    private static Kubeconfig.Target embedded(Kubeconfig.Target target) {
        return new Kubeconfig.Target(
                target.source(),
                target.context(),
                target.namespace(),
                target.clusterName(),
                embedded(target.context(), target.cluster(), List.of("certificate-authority")),
                target.userName(),
                embedded(target.context(), target.user(), List.of("client-certificate", "client-key")));
    }

    private static JsonNode embedded(String context, JsonNode entry, List<String> members) {
        if (!(entry instanceof ObjectNode object)) {
            return entry;
        }
        ObjectNode copy = object.deepCopy();
        for (String each : members) {
            String file = copy.path(each).asText("");
            if (!file.isEmpty() && copy.path(each + "-data").asText("").isEmpty()) {
                try {
                    copy.put(each + "-data", Base64.getEncoder().encodeToString(Files.readAllBytes(Path.of(file))));
                } catch (IOException e) {
                    throw error(
                            context,
                            "the %s of the kubeconfig, %s, cannot be read: %s".formatted(each, file, e.getMessage()),
                            Optional.of(e));
                }
            }
        }
        return copy;
    }

    private static String content(Kubeconfig.Target target) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Object each : List.of(target.clusterName(), target.cluster(), target.userName(), target.user())) {
                digest.update(each.toString().getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private Login login(Kubeconfig.Target target) {
        JsonNode user = target.user();
        Optional<Login.Certificate> certificate = Optional.of(user)
                .filter(each -> each.has("client-certificate-data") && each.has("client-key-data"))
                .map(each -> new Login.Certificate(
                        decoded(target.context(), each, "client-certificate-data"),
                        decoded(target.context(), each, "client-key-data")));
        String token = user.path("token").asText("");
        if (user.path("exec").isObject()) {
            return new ExecLogin(target.userName(), user.path("exec"), target.cluster(), sandbox, loginPatience, clock);
        } else if (!user.path("tokenFile").asText("").isEmpty()) {
            return new Login.TokenFile(Path.of(user.path("tokenFile").asText()));
        } else if (!token.isEmpty()) {
            return new Login.Fixed(new Login.Credential(Optional.of("Bearer " + token), certificate));
        } else if (!user.path("username").asText("").isEmpty()) {
            String both =
                    user.path("username").asText() + ":" + user.path("password").asText("");
            return new Login.Fixed(new Login.Credential(
                    Optional.of("Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8))),
                    certificate));
        } else if (user.path("auth-provider").isObject()) {
            throw error(
                    target.context(),
                    "user %s of the kubeconfig logs in by auth-provider %s, which Kubernetes has given up: use an exec plugin or a token"
                            .formatted(
                                    target.userName(),
                                    user.at("/auth-provider/name").asText()),
                    Optional.empty());
        }
        return new Login.Fixed(new Login.Credential(Optional.empty(), certificate));
    }

    private static String decoded(String context, JsonNode user, String member) {
        try {
            return new String(Base64.getMimeDecoder().decode(user.path(member).asText()), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw error(context, member + " of the kubeconfig is no base64", Optional.empty());
        }
    }

    private static ApiError error(String context, String why, Optional<Throwable> cause) {
        return new ApiError(ApiError.UNREACHABLE, "Kubeconfig", "connect to context " + context, why, cause);
    }

    @Override
    public void close() {
        synchronized (clusters) {
            clusters.values().forEach(FabricCluster::retire);
            clusters.clear();
        }
    }
}
