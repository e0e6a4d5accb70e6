package dev.millwright.docker.failure;

import static java.util.Map.entry;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** What mends pip, conda and Python programs. */
final class PythonFixes {
    static final Map<FailureClass, Consumer<Proposals>> ALL = Map.ofEntries(
            entry(FailureClass.PY_EXT_MANAGED, PythonFixes::managed),
            entry(FailureClass.PY_REQFILE, PythonFixes::requirements),
            entry(FailureClass.PY_VERSION, PythonFixes::version),
            entry(FailureClass.PY_CONFLICT, PythonFixes::conflict),
            entry(FailureClass.PY_BUILD_EXT, PythonFixes::extension),
            entry(FailureClass.PY_NO_DIST, PythonFixes::distribution),
            entry(FailureClass.PY_IMPORT, PythonFixes::module),
            entry(FailureClass.PY_OTHER, PythonFixes::other),
            entry(FailureClass.CONDA, PythonFixes::conda));

    /** Modules whose package has another name. */
    private static final Map<String, String> MODULES = Map.ofEntries(
            entry("yaml", "pyyaml"),
            entry("PIL", "pillow"),
            entry("cv2", "opencv-python-headless"),
            entry("sklearn", "scikit-learn"),
            entry("bs4", "beautifulsoup4"),
            entry("dotenv", "python-dotenv"),
            entry("psycopg2", "psycopg2-binary"),
            entry("MySQLdb", "mysqlclient"),
            entry("Crypto", "pycryptodome"),
            entry("jwt", "pyjwt"),
            entry("dateutil", "python-dateutil"),
            entry("git", "gitpython"),
            entry("pkg_resources", "setuptools<81"),
            entry("distutils", "setuptools"),
            entry("magic", "python-magic"),
            entry("serial", "pyserial"),
            entry("google.protobuf", "protobuf"),
            entry("OpenSSL", "pyopenssl"),
            entry("attr", "attrs"),
            entry("skimage", "scikit-image"));

    private PythonFixes() {}

    private static void managed(Proposals p) {
        p.before(
                        "venv",
                        0.8,
                        "Install into an environment of its own.",
                        (p.distribution() == Distribution.DEBIAN
                                        ? Distribution.DEBIAN.install("python3-venv") + "\n"
                                        : "")
                                + "RUN python3 -m venv /opt/venv\nENV PATH=/opt/venv/bin:$PATH")
                .rewrite(
                        "break-system-packages",
                        0.6,
                        "Let pip write beside the distribution's packages; an image has no other user of them.",
                        text -> text.replaceAll(
                                "\\b(pip3?|python3? -m pip) install\\b", "$1 install --break-system-packages"));
    }

    private static void requirements(Proposals p) {
        String file = p.subject("requirements.txt");
        Optional<String> near =
                Nearest.of(file.replaceFirst("^.*/", ""), p.around().paths());
        String source = near.orElse(file.replaceFirst("^/.*/", ""));
        p.before(
                        "copy-requirements",
                        0.85,
                        "Copy " + source + " before it is read.",
                        "COPY " + source + " " + (file.contains("/") ? file : "./" + file))
                .advise("workdir", 0.3, "Check WORKDIR: the file may be in another folder of the image.");
    }

    private static void version(Proposals p) {
        String wanted = p.subjects().stream()
                .flatMap(each -> Rewrites.versionIn(each.replaceAll(".*Requires-Python\\s*", ""), 2).stream())
                .filter(each -> each.startsWith("3.") && each.length() > 3 || each.equals("3.9"))
                .findFirst()
                .orElse("3.12");
        p.from(
                        "python-version",
                        0.7,
                        "Use the Python the package asks for: python:" + wanted + ".",
                        Rewrites.version(List.of("python"), wanted))
                .advise(
                        "older-pin",
                        0.5,
                        "Or pin the last version of " + p.subject("the package") + " that supports this Python.");
    }

    private static void conflict(Proposals p) {
        if (p.says("cannot uninstall")) {
            p.rewrite(
                    "ignore-installed",
                    0.8,
                    "Install over what the distribution installed.",
                    text -> text.replaceAll("\\b(pip3?) install\\b", "$1 install --ignore-installed " + p.subject("")));
        }
        p.advise("relax-pins", 0.6, "Relax the pins that contradict each other: " + p.subject("see the evidence") + ".")
                .advise(
                        "constraints",
                        0.3,
                        "Give pip a constraints file with versions that are known to fit (pip install -c).");
    }

    private static void extension(Proposals p) {
        Distribution on = p.distribution();
        Set<String> packages = new LinkedHashSet<>();
        p.subjects()
                .forEach(each -> Packages.header(each, on)
                        .or(() -> each.contains("/") && each.endsWith(".h")
                                ? Optional.empty()
                                : Packages.program(each, on))
                        .ifPresent(packages::add));
        p.step().lines().stream()
                .skip(Math.max(0, p.step().lines().size() - 200))
                .flatMap(line -> Signatures.find(line, 0).stream())
                .filter(hit -> hit.kind() == FailureClass.CONF_MISSING || hit.kind() == FailureClass.CMD_NOT_FOUND)
                .forEach(hit -> Packages.header(hit.subject(), on)
                        .or(() -> Packages.program(hit.subject(), on))
                        .ifPresent(packages::add));
        if (p.logHas("gcc") || p.logHas("unable to execute") || packages.isEmpty()) {
            Packages.program("gcc", on).ifPresent(packages::add);
        }
        if (p.logHas("gcc") && packages.size() == 1) {
            Packages.header("Python.h", on).ifPresent(packages::add);
        }
        String names = String.join(" ", packages);
        p.install("install-headers", 0.8, "Install what the extension is compiled with: " + names + ".", names)
                .advise(
                        "binary-wheel",
                        0.4,
                        "Take a version that has a wheel for this Python and platform, or a -binary variant (psycopg2-binary).");
        if (on == Distribution.ALPINE) {
            p.advise("debian-base", 0.4, "Use a Debian base: most wheels are for glibc, Alpine compiles them.");
        }
    }

    private static void distribution(Proposals p) {
        String name = p.subject("the package");
        String bare = name.replaceAll("[<>=!~\\[].*$", "");
        p.rewrite(
                        "pip-unpin",
                        0.5,
                        "Take the newest version that fits.",
                        text -> text.replaceAll("(?<=[\\s\"'])" + Pattern.quote(bare) + "==[^\\s\"']+", bare))
                .advise(
                        "relax-pin",
                        0.5,
                        "No file of " + name
                                + " fits this Python and platform: relax the pin, or change the base image's Python.")
                .advise(
                        "package-name",
                        0.25,
                        "Check the spelling of " + bare + " and the index it is on (--index-url).");
    }

    private static void module(Proposals p) {
        String module = p.subject("the module");
        String top = module.contains(".") && !MODULES.containsKey(module)
                ? module.substring(0, module.indexOf('.'))
                : module;
        String name = MODULES.getOrDefault(module, MODULES.getOrDefault(top, top));
        p.before("pip-install", 0.7, "Install " + name + ".", "RUN pip install --no-cache-dir '" + name + "'")
                .advise(
                        "copy-module",
                        0.4,
                        "If " + top + " is code of yours: copy it before this step, and set WORKDIR or PYTHONPATH.");
    }

    private static void other(Proposals p) {
        if (p.logHas("poetry.lock") || p.logHas("pyproject.toml changed")) {
            p.before("poetry-lock", 0.6, "Write the lock file anew.", "RUN poetry lock");
        } else if (p.logHas("pipfile.lock")) {
            p.advise("pipenv-lock", 0.7, "Run pipenv lock outside and commit Pipfile.lock.");
        } else if (p.logHas("--no-dev")) {
            p.rewrite("poetry-only-main", 0.9, "Poetry 2 says --only main.", Rewrites.plain("--no-dev", "--only main"));
        }
        p.advise("traceback", 0.4, "The last line of the traceback says why: " + p.subject("see the evidence"));
    }

    private static void conda(Proposals p) {
        p.rewrite(
                        "conda-forge",
                        0.55,
                        "Look in conda-forge too.",
                        text -> text.contains("conda-forge")
                                ? text
                                : text.replaceFirst("\\b(conda|mamba) (install|create)\\b", "$1 $2 -c conda-forge"))
                .advise(
                        "conda-pins",
                        0.5,
                        "Drop build numbers and platform packages from environment.yml: conda env export --from-history.");
    }
}
