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
 * @param declared what the schemas' {@code binaryTargets} say
 * @param problems what keeps something from running, the gravest first
 * @param fixes what to change, each a line for a schema or a Dockerfile
 */
public record PrismaReport(
        Optional<String> prisma,
        Optional<String> expectedTarget,
        Optional<String> libssl,
        Optional<String> libc,
        List<String> declared,
        List<NativeModule> modules,
        List<String> problems,
        List<String> fixes) {
    private static final Pattern VERSION = Pattern.compile("\"version\"\\s*:\\s*\"([^\"]+)\"");
    private static final Pattern TARGETS = Pattern.compile("(?m)^\\s*binaryTargets\\s*=\\s*\\[([^\\]]*)\\]");
    private static final Pattern ENGINE_TYPE = Pattern.compile("(?m)^\\s*engineType\\s*=\\s*\"client\"");
    private static final PrismaVersion NEWEST = new PrismaVersion(6, 19, 0);

    public PrismaReport {
        declared = List.copyOf(declared);
        modules = List.copyOf(modules);
        problems = List.copyOf(problems);
        fixes = List.copyOf(fixes);
    }

    /** @param version overrides what the packages say */
    public static PrismaReport of(
            String architecture, LiveTree tree, NativeFiles files, Optional<PrismaVersion> version) {
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
        String schemas = String.join("\n", files.texts(tree, "schema.prisma").values());
        List<String> declared = declared(schemas);
        Set<String> problems = new LinkedHashSet<>();
        Set<String> fixes = new LinkedHashSet<>();
        if (found.isPresent() && isSystem) {
            engines(assumed, system, modules, schemas, problems, fixes);
        }
        modules.forEach(each -> each.problems().forEach(problem -> problems.add("/" + each.path() + ": " + problem)));
        return new PrismaReport(
                found.map(PrismaVersion::toString),
                found.isPresent() && isSystem ? Optional.of(system.platform().binaryTarget()) : Optional.empty(),
                system.platform().libssl(),
                system.musl() ? Optional.of("musl") : system.glibc().map(each -> "glibc " + each),
                declared,
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

    private static List<String> declared(String schemas) {
        Set<String> targets = new TreeSet<>();
        Matcher matcher = TARGETS.matcher(schemas);
        while (matcher.find()) {
            for (String each : matcher.group(1).split(",")) {
                String target = each.strip().replace("\"", "");
                if (!target.isEmpty()) {
                    targets.add(target);
                }
            }
        }
        return List.copyOf(targets);
    }

    /** Up to 6 both engines are needed, since 6.16 no query engine with {@code engineType = "client"}; in 7 the schema engine alone. */
    private static void engines(
            PrismaVersion version,
            SystemFacts system,
            List<NativeModule> modules,
            String schemas,
            Set<String> problems,
            Set<String> fixes) {
        String expected = system.platform().binaryTarget();
        boolean query = version.major() < 7
                && !(version.atLeast(6, 16) && ENGINE_TYPE.matcher(schemas).find());
        Set<String> there = new TreeSet<>();
        for (NativeModule each : modules) {
            if (each.engine().filter("query"::equals).isPresent()) {
                there.add(each.target().orElse(""));
            }
        }
        if (query && !there.contains(expected)) {
            problems.add("Prisma %s picks %s here, and the image has %s"
                    .formatted(
                            version,
                            expected,
                            there.isEmpty() ? "no query engine" : "query engines for " + String.join(", ", there)));
            fixes.add("generator client: binaryTargets = [\"native\", \"%s\"]".formatted(expected));
        }
        if (query && system.platform().libssl().isEmpty()) {
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

    private static String install(Platform platform) {
        return switch (platform.family().orElse("")) {
            case "alpine" -> "RUN apk add --no-cache openssl";
            case "rhel" -> "RUN dnf install -y openssl && dnf clean all";
            default ->
                "RUN apt-get update && apt-get install -y --no-install-recommends openssl && rm -rf /var/lib/apt/lists/*";
        };
    }
}
