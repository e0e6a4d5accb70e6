package dev.millwright.k8s.rules;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.diagnose.Fix;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.state.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host and port that a pod template gives its program, in an environment variable, an argument, or a config map that
 * its environment is made of.
 *
 * @param holder the workload or config map in which the text stands
 * @param at JSON pointer of the text in that object
 * @param where for people, as in {@code env DATABASE_URL of container app}
 * @param text the whole text; may hold a password, so it is never shown
 * @param start where {@code host:port} begins in it
 */
record Address(K8sObject holder, String at, String where, String host, int port, String text, int start) {
    /** {@code host:port}, after a scheme and credentials or at the start, a comma or {@code =}. */
    private static final Pattern HOST_PORT =
            Pattern.compile("(?:^|://|@|,|=)([a-z0-9](?:[-a-z0-9.]*[a-z0-9])?):([0-9]{2,5})(?=$|[/,?;&\\s])");

    /** A file in a config map, rather than a variable, is longer. */
    private static final int LONGEST = 2_000;

    private static final Set<String> SELF = Set.of("localhost", "host", "0.0.0.0");

    static List<Address> of(Template template) {
        List<Address> all = new ArrayList<>();
        int index = 0;
        for (JsonNode container : template.containers()) {
            String at = template.at() + "/spec/containers/" + index++;
            String of = " of container " + container.path("name").asText();
            int number = 0;
            for (JsonNode each : container.path("env")) {
                String name = each.path("name").asText();
                String pointer = at + "/env/" + number++ + "/value";
                find(template.workload(), pointer, "env " + name + of, name, each.path("value"), all);
            }
            number = 0;
            for (JsonNode each : container.path("args")) {
                find(template.workload(), at + "/args/" + number, "argument " + number + of, "", each, all);
                number++;
            }
        }
        return all;
    }

    /** Those in the config maps that make up the environment; each config map is looked for. */
    static List<Address> ofConfig(State state, Template template) {
        String namespace = template.workload().namespace();
        List<Address> all = new ArrayList<>();
        for (JsonNode container : template.containers()) {
            for (JsonNode each : container.path("envFrom")) {
                state.find(
                                Kinds.CONFIG_MAP,
                                namespace,
                                each.at("/configMapRef/name").asText())
                        .ifPresent(map -> map.texts("/data").keySet().forEach(key -> key(map, key, all)));
            }
            for (JsonNode each : container.path("env")) {
                JsonNode from = each.at("/valueFrom/configMapKeyRef");
                if (from.isObject()) {
                    state.find(Kinds.CONFIG_MAP, namespace, from.path("name").asText())
                            .ifPresent(map -> key(map, from.path("key").asText(), all));
                }
            }
        }
        return all.stream().distinct().toList();
    }

    private static void key(K8sObject map, String key, List<Address> to) {
        find(
                map,
                "/data/" + Fix.escape(key),
                "key " + key + " of " + map.ref().brief(),
                key,
                map.json().path("data").path(key),
                to);
    }

    /** @param name of the variable; one that names an image has a tag after the colon, and no port */
    private static void find(K8sObject holder, String at, String where, String name, JsonNode value, List<Address> to) {
        String text = value.asText();
        if (text.length() < 4
                || text.length() > LONGEST
                || text.indexOf(':') < 0
                || name.toUpperCase(Locale.ROOT).contains("IMAGE")) {
            return;
        }
        Matcher matcher = HOST_PORT.matcher(text);
        while (matcher.find()) {
            String host = matcher.group(1);
            int port = Integer.parseInt(matcher.group(2));
            if (!SELF.contains(host) && !host.matches("[0-9.]+") && port <= 65_535) {
                to.add(new Address(holder, at, where, host, port, text, matcher.start(1)));
            }
        }
    }

    /** Whether the text around it holds credentials, so that it must not stand in a patch. */
    boolean besideCredentials() {
        return text.indexOf('@') >= 0 || text.toLowerCase(Locale.ROOT).contains("password");
    }

    /** The text with another address. */
    String with(String otherHost, int otherPort) {
        return text.substring(0, start) + otherHost + ":" + otherPort
                + text.substring(start + (host + ":" + port).length());
    }

    /** Whether only a service of the cluster can be meant: one word, or a name that says so. */
    boolean meansService() {
        return host.indexOf('.') < 0 || host.matches("[^.]+\\.[^.]+\\.svc(\\..*)?");
    }

    /** Name of the service that would answer. */
    String service() {
        int dot = host.indexOf('.');
        return dot < 0 ? host : host.substring(0, dot);
    }

    /** Namespace in which the service is looked for; that of a name with one dot may be a domain instead. */
    String namespace(String own) {
        String[] parts = host.split("\\.");
        return parts.length > 1 ? parts[1] : own;
    }

    /** The service of this state that it leads to. */
    Optional<K8sObject> find(State state, String own) {
        String namespace = namespace(own);
        boolean named = meansService() || host.indexOf('.') == host.lastIndexOf('.');
        boolean here = state.namespace().isEmpty() || state.namespace().get().equals(namespace);
        return named && here ? state.find(Kinds.SERVICE, namespace, service()) : Optional.empty();
    }
}
