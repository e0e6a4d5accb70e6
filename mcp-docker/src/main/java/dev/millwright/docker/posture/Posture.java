package dev.millwright.docker.posture;

import dev.millwright.docker.archive.ArchivedLayer;
import dev.millwright.docker.archive.LiveTree;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How an image or a container stands.
 *
 * @param findings of configuration and files, the worst first; without those of the checks
 * @param secrets found in configuration, history and files of every layer, the worst first
 * @param checks of the CIS Docker Benchmark 1.6.0, each with its outcome, by number
 */
public record Posture(List<Finding> findings, List<Finding> secrets, List<Outcome> checks) {
    private static final Set<String> SECRETS = Set.of("secret-in-env", "secret-in-label", "secret-in-history");

    public Posture {
        findings = findings.stream().sorted(Finding.ORDER).toList();
        secrets = secrets.stream().sorted(Finding.ORDER).toList();
        checks = List.copyOf(checks);
    }

    /** All that should be otherwise, failed checks included, the worst first. */
    public List<Finding> all() {
        List<Finding> all = new ArrayList<>(findings);
        all.addAll(secrets);
        checks.forEach(each -> each.finding().ifPresent(all::add));
        all.sort(Finding.ORDER);
        return all;
    }

    /**
     * Of an image whose archive was read.
     *
     * @param layers of which it is made
     * @param contents what was seen of its files
     * @param tree its final files
     * @param packages names of installed packages; empty where they are not known
     * @param trusted registries and name prefixes that base images may come from; empty for any
     */
    public static Posture of(
            ImageFacts image,
            List<ArchivedLayer> layers,
            ContentScan contents,
            LiveTree tree,
            Optional<Collection<String>> packages,
            List<String> trusted,
            Instant now) {
        List<Finding> findings = new ArrayList<>(FileFindings.of(tree.all()));
        for (String path : List.of("etc/passwd", "etc/shadow", "etc/group")) {
            contents.account(path, layers, tree).ifPresent(text -> findings.addAll(FileFindings.accounts(path, text)));
        }
        List<Finding> secrets = contents.secrets(layers, tree);
        return of(image, Optional.of(tree), packages, trusted, now, findings, secrets);
    }

    /** Of an image of which only configuration and history are known. */
    public static Posture of(ImageFacts image, List<String> trusted, Instant now) {
        return of(image, Optional.empty(), Optional.empty(), trusted, now, List.of(), List.of());
    }

    private static Posture of(
            ImageFacts image,
            Optional<LiveTree> tree,
            Optional<Collection<String>> packages,
            List<String> trusted,
            Instant now,
            List<Finding> ofFiles,
            List<Finding> secretsOfFiles) {
        List<Finding> findings = new ArrayList<>(ofFiles);
        List<Finding> secrets = new ArrayList<>();
        ImageFindings.of(image).forEach(each -> (SECRETS.contains(each.check()) ? secrets : findings).add(each));
        List<Outcome> checks = Rule.all(
                ImageRules.RULES,
                new ImageRules.Facts(image, tree.map(LiveTree::all), packages, trusted, List.copyOf(secrets), now));
        secrets.addAll(secretsOfFiles);
        return new Posture(findings, secrets, checks);
    }

    /** Of a container whose files were not read. */
    public static Posture of(ContainerFacts container) {
        return of(container, List.of());
    }

    /**
     * Of a container: the checks of its runtime, and secrets in its environment and labels.
     *
     * @param secretsOfFiles found in its file system
     */
    public static Posture of(ContainerFacts container, List<Finding> secretsOfFiles) {
        ImageFacts configured = ImageFacts.ofContainer(container.inspect());
        List<Finding> findings = new ArrayList<>();
        if (ImageFacts.isRoot(configured.user())) {
            findings.add(Finding.of(
                    "root-user",
                    Severity.HIGH,
                    "It does not run as root",
                    configured.user().isEmpty() ? "no user is set" : "user " + configured.user(),
                    "--user 10001, or USER in the Dockerfile"));
        }
        List<Finding> secrets = new ArrayList<>(HistorySecrets.of(configured));
        secrets.addAll(secretsOfFiles);
        return new Posture(findings, secrets, Rule.all(ContainerRules.RULES, container));
    }
}
