package dev.millwright.docker.layers;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a path says a file is for, where an image that runs can do without it. */
final class PathKind {
    /** Folders by their place in the image; each is what its package manager fills again by itself. */
    private static final List<String> CACHES = List.of(
            "var/lib/apt/lists",
            "var/cache/apt",
            "var/cache/debconf",
            "var/cache/apk",
            "etc/apk/cache",
            "var/cache/yum",
            "var/cache/dnf",
            "var/cache/zypp",
            "var/cache/pacman/pkg",
            "usr/local/share/.cache",
            "usr/local/cargo/registry",
            "usr/local/cargo/git",
            "usr/local/bundle/cache",
            "go/pkg/mod/cache",
            "opt/conda/pkgs",
            "var/lib/dnf/history");

    /** Folders of a home. */
    private static final List<String> HOME_CACHES = List.of(
            ".cache",
            ".npm",
            ".yarn/berry/cache",
            ".m2/repository",
            ".gradle/caches",
            ".ivy2/cache",
            ".cargo/registry",
            ".composer/cache",
            ".nuget/packages",
            ".gem/cache",
            ".bundle/cache");

    private static final Set<String> VERSION_CONTROL = Set.of(".git", ".svn", ".hg", ".bzr");
    private static final Set<String> TESTS = Set.of("test", "tests", "__tests__", "spec");
    private static final List<String> LIBRARIES =
            List.of("node_modules/", "site-packages/", "dist-packages/", "/gems/");
    private static final List<String> DOCUMENTATION = List.of(
            "usr/share/doc/", "usr/share/man/", "usr/share/info/", "usr/local/share/man/", "usr/share/gtk-doc/");
    private static final List<String> TOOL_FOLDERS = List.of(
            "usr/include/",
            "usr/local/include/",
            "usr/lib/gcc/",
            "usr/libexec/gcc/",
            "usr/lib/llvm-",
            "usr/local/go/",
            "usr/local/rustup/",
            "root/.rustup/",
            "usr/share/maven/",
            "opt/gradle/",
            "usr/share/cmake");
    private static final Set<String> TOOLS =
            Set.of("gcc", "g++", "cc", "c++", "cc1", "ld", "as", "make", "cmake", "ninja", "clang", "gdb", "rustc");

    private PathKind() {}

    static Optional<Cause> of(String path) {
        if (cache(path).isPresent()) {
            return Optional.of(Cause.PACKAGE_CACHE);
        }
        boolean library = LIBRARIES.stream().anyMatch(path::contains);
        int from = 0;
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', from)) {
            String part = path.substring(from, slash);
            if (VERSION_CONTROL.contains(part)) {
                return Optional.of(Cause.VERSION_CONTROL);
            } else if (library && TESTS.contains(part)) {
                return Optional.of(Cause.TESTS);
            }
            from = slash + 1;
        }
        if (DOCUMENTATION.stream().anyMatch(path::startsWith)) {
            return Optional.of(Cause.DOCUMENTATION);
        }
        boolean tool = TOOL_FOLDERS.stream().anyMatch(path::startsWith)
                || path.startsWith("usr/") && (path.endsWith(".a") && path.contains("lib") || isTool(path));
        return tool ? Optional.of(Cause.BUILD_TOOLS) : Optional.empty();
    }

    /** {@code usr/bin/x86_64-linux-gnu-gcc-12} is one too. */
    private static boolean isTool(String path) {
        if (!path.contains("bin/")) {
            return false;
        }
        String name = path.substring(path.lastIndexOf('/') + 1).replaceFirst("-\\d+(\\.\\d+)*$", "");
        return TOOLS.contains(name.substring(name.lastIndexOf("-gnu-") < 0 ? 0 : name.lastIndexOf("-gnu-") + 5));
    }

    /** The folder that is a package manager's cache, for what lies in one. */
    static Optional<String> cache(String path) {
        for (String each : CACHES) {
            if (path.startsWith(each) && path.length() > each.length() && path.charAt(each.length()) == '/') {
                return Optional.of(each);
            }
        }
        String home = home(path);
        if (!home.isEmpty()) {
            for (String each : HOME_CACHES) {
                if (path.startsWith(each + "/", home.length())) {
                    return Optional.of(home + each);
                }
            }
        }
        return Optional.empty();
    }

    /** {@code root/}, {@code home/NAME/}, or empty. */
    private static String home(String path) {
        if (path.startsWith("root/")) {
            return "root/";
        } else if (path.startsWith("home/")) {
            int slash = path.indexOf('/', "home/".length());
            return slash < 0 ? "" : path.substring(0, slash + 1);
        }
        return "";
    }
}
