package dev.millwright.docker.failure;

import static dev.millwright.docker.failure.FailureClass.CONDA;
import static dev.millwright.docker.failure.FailureClass.PY_BUILD_EXT;
import static dev.millwright.docker.failure.FailureClass.PY_CONFLICT;
import static dev.millwright.docker.failure.FailureClass.PY_EXT_MANAGED;
import static dev.millwright.docker.failure.FailureClass.PY_IMPORT;
import static dev.millwright.docker.failure.FailureClass.PY_NO_DIST;
import static dev.millwright.docker.failure.FailureClass.PY_OTHER;
import static dev.millwright.docker.failure.FailureClass.PY_REQFILE;
import static dev.millwright.docker.failure.FailureClass.PY_VERSION;
import static dev.millwright.docker.failure.Signature.on;
import static dev.millwright.docker.failure.Signature.weak;

import java.util.List;

/** What pip, poetry, pipenv, conda and Python itself say. */
final class PythonSignatures {
    static final List<Signature> ALL = List.of(
            on(PY_EXT_MANAGED, "externally-managed-environment"),
            on(PY_EXT_MANAGED, "this environment is externally managed"),
            on(PY_REQFILE, "could not open requirements file", "Could not open requirements file: .*'([^']+)'"),
            on(PY_VERSION, "requires a different python", "requires a different Python: \\S+ not in '([^']+)'"),
            on(
                    PY_VERSION,
                    "require a different python version",
                    "Ignored the following versions that require a different python version: (.*)"),
            on(PY_VERSION, "running python is", "requires Python '?([^' ]+)'? but the running Python is"),
            on(
                    PY_VERSION,
                    "current project's supported python range",
                    "current project's supported Python range \\(([^)]+)\\)"),
            on(
                    PY_VERSION,
                    "is not supported by the project",
                    "(?i)python version \\(?([0-9.]+)\\)? is not (?:allowed|supported) by the project"),
            on(
                    PY_VERSION,
                    "requires python",
                    "(?i)^(?:error|runtimeerror|sys\\.exit)?.*?(\\S+) requires python ([><=~!0-9.,' ]+)"),
            on(PY_CONFLICT, "resolutionimpossible", "ResolutionImpossible"),
            on(
                    PY_CONFLICT,
                    "conflicting dependencies",
                    "Cannot install (.*) because these package versions have conflicting dependencies"),
            on(PY_CONFLICT, "cannot uninstall", "Cannot uninstall '?([\\w.-]+)'?"),
            on(PY_CONFLICT, "version solving failed"),
            on(PY_CONFLICT, "which is incompatible", "^ERROR: (\\S+) .*which is incompatible\\.$"),
            on(PY_CONFLICT, "double requirement given", "Double requirement given: (\\S+)"),
            on(PY_BUILD_EXT, "python.h", "(Python\\.h): No such file"),
            on(PY_BUILD_EXT, "pg_config", "(pg_config) (?:executable )?(?:not found|is required)"),
            on(PY_BUILD_EXT, "mysql_config", "(mysql_config)(?: not found|: not found|.*returned non-zero)"),
            on(PY_BUILD_EXT, "pkg-config name", "Specify MYSQLCLIENT_CFLAGS|(mysqlclient).*pkg-config"),
            on(PY_BUILD_EXT, "ffi.h", "(ffi\\.h): No such file"),
            on(PY_BUILD_EXT, "failed building wheel", "Failed building wheel for (\\S+)"),
            on(PY_BUILD_EXT, "failed to build installable wheels"),
            on(PY_BUILD_EXT, "could not build wheels", "Could not build wheels for ([^ ,]+)"),
            on(PY_BUILD_EXT, "error: command '", "(?i)error: command '([^']*(?:gcc|cc|g\\+\\+|clang|cl)[^']*)' failed"),
            on(PY_BUILD_EXT, "unable to execute '", "unable to execute '([^']*)'"),
            on(PY_BUILD_EXT, "rust compiler", "(?i)(?:can't find|requires|need).*(rust) compiler"),
            on(PY_BUILD_EXT, "metadata-generation-failed"),
            on(
                    PY_BUILD_EXT,
                    "did not run successfully",
                    "(?:Getting requirements to build|pip subprocess to install|setup\\.py|Preparing|Building|Running setup\\.py).*did not run successfully"),
            on(PY_BUILD_EXT, "egg_info", "python setup\\.py egg_info.*(?:did not run|failed with error)"),
            on(PY_BUILD_EXT, "subprocess-exited-with-error"),
            on(PY_BUILD_EXT, "libxml/xmlversion.h", "(libxml/xmlversion\\.h)"),
            on(PY_NO_DIST, "no matching distribution found for", "No matching distribution found for ([^\\s(]+)"),
            on(PY_NO_DIST, "is not a supported wheel on this platform", "(\\S+\\.whl) is not a supported wheel"),
            on(
                    PY_NO_DIST,
                    "could not find a version that satisfies",
                    "Could not find a version that satisfies the requirement ([^\\s(]+)"),
            on(PY_IMPORT, "modulenotfounderror", "ModuleNotFoundError: No module named '?([\\w.]+)'?"),
            on(PY_IMPORT, "no module named", "(?:ImportError:|python\\S*:|Error:).*No module named '?([\\w.]+)'?"),
            on(PY_IMPORT, "cannot import name", "ImportError: cannot import name '?([\\w.]+)'?"),
            on(CONDA, "resolvepackagenotfound"),
            on(CONDA, "conda", "^\\s*(Conda\\w*Error)"),
            weak(CONDA, "solving environment: failed", "Solving environment: failed\\s*$"),
            on(CONDA, "libmamba", "(?:critical|error) +libmamba (.*)"),
            on(CONDA, "unsatisfiableerror"),
            on(CONDA, "packagesnotfounderror"),
            on(CONDA, "libmambaunsatisfiableerror"),
            on(CONDA, "condahttperror", "CondaHTTPError: (.*)"),
            on(CONDA, "environmentfilenotfound"),
            on(CONDA, "nothing provides requested", "nothing provides requested (\\S+)"),
            on(CONDA, "run 'conda init'", "(?i)run 'conda init' before"),
            weak(PY_OTHER, "traceback (most recent call last)", "Traceback \\(most recent call last\\)"),
            weak(PY_OTHER, "error: ", "^[\\w.]+(?:Error|Exception): (.+)$"),
            on(PY_OTHER, "pyproject.toml changed significantly"),
            on(PY_OTHER, "poetry.lock", "(?i)poetry\\.lock.*(?:not (?:up to date|compatible)|out of date)"),
            on(PY_OTHER, "pipfile.lock", "Pipfile\\.lock.*(?:out of date|not found)"),
            on(PY_OTHER, "error: failed to solve with", "pipenv\\.\\S+|\\[pipenv"),
            on(PY_OTHER, "poetry could not find a pyproject.toml"),
            on(PY_OTHER, "could not be installed", "current project could not be installed: (.*)"),
            on(PY_OTHER, "does not contain any element", "(\\S+) does not contain any element"),
            on(PY_OTHER, "the option \"--no-dev\" does not exist"),
            on(PY_OTHER, "improperlyconfigured", "ImproperlyConfigured: (.*)"));

    private PythonSignatures() {}
}
