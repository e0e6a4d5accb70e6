package dev.millwright.docker.cache;

import dev.millwright.docker.dockerfile.ShellCommand;
import dev.millwright.docker.dockerfile.ShellWord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A package manager as builds use it.
 *
 * @param installs whether a command installs what manifests say, and nothing else
 * @param uses whether a command makes use of the caches
 * @param manifests what the installation reads; the first must be there, the others may
 * @param caches folders worth keeping between builds, as the manager's documentation gives them for root
 * @param locked whether only one build may use the caches at a time
 */
record Installer(
        String name,
        Predicate<ShellCommand> installs,
        Predicate<ShellCommand> uses,
        List<String> manifests,
        List<String> caches,
        boolean locked) {
    static final List<Installer> ALL = List.of(
            of(
                    "npm",
                    c -> c.is("npm") && (c.does("ci") || bare(c, "install", "i")),
                    c -> c.is("npm") && (c.does("ci") || c.does("install") || c.does("i")),
                    List.of("package.json", "package-lock.json", "npm-shrinkwrap.json", ".npmrc"),
                    "/root/.npm"),
            of(
                    "yarn",
                    c -> c.is("yarn") && (c.operands().isEmpty() || bare(c, "install")),
                    c -> c.is("yarn") && (c.operands().isEmpty() || c.does("install") || c.does("add")),
                    List.of("package.json", "yarn.lock", ".yarnrc.yml", ".yarnrc", ".npmrc", ".yarn"),
                    "/usr/local/share/.cache/yarn"),
            of(
                    "pnpm",
                    c -> c.is("pnpm") && bare(c, "install", "i"),
                    c -> c.is("pnpm") && (c.does("install") || c.does("i") || c.does("fetch") || c.does("add")),
                    List.of("package.json", "pnpm-lock.yaml", ".npmrc"),
                    "/root/.local/share/pnpm/store"),
            of(
                    "pip",
                    c -> pip(c) && c.value("-r", "--requirement").isPresent() && operandsAfter(c, "install") == 0,
                    Installer::pip,
                    List.of(),
                    "/root/.cache/pip"),
            of(
                    "go",
                    c -> c.is("go")
                            && c.does("mod")
                            && c.operands().size() > 1
                            && c.operands().get(1).is("download"),
                    c -> c.is("go") && (c.does("mod") || c.does("build") || c.does("install") || c.does("test")),
                    List.of("go.mod", "go.sum"),
                    "/go/pkg/mod",
                    "/root/.cache/go-build"),
            of(
                    "bundler",
                    c -> c.is("bundle") && bare(c, "install"),
                    c -> false,
                    List.of("Gemfile", "Gemfile.lock"),
                    new String[0]),
            of(
                    "composer",
                    c -> c.is("composer") && c.does("install") && c.has("--no-scripts") && c.has("--no-autoloader"),
                    c -> c.is("composer") && (c.does("install") || c.does("update") || c.does("require")),
                    List.of("composer.json", "composer.lock"),
                    "/root/.composer/cache"),
            of("maven", c -> false, c -> c.is("mvn", "mvnw"), List.of("pom.xml"), "/root/.m2"),
            of("gradle", c -> false, c -> c.is("gradle", "gradlew"), List.of("build.gradle"), "/root/.gradle"),
            of(
                    "cargo",
                    c -> false,
                    c -> c.is("cargo") && (c.does("build") || c.does("install") || c.does("fetch")),
                    List.of("Cargo.toml", "Cargo.lock"),
                    "/usr/local/cargo/registry",
                    "/usr/local/cargo/git"),
            of(
                    "dotnet",
                    c -> false,
                    c -> c.is("dotnet") && (c.does("restore") || c.does("build") || c.does("publish")),
                    List.of(),
                    "/root/.nuget/packages"),
            new Installer(
                    "apt",
                    c -> false,
                    c -> c.is("apt-get", "apt") && (c.does("install") || c.does("update")),
                    List.of(),
                    List.of("/var/cache/apt", "/var/lib/apt/lists"),
                    true),
            new Installer(
                    "dnf",
                    c -> false,
                    c -> c.is("dnf", "microdnf") && c.does("install"),
                    List.of(),
                    List.of("/var/cache/dnf"),
                    true));

    private static Installer of(
            String name,
            Predicate<ShellCommand> installs,
            Predicate<ShellCommand> uses,
            List<String> manifests,
            String... caches) {
        return new Installer(name, installs, uses, manifests, List.of(caches), false);
    }

    static Optional<Installer> installing(ShellCommand command) {
        return ALL.stream().filter(each -> each.installs.test(command)).findFirst();
    }

    static Optional<Installer> using(ShellCommand command) {
        return ALL.stream().filter(each -> each.uses.test(command)).findFirst();
    }

    /** The manifests of one command: for pip those it names. */
    List<String> manifests(ShellCommand command) {
        if (!name.equals("pip")) {
            return manifests;
        }
        List<String> named = new ArrayList<>();
        List<ShellWord> arguments = command.arguments();
        for (int i = 0; i < arguments.size(); i++) {
            String text = arguments.get(i).text();
            boolean next = text.equals("-r")
                    || text.equals("--requirement")
                    || text.equals("-c")
                    || text.equals("--constraint");
            if (next && i + 1 < arguments.size()) {
                named.add(arguments.get(++i).text());
            } else if (text.startsWith("--requirement=") || text.startsWith("--constraint=")) {
                named.add(text.substring(text.indexOf('=') + 1));
            } else if ((text.startsWith("-r") || text.startsWith("-c")) && text.length() > 2) {
                named.add(text.substring(2));
            }
        }
        return named;
    }

    private static boolean pip(ShellCommand c) {
        boolean module = c.is("python", "python3")
                && c.arguments().size() > 2
                && c.arguments().get(0).is("-m")
                && c.arguments().get(1).is("pip");
        return (c.is("pip", "pip3") || module) && c.operands().stream().anyMatch(each -> each.is("install"));
    }

    /** Operands after a word, those that are values of {@code -r} and {@code -c} not counted. */
    private static int operandsAfter(ShellCommand c, String word) {
        int count = 0;
        boolean after = false;
        boolean value = false;
        for (ShellWord each : c.arguments()) {
            String text = each.text();
            if (after && !value && !text.startsWith("-")) {
                count++;
            }
            value = List.of("-r", "-c", "--requirement", "--constraint", "-i", "--index-url", "--extra-index-url", "-f")
                    .contains(text);
            after |= text.equals(word);
            if (after && (text.equals("-e") || text.equals("--editable"))) {
                count++;
            }
        }
        return count;
    }

    private static boolean bare(ShellCommand c, String... subcommands) {
        return c.operands().size() == 1
                && List.of(subcommands).contains(c.operands().getFirst().text());
    }
}
