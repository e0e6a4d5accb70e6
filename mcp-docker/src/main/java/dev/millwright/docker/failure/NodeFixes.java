package dev.millwright.docker.failure;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** What mends npm, yarn, pnpm and Node programs. */
final class NodeFixes {
    static final Map<FailureClass, Consumer<Proposals>> ALL = Map.ofEntries(
            entry(FailureClass.PRISMA_ENGINE, NodeFixes::prisma),
            entry(FailureClass.OPENSSL_LEGACY, NodeFixes::openssl),
            entry(FailureClass.NODESOURCE_EOL, NodeFixes::nodesource),
            entry(FailureClass.NPM_GIT, NodeFixes::git),
            entry(FailureClass.NPM_CI_LOCK, NodeFixes::lock),
            entry(FailureClass.NPM_ENGINE, NodeFixes::engine),
            entry(FailureClass.NPM_ERESOLVE, NodeFixes::resolve),
            entry(FailureClass.BOWER, NodeFixes::bower),
            entry(FailureClass.NODE_GYP, NodeFixes::gyp),
            entry(FailureClass.NPM_PERM, NodeFixes::permission),
            entry(FailureClass.NPM_NET, NodeFixes::network),
            entry(FailureClass.NPM_404, NodeFixes::missing),
            entry(FailureClass.NODE_OTHER, NodeFixes::other),
            entry(FailureClass.NPM_LIFECYCLE, NodeFixes::script));

    private NodeFixes() {}

    private static void prisma(Proposals p) {
        p.install(
                        "install-openssl",
                        0.5,
                        "Prisma chooses its engine by the OpenSSL it finds: install it before generating.",
                        "openssl ca-certificates")
                .advise(
                        "binary-targets",
                        0.6,
                        "List the image's platform in schema.prisma: binaryTargets = [\"native\", \""
                                + p.subject(target(p)) + "\"]; generate again in the image.")
                .advise(
                        "generate-in-image",
                        0.4,
                        "Run prisma generate in the image and do not copy node_modules from outside.");
    }

    private static String target(Proposals p) {
        return p.distribution() == Distribution.ALPINE ? "linux-musl-openssl-3.0.x" : "debian-openssl-3.0.x";
    }

    private static void openssl(Proposals p) {
        p.before(
                        "legacy-provider",
                        0.8,
                        "Let OpenSSL 3 offer its old hashes to the bundler.",
                        "ENV NODE_OPTIONS=--openssl-legacy-provider")
                .advise(
                        "upgrade-bundler",
                        0.7,
                        "Upgrade the bundler: webpack 5.61 or react-scripts 5 no longer need MD4.")
                .from(
                        "older-node",
                        0.3,
                        "Node 16 has OpenSSL 1.1, but is no longer maintained.",
                        Rewrites.version(List.of("node"), "16"));
    }

    private static void nodesource(Proposals p) {
        p.advise(
                        "official-node",
                        0.7,
                        "Take Node from its official image: FROM node:22-slim, or COPY --from=node:22-slim /usr/local/ /usr/local/.")
                .from(
                        "newer-base",
                        0.5,
                        "Base the stage on a release NodeSource supports.",
                        image -> image.startsWith("ubuntu:")
                                ? "ubuntu:24.04"
                                : image.startsWith("debian:") ? "debian:12" : image);
    }

    private static void git(Proposals p) {
        if (!p.logHas("permission denied (publickey") && !p.logHas("host key verification")) {
            p.install("install-git", 0.85, "Install git before dependencies are fetched with it.", "git");
        }
        p.before(
                        "git-https",
                        0.4,
                        "Fetch public repositories over HTTPS instead of SSH.",
                        "RUN git config --global url.\"https://github.com/\".insteadOf ssh://git@github.com/")
                .advise("registry-version", 0.2, "Depend on a published version instead of a repository.");
    }

    private static void lock(Proposals p) {
        boolean missing = p.logHas("existing package-lock") || p.logHas("no_lockfile") || p.logHas("is absent");
        String name = p.text().contains("yarn")
                ? "yarn.lock"
                : p.text().contains("pnpm") ? "pnpm-lock.yaml" : "package-lock.json";
        Optional<String> there = p.around().file(name);
        if (missing && p.around().ignores(name)) {
            p.edit("un-ignore", 0.8, ".dockerignore leaves " + name + " out.", unignored(p, name));
        } else if (missing && there.isPresent()) {
            p.before(
                    "copy-lock",
                    0.85,
                    "The context has " + there.get() + ": copy it before this step.",
                    "COPY " + there.get() + " ./");
        } else if (missing) {
            p.advise(
                    "copy-lock",
                    0.6,
                    p.around().paths().isEmpty()
                            ? "Copy the lock file beside package.json: COPY package.json " + name
                                    + " ./ (check .dockerignore)."
                            : "The context has no " + name
                                    + ": write it outside, commit it, and copy it beside package.json.");
        } else {
            p.advise(
                    "refresh-lock",
                    0.8,
                    "Write the lock file anew outside (npm install, yarn install, pnpm install) and commit it.");
        }
        p.rewrite(
                "install-without-lock",
                missing ? 0.5 : 0.4,
                "Install without the lock file; versions may then differ between builds.",
                text -> text.replaceAll("\\bnpm ci\\b", "npm install")
                        .replace(" --frozen-lockfile", " --no-frozen-lockfile")
                        .replace(" --immutable", ""));
    }

    private static Edit unignored(Proposals p, String path) {
        int lines = p.around().ignore().size();
        return new Edit(Edit.IGNORE, lines + 1, lines, "!" + path);
    }

    private static void engine(Proposals p) {
        if (p.says("the engine \"yarn\"") || p.says("the engine \"pnpm\"")) {
            p.before(
                    "corepack",
                    0.75,
                    "Let corepack bring the package manager that package.json names.",
                    "RUN corepack enable");
            return;
        }
        if (p.says("the engine \"npm\"")) {
            p.before("npm-version", 0.6, "Bring npm up to date.", "RUN npm install -g npm@latest");
        }
        String wanted = p.subjects().stream()
                .flatMap(each -> Rewrites.versionIn(each.replaceAll(".*\"node\"\\s*:?\\s*", ""), 1).stream())
                .filter(each -> each.length() < 3)
                .findFirst()
                .orElse("22");
        p.from(
                        "node-version",
                        0.85,
                        "Use the Node the package asks for: node:" + wanted + ".",
                        Rewrites.version(List.of("node"), wanted))
                .rewrite(
                        "ignore-engines",
                        0.2,
                        "Install all the same; it may fail later.",
                        text -> text.replaceAll("\\byarn install\\b", "yarn install --ignore-engines"))
                .advise("older-package", 0.2, "Pin the last version of the package that supports this Node.");
    }

    private static void resolve(Proposals p) {
        p.advise(
                        "align-peers",
                        0.5,
                        "Bring the versions together: " + p.subject("the package")
                                + " wants another peer than package.json has; then write the lock file anew.")
                .rewrite(
                        "legacy-peer-deps",
                        0.7,
                        "Ignore peer requirements, as npm before 7 did; last resort.",
                        text -> text.replaceAll("\\bnpm (ci|install|i)\\b", "npm $1 --legacy-peer-deps"));
    }

    private static void bower(Proposals p) {
        p.advise(
                        "bower-resolutions",
                        0.6,
                        "Choose a version in resolutions of bower.json: " + p.subject("the package") + ".")
                .rewrite(
                        "bower-force",
                        0.3,
                        "Take the latest of the contradicting versions.",
                        text -> text.replaceAll("\\bbower install\\b", "bower install --force-latest"));
    }

    private static void gyp(Proposals p) {
        p.install(
                        "build-tools",
                        0.8,
                        "Install what compiles native modules, best in a build stage.",
                        p.distribution() == Distribution.RPM ? "python3 make gcc-c++" : "python3 make g++")
                .advise(
                        "prebuilt",
                        0.3,
                        "A current version of the module may bring binaries for this Node and platform.")
                .from(
                        "older-node",
                        0.2,
                        "The module may not know this Node yet.",
                        Rewrites.version(List.of("node"), "20"));
    }

    private static void permission(Proposals p) {
        String path = p.subject("/app").replaceAll("/(?:node_modules|package).*$", "");
        String folder = path.isEmpty() ? "/app" : path;
        p.before("root-step", 0.4, "Install as root and change back afterwards.", "USER root")
                .before(
                        "own-folder",
                        0.55,
                        "Give the folder to the user that installs.",
                        "USER root\nRUN mkdir -p " + folder + " && chown -R node:node " + folder + "\nUSER node");
        if (p.says("esudo")) {
            p.rewrite(
                    "bower-root",
                    0.9,
                    "Let bower run as root.",
                    text -> text.replaceAll("\\bbower install\\b", "bower install --allow-root"));
        }
    }

    private static void network(Proposals p) {
        p.advise("retry", 0.5, "Build again: the registry did not answer.")
                .advise(
                        "network",
                        0.5,
                        "Check DNS and proxy of the build: " + p.subject("registry.npmjs.org")
                                + "; npm reads HTTPS_PROXY.")
                .before(
                        "npm-retries",
                        0.3,
                        "Let npm try longer.",
                        "ENV npm_config_fetch_retries=5 npm_config_fetch_timeout=600000");
    }

    private static void missing(Proposals p) {
        String name = p.subject("the package");
        boolean denied = name.equals("E401") || name.equals("E403");
        p.advise(
                        "registry-login",
                        denied ? 0.8 : 0.3,
                        "Private packages need a token: mount .npmrc as a secret (RUN --mount=type=secret,id=npmrc,target=/root/.npmrc).")
                .advise(
                        "package-version",
                        denied ? 0.1 : 0.6,
                        name
                                + " is not in the registry: correct the name or version in package.json and the lock file.");
    }

    private static void other(Proposals p) {
        String name = p.subject("");
        if (p.says("cannot find module") && name.startsWith("/")) {
            p.advise(
                    "copy-order",
                    0.6,
                    name + " is not in the image: copy it before this step; check WORKDIR and .dockerignore.");
        } else if (p.says("cannot find module") || p.says("resolve")) {
            p.rewrite(
                            "with-dev-dependencies",
                            0.4,
                            "Install development dependencies too: builds need them.",
                            text -> text.replaceAll(" --(?:production|omit=dev|only=production)\\b", ""))
                    .advise(
                            "add-dependency",
                            0.6,
                            "Add " + name
                                    + " to package.json, or write its path as the file is called: Linux distinguishes case.");
        }
        p.advise("source-error", 0.4, "The code has an error that the evidence names: " + name);
    }

    private static void script(Proposals p) {
        if (p.says("missing script") || p.says("not found.")) {
            p.advise(
                    "script-name",
                    0.8,
                    "package.json has no script " + p.subject("")
                            + ": correct its name, or copy the right package.json.");
        }
        p.advise("inner-error", 0.4, "The script's own output, above npm's lines, says why.")
                .rewrite(
                        "verbose",
                        0.1,
                        "Run it with more output.",
                        text -> text.replaceAll("\\bnpm run\\b", "npm run --loglevel verbose"));
    }
}
