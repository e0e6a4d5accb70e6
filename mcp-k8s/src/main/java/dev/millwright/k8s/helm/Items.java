package dev.millwright.k8s.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.tool.ToolException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/** The objects that a manifest's YAML describes, read as Kubernetes does: YAML 1.1, {@code 0644} octal, dates as text. */
public final class Items {
    /** In which kinds are installed; others follow (helm {@code pkg/releaseutil/kind_sorter.go}, InstallOrder). */
    private static final List<String> INSTALL_ORDER = List.of(
            "PriorityClass",
            "Namespace",
            "NetworkPolicy",
            "ResourceQuota",
            "LimitRange",
            "PodSecurityPolicy",
            "PodDisruptionBudget",
            "ServiceAccount",
            "Secret",
            "SecretList",
            "ConfigMap",
            "StorageClass",
            "PersistentVolume",
            "PersistentVolumeClaim",
            "CustomResourceDefinition",
            "ClusterRole",
            "ClusterRoleList",
            "ClusterRoleBinding",
            "ClusterRoleBindingList",
            "Role",
            "RoleList",
            "RoleBinding",
            "RoleBindingList",
            "Service",
            "DaemonSet",
            "Pod",
            "ReplicationController",
            "ReplicaSet",
            "Deployment",
            "HorizontalPodAutoscaler",
            "StatefulSet",
            "Job",
            "CronJob",
            "IngressClass",
            "Ingress",
            "APIService",
            "MutatingWebhookConfiguration",
            "ValidatingWebhookConfiguration");

    private static final int MOST_YAML = 64 * 1024 * 1024;

    private Items() {}

    static int order(String kind) {
        int at = INSTALL_ORDER.indexOf(kind);
        return at < 0 ? INSTALL_ORDER.size() : at;
    }

    /**
     * The objects of a manifest in its order.
     *
     * @param namespace of objects that name none
     * @throws ToolException {@code INVALID_INPUT} for what is no manifest, or has a kind that the cluster does not serve
     */
    public static List<Item> of(Cluster cluster, String manifest, String namespace) {
        List<Item> items = shown(cluster, manifest, namespace);
        for (Item item : items) {
            if (!item.isServed()) {
                throw ToolException.invalidInput(
                        "the cluster serves no %s of %s, which the manifest names for %s; install its definition first"
                                .formatted(item.kind().name(), item.kind().apiVersion(), item.name()));
            }
        }
        return items;
    }

    /** The same to look at only: kinds that the cluster does not serve, or no longer, have no plural. */
    public static List<Item> shown(Cluster cluster, String manifest, String namespace) {
        List<Item> items = new ArrayList<>();
        for (ObjectNode object : objects(manifest)) {
            String apiVersion = object.path("apiVersion").asText();
            String name = object.path("kind").asText();
            String group = Kinds.group(apiVersion);
            Kind kind = Served.kind(cluster, apiVersion, each -> each.name().equals(name))
                    .orElseGet(() -> new Kind(
                            group,
                            group.isEmpty() ? apiVersion : apiVersion.substring(group.length() + 1),
                            name,
                            "",
                            true));
            Optional<String> in = kind.namespaced()
                    ? Optional.of(object.at("/metadata/namespace").asText())
                            .map(each -> each.isEmpty() ? namespace : each)
                    : Optional.empty();
            items.add(new Item(kind, in, object.at("/metadata/name").asText(), plain(object)));
        }
        return items;
    }

    /** Secrets as they are stored: {@code stringData} is only a way to write {@code data}. */
    private static ObjectNode plain(ObjectNode object) {
        if (object.path("kind").asText().equals("Secret") && object.remove("stringData") instanceof ObjectNode texts) {
            ObjectNode data = object.withObjectProperty("data");
            texts.properties()
                    .forEach(each -> data.put(
                            each.getKey(),
                            Base64.getEncoder()
                                    .encodeToString(each.getValue().asText().getBytes(StandardCharsets.UTF_8))));
        }
        object.remove("status");
        return object;
    }

    /** The documents of a manifest that are objects; items of lists one by one. */
    public static List<ObjectNode> objects(String manifest) {
        List<ObjectNode> objects = new ArrayList<>();
        for (JsonNode document : documents(manifest)) {
            if (document instanceof ObjectNode object
                    && object.path("kind").asText().endsWith("List")
                    && object.path("items").isArray()) {
                object.path("items").forEach(each -> {
                    if (each instanceof ObjectNode item) {
                        objects.add(item);
                    }
                });
            } else if (document instanceof ObjectNode object && !object.isEmpty()) {
                objects.add(object);
            }
        }
        return objects;
    }

    /** @throws ToolException {@code INVALID_INPUT} for what is no YAML, or unfolds without end */
    static List<JsonNode> documents(String yaml) {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MOST_YAML);
        options.setNestingDepthLimit(100);
        options.setMaxAliasesForCollections(200);
        List<JsonNode> documents = new ArrayList<>();
        try {
            for (Object document : reader(options).loadAll(yaml)) {
                documents.add(tree(document, 0));
            }
        } catch (YAMLException e) {
            throw ToolException.invalidInput("not readable as YAML: " + e.getMessage());
        }
        return documents;
    }

    private static Yaml reader(LoaderOptions options) {
        DumperOptions dumper = new DumperOptions();
        return new Yaml(new SafeConstructor(options), new Representer(dumper), dumper, options, new TextDates());
    }

    /** YAML of a tree, in block style. */
    public static String yaml(JsonNode tree) {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setSplitLines(false);
        return new Yaml(options).dump(Json.mapper().convertValue(tree, Object.class));
    }

    private static JsonNode tree(@Nullable Object value, int depth) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        if (depth > Json.MAX_DEPTH) {
            throw ToolException.invalidInput("YAML nested deeper than " + Json.MAX_DEPTH);
        }
        return switch (value) {
            case null -> nodes.nullNode();
            case Map<?, ?> map -> {
                ObjectNode object = nodes.objectNode();
                map.forEach((key, each) -> object.set(String.valueOf(key), tree(each, depth + 1)));
                yield object;
            }
            case Iterable<?> list -> {
                ArrayNode array = nodes.arrayNode();
                list.forEach(each -> array.add(tree(each, depth + 1)));
                yield array;
            }
            case Boolean truth -> nodes.booleanNode(truth);
            case Integer number -> nodes.numberNode(number);
            case Long number -> nodes.numberNode(number);
            case BigInteger number -> nodes.numberNode(number);
            case BigDecimal number -> nodes.numberNode(number);
            case Number number -> nodes.numberNode(number.doubleValue());
            case byte[] bytes -> nodes.textNode(Base64.getEncoder().encodeToString(bytes));
            default -> nodes.textNode(value.toString());
        };
    }

    /** Leaves dates as the text they are, as JSON has no others. */
    private static final class TextDates extends Resolver {
        @Override
        public void addImplicitResolver(Tag tag, java.util.regex.Pattern pattern, String first, int limit) {
            if (!tag.equals(Tag.TIMESTAMP)) {
                super.addImplicitResolver(tag, pattern, first, limit);
            }
        }
    }
}
