package dev.millwright.docker.failure;

import static dev.millwright.docker.failure.FailureClass.ADD_URL;
import static dev.millwright.docker.failure.FailureClass.ARG_REQUIRED;
import static dev.millwright.docker.failure.FailureClass.BUILDER;
import static dev.millwright.docker.failure.FailureClass.COPY_NOT_FOUND;
import static dev.millwright.docker.failure.FailureClass.DF_PARSE;
import static dev.millwright.docker.failure.FailureClass.EXEC_FORMAT;
import static dev.millwright.docker.failure.FailureClass.MANIFEST_UNKNOWN;
import static dev.millwright.docker.failure.FailureClass.RATE_LIMIT;
import static dev.millwright.docker.failure.FailureClass.REF_INVALID;
import static dev.millwright.docker.failure.FailureClass.REGISTRY_AUTH;
import static dev.millwright.docker.failure.FailureClass.REGISTRY_NET;
import static dev.millwright.docker.failure.Signature.on;

import java.util.List;

/** What the builders themselves say: of the Dockerfile, the context and the registry. */
final class ImageSignatures {
    static final List<Signature> ALL = List.of(
            on(DF_PARSE, "unknown instruction", "(?i)unknown instruction:? \"?([A-Za-z<.#]\\S*?)\"?(?:$|\\s)"),
            on(DF_PARSE, "parse error", "(?i)dockerfile parse error(?: on)? line (\\d+)"),
            on(DF_PARSE, "no build stage", "(?i)no build stage in current context"),
            on(DF_PARSE, "can't find = in", "(?i)syntax error - can't find = in \"([^\"]*)\""),
            on(DF_PARSE, "unterminated heredoc"),
            on(DF_PARSE, "cannot be empty", "(?i)the dockerfile \\(?([^)]*)\\)? cannot be empty"),
            on(DF_PARSE, "file with no instructions"),
            on(DF_PARSE, "requires either one or three arguments", "(\\w+) requires either one or three arguments"),
            on(
                    DF_PARSE,
                    "requires",
                    "\\b([A-Z]+) requires (?:exactly|at least) (?:one|two|1|2) arguments?(?:, but \\d+ were provided)?"),
            on(DF_PARSE, "failed to reach build target", "failed to reach build target (\\S+) in Dockerfile"),
            on(DF_PARSE, "target stage", "target stage \"?([^\" ]+)\"? could not be found"),
            on(DF_PARSE, "circular dependency detected on stage"),
            on(DF_PARSE, "failed to read dockerfile", "failed to read dockerfile: .*?open ([^:]+): no such file"),
            on(DF_PARSE, "unable to evaluate symlinks in dockerfile path"),
            on(DF_PARSE, "cannot locate specified dockerfile", "(?i)cannot locate specified dockerfile: (\\S+)"),
            on(DF_PARSE, "unknown flag", "(?i)(?:dockerfile|error).*unknown flag:? (\\S+)"),
            on(DF_PARSE, "invalid field", "(?i)invalid field '?([^' ]*)'? "),
            on(REF_INVALID, "invalid reference format", "(?:stage name \"([^\"]*)\": )?invalid reference format"),
            on(REF_INVALID, "should not be blank", "base name \\(([^)]*)\\) should not be blank"),
            on(REF_INVALID, "failed to parse stage name", "failed to parse stage name \"([^\"]*)\""),
            on(ARG_REQUIRED, "not set", "\\b([A-Za-z_]\\w*): parameter (?:null or )?not set"),
            on(ARG_REQUIRED, "unbound variable", "\\b([A-Za-z_]\\w*): unbound variable"),
            on(
                    ARG_REQUIRED,
                    "build arg",
                    "(?i)build.?arg(?:ument)? '?\"?([A-Za-z_]\\w*)'?\"? (?:is|must be|is not) (?:mandatory|required|set|provided)"),
            on(ARG_REQUIRED, "missing build-arg", "(?i)missing build-arg:? '?\"?([A-Za-z_]\\w*)"),
            on(
                    ARG_REQUIRED,
                    "failed to process",
                    "failed to process \"[^\"]*\": \"?([A-Za-z_]\\w*)\"?: .*(?:not set|required|mandatory)"),
            on(RATE_LIMIT, "toomanyrequests"),
            on(RATE_LIMIT, "pull rate limit"),
            on(
                    RATE_LIMIT,
                    "429 too many requests",
                    "(?i)(?:manifests|/v2/|registry|auth\\.docker\\.io|failed to resolve).*429 too many requests"),
            on(EXEC_FORMAT, "exec format error"),
            on(EXEC_FORMAT, "no matching manifest", "no matching manifest for ([^ ]+) in"),
            on(EXEC_FORMAT, "no match for platform", "no match for platform(?: in manifest)?[: ]*(\\S*)"),
            on(EXEC_FORMAT, "image operating system", "image operating system \"([^\"]+)\" cannot be used"),
            on(
                    EXEC_FORMAT,
                    "does not match the specified platform",
                    "platform \\(?([a-z0-9/]+)\\)? does not match the specified platform"),
            on(EXEC_FORMAT, "cannot execute binary file", "cannot execute binary file: Exec format"),
            on(REGISTRY_AUTH, "pull access denied", "pull access denied(?: for ([^ ,]+))?"),
            on(REGISTRY_AUTH, "authentication required", "unauthorized: authentication required"),
            on(REGISTRY_AUTH, "insufficient_scope"),
            on(REGISTRY_AUTH, "no basic auth credentials"),
            on(REGISTRY_AUTH, "requested access to the resource is denied"),
            on(
                    REGISTRY_AUTH,
                    "401 unauthorized",
                    "(?:manifests|/v2/|token|failed to (?:resolve|authorize|fetch)).*401 Unauthorized"),
            on(
                    REGISTRY_AUTH,
                    "403 forbidden",
                    "(?:manifests|/v2/|token|failed to (?:resolve|authorize|fetch)).*403 Forbidden"),
            on(REGISTRY_AUTH, "incorrect username or password"),
            on(REGISTRY_NET, "client.timeout", "(?:https?://([^/\"]+)/(?:v2|token).*)?Client\\.Timeout"),
            on(
                    REGISTRY_NET,
                    "no such host",
                    "(?:/v2/|failed to (?:do request|resolve source|authorize|fetch)|registry|docker\\.io).*lookup ([^ :]+).*no such host"),
            on(REGISTRY_NET, "failed to do request", "failed to do request: \\w+ \"?https?://([^/\"]+)"),
            on(REGISTRY_NET, "dial tcp", "https?://([^/\"]+)/v2/.*dial tcp.*(?:refused|timeout|unreachable|reset)"),
            on(REGISTRY_NET, "tls handshake timeout", "(?:https?://([^/\"]+)/v2/|registry).*TLS handshake timeout"),
            on(
                    REGISTRY_NET,
                    "server misbehaving",
                    "(?:/v2/|registry|docker\\.io).*lookup ([^ :]+).*server misbehaving"),
            on(
                    REGISTRY_NET,
                    "unexpected status",
                    "unexpected status(?: code)? (?:from \\w+ request to )?https?://([^/ ]+)/.* 5\\d\\d\\b"),
            on(
                    REGISTRY_NET,
                    "failed to fetch oauth token",
                    "failed to fetch oauth token: (?:Post|Get) .*(?:EOF|timeout|refused|reset|no such host)"),
            on(DF_PARSE, "needs to be defined before current stage", "cannot copy from stage \"?([^\" ,]+)"),
            on(DF_PARSE, "requires buildkit", "the (--\\w+) option requires BuildKit"),
            on(
                    DF_PARSE,
                    "failed to create llb definition",
                    "failed to create LLB definition: (\\w+ (?:requires|cannot|must|unknown|invalid).*)"),
            on(
                    DF_PARSE,
                    "failed to process",
                    "failed to process \"[^\"]*\": (?:unsupported modifier|missing|unexpected) .*"),
            on(REGISTRY_AUTH, "error getting credentials", "error getting credentials - err: (.*)"),
            on(REGISTRY_AUTH, "repository does not exist or may require"),
            on(
                    REGISTRY_NET,
                    "httpreadseeker",
                    "httpReadSeeker: failed open: .*(?:EOF|timeout|refused|reset|no such host|5\\d\\d)"),
            on(
                    REGISTRY_NET,
                    "failed to fetch anonymous token",
                    "failed to fetch anonymous token: .*https?://([^/\"]+)"),
            on(
                    REGISTRY_NET,
                    "failed to copy: ",
                    "failed to copy: (?:invalid status response|read tcp|unexpected EOF|httpRead).*"),
            on(REGISTRY_NET, "invalid status response", "invalid status response (\\d+)"),
            on(BUILDER, "blob not found", "(?:ERROR|failed).*: blob (?:\\S+ )?not found|^blob not found"),
            on(BUILDER, "code = unavailable", "rpc error: code = Unavailable desc = (.*)"),
            on(BUILDER, "error reading from server", "error reading from server: (.*)"),
            on(BUILDER, "write pipe: bad file descriptor"),
            on(BUILDER, "failed to register layer", "failed to register layer: (.*)"),
            on(BUILDER, "devmapper", "devmapper: (.*)"),
            on(BUILDER, "unlazy requires an applier"),
            on(BUILDER, "parent snapshot", "parent snapshot (\\S+) does not exist"),
            on(
                    BUILDER,
                    "failed to prepare",
                    "failed to (?:solve|compute cache key|copy)?.*failed to prepare \\S+ as (\\S+):"),
            on(BUILDER, "changes out of order"),
            on(BUILDER, "failed to get layer", "failed to get layer (\\S+):"),
            on(BUILDER, "layer does not exist"),
            on(BUILDER, "failed to mount", "failed to (?:solve|compute cache key).*failed to mount (\\S+)"),
            on(BUILDER, "no active session"),
            on(BUILDER, "rw layer snapshot not found"),
            on(MANIFEST_UNKNOWN, "manifest unknown"),
            on(MANIFEST_UNKNOWN, "not found", "manifest for ([^ ]+) not found"),
            on(MANIFEST_UNKNOWN, "not found", "failed to resolve source metadata for ([^ ]+): .*not found"),
            on(
                    MANIFEST_UNKNOWN,
                    "not found",
                    "(?:failed to solve|load metadata|load definition|ERROR:?).*?([a-z0-9.-]+/[a-z0-9./_-]+:[A-Za-z0-9._-]+): not found"),
            on(MANIFEST_UNKNOWN, "name unknown", "(?i)name unknown: .*(?:repository|registry)"),
            on(MANIFEST_UNKNOWN, "repository name not known to registry"),
            on(
                    COPY_NOT_FOUND,
                    "copy failed",
                    "(?:COPY|ADD) failed: .*?(?:stat|lstat) (?:/var/lib/docker/tmp/[^/]+/|/var/lib/docker/overlay2/\\S+?/merged/)?([^:]+): (?:no such file|file does not exist)"),
            on(
                    COPY_NOT_FOUND,
                    "copy failed",
                    "COPY failed: (?:no source files|forbidden path outside the build context: (\\S+)|file not found|.*not found)"),
            on(
                    COPY_NOT_FOUND,
                    "add failed",
                    "ADD failed: .*?(?:stat|lstat) (?:/var/lib/docker/tmp/[^/]+/)?([^:]+): (?:no such file|file does not exist)"),
            on(
                    COPY_NOT_FOUND,
                    "add failed",
                    "ADD failed: (?:no source files|forbidden path outside the build context: (\\S+)|file not found)"),
            on(
                    COPY_NOT_FOUND,
                    "failed to calculate checksum",
                    "failed to calculate checksum of ref [^\"]*\"([^\"]+)\": not found"),
            on(
                    COPY_NOT_FOUND,
                    "failed to compute cache key",
                    "failed to compute cache key: [^\"]*\"([^\"]+)\"(?: not found)?: not found"),
            on(
                    COPY_NOT_FOUND,
                    "failed to compute cache key",
                    "failed to compute cache key: .*?(?:lstat|walk) \\S*?buildkit-mount\\d+/([^:]+):"),
            on(COPY_NOT_FOUND, "not found: not found", "\"([^\"]+)\" not found: not found"),
            on(COPY_NOT_FOUND, "excluded by .dockerignore", "\"?([^ \"]+)\"?:?[^:]*excluded by \\.dockerignore"),
            on(ADD_URL, "failed to get", "(?:ADD failed: )?failed to GET (\\S+)"),
            on(ADD_URL, "invalid response status", "invalid response status (\\d+)"),
            on(ADD_URL, "add failed", "ADD failed: (?:Get|failed to download) \"?([^ \"]+)"));

    private ImageSignatures() {}
}
