package dev.millwright.docker.layers;

import dev.millwright.docker.archive.ArchivedImage;
import dev.millwright.docker.archive.HistoryStep;

/** What to change in a Dockerfile so that bytes are not carried, in words. */
final class Fix {
    private final ArchivedImage image;

    Fix(ArchivedImage image) {
        this.image = image;
    }

    String of(Group.Key key) {
        String here = "layer " + key.layer();
        String there = "layer " + key.by();
        boolean copied = isCopy(key.layer());
        return switch (key.cause()) {
            case DELETED_LATER ->
                !key.detail().isEmpty()
                        ? "clear /%s in the RUN of %s that fills it, or give that RUN --mount=type=cache,target=/%s"
                                .formatted(key.detail(), here, key.detail())
                        : copied
                                ? ("do not copy it in %s only to remove it in %s: name it in .dockerignore, use RUN"
                                                + " --mount=type=bind, or COPY --from a build stage")
                                        .formatted(here, there)
                                : "remove it in the RUN of %s that makes it: join it and the RUN of %s with &&"
                                        .formatted(here, there);
            case SAME_CONTENT ->
                copied && !key.detail().startsWith("--ch")
                        ? "%s writes the same bytes as %s: drop what touches or copies them again"
                                .formatted(there, here)
                        : copied
                                ? "%s %s in %s, and drop what %s does to it"
                                        .formatted(verb(key.layer()), key.detail(), here, there)
                                : "set mode, owner and time in the RUN of %s, not in %s: the bytes are the same"
                                        .formatted(here, there);
            case CHANGED -> "write it once: make the change of %s in %s, or copy the final file".formatted(there, here);
            case DUPLICATE -> "keep one of the copies (%s) and link to it, or copy it once".formatted(key.detail());
            case PACKAGE_CACHE ->
                "end the RUN of %s with rm -rf /%s/*, or give it --mount=type=cache,target=/%s"
                        .formatted(here, key.detail(), key.detail());
            case VERSION_CONTROL -> "name it in .dockerignore, or clone with the files alone";
            case TESTS -> "install without tests, or remove them in the RUN of %s".formatted(here);
            case DOCUMENTATION ->
                "keep it from being installed (dpkg path-exclude, --nodocs), or remove it in the RUN of %s"
                        .formatted(here);
            case BUILD_TOOLS -> "build in a stage of its own and COPY --from it what runs";
        };
    }

    private boolean isCopy(int layer) {
        return verb(layer).equals("COPY") || verb(layer).equals("ADD");
    }

    private String verb(int layer) {
        String instruction =
                image.layers().get(layer).step().map(HistoryStep::instruction).orElse("");
        return instruction.substring(0, Math.max(0, instruction.indexOf(' ')));
    }
}
