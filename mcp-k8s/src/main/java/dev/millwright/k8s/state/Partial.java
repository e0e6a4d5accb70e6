package dev.millwright.k8s.state;

import java.util.Optional;

/** Something that could not be read, so that an answer without it is not the whole truth. */
public record Partial(String verb, String resource, Optional<String> namespace, String why) {
    /** As answers say it: {@code list secrets in shop: forbidden}. */
    @Override
    public String toString() {
        return verb + " " + resource + namespace.map(each -> " in " + each).orElse("") + ": " + why;
    }
}
