package dev.millwright.docker.failure;

import static dev.millwright.docker.failure.FailureClass.APK_MISSING;
import static dev.millwright.docker.failure.FailureClass.APK_NET;
import static dev.millwright.docker.failure.FailureClass.APT_CONFIRM;
import static dev.millwright.docker.failure.FailureClass.APT_FETCH;
import static dev.millwright.docker.failure.FailureClass.APT_GENERIC;
import static dev.millwright.docker.failure.FailureClass.APT_HASH;
import static dev.millwright.docker.failure.FailureClass.APT_KEY;
import static dev.millwright.docker.failure.FailureClass.APT_NO_PKG;
import static dev.millwright.docker.failure.FailureClass.APT_RELEASE_EOL;
import static dev.millwright.docker.failure.FailureClass.APT_UNMET;
import static dev.millwright.docker.failure.FailureClass.DPKG_SCRIPT;
import static dev.millwright.docker.failure.FailureClass.PACMAN;
import static dev.millwright.docker.failure.FailureClass.YUM_NO_PKG;
import static dev.millwright.docker.failure.FailureClass.YUM_REPO;
import static dev.millwright.docker.failure.FailureClass.YUM_RPMDB;
import static dev.millwright.docker.failure.Signature.on;
import static dev.millwright.docker.failure.Signature.weak;

import java.util.List;

/** What apt, dpkg, apk, yum, dnf and pacman say. */
final class PackageSignatures {
    static final List<Signature> ALL = List.of(
            on(APT_KEY, "no_pubkey", "NO_PUBKEY ([0-9A-F]{8,40})"),
            on(APT_KEY, "expkeysig", "EXPKEYSIG ([0-9A-F]{8,40})"),
            on(APT_KEY, "revkeysig", "REVKEYSIG ([0-9A-F]{8,40})"),
            on(APT_KEY, "do not seem to be installed", "(gnupg\\S*)(?:, | and |\\s).*do not seem to be installed"),
            on(APT_KEY, "keyserver receive failed"),
            on(APT_KEY, "no valid openpgp data found"),
            on(APT_KEY, "requesting key", "(?:failed|cannot).*requesting key (\\S+)"),
            on(
                    APT_RELEASE_EOL,
                    "have a release file",
                    "The repository '([^']+)' (?:does not|no longer) ?(?:have|has) a Release file"),
            on(
                    APT_RELEASE_EOL,
                    "has a release file",
                    "The repository '([^']+)' (?:does not|no longer) ?(?:have|has) a Release file"),
            on(APT_RELEASE_EOL, "is not signed", "The repository '([^']+)' is not signed"),
            on(APT_RELEASE_EOL, "changed its 'suite' value", "Repository '([^']+)' changed its 'Suite' value"),
            on(APT_RELEASE_EOL, "is not valid anymore", "Release file for (\\S+) (?:is expired|is not valid)"),
            on(APT_RELEASE_EOL, "is expired", "Release file for (\\S+) is expired"),
            on(
                    APT_RELEASE_EOL,
                    "failed to fetch",
                    "Failed to fetch (\\S+/dists/(?:squeeze|wheezy|jessie|stretch|buster|precise|trusty|utopic|vivid|wily|xenial|yakkety|zesty|artful|cosmic|disco|eoan|groovy|hirsute|impish|kinetic|lunar|mantic)\\S*)\\s.*404"),
            on(
                    APT_KEY,
                    "gpg:",
                    "gpg: (?:read_block: read error|keyserver|can't connect to the agent|cannot open '/dev/tty'|no keyserver|invalid keyring|.*Invalid keyring|WARNING: nothing exported)"),
            on(APT_KEY, "gnupg, gnupg2 and gnupg1"),
            on(DPKG_SCRIPT, "dpkg: ", "dpkg: (?:unrecoverable|fatal|error:)"),
            on(DPKG_SCRIPT, "dpkg was interrupted"),
            on(APT_RELEASE_EOL, "err:", "^Err:\\d+ (\\S+ \\S+) Release"),
            on(APT_HASH, "hash sum mismatch"),
            on(APT_HASH, "file has unexpected size"),
            on(APT_HASH, "writing more data than expected"),
            on(APT_CONFIRM, "[y/n] abort"),
            on(APT_CONFIRM, "is this ok", "Is this ok \\[y.*\\]:.*(?:[Aa]borted|Exiting)"),
            on(APT_CONFIRM, "do you want to continue?", "(?i)do you want to continue\\?.*abort"),
            on(APT_CONFIRM, "there are problems and -y was used without --force-yes"),
            on(APT_CONFIRM, "please select the geographic area"),
            on(APT_CONFIRM, "geographic area:", "^\\s*Geographic area:\\s*$"),
            on(APT_FETCH, "failed to fetch", "[EW]: Failed to fetch (\\S+)"),
            on(APT_FETCH, "some index files failed"),
            on(APT_FETCH, "unable to fetch some archives"),
            on(APT_NO_PKG, "unable to locate package", "Unable to locate package ([^\\s']+)"),
            on(APT_NO_PKG, "couldn't find any package by", "Couldn't find any package by (?:regex|glob) '([^']+)'"),
            on(APT_NO_PKG, "no installation candidate", "Package '?([^' ]+)'? has no installation candidate"),
            on(APT_NO_PKG, "was not found", "Version '([^']+)' for '[^']+' was not found"),
            on(APT_UNMET, "unmet dependencies"),
            on(APT_UNMET, "held broken packages"),
            on(
                    APT_UNMET,
                    "but it is not going to be installed",
                    "(?:Depends|PreDepends): (\\S+).*but it is not going to be installed"),
            on(APT_UNMET, "is to be installed", "(?:Depends|PreDepends): (\\S+).*but \\S+ is to be installed"),
            on(DPKG_SCRIPT, "post-installation script", "installed (\\S+) package post-installation script"),
            on(DPKG_SCRIPT, "pre-installation script", "(?:new|installed) (\\S+) package pre-installation script"),
            on(DPKG_SCRIPT, "dpkg: error processing", "dpkg: error processing (?:package|archive) (\\S+)"),
            on(DPKG_SCRIPT, "returned an error code", "Sub-process /usr/bin/dpkg returned an error code"),
            on(APT_GENERIC, "add-apt-repository", "(add-apt-repository): (?:command )?not found"),
            weak(APT_GENERIC, "e: ", "^E: (.+)$"),
            on(APK_NET, "temporary error", "(?:(https?://\\S+?):? )?temporary error \\(try again later\\)"),
            on(APK_NET, "alpine", "(?:ERROR|WARNING): (?:Ignoring )?(https?://\\S*alpine\\S*): "),
            on(APK_NET, "protocol error", "ERROR: (\\S+-r\\d+): Protocol error"),
            on(APK_NET, "io error", "ERROR: (\\S+-r\\d+): IO ERROR"),
            on(APK_NET, "untrusted signature"),
            on(APK_NET, "dns", "(?:(https?://\\S+?):? )?DNS(?: lookup error|: transient error|: name does not exist)"),
            on(APK_NET, "network error", "(?:ERROR|WARNING).*?(https?://\\S+?)?:? network error"),
            on(APK_NET, "bad archive", "(?:ERROR|WARNING).*BAD archive"),
            on(APK_MISSING, "(no such package)", "^\\s*(?:ERROR: )?(\\S+) \\(no such package\\)"),
            on(APK_MISSING, "unsatisfiable constraints"),
            on(APK_MISSING, "unable to select packages"),
            on(APK_MISSING, "breaks: world", "breaks: world\\[([^\\]=<>~]+)"),
            on(APK_MISSING, "required by: world", "^\\s*(\\S+) .*required by: world\\["),
            on(YUM_RPMDB, "rpmdb checksum"),
            on(YUM_RPMDB, "rpmdb altered outside"),
            on(YUM_RPMDB, "gpg key retrieval failed", "GPG key retrieval failed(?:: (.*))?"),
            on(YUM_RPMDB, "gpg check failed", "(?i)(?:error: )?gpg check failed"),
            on(YUM_RPMDB, "public key for", "Public key for (\\S+) is not installed"),
            on(YUM_RPMDB, "rpmdb open failed"),
            on(YUM_REPO, "valid baseurl", "Cannot find a valid baseurl for repo: (\\S+)"),
            on(YUM_REPO, "could not retrieve mirrorlist", "Could not retrieve mirrorlist (\\S+)"),
            on(YUM_REPO, "failed to download metadata", "Failed to download metadata for repo '([^']+)'"),
            on(YUM_REPO, "no more mirrors to try"),
            on(YUM_REPO, "all mirrors were tried"),
            on(YUM_REPO, "cannot prepare internal mirrorlist"),
            on(YUM_REPO, "one of the configured repositories failed"),
            on(YUM_NO_PKG, "no package", "No package (\\S+) available"),
            on(YUM_NO_PKG, "unable to find a match", "Unable to find a match: (\\S+)"),
            on(YUM_NO_PKG, "no match for argument", "No match for argument: (\\S+)"),
            on(YUM_NO_PKG, "error: nothing to do", "^Error: Nothing to do"),
            on(PACMAN, "failed to commit transaction", "failed to commit transaction \\(?([^)]*)"),
            on(PACMAN, "target not found", "error: target not found: (\\S+)"),
            on(PACMAN, "keyring is not writable"),
            on(PACMAN, "failed to synchronize all databases"),
            on(PACMAN, "could not be looked up remotely", "key \"?([0-9A-F]+)\"? could not be looked up remotely"));

    private PackageSignatures() {}
}
