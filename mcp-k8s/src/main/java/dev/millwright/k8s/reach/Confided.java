package dev.millwright.k8s.reach;

import dev.millwright.k8s.api.ApiError;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.api.ListQuery;
import dev.millwright.k8s.api.Page;
import dev.millwright.k8s.mask.Mask;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Learns what a namespace keeps secret before text is shown that its programs wrote: they may have written any of it, in
 * a form that nobody would take for a secret. One list call a namespace and five minutes, where Secrets may be read.
 */
final class Confided {
    private static final Duration LIFE = Duration.ofMinutes(5);

    /** Releases of Helm are Secrets too, large ones, that no program is given. */
    private static final String NO_RELEASES = "type!=helm.sh/release.v1";

    private final Clock clock;
    private final Map<String, Instant> learned = new ConcurrentHashMap<>();

    Confided(Clock clock) {
        this.clock = clock;
    }

    void learn(Cluster cluster, String namespace, Consumer<Collection<String>> hide) {
        Instant now = clock.instant();
        String place = cluster.context() + "/" + namespace;
        Instant last = learned.get(place);
        if (last != null && last.plus(LIFE).isAfter(now)) {
            return;
        }
        try {
            ListQuery query = ListQuery.in(Optional.of(namespace)).fields(NO_RELEASES);
            Page page;
            do {
                page = cluster.list(Kinds.SECRET, query);
                page.items().forEach(each -> hide.accept(Mask.valuesOf(each)));
                query = query.after(page.next());
            } while (!page.next().isEmpty());
        } catch (ApiError e) {
            if (!e.isForbidden()) {
                throw e;
            }
            // Who may not read Secrets is left with what looks like one.
        }
        learned.put(place, now);
    }
}
