package dev.millwright.git.diff;

import java.util.List;
import java.util.Set;

/** What programs write and nobody reads line by line: lock files, minified and generated code. */
final class Noise {
    private static final Set<String> LOCK_FILES = Set.of(
            "package-lock.json",
            "npm-shrinkwrap.json",
            "yarn.lock",
            "pnpm-lock.yaml",
            "bun.lock",
            "deno.lock",
            "Cargo.lock",
            "Gemfile.lock",
            "composer.lock",
            "poetry.lock",
            "Pipfile.lock",
            "uv.lock",
            "pdm.lock",
            "go.sum",
            "flake.lock",
            "mix.lock",
            "pubspec.lock",
            "Podfile.lock",
            "gradle.lockfile",
            "packages.lock.json");

    private static final List<String> ENDS =
            List.of(".min.js", ".min.css", ".min.mjs", ".js.map", ".css.map", ".pb.go", "_pb2.py", ".Designer.cs");

    /** Bytes of a line from which on, on average, nobody wrote it by hand. */
    private static final int LONG_LINE = 500;

    private Noise() {}

    /** By its name alone. */
    static boolean isNamedSo(String path) {
        return LOCK_FILES.contains(path.substring(path.lastIndexOf('/') + 1))
                || ENDS.stream().anyMatch(path::endsWith);
    }

    static boolean isMinified(FileDiff.Texts texts) {
        return isMinified(texts.from()) || isMinified(texts.to());
    }

    private static boolean isMinified(Lines text) {
        return text.count() > 0 && text.end(text.count() - 1) / text.count() > LONG_LINE;
    }
}
