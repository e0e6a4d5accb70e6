package dev.millwright.k8s.reach;

import dev.millwright.json.Schema;
import dev.millwright.k8s.api.ApiError;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.config.K8sReach;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** The tenants' clusters; the only way from a call to one. */
public final class Clusters implements AutoCloseable {
    /** Something done in a cluster. */
    @FunctionalInterface
    public interface Work<T> {
        T in(Cluster cluster) throws Exception;
    }

    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    private final Map<Tenant, K8sReach> reach;
    private final Connector connector;
    private final Consumer<Collection<String>> hide;
    private final Watches watches;
    private final Confided confided = new Confided(Clock.systemUTC());

    /**
     * @param hide takes values of Secrets that were read, to be kept out of every answer
     * @param watches of what is read often
     */
    public Clusters(
            Map<Tenant, K8sReach> reach, Connector connector, Consumer<Collection<String>> hide, Watches watches) {
        this.reach = Map.copyOf(reach);
        this.connector = connector;
        this.hide = hide;
        this.watches = watches;
    }

    public K8sReach reach(Tenant tenant) {
        return Optional.ofNullable(reach.get(tenant))
                .orElseThrow(() -> ToolException.denied("tenant " + tenant.name() + " reaches no cluster"));
    }

    /**
     * Does something in the cluster of a context, within the tenant's reach.
     *
     * @param context as the call names it; empty for the usual one
     * @throws ToolException for what the API refused; {@code INVALID_INPUT} for a context that is not there or not the
     *     tenant's
     */
    public <T> T use(Call call, Optional<String> context, Work<T> work) throws Exception {
        K8sReach its = reach(call.tenant());
        try {
            Cluster cluster = connector.connect(its, choose(its, context));
            return work.in(
                    new Reached(cluster, its, hide, confided, reached -> watches.of(call.tenant(), cluster, reached)));
        } catch (ApiError e) {
            throw e.toToolException();
        }
    }

    /** The namespace of a call: the one it names, else the context's, else {@code default}. */
    public String namespace(Call call, Optional<String> context, Optional<String> namespace) {
        K8sReach its = reach(call.tenant());
        String name = namespace.orElseGet(() -> connector.namespace(its, choose(its, context)));
        if (!LABEL.matcher(name).matches()) {
            throw ToolException.invalidInput(
                    "/namespace must be 1 to 63 of a-z, 0-9 and -, beginning and ending with a letter or digit, got "
                            + (name.length() > 80 ? "a longer text" : "\"" + name + "\""));
        }
        if (!its.reaches(name)) {
            throw ToolException.denied("/namespace %s is not reached by tenant %s; it reaches %s"
                    .formatted(name, call.tenant().name(), String.join(", ", its.namespaces())));
        }
        return name;
    }

    /** The contexts a tenant may use. */
    public List<String> contexts(Tenant tenant) {
        return contexts(reach(tenant));
    }

    private List<String> contexts(K8sReach its) {
        return connector.contexts(its).stream()
                .filter(each -> its.contexts().isEmpty() || its.contexts().contains(each))
                .toList();
    }

    private String choose(K8sReach its, Optional<String> context) {
        List<String> known = contexts(its);
        String name = context.or(its::context)
                .or(() -> connector.current(its).filter(known::contains))
                .or(() -> known.size() == 1 ? Optional.of(known.getFirst()) : Optional.empty())
                .orElseThrow(() -> ToolException.invalidInput(
                        "/context is required, the kubeconfig has no current one; known: " + String.join(", ", known)));
        if (!known.contains(name)) {
            throw ToolException.invalidInput("/context %s is not one of %s%s"
                    .formatted(
                            name,
                            String.join(", ", known),
                            Schema.nearest(name, known)
                                    .map(near -> "; did you mean " + near + "?")
                                    .orElse("")));
        }
        return name;
    }

    @Override
    public void close() {
        watches.close();
        connector.close();
    }
}
