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
        boolean run = verb(key.layer()).equals("RUN");
        String maker = (run ? "the RUN of " : "") + here;
        String kept = "keep /%s out of %s".formatted(key.detail(), here);
        boolean copied = isCopy(key.layer());
        return switch (key.cause()) {
            case DELETED_LATER ->
                !key.detail().isEmpty()
                        ? run ? cleared(key.detail(), here) : kept
                        : copied
                                ? ("do not copy it in %s only to remove it in %s: name it in .dockerignore, use RUN"
                                                + " --mount=type=bind, or COPY --from a build stage")
                                        .formatted(here, there)
                                : run
                                        ? "remove it in %s that makes it: join it and the RUN of %s with &&"
                                                .formatted(maker, there)
                                        : "keep it out of %s: removing it in %s saves nothing".formatted(here, there);
            case SAME_CONTENT ->
                copied && !key.detail().startsWith("--ch")
                        ? "%s writes the same bytes as %s: drop what touches or copies them again"
                                .formatted(there, here)
                        : copied
                                ? "%s %s in %s, and drop what %s does to it"
                                        .formatted(verb(key.layer()), key.detail(), here, there)
                                : "set mode, owner and time in %s, not in %s: the bytes are the same"
                                        .formatted(maker, there);
            case CHANGED ->
                !key.detail().isEmpty()
                        ? run ? cleared(key.detail(), here) : kept
                        : "write it once: make the change of %s in %s, or copy the final file".formatted(there, here);
            case DUPLICATE -> "keep one of the copies (%s) and link to it, or copy it once".formatted(key.detail());
            case PACKAGE_CACHE ->
                run
                        ? "end %s with rm -rf /%s/*, or give it --mount=type=cache,target=/%s"
                                .formatted(maker, key.detail(), key.detail())
                        : kept;
            case VERSION_CONTROL -> "name it in .dockerignore, or clone with the files alone";
            case TESTS -> "install without tests, or remove them in %s".formatted(maker);
            case DOCUMENTATION ->
                "keep it from being installed (dpkg path-exclude, --nodocs), or remove it in %s".formatted(maker);
            case BUILD_TOOLS -> "build in a stage of its own and COPY --from it what runs";
        };
    }

    private static String cleared(String cache, String here) {
        return "clear /%s in the RUN of %s that fills it, or give that RUN --mount=type=cache,target=/%s"
                .formatted(cache, here, cache);
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
