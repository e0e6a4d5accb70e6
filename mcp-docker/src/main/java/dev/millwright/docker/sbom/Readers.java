package dev.millwright.docker.sbom;

import java.util.List;
import java.util.Set;

/** All kinds of files that tell of packages, in the order in which they are asked. */
final class Readers {
    /** What is installed. */
    static final List<PackageReader> INSTALLED = List.of(
            new OsRelease(),
            new DpkgStatus(),
            new ApkInstalled(),
            new RpmDatabase(),
            new NodePackage(),
            new PythonPackage(),
            new Gemspec(),
            new ComposerPackages(false),
            new JavaArchive(JavaArchive.MOST_UNPACKED));

    /** What a project asks for. */
    static final List<PackageReader> LOCKED = List.of(
            new LockFile(Set.of("package-lock.json", "npm-shrinkwrap.json"), NpmLock::read),
            new LockFile("yarn.lock", YarnLock::read),
            new LockFile("pnpm-lock.yaml", PnpmLock::read),
            new LockFile("requirements.txt", PythonLock::requirements),
            new LockFile("Pipfile.lock", PythonLock::pipfile),
            new LockFile(Set.of("poetry.lock", "uv.lock", "pdm.lock", "pylock.toml"), PythonLock::toml),
            new LockFile("pom.xml", JavaBuild::pom),
            new LockFile(Set.of("gradle.lockfile", "buildscript-gradle.lockfile"), JavaBuild::gradle),
            new LockFile("go.mod", GoModule::mod),
            new LockFile("go.sum", GoModule::sum),
            new LockFile("Cargo.lock", CargoLock::read),
            new LockFile(Set.of("Gemfile.lock", "gems.locked"), GemfileLock::read),
            new ComposerPackages(true));

    /** Asked last, only for files that can be executed. */
    static final PackageReader PROGRAM = new NativeProgram();

    private Readers() {}

    /** Whether a file could tell of packages that its own package told of already. */
    static boolean couldTell(String path) {
        return path.indexOf('.', path.lastIndexOf('/') + 1) < 0
                || INSTALLED.stream().anyMatch(each -> each.wants(path));
    }

    /** Where {@code bin} and {@code lib} are links into {@code usr}, a package's list may name either. */
    static String plain(String path) {
        String relative = path.startsWith("./") ? path.substring(2) : path.startsWith("/") ? path.substring(1) : path;
        return relative.startsWith("usr/lib") || relative.startsWith("usr/bin") || relative.startsWith("usr/sbin")
                ? relative.substring("usr/".length())
                : relative;
    }
}
