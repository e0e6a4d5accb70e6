package dev.millwright.k8s.view;

import dev.millwright.k8s.api.ApiError;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.api.ListQuery;
import dev.millwright.k8s.api.Members;
import dev.millwright.k8s.api.Page;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.state.Listing;
import dev.millwright.k8s.state.Partial;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The Secrets in which Helm keeps releases, for what their labels tell; their content is up to 1 MiB each. */
public final class HelmObjects {
    private static final int PAGE = 100;
    private static final int MOST = 500;

    private HelmObjects() {}

    /** @param current only revisions that none has followed */
    public static Listing list(Cluster cluster, Optional<String> namespace, boolean current) {
        List<K8sObject> all = new ArrayList<>();
        ListQuery query = ListQuery.in(namespace)
                .labels(current ? "owner=helm,status!=superseded" : "owner=helm")
                .limit(PAGE)
                .members(Members.only("metadata"));
        try {
            while (true) {
                Page page = cluster.list(Kinds.SECRET, query);
                page.items().forEach(each -> all.add(new K8sObject(each)));
                if (page.next().isEmpty()) {
                    return new Listing(all, Optional.empty());
                } else if (all.size() >= MOST) {
                    return new Listing(all, partial(namespace, "only the first " + all.size() + " releases were read"));
                }
                query = query.after(page.next());
            }
        } catch (ApiError e) {
            if (e.isForbidden()) {
                return new Listing(all, partial(namespace, "forbidden"));
            }
            throw e;
        }
    }

    private static Optional<Partial> partial(Optional<String> namespace, String why) {
        return Optional.of(new Partial("list", Kinds.SECRET.resource(), namespace, why));
    }
}
