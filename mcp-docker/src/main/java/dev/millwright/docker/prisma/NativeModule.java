package dev.millwright.docker.prisma;

import dev.millwright.docker.elf.ElfFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A native binary and what keeps it from running.
 *
 * @param path without leading slash
 * @param engine {@code query} or {@code schema} of Prisma
 * @param target what an engine was built for, as its name says
 * @param architecture as Docker names it
 * @param libc {@code musl}, {@code glibc 2.28} or {@code none}
 * @param libssl the library of OpenSSL that it is linked with
 */
public record NativeModule(
        String path,
        Optional<String> engine,
        Optional<String> target,
        String architecture,
        String libc,
        Optional<String> libssl,
        List<String> problems) {
    public NativeModule {
        problems = List.copyOf(problems);
    }

    /** @param system whether there is one around it at all: a folder of a project has none */
    static NativeModule of(String path, ElfFile binary, SystemFacts facts, boolean system) {
        Optional<Engine> engine = Engine.of(path);
        String libc = binary.isMusl()
                ? "musl"
                : binary.glibcWanted().map(each -> "glibc " + each).orElse(binary.isGlibc() ? "glibc" : "none");
        return new NativeModule(
                path,
                engine.map(each -> each.kind() == Engine.Kind.QUERY ? "query" : "schema"),
                engine.map(Engine::target),
                binary.machine(),
                libc,
                binary.needed().stream()
                        .filter(each -> each.startsWith("libssl.so"))
                        .findFirst(),
                system ? problems(path, binary, facts) : List.of());
    }

    /** @param folder without a leading slash */
    boolean isIn(String folder) {
        return path.startsWith(folder + "/");
    }

    private static List<String> problems(String path, ElfFile binary, SystemFacts facts) {
        List<String> problems = new ArrayList<>();
        String architecture = facts.platform().architecture().replaceFirst("/.*", "");
        if (!architecture.isEmpty() && !binary.machine().equals(architecture)) {
            problems.add("built for %s, the image is %s".formatted(binary.machine(), architecture));
            return problems;
        }
        if (binary.isGlibc() && facts.musl() && facts.glibc().isEmpty()) {
            problems.add("linked with glibc, the image has musl");
            return problems;
        } else if (binary.isMusl() && !facts.musl()) {
            problems.add("linked with musl, the image has %s"
                    .formatted(facts.glibc().map(each -> "glibc " + each).orElse("no C library")));
            return problems;
        }
        Optional<String> wanted = binary.glibcWanted();
        if (wanted.isPresent()
                && facts.glibc().isPresent()
                && ElfFile.compare(wanted.get(), facts.glibc().get()) > 0) {
            problems.add("needs glibc %s, the image has %s"
                    .formatted(wanted.get(), facts.glibc().get()));
        }
        String folder = path.substring(0, Math.max(0, path.lastIndexOf('/')));
        for (String each : binary.needed()) {
            if (!facts.finds(each, folder, binary.runPath())) {
                problems.add("needs %s, which the image does not have%s".formatted(each, instead(each, facts)));
            }
        }
        return problems;
    }

    /** Another version of the same library, or the place where it lies unseen. */
    private static String instead(String library, SystemFacts facts) {
        if (facts.libraries().containsKey(library)) {
            return " where its loader looks: only in /"
                    + String.join(", /", facts.libraries().get(library));
        }
        String stem = library.substring(0, Math.max(library.indexOf(".so"), 0)) + ".so.";
        List<String> others = facts.libraries().keySet().stream()
                .filter(each -> each.startsWith(stem))
                .sorted()
                .toList();
        return others.isEmpty() ? "" : "; it has " + String.join(", ", others);
    }
}
