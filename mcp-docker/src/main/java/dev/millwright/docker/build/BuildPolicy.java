package dev.millwright.docker.build;

import dev.millwright.docker.config.DockerReach;
import dev.millwright.docker.config.Permission;
import dev.millwright.docker.dockerfile.Dockerfile;
import dev.millwright.docker.dockerfile.Flag;
import dev.millwright.docker.dockerfile.Instruction;
import dev.millwright.docker.dockerfile.Stage;
import dev.millwright.docker.dockerfile.Stages;
import dev.millwright.tool.ToolException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What a tenant may build, from which images, and how it may call the result. */
public final class BuildPolicy {
    private static final Pattern TAG =
            Pattern.compile("[a-z0-9][a-z0-9._/:-]{0,190}(?::[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?");

    private final DockerReach reach;

    public BuildPolicy(DockerReach reach) {
        this.reach = reach;
    }

    /** @throws ToolException {@code INVALID_INPUT} for what is no name, {@code DENIED} for one that is not the tenant's */
    public void checkTags(List<String> tags) {
        for (int i = 0; i < tags.size(); i++) {
            String tag = tags.get(i);
            if (!TAG.matcher(tag).matches()) {
                throw ToolException.invalidInput(
                        "/tags/%d must be NAME or NAME:TAG in lower case, got \"%s\"".formatted(i, tag));
            }
            if (!reach.allowsImage(tag)) {
                throw ToolException.denied(
                        "/tags/%d %s is none of the images in reach: %s".formatted(i, tag, reach.images()));
            }
            String prefix = reach.namePrefix().orElse("");
            if (!tag.startsWith(prefix)) {
                throw ToolException.denied("/tags/%d %s must begin with %s".formatted(i, tag, prefix));
            }
        }
    }

    /** The network of steps: the one wanted, or the best allowed. */
    public String network(Optional<String> wanted) {
        String network = wanted.orElse(reach.allows(Permission.NETWORK) ? "default" : "none");
        switch (network) {
            case "none" -> {}
            case "default" -> require(Permission.NETWORK, "/network default");
            case "host" -> require(Permission.HOST_NAMESPACES, "/network host");
            default ->
                throw ToolException.invalidInput(
                        "/network must be one of none, default, host, got \"" + network + "\"");
        }
        return network;
    }

    /** @throws ToolException {@code DENIED} for an image that the tenant may not build on, or a step that wants more rights */
    public void checkFile(Dockerfile file) {
        for (Instruction each : file.instructions()) {
            for (Flag flag : each.acting().flags()) {
                String said = flag.name() + "=" + flag.value().orElse("");
                if (said.equals("network=host")) {
                    require(Permission.HOST_NAMESPACES, "line " + each.line() + ": RUN --network=host");
                } else if (said.equals("network=default")) {
                    require(Permission.NETWORK, "line " + each.line() + ": RUN --network=default");
                } else if (said.equals("security=insecure")) {
                    require(Permission.PRIVILEGED, "line " + each.line() + ": RUN --security=insecure");
                }
            }
        }
        if (!reach.images().isEmpty()) {
            for (String image : images(file)) {
                if (!reach.allowsImage(image)) {
                    throw ToolException.denied("the Dockerfile uses the image %s, which is none of those in reach: %s"
                            .formatted(image, reach.images()));
                }
            }
        }
    }

    /** The images a file takes something from, variables as written where they are not known. */
    private static Set<String> images(Dockerfile file) {
        Stages stages = Stages.of(file);
        Set<String> images = new LinkedHashSet<>();
        file.directive("syntax").ifPresent(images::add);
        for (Stage stage : stages.all()) {
            if (stage.parent().isEmpty()) {
                String image = stages.image(stage).orElse(stage.base().text());
                if (!image.equals("scratch")) {
                    images.add(image);
                }
            }
            for (Instruction each : stage.instructions()) {
                each.flagValue("from")
                        .filter(name -> stages.find(name).isEmpty())
                        .ifPresent(images::add);
                for (Flag mount : each.flags("mount")) {
                    Optional.ofNullable(mount.parts().get("from"))
                            .filter(name -> !name.isEmpty() && stages.find(name).isEmpty())
                            .ifPresent(images::add);
                }
            }
        }
        return images;
    }

    private void require(Permission permission, String what) {
        if (!reach.allows(permission)) {
            throw ToolException.denied(what + " is not allowed here: tenants.*.reach.docker.allow does not list "
                    + permission.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
    }
}
