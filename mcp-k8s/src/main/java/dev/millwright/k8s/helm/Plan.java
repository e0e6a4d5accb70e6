package dev.millwright.k8s.helm;

import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.tool.ToolException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What shall become of a release: known to the last field before anything is changed.
 *
 * @param kept the kind of object that the release is recorded in
 * @param current the newest revision; empty for a new release
 * @param target the next one, pending
 */
public record Plan(Stage stage, Kind kept, Optional<Release> current, Release target, List<Releases.Entry> history) {
    public Plan {
        history = List.copyOf(history);
    }

    /** A release that is not there yet. */
    public static Plan install(Release target) {
        return new Plan(Stage.INSTALL, Kinds.SECRET, Optional.empty(), target, List.of());
    }

    /** @param history newest first */
    public static Plan upgrade(List<Releases.Entry> history, Release target) {
        return new Plan(Stage.UPGRADE, history.getFirst().kind(), Optional.of(base(history)), target, history);
    }

    /** Objects are compared with what was deployed last, not with what failed since (helm {@code prepareUpgrade}). */
    private static Release base(List<Releases.Entry> history) {
        return history.stream()
                .filter(each -> each.status().equals(Release.DEPLOYED))
                .findFirst()
                .orElse(history.getFirst())
                .release();
    }

    /**
     * Back to a revision.
     *
     * @param history newest first
     * @param revision empty for the one before the newest
     * @param patience how long an operation may be under way before it counts as left behind
     */
    public static Plan rollback(
            List<Releases.Entry> history, Optional<Integer> revision, Duration patience, Clock clock) {
        Release current = history.getFirst().release();
        int wanted = revision.orElse(current.revision() - 1);
        if (wanted < 1) {
            throw ToolException.invalidInput(
                    "/revision: release %s has no revision before %d".formatted(current.name(), current.revision()));
        }
        if (current.isPending()) {
            boolean old = current.lastDeployed()
                    .filter(each -> each.plus(patience).isBefore(clock.instant()))
                    .isPresent();
            if (!old) {
                throw ToolException.conflict(
                        "release %s is %s since %s: somebody may be at work on it. It can be rolled back once that is longer ago than /timeout, %d s"
                                .formatted(
                                        current.name(),
                                        current.status(),
                                        current.lastDeployed()
                                                .map(Object::toString)
                                                .orElse("an unknown time"),
                                        patience.toSeconds()));
            }
        }
        Release target = Releases.pick(history, wanted).release().again(current, clock.instant());
        return new Plan(Stage.ROLLBACK, history.getFirst().kind(), Optional.of(current), target, history);
    }

    /** What it changes, secrets masked. */
    public List<Difference> differences(Cluster cluster) {
        return Difference.between(
                current,
                current.map(each -> Items.shown(cluster, each.manifest(), each.namespace()))
                        .orElse(List.of()),
                target,
                Items.shown(cluster, target.manifest(), target.namespace()));
    }

    /**
     * Asks the server first what it would refuse.
     *
     * @param tell whether refusals are only told; else they end it while nothing has been changed
     */
    public List<String> rehearse(Rollout rollout, boolean tell) {
        List<String> refused = rollout.rehearse(current, target);
        if (!tell && !refused.isEmpty() && stage != Stage.INSTALL) {
            throw ToolException.conflict("nothing was changed, the server would refuse: " + String.join("; ", refused));
        }
        return refused;
    }

    /** @return the target as it is recorded then */
    public Release run(Rollout rollout, boolean wait) throws InterruptedException {
        return rollout.run(stage, kept, current, target, history, wait);
    }
}
