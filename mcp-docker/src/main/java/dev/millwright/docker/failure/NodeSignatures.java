package dev.millwright.docker.failure;

import static dev.millwright.docker.failure.FailureClass.BOWER;
import static dev.millwright.docker.failure.FailureClass.EXEC_FORMAT;
import static dev.millwright.docker.failure.FailureClass.NODESOURCE_EOL;
import static dev.millwright.docker.failure.FailureClass.NODE_GYP;
import static dev.millwright.docker.failure.FailureClass.NODE_OTHER;
import static dev.millwright.docker.failure.FailureClass.NPM_404;
import static dev.millwright.docker.failure.FailureClass.NPM_CI_LOCK;
import static dev.millwright.docker.failure.FailureClass.NPM_ENGINE;
import static dev.millwright.docker.failure.FailureClass.NPM_ERESOLVE;
import static dev.millwright.docker.failure.FailureClass.NPM_GIT;
import static dev.millwright.docker.failure.FailureClass.NPM_LIFECYCLE;
import static dev.millwright.docker.failure.FailureClass.NPM_NET;
import static dev.millwright.docker.failure.FailureClass.NPM_PERM;
import static dev.millwright.docker.failure.FailureClass.OPENSSL_LEGACY;
import static dev.millwright.docker.failure.FailureClass.PRISMA_ENGINE;
import static dev.millwright.docker.failure.Signature.on;
import static dev.millwright.docker.failure.Signature.weak;

import java.util.List;

/** What Node, npm, yarn, pnpm, bower, Prisma and bundlers say. */
final class NodeSignatures {
    /** How npm begins what it says of a failure, before and since version 10. */
    private static final String NPM = "^npm (?:ERR!|error) ";

    static final List<Signature> ALL = List.of(
            on(
                    PRISMA_ENGINE,
                    "could not locate the query engine",
                    "could not locate the Query Engine(?: for runtime \"([^\"]+)\")?"),
            on(PRISMA_ENGINE, "client did not initialize yet", "@prisma/client did not initialize yet"),
            on(PRISMA_ENGINE, "failed to detect the libssl", "(?i)failed to detect the libssl"),
            on(
                    PRISMA_ENGINE,
                    "query engine library for current platform",
                    "Query engine library for current platform \"([^\"]+)\""),
            on(PRISMA_ENGINE, "unable to require", "Unable to require\\(?`?(\\S*(?:query_engine|prisma)\\S*?)`?\\)?"),
            on(PRISMA_ENGINE, "binaries.prisma.sh"),
            on(
                    PRISMA_ENGINE,
                    "schema engine",
                    "(?i)could not (?:locate|find) the schema engine|schema engine (?:error|exited)"),
            on(OPENSSL_LEGACY, "err_ossl_evp_unsupported"),
            on(OPENSSL_LEGACY, "digital envelope routines", "0308010C:digital envelope routines"),
            on(
                    NODESOURCE_EOL,
                    "not currently supported",
                    "(?i)distribution.*\"?([\\w.:-]+)\"?.* not currently supported|not currently supported.*nodesource"),
            on(NODESOURCE_EOL, "no longer supported by nodesource"),
            on(NPM_GIT, "spawn git", "spawn git(?: ENOENT)?"),
            on(
                    NPM_GIT,
                    "ls-remote",
                    "^(?:npm (?:ERR!|error)|error |.*Command failed).*ls-remote.*?((?:ssh|git|https)\\S*://\\S+|git@\\S+)?$"),
            on(NPM_GIT, "couldn't find the binary git"),
            on(NPM_GIT, "git dep preparation failed"),
            on(NPM_GIT, "git@github.com", NPM + ".*(git@github\\.com\\S*)"),
            on(NPM_GIT, "no git binary found in $path"),
            on(NODE_GYP, "gyp err!", "gyp ERR! (?:stack Error: |find )?(.*)$"),
            on(NODE_GYP, "node-gyp rebuild", "(?:error|failed|ERR!).*node-gyp rebuild"),
            on(NODE_GYP, "node-pre-gyp err!"),
            on(
                    NPM_CI_LOCK,
                    "npm ci",
                    "(?:can only install|command can only|`npm ci`).*(?:package-lock\\.json|npm-shrinkwrap\\.json|lock ?file)"),
            on(NPM_CI_LOCK, "can only install with an existing package-lock"),
            on(NPM_CI_LOCK, "can only install packages when your package.json"),
            on(
                    NPM_CI_LOCK,
                    "frozen-lockfile",
                    "(?i)frozen-lockfile.*(?:lockfile|update|absent|up to date)|lockfile.*frozen-lockfile"),
            on(NPM_CI_LOCK, "err_pnpm_", "(ERR_PNPM_\\w*LOCKFILE\\w*)"),
            on(NPM_CI_LOCK, "lockfile would have been modified by this install"),
            on(NPM_ENGINE, "code ebadengine", NPM + "code (EBADENGINE)"),
            on(
                    NPM_ENGINE,
                    "notsup",
                    NPM + "(?:engine|notsup) .*?(?:Not compatible with your version|Unsupported engine).*"),
            on(NPM_ENGINE, "required: {", NPM + "notsup Required: +(\\{.*\\})"),
            on(
                    NPM_ENGINE,
                    "is incompatible with this module",
                    "The engine \"(?:node|npm|yarn|pnpm)\" is incompatible with this module\\. Expected version \"([^\"]+)\""),
            on(NPM_ENGINE, "err_pnpm_unsupported_engine"),
            on(
                    NPM_ENGINE,
                    "node.js version",
                    "(?i)Node\\.?js version \"?([\\^><=~ v0-9.|]+)\"?.*(?:required|needed)|(?:requires|required|need|use).*Node\\.?js version ([\\^><=~ v0-9.|]+)"),
            on(NPM_ERESOLVE, "eresolve", NPM + "(?:code )?ERESOLVE(.*)"),
            on(NPM_ERESOLVE, "conflicting peer dependency", "Conflicting peer dependency: (\\S+)"),
            on(NPM_ERESOLVE, "could not resolve dependency", NPM + "Could not resolve dependency"),
            on(NPM_ERESOLVE, "err_pnpm_peer_dep_issues"),
            on(NPM_ERESOLVE, "epeerinvalid"),
            on(BOWER, "bower", "bower.*(?:ECONFLICT|ENOTFOUND|ENORESTARGET|ECMDERR|EINVRES)\\s*(.*)"),
            on(
                    NPM_PERM,
                    "eacces",
                    "(?:npm|yarn|pnpm|error|Error|node_modules|syscall).*EACCES(?:: permission denied, \\w+ '([^']+)')?"),
            on(
                    NPM_PERM,
                    "eacces",
                    "EACCES: permission denied, \\w+ '([^']*(?:node_modules|\\.npm|\\.cache|\\.next|dist|package)[^']*)'"),
            on(NPM_PERM, "esudo", "bower.*ESUDO"),
            on(NPM_NET, "econnreset", "(?:npm|yarn|pnpm|error|ERR|registry).*ECONNRESET"),
            on(NPM_NET, "eai_again", "EAI_AGAIN(?: (\\S+))?"),
            on(NPM_NET, "etimedout", "(?:npm|yarn|pnpm|error|ERR|registry|request).*ETIMEDOUT"),
            on(NPM_NET, "enotfound", "(?:npm (?:ERR!|error)|error|getaddrinfo).*ENOTFOUND (\\S*)"),
            on(NPM_NET, "econnrefused", "^(?:npm (?:ERR!|error)|error ).*ECONNREFUSED"),
            on(NPM_NET, "esockettimedout"),
            on(NPM_NET, "network connectivity", NPM + "network This is a problem related to network connectivity"),
            weak(NPM_NET, "exit handler never called", "Exit handler never called"),
            on(NPM_404, "code e404", NPM + "code E404"),
            on(NPM_404, "404", NPM + "404 +'?([^' ]+@[^' ]+)'? is not in"),
            on(NPM_404, "404", NPM + "404 .*GET (\\S+)"),
            on(NPM_404, "etarget", NPM + "(?:code )?ETARGET"),
            on(NPM_404, "no matching version found for", "No matching version found for ([^\\s]+?)\\.?(?:$|\\s)"),
            on(NPM_404, "couldn't find package", "Couldn't find package \"([^\"]+)\""),
            on(NPM_404, "couldn't find any versions for", "Couldn't find any versions for \"([^\"]+)\""),
            on(NPM_404, "err_pnpm_no_matching_version"),
            on(NPM_404, "err_pnpm_fetch_404"),
            on(NPM_404, "code e401", NPM + "code (E401)"),
            on(NPM_404, "code e403", NPM + "code (E403)"),
            on(NODE_OTHER, "cannot find module", "Cannot find module '([^']+)'"),
            on(NODE_OTHER, "error ts", "error TS\\d+: (.*)"),
            on(NODE_OTHER, "module not found: error", "Module not found: Error: Can't resolve '([^']+)'"),
            on(NODE_OTHER, "err_module_not_found", "ERR_MODULE_NOT_FOUND"),
            on(NODE_OTHER, "failed to compile", "^\\s*Failed to compile\\.?"),
            on(NODE_OTHER, "could not resolve", "(?:RollupError: |\\[ERROR\\] |✘ .*)Could not resolve \"([^\"]+)\""),
            on(NODE_OTHER, "failed to resolve import", "failed to resolve import \"([^\"]+)\""),
            on(
                    NODE_OTHER,
                    "syntaxerror:",
                    "^SyntaxError: (?:Unexpected token|Invalid or unexpected|missing \\)|Unexpected (?:identifier|end of)|Cannot use import).*"),
            on(NODE_OTHER, "referenceerror:", "^ReferenceError: (.*)"),
            weak(NODE_OTHER, "at ", "^ +at .*(?:node:|file:|/)\\S*:\\d+:\\d+\\)?$"),
            on(NODE_OTHER, "can't resolve", "Module not found: Can't resolve '([^']+)'"),
            on(NODE_OTHER, "type error:", "^\\s*Type error: (.*)"),
            on(NODE_OTHER, "error during build", "^\\s*error during build:?"),
            on(NODE_OTHER, "build error occurred", "^\\s*>? ?Build error occurred"),
            on(NODE_OTHER, "failed to resolve", "Rollup failed to resolve import \"([^\"]+)\""),
            on(NODE_OTHER, "error occurred prerendering page", "Error occurred prerendering page \"?([^\" .]+)"),
            on(NODE_OTHER, "webpack errors"),
            on(NODE_OTHER, "an unhandled exception occurred", "An unhandled exception occurred: (.*)"),
            on(NODE_OTHER, "problems (", "✖ (\\d+) problems? \\(([1-9]\\d*) errors?"),
            on(NPM_ENGINE, "err_require_esm", "(ERR_REQUIRE_ESM)"),
            on(NPM_CI_LOCK, "yn0028", "YN0028: "),
            on(NODE_GYP, "yn0009", "YN0009: .*?(\\S+) (?:\\[\\w+\\] )?couldn't be built"),
            on(EXEC_FORMAT, "ebadplatform", "EBADPLATFORM"),
            on(NPM_ERESOLVE, "err_pnpm_peer"),
            weak(NODE_OTHER, "npm e", "^npm (?:ERR!|error) code (E[A-KM-Z]\\w+)"),
            weak(NODE_OTHER, "an unexpected error occurred", "^error An unexpected error occurred: \"?(.*)"),
            weak(NODE_OTHER, "err_pnpm_", "(ERR_PNPM_\\w+)"),
            weak(NODE_OTHER, "yn0001", "YN0001: .*?(\\w*Error: .*)"),
            on(NODE_OTHER, "json.parse", NPM + "JSON\\.parse (.*)"),
            on(NODE_OTHER, "ejsonparse", NPM + "code (EJSONPARSE)"),
            weak(NPM_LIFECYCLE, "elifecycle", "ELIFECYCLE"),
            on(NPM_LIFECYCLE, "missing script", "Missing script: \"?([^\"\\s]+)\"?"),
            on(NPM_LIFECYCLE, "err_pnpm_no_script", "ERR_PNPM_NO_SCRIPT.*Missing script: (\\S+)"),
            on(NPM_LIFECYCLE, "not found.", "^error Command \"([^\"]+)\" not found\\."),
            weak(NPM_LIFECYCLE, "command failed", "^(?:npm (?:ERR!|error)|error) [Cc]ommand failed"),
            weak(NPM_LIFECYCLE, "command failed with exit code", "Command failed with exit code"));

    private NodeSignatures() {}
}
