package dev.millwright.docker.prisma;

import dev.millwright.docker.archive.LiveTree;
import dev.millwright.docker.elf.ElfFile;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether Prisma and other native modules run in an image.
 *
 * @param prisma the version found or given; empty where there is no Prisma
 * @param expectedTarget the engines that this version picks here; empty where the file system is no system
 * @param libssl what that version finds
 * @param libc {@code glibc 2.36} or {@code musl}; empty where there is none
 * @param generators of the schemas that are judged
 * @param problems what keeps something from running, the gravest first
 * @param fixes what to change, each a line for a schema or a Dockerfile
 */
public record PrismaReport(
        Optional<String> prisma,
        Optional<String> expectedTarget,
        Optional<String> libssl,
        Optional<String> libc,
        List<Generator> generators,
        List<NativeModule> modules,
        List<String> problems,
        List<String> fixes) {
    private static final Pattern VERSION = Pattern.compile("\"version\"\\s*:\\s*\"([^\"]+)\"");
    /** Folders whose engines serve the command line: clients do not look there (prisma/prisma resolveEnginePath.ts). */
    private static final Pattern COMMAND_LINE = Pattern.compile("(.*/)?node_modules/(@prisma/engines|prisma)/.*");

    /** Of a client whose schema is not there. */
    private static final Generator UNKNOWN =
            new Generator("/", "client", "", Optional.empty(), Optional.empty(), List.of(), List.of());

    private static final PrismaVersion NEWEST = new PrismaVersion(6, 19, 0);

    public PrismaReport {
        generators = List.copyOf(generators);
        modules = List.copyOf(modules);
        problems = List.copyOf(problems);
        fixes = List.copyOf(fixes);
    }

    /**
     * @param version overrides what the packages say
     * @param generators of the schemas to judge
     */
    public static PrismaReport of(
            String architecture,
            LiveTree tree,
            NativeFiles files,
            Optional<PrismaVersion> version,
            List<Generator> generators) {
        Optional<PrismaVersion> found = version.or(() -> installed(tree, files));
        PrismaVersion assumed = found.orElse(NEWEST);
        SystemFacts system = SystemFacts.of(architecture, tree, files, assumed);
        boolean isSystem = files.text(tree, "etc/os-release").isPresent()
                || system.musl()
                || system.glibc().isPresent();
        List<NativeModule> modules = new ArrayList<>();
        for (Map.Entry<String, ElfFile> each : files.binaries(tree).entrySet()) {
            if (!each.getKey().matches(".*/libc(\\.so\\.6|-2\\.\\d+\\.so)|lib/libc.*")) {
                modules.add(NativeModule.of(each.getKey(), each.getValue(), system, isSystem));
            }
        }
        Set<String> problems = new LinkedHashSet<>();
        Set<String> fixes = new LinkedHashSet<>();
        if (found.isPresent() && isSystem) {
            engines(assumed, system, modules, generators, problems, fixes);
        }
        for (Generator each : generators) {
            if (each.provider().equals("prisma-client") && each.output().isEmpty()) {
                problems.add("generator %s of %s: prisma-client needs output".formatted(each.name(), each.schema()));
            }
        }
        modules.forEach(each -> each.problems().forEach(problem -> problems.add("/" + each.path() + ": " + problem)));
        return new PrismaReport(
                found.map(PrismaVersion::toString),
                found.isPresent() && isSystem ? Optional.of(system.platform().binaryTarget()) : Optional.empty(),
                system.platform().libssl(),
                system.musl() ? Optional.of("musl") : system.glibc().map(each -> "glibc " + each),
                generators,
                modules,
                List.copyOf(problems),
                List.copyOf(fixes));
    }

    private static Optional<PrismaVersion> installed(LiveTree tree, NativeFiles files) {
        for (String each :
                List.of("@prisma/client/package.json", "/prisma/package.json", "@prisma/engines/package.json")) {
            for (String text : files.texts(tree, "node_modules/" + each.replaceFirst("^/", ""))
                    .values()) {
                Matcher matcher = VERSION.matcher(text);
                if (matcher.find() && PrismaVersion.of(matcher.group(1)).isPresent()) {
                    return PrismaVersion.of(matcher.group(1));
                }
            }
        }
        return Optional.empty();
    }

    private static void engines(
            PrismaVersion version,
            SystemFacts system,
            List<NativeModule> modules,
            List<Generator> generators,
            Set<String> problems,
            Set<String> fixes) {
        List<Generator> needing = (generators.isEmpty() ? List.of(UNKNOWN) : generators)
                .stream().filter(each -> each.needsQueryEngine(version)).toList();
        for (Generator each : needing) {
            String who = generators.size() > 1 ? "generator %s of %s: ".formatted(each.name(), each.schema()) : "";
            queryEngine(version, system.platform().binaryTarget(), modules, each, generators, who, problems, fixes);
        }
        if (!needing.isEmpty() && system.platform().libssl().isEmpty()) {
            problems.add("Prisma %s finds no libssl and takes 1.1.x for granted".formatted(version));
            fixes.add(install(system.platform()));
        }
        boolean onlyUsrLib = system.platform().family().filter("alpine"::equals).isPresent()
                && system.platform().libssl().isEmpty()
                && system.libraries().keySet().stream().anyMatch(each -> each.startsWith("libssl.so."));
        if (onlyUsrLib && !version.atLeast(6, 1)) {
            fixes.add("upgrade Prisma to 6.1.0 or later: Alpine since 3.21 has libssl in /usr/lib alone, where "
                    + version + " does not look");
        }
    }

    private static void queryEngine(
            PrismaVersion version,
            String expected,
            List<NativeModule> modules,
            Generator generator,
            List<Generator> all,
            String who,
            Set<String> problems,
            Set<String> fixes) {
        Set<String> seen = new TreeSet<>();
        Set<String> unseen = new TreeSet<>();
        for (NativeModule each : seen(modules, generator, all)) {
            if (generator.loads(each.path())) {
                boolean found = !COMMAND_LINE.matcher(each.path()).matches();
                (found ? seen : unseen).add(each.target().orElse(""));
            }
        }
        if (seen.contains(expected)) {
            return;
        }
        String kind = generator
                .engineType()
                .filter("binary"::equals)
                .map(any -> "binary query engine")
                .orElse("query engine");
        String there = seen.isEmpty() ? "no " + kind : kind + "s for " + String.join(", ", seen);
        boolean elsewhere = unseen.contains(expected);
        problems.add("%sPrisma %s picks %s here, and the image has %s%s"
                .formatted(
                        who,
                        version,
                        expected,
                        there,
                        elsewhere ? " where the client looks; what the command line has does not serve it" : ""));
        List<String> declared = generator.binaryTargets();
        boolean made = declared.isEmpty() || declared.contains("native") || declared.contains(expected);
        if (!made || !seen.isEmpty() && !declared.contains(expected)) {
            fixes.add(generator.with(expected));
        }
        if (seen.isEmpty() || elsewhere || declared.contains(expected)) {
            fixes.add("RUN npx prisma generate in the image's last stage, or COPY what it made with its engines");
        }
    }

    /** Query engines that may be the client's: those in its output where that has some, else all that no other has. */
    private static List<NativeModule> seen(List<NativeModule> modules, Generator generator, List<Generator> all) {
        List<NativeModule> engines = modules.stream()
                .filter(each -> each.engine().filter("query"::equals).isPresent())
                .toList();
        List<NativeModule> own = engines.stream()
                .filter(each -> generator.folder().filter(each::isIn).isPresent())
                .toList();
        return !own.isEmpty()
                ? own
                : engines.stream()
                        .filter(each -> all.stream()
                                .noneMatch(other -> other != generator
                                        && other.folder().filter(each::isIn).isPresent()))
                        .toList();
    }

    private static String install(Platform platform) {
        return switch (platform.family().orElse("")) {
            case "alpine" -> "RUN apk add --no-cache openssl";
            case "rhel" -> "RUN dnf install -y openssl && dnf clean all";
            default ->
                "RUN apt-get update && apt-get install -y --no-install-recommends openssl && rm -rf /var/lib/apt/lists/*";
        };
    }
}
