package dev.millwright.docker.posture;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Files in which tools keep credentials: by their name, and by what stands in them, looked for in linear time. */
record CredentialFile(String kind, Pattern path, com.google.re2j.Pattern content) {
    private static final List<CredentialFile> ALL = List.of(
            of(
                    "registry credentials",
                    "\\.docker/config\\.json|\\.dockercfg|containers/auth\\.json",
                    "\"(?:auth|identitytoken|registrytoken)\"\\s*:\\s*\"[A-Za-z0-9+/=._-]{8,}\""),
            of("password of a .netrc", "[._]netrc", "\\bpassword\\s+\\S+"),
            of(
                    "npm credentials",
                    "\\.npmrc|\\.yarnrc(?:\\.yml)?",
                    "(?:_authToken|_auth|_password|npmAuthToken|npmAuthIdent)\\s*[=:]\\s*[\"']?[^$\\s\"']{8,}"),
            of("PyPI credentials", "\\.pypirc", "(?m)^\\s*password\\s*[:=]\\s*[^$\\s]\\S*"),
            of("database password", "\\.pgpass", "(?m)^[^#:\\n]+:[^:\\n]*:[^:\\n]*:[^:\\n]*:[^*\\s]\\S*"),
            of("database password", "\\.my\\.cnf", "(?m)^\\s*password\\s*=\\s*\\S+"),
            of(
                    "cluster credentials",
                    "\\.kube/config|kubeconfig",
                    "(?m)^\\s*(?:client-key-data|token|password):\\s*\\S{8,}"),
            of("Vault token", "\\.vault-token", "\\S{8,}"),
            of("Git credentials", "\\.git-credentials", "://[^:/\\s]*:[^@\\s]+@"),
            of("Maven credentials", "\\.m2/settings\\.xml", "<password>\\s*[^{$<\\s][^<]*</password>"),
            of(
                    "Composer credentials",
                    "\\.?composer/auth\\.json|auth\\.json",
                    "\"(?:password|github-oauth|[\\w.]+token)\"\\s*:\\s*[{\"]"),
            of(
                    "cloud credentials",
                    "\\.config/gcloud/.*credentials.*|\\.azure/accessTokens\\.json|application_default_credentials\\.json",
                    "\"(?:private_key|refresh_token|refreshToken|accessToken)\"\\s*:\\s*\"\\S"),
            of(
                    "Terraform state",
                    "[^/]*\\.tfstate(?:\\.backup)?",
                    "\"[^\"]*(?:password|secret|token|private_key)[^\"]*\"\\s*:\\s*\"[^\"]{6,}\""));

    /** Last parts of those paths: few files have one, and only these are looked at closer. */
    private static final Set<String> NAMES = Set.of(
            "config.json",
            ".dockercfg",
            "auth.json",
            ".netrc",
            "_netrc",
            ".npmrc",
            ".yarnrc",
            ".yarnrc.yml",
            ".pypirc",
            ".pgpass",
            ".my.cnf",
            "config",
            "kubeconfig",
            ".vault-token",
            ".git-credentials",
            "settings.xml",
            "accessTokens.json");

    /** Key stores are not text; their name is all there is to see. */
    private static final Set<String> KEY_STORES = Set.of("p12", "pfx", "jks", "keystore", "kdbx", "ppk");

    private static final Pattern DOT_ENV = Pattern.compile("(?:.*/)?(?:\\.env(?:\\.[\\w-]+)?|[\\w-]+\\.env)");
    private static final Pattern EXAMPLE = Pattern.compile("(?i).*(?:example|sample|template|dist)");
    private static final Pattern PAIR =
            Pattern.compile("(?m)^\\s*(?:export\\s+)?([A-Za-z_]\\w{0,100})\\s*=\\s*[\"']?([^\"'\\r\\n]*)");

    private static CredentialFile of(String kind, String path, String content) {
        return new CredentialFile(
                kind, Pattern.compile("(?:.*/)?(?:" + path + ")"), com.google.re2j.Pattern.compile(content));
    }

    /** @param name the path's last part */
    static boolean isOne(String path, String name) {
        boolean could = NAMES.contains(name)
                || name.contains(".env")
                || name.contains(".tfstate")
                || name.contains("redentials");
        return isKeyStore(path)
                || could
                        && (isDotEnv(path)
                                || ALL.stream()
                                        .anyMatch(each ->
                                                each.path().matcher(path).matches()));
    }

    static boolean isKeyStore(String path) {
        return KEY_STORES.contains(path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
    }

    private static boolean isDotEnv(String path) {
        return DOT_ENV.matcher(path).matches() && !EXAMPLE.matcher(path).matches();
    }

    /** What of a file of such a name is a credential, with its line; empty where it holds none. */
    static Optional<SecretSearch.Hit> find(String path, String text) {
        for (CredentialFile each : ALL) {
            com.google.re2j.Matcher content = each.content().matcher(text);
            if (each.path().matcher(path).matches() && content.find()) {
                return Optional.of(new SecretSearch.Hit(each.kind(), line(text, content.start())));
            }
        }
        Matcher pair = PAIR.matcher(text);
        while (isDotEnv(path) && pair.find()) {
            Optional<String> kind = SecretSearch.assigned(pair.group(1), pair.group(2));
            if (kind.isPresent()) {
                return Optional.of(new SecretSearch.Hit(kind.get(), line(text, pair.start(1))));
            }
        }
        return Optional.empty();
    }

    private static int line(String text, int at) {
        return 1 + (int) text.substring(0, at).chars().filter(c -> c == '\n').count();
    }
}
