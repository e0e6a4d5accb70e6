package dev.millwright.docker.failure;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** What mends what an engine takes from a registry, or believes it has to. */
final class RegistryFixes {
    static final Map<FailureClass, Consumer<Proposals>> ALL = Map.ofEntries(
            entry(FailureClass.MANIFEST_UNKNOWN, RegistryFixes::manifest),
            entry(FailureClass.REGISTRY_AUTH, RegistryFixes::login),
            entry(FailureClass.RATE_LIMIT, RegistryFixes::rate),
            entry(FailureClass.REGISTRY_NET, RegistryFixes::network),
            entry(FailureClass.BUILDER, RegistryFixes::cache));

    private static final String METADATA = "load metadata for ";

    private RegistryFixes() {}

    private static void manifest(Proposals p) {
        String wanted = p.subject(p.base());
        Nearest.of(
                        wanted.replaceFirst("^docker\\.io/(?:library/)?", ""),
                        p.around().images())
                .ifPresent(near -> p.from("nearest-image", 0.6, "The engine has " + near + ".", image -> near));
        p.advise(
                        "existing-tag",
                        0.6,
                        "Choose a tag that " + Distribution.name(wanted) + " still has: " + wanted + " is not there.")
                .advise("platform-tag", 0.1, "The tag may exist for other platforms only.");
    }

    private static void login(Proposals p) {
        String wanted = p.subject(p.base());
        String name = wanted.replaceFirst("^docker\\.io/(?:library/)?", "");
        localName(p, name);
        p.advise(
                        "image-name",
                        0.45,
                        "Check the spelling of " + name + ": a registry says the same of what does not exist.")
                .advise("login", 0.4, "Log the engine in to the registry; the account needs the right to pull.");
    }

    /** A misspelt stage or local image is looked for in a registry, which may be out of reach. */
    private static void localName(Proposals p, String image) {
        String step = p.step().name();
        String asked = step.startsWith("FROM ")
                ? step.substring(5).split(" ")[0]
                : step.contains(METADATA) ? step.substring(step.indexOf(METADATA) + METADATA.length()) : image;
        String name = asked.replaceFirst("^docker\\.io/(?:library/)?", "").replaceFirst(":latest$", "");
        if (name.isEmpty() || p.around().recipe().isEmpty()) {
            return;
        }
        Recipe recipe = p.around().recipe().get();
        Optional<String> stage = Nearest.of(name, stageNames(recipe)).filter(near -> !near.equals(name));
        Optional<String> local = Nearest.of(name, p.around().images()).filter(near -> !near.equals(name));
        for (Recipe.Instruction each : recipe.instructions()) {
            if (!names(each, name)) {
                continue;
            }
            stage.ifPresent(near -> p.edit(
                    "stage-name",
                    0.8,
                    name + " looks like a misspelt stage: " + near + ".",
                    new Edit(
                            Edit.DOCKERFILE,
                            each.line(),
                            each.until(),
                            each.text().replace(name, near))));
            local.ifPresent(near -> p.edit(
                    "nearest-image",
                    0.6,
                    "The engine has " + near + ".",
                    new Edit(
                            Edit.DOCKERFILE,
                            each.line(),
                            each.until(),
                            each.text().replace(name, near))));
        }
    }

    /** Whether an instruction takes something from an image or stage of this name. */
    private static boolean names(Recipe.Instruction instruction, String image) {
        String before = instruction.keyword().equals("FROM") ? "(?:\\s|=)" : "--from=";
        return Pattern.compile(before + Pattern.quote(image) + "(?:\\s|:latest|$)")
                .matcher(instruction.text())
                .find();
    }

    private static List<String> stageNames(Recipe recipe) {
        return recipe.instructions().stream()
                .filter(each -> each.keyword().equals("FROM"))
                .map(each -> each.text().strip().split("\\s+"))
                .filter(words -> words.length > 3 && words[words.length - 2].equalsIgnoreCase("as"))
                .map(words -> words[words.length - 1])
                .toList();
    }

    private static void rate(Proposals p) {
        p.advise("login", 0.6, "Log in: accounts may pull more than addresses.")
                .advise(
                        "mirror",
                        0.5,
                        "Use a mirror (registry-mirrors of the engine) or a copy in a registry of your own.")
                .advise("retry", 0.3, "Wait: Docker Hub counts over six hours.");
    }

    private static void network(Proposals p) {
        localName(p, p.base());
        p.advise("retry", 0.5, "Build again: the registry did not answer in time.")
                .advise(
                        "network",
                        0.5,
                        "Check the engine's DNS and proxy: " + p.subject("the registry")
                                + " is reached by the engine, not by the build.");
    }

    private static void cache(Proposals p) {
        p.advise(
                        "prune-cache",
                        0.7,
                        "Let the builder begin with an empty cache: docker builder prune, then build again.")
                .advise("retry", 0.3, "Build again: two builds at once may have met.")
                .advise("update-builder", 0.2, "Bring engine and BuildKit up to date.");
    }
}
