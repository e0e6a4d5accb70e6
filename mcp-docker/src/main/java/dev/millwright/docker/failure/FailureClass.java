package dev.millwright.docker.failure;

/**
 * Why builds fail, the specific before the general: of several classes that a log shows close together the first one
 * decides.
 */
public enum FailureClass {
    DISK_FULL("the disk is full"),
    OOM("a process ran out of memory or was killed for it"),

    DF_PARSE("the Dockerfile cannot be read as one"),
    REF_INVALID("an image reference is not well formed"),
    ARG_REQUIRED("a variable or build argument has no value"),
    RATE_LIMIT("the registry refuses more pulls for now"),
    EXEC_FORMAT("a program or image is for another platform"),
    TLS_CERT("a certificate is not trusted here"),
    REGISTRY_AUTH("the registry denies the image, or does not have its repository"),
    REGISTRY_NET("the registry cannot be reached"),
    BUILDER("the builder itself failed: its cache, its storage or the connection to it"),
    MANIFEST_UNKNOWN("the registry has no such tag or image"),
    COPY_NOT_FOUND("a source of COPY or ADD is not in the build context or stage"),
    ADD_URL("an address of ADD cannot be fetched"),

    APT_KEY("apt does not have or trust the key of a repository"),
    APT_HASH("apt got lists or packages that do not match their hashes"),
    APT_RELEASE_EOL("the release is no longer published where apt looks"),
    APT_CONFIRM("a package manager asked a question and nobody could answer"),
    APT_FETCH("apt could not fetch lists or packages"),
    APT_NO_PKG("apt knows no package of this name or version"),
    APT_UNMET("the dependencies of packages cannot be met together"),
    DPKG_SCRIPT("a package's own script failed while it was installed"),
    APK_NET("apk could not fetch or trust its index"),
    APK_MISSING("apk knows no package of this name or version"),
    YUM_RPMDB("the rpm database or a key of a repository is not usable"),
    YUM_REPO("a repository of yum or dnf cannot be reached, mostly for the release's end"),
    YUM_NO_PKG("yum or dnf knows no package of this name"),
    PACMAN("pacman could not complete its transaction"),

    PRISMA_ENGINE("Prisma's engine does not fit the image"),
    OPENSSL_LEGACY("an old bundler uses a hash that OpenSSL 3 refuses"),
    NODESOURCE_EOL("NodeSource no longer supports the release"),
    NPM_GIT("a dependency is fetched with git, which is missing or has no access"),
    NPM_CI_LOCK("the lock file is missing or does not match package.json"),
    NPM_ENGINE("a package wants another version of Node"),
    NPM_ERESOLVE("peer dependencies contradict each other"),
    BOWER("bower cannot resolve a package"),
    NODE_GYP("a native Node module could not be compiled"),
    NPM_PERM("npm may not write where it wants to"),
    NPM_NET("the npm registry cannot be reached"),
    NPM_404("the npm registry has no such package or version, or denies it"),

    SHARED_LIB("a shared library is missing or of another version"),
    SHELL_SYNTAX("the shell does not know this syntax"),
    GIT_AUTH("git needs credentials, or a protocol that is shut down"),
    PY_EXT_MANAGED("the system's Python does not let pip install"),
    PY_REQFILE("a requirements file is not in the image yet"),
    PY_VERSION("a Python package wants another version of Python"),
    PY_CONFLICT("versions of Python packages contradict each other"),
    PY_BUILD_EXT("a Python extension could not be compiled"),
    CONDA("conda cannot resolve the environment"),

    RUBY_VERSION("a gem or the Gemfile wants another version of Ruby"),
    COMPOSER("composer cannot resolve the requirements"),
    MAVEN_501("a Maven repository is asked over HTTP, which it refuses"),
    MAVEN_DEP("a dependency of a Java build cannot be had"),
    MAVEN_BUILD("a Java build failed, or wants another JDK"),
    DOTNET("a .NET build failed"),
    GO_VERSION("a module wants a newer Go"),
    GO_MODSUM("go.sum does not match what is downloaded"),
    DNS_NET("a host cannot be resolved or reached"),
    PY_NO_DIST("no distribution of a Python package fits"),
    BUNDLER("bundler or a gem could not be installed"),
    GO_MOD("a Go package or module is not found"),
    GO_COMPILE("Go code does not compile"),
    RUST("a Rust build failed"),
    ELIXIR("a mix build failed"),
    HASKELL("a Haskell build failed"),
    R("an R package could not be installed"),
    JULIA("a Julia package could not be installed"),
    PERL("a Perl module could not be installed"),

    CONF_MISSING("a header, library or tool that a build looks for is missing"),
    CHECKSUM("a file is not the one that was expected"),
    HTTP_404("an address no longer has the file"),
    ARCHIVE_BAD("what was downloaded is no archive"),
    USER_EXISTS("a user or group is there already, or is not there"),
    DOCKER_IN_BUILD("the step needs a daemon or privileges a build does not have"),
    APT_GENERIC("apt failed"),
    CMD_NOT_FOUND("a program is not in the image, or cannot be started"),
    PERM("the user of the step may not do this"),
    NODE_OTHER("a Node program or build failed"),
    PY_IMPORT("a Python module is not installed"),
    TEST_FAIL("tests failed"),
    NO_SUCH_FILE("a file or folder is not there"),
    USAGE("a command is called in a way it does not know"),
    COMPILE_ERR("code does not compile or link"),
    NPM_LIFECYCLE("a script of package.json failed"),
    PY_OTHER("a Python program failed"),
    EXIT_EXPLICIT("the step ended itself with a failure and said nothing more"),
    GENERIC("no known cause");

    private final String meaning;

    FailureClass(String meaning) {
        this.meaning = meaning;
    }

    /** For a person, without the name of what is missing. */
    public String meaning() {
        return meaning;
    }
}
