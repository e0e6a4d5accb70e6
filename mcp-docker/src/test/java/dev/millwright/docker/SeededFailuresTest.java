package dev.millwright.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.docker.failure.Edit;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Builds that really fail, and really pass with a fix that was proposed. Shells, npm and the programs of busybox are real;
 * other package managers are scripts on images of busybox: they say what the real ones say; no registry or mirror is
 * reachable.
 */
class SeededFailuresTest {
    private static final String DEBIAN = "millwright-test/debian-like:1";
    private static final String ALPINE = "millwright-test/alpine-like:1";
    private static final String EOL = "millwright-test/debian-stretch-like:1";
    private static final String NODE = "millwright-test/node:1";
    private static final String PYTHON = "millwright-test/python:1";
    private static final String CENTOS = "millwright-test/centos-like:1";
    private static final String DASH = "millwright-test/dash:1";
    private static final String NPM = "millwright-test/npm:1";

    /** @param files paths and contents, in turn */
    private record Seed(String name, String kind, String fix, String dockerfile, String... files) {
        @Override
        public String toString() {
            return name;
        }
    }

    @TempDir
    Path folder;

    private final String tag =
            "millwright-test/seed-" + UUID.randomUUID().toString().substring(0, 12);
    private Path root;
    private Docker docker;

    @BeforeAll
    static void bases() throws IOException {
        base(
                DEBIAN,
                "RUN mkdir -p /etc/apt/apt.conf.d && echo 'deb http://mirror/debian bookworm main' > /etc/apt/sources.list",
                "apt-get",
                "configure",
                "git");
        base(
                EOL,
                "RUN mkdir -p /etc/apt/apt.conf.d && echo 'deb http://deb.debian.org/debian stretch main' > /etc/apt/sources.list",
                "apt-get");
        base(ALPINE, "RUN touch /etc/group", "apk", "adduser", "addgroup");
        base(NODE, "RUN mkdir -p /etc/apt/apt.conf.d && touch /etc/apt/sources.list", "npm", "apt-get");
        base(
                CENTOS,
                "RUN mkdir -p /etc/yum.repos.d && printf 'mirrorlist=http://x\\n#baseurl=http://mirror.centos.org/x\\n' >"
                        + " /etc/yum.repos.d/base.repo",
                "yum");
        programs(
                DASH,
                Map.of("/bin/dash", Path.of("/bin/dash")),
                Optional.empty(),
                "RUN ln -sf dash /bin/sh && rm -f '/bin/[['");
        Path node = Path.of("/usr/bin/node");
        Path npm = Path.of("/usr/bin/npm");
        if (Files.exists(node) && Files.exists(npm)) {
            programs(
                    NPM,
                    Map.of("/bin/node", node),
                    Optional.of(npm.toRealPath().getParent().getParent()),
                    "RUN printf '#!/bin/sh\\nexec /bin/node /modules/bin/npm-cli.js \"$@\"\\n' > /bin/npm && chmod +x /bin/npm");
        } else {
            base(NPM, "RUN true", "npm");
        }
        base(PYTHON, "RUN mkdir -p /etc/apt/apt.conf.d && touch /etc/apt/sources.list", "pip", "python", "apt-get");
    }

    /** An image of programs of this machine, with the libraries they are linked with, on busybox. */
    private static void programs(String name, Map<String, Path> programs, Optional<Path> modules, String more)
            throws IOException {
        Path context = Files.createTempDirectory("base");
        for (Map.Entry<String, Path> each : programs.entrySet()) {
            copy(each.getValue().toRealPath(), context.resolve("root" + each.getKey()));
            for (String word : RealEngine.run(
                            List.of("ldd", each.getValue().toRealPath().toString()))
                    .split("\\s+")) {
                if (word.startsWith("/")) {
                    copy(Path.of(word).toRealPath(), context.resolve("root" + word));
                }
            }
        }
        if (modules.isPresent()) {
            Path from = modules.get().toRealPath();
            try (Stream<Path> files = Files.walk(from)) {
                for (Path each : files.filter(Files::isRegularFile).toList()) {
                    copy(each, context.resolve("root/modules/" + from.relativize(each)));
                }
            }
        }
        Files.writeString(
                context.resolve("Dockerfile"),
                "FROM " + RealEngine.BASE + "\nLABEL dev.millwright.test=dk-build\nCOPY root/ /\n" + more + "\n");
        RealEngine.docker("build", "-q", "--force-rm", "-t", name, context.toString());
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        if (!Files.exists(to)) {
            Files.copy(from, to);
        }
        if (Files.isExecutable(from)) {
            to.toFile().setExecutable(true, false);
        }
    }

    private static void base(String name, String more, String... programs) throws IOException {
        Path context = Files.createTempDirectory("base");
        StringBuilder copies = new StringBuilder();
        for (String each : programs) {
            try (InputStream in = SeededFailuresTest.class.getResourceAsStream("/emulators/" + each)) {
                Files.copy(in, context.resolve(each));
            }
            context.resolve(each).toFile().setExecutable(true, false);
            copies.append("COPY ").append(each).append(" /bin/").append(each).append('\n');
        }
        Files.writeString(
                context.resolve("Dockerfile"),
                "FROM " + RealEngine.BASE + "\nLABEL dev.millwright.test=dk-build\n" + copies + more + "\n");
        RealEngine.docker("build", "-q", "--force-rm", "-t", name, context.toString());
    }

    @AfterAll
    static void clean() {
        for (String each : new String[] {DEBIAN, EOL, ALPINE, NODE, PYTHON, CENTOS, DASH, NPM}) {
            RealEngine.docker("rmi", "-f", each);
        }
    }

    @BeforeEach
    void open() throws IOException {
        root = Files.createDirectories(folder.resolve("root"));
        docker = new Docker(
                folder.resolve("data"),
                RealEngine.reach("{'roots':['" + root + "'],'label':'dev.millwright.test=dk-build'}"));
    }

    @AfterEach
    void close() {
        docker.close();
        if (!RealEngine.docker("images", "-q", tag).isBlank()) {
            RealEngine.docker("rmi", "-f", tag);
        }
    }

    static Stream<Seed> seeds() {
        String base = "FROM " + RealEngine.BASE + "\n";
        return Stream.of(
                new Seed(
                        "a misspelt source",
                        "COPY_NOT_FOUND",
                        "nearest-path",
                        base + "COPY requirments.txt /r\n",
                        "requirements.txt",
                        "x"),
                new Seed(
                        "a source in another folder",
                        "COPY_NOT_FOUND",
                        "nearest-path",
                        base + "COPY app.conf /r\n",
                        "config/app.conf",
                        "x"),
                new Seed(
                        "a source that is ignored",
                        "COPY_NOT_FOUND",
                        "un-ignore",
                        base + "COPY dist/a /r\n",
                        "dist/a",
                        "x",
                        ".dockerignore",
                        "dist\n"),
                new Seed("a misspelt instruction", "DF_PARSE", "keyword", base + "RNU echo hi\n"),
                new Seed("a lost backslash", "DF_PARSE", "continue-line", base + "RUN echo a &&\n  echo b\n"),
                new Seed("upper case in FROM", "REF_INVALID", "lower-case", "FROM Millwright-Test/base:1\nRUN true\n"),
                new Seed(
                        "an argument without value in FROM",
                        "REF_INVALID",
                        "arg-default",
                        "ARG IMAGE\n" + base + "RUN true\nFROM ${IMAGE}\nRUN true\n"),
                new Seed(
                        "a misspelt stage",
                        "REGISTRY_NET",
                        "stage-name",
                        "FROM " + RealEngine.BASE + " AS builder\nRUN echo x > /x\n" + base
                                + "COPY --from=biulder /x /x\n"),
                new Seed(
                        "a script without its bit",
                        "PERM",
                        "make-executable",
                        base + "COPY run.sh /run.sh\nRUN /run.sh\n",
                        "run.sh",
                        "#!/bin/sh\necho ran\n"),
                new Seed(
                        "a script with Windows line ends",
                        "CMD_NOT_FOUND",
                        "script-crlf",
                        base + "COPY --chmod=755 run.sh /run.sh\nRUN /run.sh\n",
                        "run.sh!",
                        "#!/bin/sh\r\necho ran\r\n"),
                new Seed(
                        "a user that is not there",
                        "USER_EXISTS",
                        "add-user",
                        "FROM " + ALPINE + "\nUSER app\nRUN id\n"),
                new Seed(
                        "a user that is there",
                        "USER_EXISTS",
                        "guard-user",
                        "FROM " + ALPINE + "\nRUN adduser -D root\n"),
                new Seed(
                        "a folder that is not there",
                        "NO_SUCH_FILE",
                        "make-folder",
                        base + "RUN cd /work/out && touch x\n"),
                new Seed(
                        "a file that was not copied",
                        "NO_SUCH_FILE",
                        "copy-before",
                        base + "WORKDIR /w\nRUN cat settings.ini\n",
                        "settings.ini",
                        "x"),
                new Seed(
                        "an argument that is not set",
                        "ARG_REQUIRED",
                        "arg-default",
                        base + "RUN set -u; echo \"release $RELEASE\" > /r\n"),
                new Seed(
                        "a program that is missing on Debian",
                        "CMD_NOT_FOUND",
                        "install-program",
                        "FROM " + DEBIAN + "\nRUN curl -V\n"),
                new Seed(
                        "a program that is missing on Alpine",
                        "CMD_NOT_FOUND",
                        "install-program",
                        "FROM " + ALPINE + "\nRUN make\n"),
                new Seed("sudo in a build", "CMD_NOT_FOUND", "no-sudo", base + "RUN sudo touch /x\n"),
                new Seed(
                        "lists that were not fetched",
                        "APT_NO_PKG",
                        "apt-update-first",
                        "FROM " + DEBIAN + "\nRUN apt-get install -y curl\n"),
                new Seed(
                        "a package with a new name",
                        "APT_NO_PKG",
                        "apt-rename",
                        "FROM " + DEBIAN
                                + "\nRUN apt-get update && apt-get install -y \\\n    python-pip \\\n    jq\n"),
                new Seed(
                        "a version that is gone",
                        "APT_NO_PKG",
                        "apt-unpin",
                        "FROM " + DEBIAN + "\nRUN apt-get update && apt-get install -y curl=7.64.0-4\n"),
                new Seed(
                        "a question nobody answers",
                        "APT_CONFIRM",
                        "apt-yes",
                        "FROM " + DEBIAN + "\nRUN apt-get update && apt-get install curl\n"),
                new Seed(
                        "a release that has ended",
                        "APT_RELEASE_EOL",
                        "archive-mirror",
                        "FROM " + EOL + "\nRUN apt-get update\n"),
                new Seed(
                        "a package of Alpine with a new name",
                        "APK_MISSING",
                        "apk-rename",
                        "FROM " + ALPINE + "\nRUN apk add --no-cache py-pip\n"),
                new Seed(
                        "a version that Alpine no longer has",
                        "APK_MISSING",
                        "apk-unpin",
                        "FROM " + ALPINE + "\nRUN apk add --no-cache curl=7.79.1-r0\n"),
                new Seed(
                        "requirements that were not copied",
                        "PY_REQFILE",
                        "copy-requirements",
                        "FROM " + PYTHON + "\nWORKDIR /app\nRUN pip install -r requirements.txt\n",
                        "requirements.txt",
                        "flask"),
                new Seed(
                        "a Python of the distribution",
                        "PY_EXT_MANAGED",
                        "break-system-packages",
                        "FROM " + PYTHON + "\nRUN touch /managed\nRUN pip install flask\n"),
                new Seed(
                        "a header of PostgreSQL",
                        "PY_BUILD_EXT",
                        "install-headers",
                        "FROM " + PYTHON + "\nRUN pip install psycopg2\n"),
                new Seed(
                        "a version that Python does not have",
                        "PY_NO_DIST",
                        "pip-unpin",
                        "FROM " + PYTHON + "\nRUN pip install flask==0.0.1\n"),
                new Seed(
                        "a module that is not installed",
                        "PY_IMPORT",
                        "pip-install",
                        "FROM " + PYTHON + "\nRUN python -c 'import yaml'\n"),
                new Seed(
                        "a lock file that is missing",
                        "NPM_CI_LOCK",
                        "install-without-lock",
                        "FROM " + NODE + "\nWORKDIR /app\nRUN npm ci\n"),
                new Seed(
                        "peers that contradict",
                        "NPM_ERESOLVE",
                        "legacy-peer-deps",
                        "FROM " + NODE + "\nWORKDIR /app\nRUN touch peers\nRUN npm install\n"),
                new Seed(
                        "a dependency from git",
                        "NPM_GIT",
                        "install-git",
                        "FROM " + NODE + "\nWORKDIR /app\nRUN touch gitdep\nRUN npm install\n"),
                new Seed(
                        "a bundler for old OpenSSL",
                        "OPENSSL_LEGACY",
                        "legacy-provider",
                        "FROM " + NODE + "\nRUN npm run build\n"),
                new Seed(
                        "a header of OpenSSL",
                        "CONF_MISSING",
                        "install-headers",
                        "FROM " + DEBIAN + "\nRUN configure\n"),
                new Seed(
                        "a misspelt image of the engine",
                        "REGISTRY_NET",
                        "nearest-image",
                        "FROM " + RealEngine.BASE.replace("base", "bsae") + "\nRUN true\n"),
                new Seed("no image to begin with", "DF_PARSE", "add-from", "COPY a.txt /a\n", "a.txt", "x"),
                new Seed(
                        "an option of bash in dash",
                        "SHELL_SYNTAX",
                        "posix",
                        "FROM " + DASH + "\nRUN set -o pipefail && echo x | cat\n"),
                new Seed(
                        "a test of bash in dash",
                        "SHELL_SYNTAX",
                        "posix",
                        "FROM " + DASH + "\nRUN [[ a == a ]] && echo same\n"),
                new Seed(
                        "a command of bash in dash",
                        "SHELL_SYNTAX",
                        "posix",
                        "FROM " + DASH + "\nRUN echo A=1 > /env && source /env && test $A = 1\n"),
                new Seed(
                        "a file in a folder that is not there, in busybox",
                        "NO_SUCH_FILE",
                        "make-folder",
                        base + "RUN echo x > /opt/app/x.conf\n"),
                new Seed(
                        "a file in a folder that is not there, in dash",
                        "NO_SUCH_FILE",
                        "make-folder",
                        "FROM " + DASH + "\nRUN echo x > /opt/app/x.conf\n"),
                new Seed("a step of a user", "PERM", "root-step", "FROM " + ALPINE + "\nUSER 1000\nRUN touch /x\n"),
                new Seed("no bash", "CMD_NOT_FOUND", "use-sh", base + "RUN bash -c 'echo hi'\n"),
                new Seed(
                        "a script beside without its bit",
                        "PERM",
                        "make-executable",
                        base + "WORKDIR /app\nCOPY run.sh .\nRUN ./run.sh\n",
                        "run.sh",
                        "#!/bin/sh\necho ran\n"),
                new Seed(
                        "a lock file that was not copied",
                        "NPM_CI_LOCK",
                        "copy-lock",
                        "FROM " + NPM + "\nWORKDIR /app\nCOPY package.json .\nRUN npm ci\n",
                        "package.json",
                        "{\"name\":\"app\",\"version\":\"1.0.0\"}",
                        "package-lock.json",
                        "{\"name\":\"app\",\"version\":\"1.0.0\",\"lockfileVersion\":3,\"requires\":true,"
                                + "\"packages\":{\"\":{\"name\":\"app\",\"version\":\"1.0.0\"}}}"),
                new Seed(
                        "mirrors of a release that has ended",
                        "YUM_REPO",
                        "vault-mirror",
                        "FROM " + CENTOS + "\nRUN yum install -y java\n"),
                new Seed(
                        "a package that has another name here",
                        "YUM_NO_PKG",
                        "yum-rename",
                        "FROM " + CENTOS + "\nRUN yum -C install -y libssl-dev\n"),
                new Seed(
                        "an address GitHub closed",
                        "GIT_AUTH",
                        "git-https",
                        "FROM " + DEBIAN + "\nRUN git clone git://github.com/acme/x\n"),
                new Seed(
                        "an archive that is not compressed",
                        "ARCHIVE_BAD",
                        "tar-auto",
                        base + "RUN echo x > /x && tar cf /a.tgz /x\nRUN tar xzf /a.tgz\n"));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void buildsWithAProposedFix(Seed seed) throws Exception {
        JsonNode failed = failed(seed);
        JsonNode all = docker.call(
                "detect_build_failures",
                "{'build_id':'" + failed.path("build_id").asText() + "','top_k':20}");
        JsonNode fixes = failed.path("failure").path("fixes");
        JsonNode fix = find(fixes, seed.fix());
        assertThat(fix.path("automatic").asBoolean())
                .as("%s in %s, %s", seed.fix(), fixes, all)
                .isTrue();
        for (JsonNode each : fix.path("edits")) {
            Edit edit = new Edit(
                    each.path("file").asText(),
                    each.path("line").asInt(),
                    each.path("until").asInt(),
                    each.path("with").asText());
            Path file = root.resolve(edit.file());
            Files.writeString(file, edit.apply(Files.readString(file)));
        }
        JsonNode passed = build();
        assertThat(passed.path("status").asText())
                .as("%s%n%s", Files.readString(root.resolve("Dockerfile")), passed)
                .isEqualTo("succeeded");
    }

    /** The same by one call, which tries fixes until the build that failed succeeds. */
    @ParameterizedTest
    @MethodSource("seeds")
    void isMendedInTheDockerfileAndProven(Seed seed) throws Exception {
        String id = failed(seed).path("build_id").asText();

        JsonNode answer = docker.call(
                "suggest_dockerfile_fixes", "{'context':'.','mode':'apply','verify':'build','failure':'" + id + "'}");

        if (seed.fix().equals("un-ignore")) {
            assertThat(answer.path("left").findValuesAsText("why")).anyMatch(each -> each.contains(".dockerignore"));
            return;
        }
        assertThat(answer.path("summary").asText())
                .as(answer.toString())
                .contains("failure " + seed.kind() + " mended", "did not build before, builds now", "and written");
        JsonNode fix = answer.path("fixes").get(0);
        assertThat(fix.path("code").asText()).isEqualTo(seed.kind());
        assertThat(fix.path("fingerprint").asText())
                .isEqualTo(answer.path("failure").path("fingerprint").asText());
        assertThat(build().path("status").asText()).isEqualTo("succeeded");
    }

    private JsonNode failed(Seed seed) throws Exception {
        String marked = seed.dockerfile() + "# " + tag + "\n";
        Files.writeString(root.resolve("Dockerfile"), marked);
        for (int i = 0; i < seed.files().length; i += 2) {
            boolean program = seed.files()[i].endsWith("!");
            Path file = root.resolve(seed.files()[i].replace("!", ""));
            Files.createDirectories(file.getParent());
            Files.writeString(file, seed.files()[i + 1]);
            file.toFile().setExecutable(program, false);
        }
        JsonNode failed = build();
        assertThat(failed.path("status").asText()).as(failed.toString()).isEqualTo("failed");
        assertThat(failed.path("failure").path("class").asText())
                .as(failed.toString())
                .isEqualTo(seed.kind());
        return failed;
    }

    private static JsonNode find(JsonNode fixes, String id) {
        for (JsonNode each : fixes) {
            if (each.path("fix_id").asText().equals(id)) {
                return each;
            }
        }
        return fixes.path(-1);
    }

    private JsonNode build() throws Exception {
        return docker.call("build_image", "{'context':'.','tags':['" + tag + "']}");
    }
}
