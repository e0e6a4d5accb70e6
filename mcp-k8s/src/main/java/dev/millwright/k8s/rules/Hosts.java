package dev.millwright.k8s.rules;

import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Pod;
import dev.millwright.k8s.model.Ref;
import dev.millwright.k8s.model.Selector;
import dev.millwright.k8s.state.State;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names of other services in commands and logs: what a container waits for or cannot reach. */
final class Hosts {
    private static final String NAME = "([a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?)";

    private static final String BEFORE_PORT = "(?<![\\w.-])" + NAME + ":\\d{2,5}(?!\\d)";

    private static final String AFTER_COMMAND =
            "://(?:[^\\s/@\"']{1,200}@)?|@tcp\\(|(?i:\\bnslookup |\\bgetent hosts |\\bping (?:-\\w+ \\d* ?)?|\\bwait-for(?:-it)?(?:\\.sh)? |\\bnc (?:-\\w+ (?:\\d+ )?){0,4}|\\bpg_isready .{0,40}?-h ?)";

    private static final String AFTER_WORDS =
            "(?i:\\blookup |\\bENOTFOUND |\\bEAI_AGAIN |\\bECONNREFUSED |\\bhost(?:name)? ?[=:]? ?\"?'?|\\bserver at \"|\\bconnect(?:ion)? to (?:server at )?\"?|\\bwait(?:ing)? (?:for|until) (?:service |svc/)?\"?'?)";

    /** Where a program is given a host. */
    private static final Pattern GIVEN = Pattern.compile("(?:" + AFTER_COMMAND + ")" + NAME + "|" + BEFORE_PORT);

    /** Where a program speaks of one, or of something else that happens to be a word. */
    private static final Pattern NAMED =
            Pattern.compile("(?:" + AFTER_COMMAND + "|" + AFTER_WORDS + ")" + NAME + "|" + BEFORE_PORT);

    private static final int LONGEST = 20_000;

    private Hosts() {}

    /** What may be hosts, in a command or a log. */
    static Set<String> in(String text) {
        return found(NAMED, text);
    }

    /** What is a host for sure, in a command. */
    static Set<String> given(String command) {
        return found(GIVEN, command);
    }

    private static Set<String> found(Pattern pattern, String text) {
        Set<String> hosts = new LinkedHashSet<>();
        Matcher found = pattern.matcher(text.length() > LONGEST ? text.substring(text.length() - LONGEST) : text);
        while (found.find()) {
            hosts.add(found.group(1) != null ? found.group(1) : found.group(2));
        }
        return hosts;
    }

    /** The service that a host names, as seen from a namespace: by name or by its cluster address. */
    static Optional<K8sObject> service(State state, String namespace, String host) {
        String[] labels = host.split("\\.", -1);
        boolean elsewhere = labels.length > 1 && !labels[1].equals(namespace);
        return state.all(Kinds.SERVICE).stream()
                .filter(each -> each.text("/spec/clusterIP").equals(host)
                        || each.name().equals(labels[0])
                                && each.namespace().equals(elsewhere ? labels[1] : namespace)
                                && (labels.length < 3 || labels[2].equals("svc")))
                .findFirst();
    }

    /** The services that a text names, and the workloads behind them: whose trouble would explain the text. */
    static List<Ref> behind(State state, String namespace, String text) {
        List<Ref> all = new ArrayList<>();
        for (String host : in(text)) {
            service(state, namespace, host).ifPresent(service -> all.addAll(behind(state, service)));
        }
        return all.stream().distinct().toList();
    }

    static List<Ref> behind(State state, K8sObject service) {
        List<Ref> all = new ArrayList<>(List.of(service.ref()));
        Selector selector = Selector.ofLabels(service.spec().path("selector"));
        if (!selector.isEmpty()) {
            for (Pod pod : state.selected(service.namespace(), selector)) {
                all.add(state.workload(pod.object()).ref());
            }
        }
        return all.stream().distinct().toList();
    }
}
