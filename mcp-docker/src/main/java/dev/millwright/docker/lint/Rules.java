package dev.millwright.docker.lint;

import static dev.millwright.docker.lint.Severity.ERROR;
import static dev.millwright.docker.lint.Severity.IGNORE;
import static dev.millwright.docker.lint.Severity.INFO;
import static dev.millwright.docker.lint.Severity.STYLE;
import static dev.millwright.docker.lint.Severity.WARNING;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** All rules there are. */
public final class Rules {
    private static final Map<String, Rule> ALL = new LinkedHashMap<>();
    private static final Set<String> OF_BUILDKIT = new LinkedHashSet<>();

    /** Checks of BuildKit, and the code under which hadolint finds the same. */
    private static final Map<String, String> TWINS = Map.of(
            "DuplicateStageName", "DL3024",
            "FromPlatformFlagConstDisallowed", "DL3029",
            "JSONArgsRecommended", "DL3025",
            "MaintainerDeprecated", "DL4000",
            "RedundantTargetPlatform", "DL3065",
            "ReservedStageName", "DL3063",
            "SecretsUsedInArgOrEnv", "DL3064",
            "WorkdirRelativePath", "DL3000");

    static {
        rule("DL1001", IGNORE, "Do without comments that silence rules");
        rule("DL3000", ERROR, "Use an absolute WORKDIR");
        rule("DL3001", INFO, "Leave out commands that make no sense in a container");
        rule("DL3002", WARNING, "The last USER should not be root");
        rule("DL3003", WARNING, "Use WORKDIR to change the directory");
        rule("DL3004", ERROR, "Do not use sudo");
        rule("DL3005", ERROR, "Do not upgrade the distribution; take a newer base");
        rule("DL3006", WARNING, "Tag the version of the image");
        rule("DL3007", WARNING, "Pin a version instead of latest");
        rule("DL3008", WARNING, "Pin versions in apt-get install");
        rule("DL3009", INFO, "Delete the apt-get lists after installing");
        rule("DL3010", INFO, "Use ADD to unpack an archive");
        rule("DL3011", ERROR, "Ports are 0 to 65535");
        rule("DL3012", ERROR, "Only one HEALTHCHECK counts");
        rule("DL3013", WARNING, "Pin versions in pip install");
        rule("DL3014", WARNING, "Use -y so that apt-get asks nothing");
        rule("DL3015", INFO, "Use --no-install-recommends");
        rule("DL3016", WARNING, "Pin versions in npm install");
        rule("DL3018", WARNING, "Pin versions in apk add");
        rule("DL3019", INFO, "Use apk add --no-cache");
        rule("DL3020", ERROR, "Use COPY for files and folders");
        rule("DL3021", ERROR, "COPY of several sources needs a target that ends with /");
        rule("DL3022", WARNING, "COPY --from should name a stage that is defined before");
        rule("DL3023", ERROR, "COPY --from cannot name its own stage");
        rule("DL3024", ERROR, "Stage names must be unique");
        rule("DL3025", WARNING, "Use JSON for the arguments of CMD and ENTRYPOINT");
        rule("DL3026", ERROR, "Use images of trusted registries only");
        rule("DL3027", WARNING, "Use apt-get or apt-cache: apt is for people");
        rule("DL3028", WARNING, "Pin versions in gem install");
        rule("DL3029", WARNING, "Do not fix --platform in FROM");
        rule("DL3030", WARNING, "Use -y so that yum asks nothing");
        rule("DL3032", WARNING, "yum clean all after installing");
        rule("DL3033", WARNING, "Pin versions in yum install");
        rule("DL3034", WARNING, "Use --non-interactive so that zypper asks nothing");
        rule("DL3035", WARNING, "Do not use zypper dist-upgrade; take a newer base");
        rule("DL3036", WARNING, "zypper clean after installing");
        rule("DL3037", WARNING, "Pin versions in zypper install");
        rule("DL3038", WARNING, "Use -y so that dnf asks nothing");
        rule("DL3040", WARNING, "dnf clean all after installing");
        rule("DL3041", WARNING, "Pin versions in dnf install");
        rule("DL3042", WARNING, "Use pip install --no-cache-dir");
        rule("DL3043", ERROR, "ONBUILD, FROM and MAINTAINER cannot be held back by ONBUILD");
        rule("DL3044", ERROR, "An ENV cannot use a variable that it defines itself");
        rule("DL3045", WARNING, "COPY to a relative target needs a WORKDIR before");
        rule("DL3046", WARNING, "useradd with a high UID needs -l, or makes a huge file");
        rule("DL3047", INFO, "Use wget --progress, so that the log stays small");
        rule("DL3048", STYLE, "Use a valid label key");
        rule("DL3049", INFO, "A label that is required is missing");
        rule("DL3050", INFO, "A label is not in the schema");
        rule("DL3051", WARNING, "A label is empty");
        rule("DL3052", WARNING, "A label is not a URL");
        rule("DL3053", WARNING, "A label is not a time as in RFC 3339");
        rule("DL3054", WARNING, "A label is not an SPDX license");
        rule("DL3055", WARNING, "A label is not a Git hash");
        rule("DL3056", WARNING, "A label is not a semantic version");
        rule("DL3057", IGNORE, "HEALTHCHECK is missing");
        rule("DL3058", WARNING, "A label is not an e-mail address");
        rule("DL3059", INFO, "Consecutive RUN could be one");
        rule("DL3060", INFO, "yarn cache clean after yarn install");
        rule("DL3061", ERROR, "A Dockerfile begins with FROM, ARG or a comment");
        rule("DL3062", WARNING, "Pin versions in go install");
        rule("DL3063", WARNING, "Stage names must not be reserved words");
        rule("DL3064", WARNING, "Secrets do not belong in ARG or ENV");
        rule("DL3065", INFO, "--platform=$TARGETPLATFORM is what FROM does anyway");
        rule("DL3066", INFO, "Use a numeric UID, which a host can check");
        rule("DL3067", WARNING, "Do not copy all files of another stage");
        rule("DL4000", ERROR, "MAINTAINER is deprecated; use a label");
        rule("DL4001", WARNING, "Use wget or curl, not both");
        rule("DL4003", WARNING, "Only the last CMD counts");
        rule("DL4004", ERROR, "Only the last ENTRYPOINT counts");
        rule("DL4005", WARNING, "Use SHELL to change the shell");
        rule("DL4006", WARNING, "Set -o pipefail before a RUN with a pipe");

        rule("SC2002", STYLE, "Useless cat");
        rule("SC2045", ERROR, "A loop over ls splits names at blanks");
        rule("SC2086", INFO, "Quote the variable, or rm splits it and expands it");
        rule("SC2115", WARNING, "Use ${x:?}, or rm takes / when the variable is empty");
        rule("SC2164", WARNING, "Say what happens when cd fails");
        rule("SC3001", WARNING, "sh knows no process substitution");
        rule("SC3010", WARNING, "sh knows no [[ ]]");
        rule("SC3011", WARNING, "sh knows no here-strings");
        rule("SC3014", WARNING, "sh knows no == in [ ]");
        rule("SC3020", WARNING, "sh knows no &>");
        rule("SC3044", WARNING, "sh does not know this command of bash");
        rule("SC3046", WARNING, "sh knows . instead of source");

        check("ConsistentInstructionCasing", WARNING, "All instructions should have the same case");
        check("CopyIgnoredFile", WARNING, "What is copied is left out by .dockerignore");
        check("DuplicateStageName", WARNING, "Stage names should be unique");
        check("ExposeInvalidFormat", WARNING, "EXPOSE takes no address and no host port");
        check("ExposeProtoCasing", WARNING, "The protocol in EXPOSE should be lower-case");
        check("FromAsCasing", WARNING, "AS should have the case of FROM");
        check("FromPlatformFlagConstDisallowed", WARNING, "--platform of FROM should not be constant");
        check("InvalidBaseImagePlatform", WARNING, "The base image is for another platform");
        check("InvalidDefaultArgInFrom", WARNING, "The default of an ARG makes no valid image name");
        check("InvalidDefinitionDescription", WARNING, "A comment above should describe the stage or argument");
        check("JSONArgsRecommended", WARNING, "Use JSON so that signals reach the program");
        check("LegacyKeyValueFormat", WARNING, "Use key=value instead of key value");
        check("MaintainerDeprecated", WARNING, "MAINTAINER is deprecated");
        check("MultipleInstructionsDisallowed", WARNING, "Only the last of these counts");
        check("NoEmptyContinuation", WARNING, "Empty lines in an instruction will be refused one day");
        check("RedundantTargetPlatform", WARNING, "--platform=$TARGETPLATFORM is what FROM does anyway");
        check("ReservedStageName", WARNING, "scratch and context are no stage names");
        check("SecretsUsedInArgOrEnv", WARNING, "Secrets do not belong in ARG or ENV");
        check("StageNameCasing", WARNING, "Stage names should be lower-case");
        check("UndefinedArgInFrom", WARNING, "FROM uses an ARG that is not declared before it");
        check("UndefinedVar", WARNING, "The variable is not defined");
        check("WorkdirRelativePath", WARNING, "A relative WORKDIR depends on the base image");

        rule("AddUrlWithoutChecksum", WARNING, "Give ADD of a URL a --checksum");
        rule("AptUpdateAlone", WARNING, "apt-get update belongs in the RUN that installs");
        rule("CacheMountMissing", INFO, "Keep the downloads in a cache mount");
        rule("CopyAllBeforeInstall", INFO, "Copy the lists of dependencies and install before the rest is copied");
        rule("DockerignoreMissing", INFO, "Without .dockerignore all of the context is sent and copied");
        rule("DuplicateUid", WARNING, "Two users have one UID");
        rule("EmptyPassword", WARNING, "A user has no password");
        rule("ExposedSsh", WARNING, "A container needs no SSH");
        rule("NpmInstallWithLock", INFO, "Use npm ci where a lock file is copied");
        rule("PipedToShell", WARNING, "A download is run unchecked");
        rule("SetuidAdded", WARNING, "A file runs with the rights of its owner");
        rule("UserMissing", INFO, "Without USER the program runs as the base image says, most often root");
    }

    private Rules() {}

    private static void rule(String code, Severity severity, String summary) {
        ALL.put(code, new Rule(code, severity, summary));
    }

    private static void check(String name, Severity severity, String summary) {
        rule(name, severity, summary);
        OF_BUILDKIT.add(name);
    }

    public static Collection<Rule> all() {
        return Collections.unmodifiableCollection(ALL.values());
    }

    public static Optional<Rule> find(String code) {
        return Optional.ofNullable(ALL.get(code));
    }

    static Severity severity(String code) {
        return find(code)
                .orElseThrow(() -> new IllegalStateException("no rule " + code))
                .severity();
    }

    /** The code under which hadolint finds what this check of BuildKit finds. */
    public static Optional<String> twin(String check) {
        return Optional.ofNullable(TWINS.get(check));
    }

    public static boolean isOfBuildKit(String code) {
        return OF_BUILDKIT.contains(code);
    }
}
