package dev.millwright.k8s.state;

import dev.millwright.k8s.model.K8sObject;
import java.util.List;
import java.util.Optional;

/**
 * All objects of a kind in one place, or as many as could be read.
 *
 * @param missing why there may be more; empty when these are all, so that absence is proof
 */
public record Listing(List<K8sObject> items, Optional<Partial> missing) {
    public Listing {
        items = List.copyOf(items);
    }
}
