package dev.millwright.docker.elf;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A native binary, by what it asks of its system (System V ABI, gABI 4.1; symbol versions as in glibc).
 *
 * @param machine the architecture as Docker names it: {@code amd64}, {@code arm64}, {@code arm}, {@code 386}, {@code riscv64},
 *     {@code ppc64le}, {@code s390x}; {@code machine-N} for others
 * @param interpreter the loader it names; empty for libraries and static programs
 * @param needed names of the libraries it is linked with
 * @param runPath where it looks for them first, as it stands; {@code $ORIGIN} is its own folder
 * @param soname its own name as a library
 * @param wanted symbol versions it needs, as {@code GLIBC_2.34}, {@code OPENSSL_3.0.0}
 * @param defined symbol versions it has
 */
public record ElfFile(
        String machine,
        Optional<String> interpreter,
        List<String> needed,
        List<String> runPath,
        Optional<String> soname,
        Set<String> wanted,
        Set<String> defined) {
    private static final String GLIBC = "GLIBC_";

    public ElfFile {
        needed = List.copyOf(needed);
        runPath = List.copyOf(runPath);
        wanted = java.util.Collections.unmodifiableSet(new TreeSet<>(wanted));
        defined = java.util.Collections.unmodifiableSet(new TreeSet<>(defined));
    }

    /** Whether it was linked for musl, by its loader or C library. */
    public boolean isMusl() {
        return interpreter.filter(each -> each.contains("ld-musl")).isPresent()
                || needed.stream().anyMatch(each -> each.startsWith("libc.musl-") || each.equals("libc.so"));
    }

    /** Whether it was linked for glibc. */
    public boolean isGlibc() {
        return needed.contains("libc.so.6")
                || interpreter.filter(each -> each.contains("ld-linux")).isPresent();
    }

    /** The highest version of glibc whose symbols it needs, as {@code 2.34}. */
    public Optional<String> glibcWanted() {
        return highest(wanted);
    }

    /** Of a C library: the highest version whose symbols it has. */
    public Optional<String> glibcDefined() {
        return highest(defined);
    }

    private static Optional<String> highest(Set<String> versions) {
        return versions.stream()
                .filter(each -> each.matches(GLIBC + "\\d+(\\.\\d+)+"))
                .map(each -> each.substring(GLIBC.length()))
                .max(ElfFile::compare);
    }

    /** Compares versions number by number: 2.4 is older than 2.34. */
    public static int compare(String one, String other) {
        String[] a = one.split("\\.");
        String[] b = other.split("\\.");
        for (int i = 0; i < Math.max(a.length, b.length); i++) {
            int order = Long.compare(i < a.length ? number(a[i]) : 0, i < b.length ? number(b[i]) : 0);
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    private static long number(String digits) {
        return digits.length() > 18 ? Long.MAX_VALUE : Long.parseLong(digits);
    }
}
