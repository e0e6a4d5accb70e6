package dev.millwright.docker.prisma;

import dev.millwright.docker.archive.EntryType;
import dev.millwright.docker.archive.LiveFile;
import dev.millwright.docker.archive.LiveTree;
import dev.millwright.docker.elf.ElfFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a file system offers native modules.
 *
 * @param platform what Prisma would take it for
 * @param musl whether musl's loader is there
 * @param glibc the highest version whose symbols the C library has, as {@code 2.36}
 * @param libraries folders of each library, by its file's name
 */
record SystemFacts(Platform platform, boolean musl, Optional<String> glibc, Map<String, Set<String>> libraries) {
    /** Since when {@code /usr/lib} is searched (prisma/prisma 6.1.0). */
    private static final PrismaVersion USR_LIB = new PrismaVersion(6, 1, 0);

    static SystemFacts of(String architecture, LiveTree tree, NativeFiles files, PrismaVersion version) {
        Map<String, Set<String>> libraries = new HashMap<>();
        boolean musl = false;
        for (LiveFile each : tree.all()) {
            String name = each.path().substring(each.path().lastIndexOf('/') + 1);
            if (each.entry().type() != EntryType.DIRECTORY && (name.endsWith(".so") || name.contains(".so."))) {
                libraries
                        .computeIfAbsent(name, any -> new TreeSet<>())
                        .add(each.path().substring(0, Math.max(0, each.path().lastIndexOf('/'))));
                musl |= name.matches("ld-musl-.*\\.so\\.1");
            }
        }
        Platform platform =
                Platform.of(architecture, files.text(tree, "etc/os-release").orElse(""));
        Optional<String> glibc = libraries.getOrDefault("libc.so.6", Set.of()).stream()
                .flatMap(folder -> files.binary(tree, folder + "/libc.so.6").stream())
                .flatMap(each -> each.glibcDefined().stream())
                .max(ElfFile::compare);
        return new SystemFacts(
                platform.with(libssl(platform, tree, files, libraries, version)), musl, glibc, libraries);
    }

    /** The search of Prisma, in its order: folders of the family, ldconfig, folders of any, the openssl program. */
    private static Optional<String> libssl(
            Platform platform,
            LiveTree tree,
            NativeFiles files,
            Map<String, Set<String>> libraries,
            PrismaVersion version) {
        String multiarch = platform.machine() + "-linux-gnu";
        List<String> own = switch (platform.family().orElse("")) {
            case "debian" -> List.of("usr/lib/" + multiarch, "lib/" + multiarch);
            case "rhel" -> List.of("lib64", "usr/lib64");
            default -> List.of(); // also of Alpine: the branch for it asks for another name and never matches
        };
        List<String> any = new ArrayList<>(List.of("lib64", "usr/lib64", "lib"));
        if (version.atLeast(USR_LIB.major(), USR_LIB.minor())) {
            any.add("usr/lib");
        }
        return in(own, tree, libraries)
                .or(() -> files.text(tree, "etc/ld.so.cache").flatMap(SystemFacts::cached))
                .or(() -> in(any, tree, libraries))
                .or(() -> files.text(tree, "usr/bin/openssl").flatMap(Platform::openssl));
    }

    private static Optional<String> in(List<String> folders, LiveTree tree, Map<String, Set<String>> libraries) {
        for (String folder : folders) {
            String real = tree.resolve(folder).map(LiveFile::path).orElse(folder);
            Optional<String> found = libraries.entrySet().stream()
                    .filter(each -> each.getKey().startsWith("libssl.so.")
                            && !each.getKey().startsWith("libssl.so.0")
                            && each.getValue().contains(real))
                    .map(Map.Entry::getKey)
                    .sorted()
                    .findFirst();
            if (found.isPresent()) {
                return Platform.libssl(found.get());
            }
        }
        return Optional.empty();
    }

    /** What {@code ldconfig -p} prints comes from this file; the lowest version is taken. */
    private static Optional<String> cached(String cache) {
        Set<String> names = new TreeSet<>();
        for (int at = cache.indexOf("libssl.so."); at >= 0; at = cache.indexOf("libssl.so.", at + 1)) {
            int end = Math.max(at, cache.indexOf('\0', at));
            names.add(cache.substring(at, end));
        }
        names.removeIf(each -> each.startsWith("libssl.so.0"));
        return Platform.libssl(String.join("\n", names));
    }

    /** Whether a library is where a loader finds it for a binary in that folder. */
    boolean finds(String library, String folder, List<String> runPath) {
        if (musl && library.startsWith("libc.musl-")) {
            return true;
        }
        for (String each : libraries.getOrDefault(library, Set.of())) {
            if (each.matches("(usr/)?(local/)?lib(64|32)?(/[^/]+-linux-[^/]+)?")
                    || runPath.stream().anyMatch(path -> leads(path, folder, each))) {
                return true;
            }
        }
        return false;
    }

    private static boolean leads(String path, String origin, String folder) {
        String full = path.replace("${ORIGIN}", "$ORIGIN").replace("$ORIGIN", "/" + origin);
        return java.nio.file.Path.of("/" + full).normalize().toString().equals("/" + folder);
    }
}
