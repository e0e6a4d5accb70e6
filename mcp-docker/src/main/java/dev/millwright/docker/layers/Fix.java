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
        boolean copied = isCopy(key.layer());
        return switch (key.cause()) {
            case DELETED_LATER ->
                !key.detail().isEmpty()
                        ? cache(key.detail(), run, here)
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
                        ? cache(key.detail(), run, here)
                        : "write it once: make the change of %s in %s, or copy the final file".formatted(there, here);
            case DUPLICATE -> "keep one of the copies (%s) and link to it, or copy it once".formatted(key.detail());
            case PACKAGE_CACHE -> cache(key.detail(), run, here);
            case VERSION_CONTROL -> "name it in .dockerignore, or clone with the files alone";
            case TESTS -> "install without tests, or remove them in %s".formatted(maker);
            case DOCUMENTATION ->
                "keep it from being installed (dpkg path-exclude, --nodocs), or remove it in %s".formatted(maker);
            case BUILD_TOOLS -> "build in a stage of its own and COPY --from it what runs";
        };
    }

    private static String cache(String folder, boolean run, String here) {
        return run
                ? "end the RUN of %s with rm -rf /%s/*, or give it --mount=type=cache,target=/%s"
                        .formatted(here, folder, folder)
                : "keep /%s out of %s".formatted(folder, here);
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
