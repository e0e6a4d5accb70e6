package dev.millwright.docker.failure;

import static java.util.Map.entry;

import java.util.Map;
import java.util.function.Consumer;

/** What mends what is fetched: certificates, names, sources that are gone, files that came broken. */
final class NetworkFixes {
    static final Map<FailureClass, Consumer<Proposals>> ALL = Map.ofEntries(
            entry(FailureClass.TLS_CERT, NetworkFixes::certificate),
            entry(FailureClass.GIT_AUTH, NetworkFixes::git),
            entry(FailureClass.DNS_NET, NetworkFixes::network),
            entry(FailureClass.CHECKSUM, NetworkFixes::checksum),
            entry(FailureClass.HTTP_404, NetworkFixes::gone),
            entry(FailureClass.ARCHIVE_BAD, NetworkFixes::archive));

    private NetworkFixes() {}

    private static void certificate(Proposals p) {
        p.install("ca-certificates", 0.75, "Install the certificates of public authorities.", "ca-certificates")
                .advise(
                        "own-authority",
                        0.4,
                        "If a proxy or company authority signs here: copy its certificate to /usr/local/share/ca-certificates and run update-ca-certificates.")
                .advise("clock", 0.1, "Check the engine's clock when certificates look expired.");
    }

    private static void git(Proposals p) {
        p.rewrite(
                        "git-https",
                        0.6,
                        "GitHub no longer serves git://.",
                        text -> text.replace("git://github.com", "https://github.com")
                                .replace("git@github.com:", "https://github.com/"))
                .before(
                        "git-https-always",
                        0.5,
                        "Fetch over HTTPS what names git:// or SSH.",
                        "RUN git config --global url.\"https://github.com/\".insteadOf git://github.com/ && git config --global --add url.\"https://github.com/\".insteadOf git@github.com:")
                .advise(
                        "ssh-mount",
                        0.5,
                        "A private repository needs a key: RUN --mount=type=ssh with known_hosts filled by ssh-keyscan, or a token as secret.");
    }

    private static void network(Proposals p) {
        String host = p.subject("the host");
        p.advise(
                        "network",
                        0.6,
                        "The build does not reach " + host + ": check DNS of the engine, network mode and firewall.")
                .advise("proxy", 0.35, "Behind a proxy give build arguments HTTP_PROXY, HTTPS_PROXY and NO_PROXY.")
                .advise("retry", 0.4, "Build again if it was only for a moment.");
    }

    private static void checksum(Proposals p) {
        p.advise(
                        "compare",
                        0.6,
                        "Compare expected and actual digest in the evidence; a new release needs its new digest, anything else may be an attack.")
                .advise("retry", 0.2, "A cut download also differs: fetch again with curl -fSL.");
    }

    private static void gone(Proposals p) {
        p.advise(
                        "live-url",
                        0.75,
                        "The address no longer has the file"
                                + (p.subject("").isEmpty() ? "" : " (" + p.subject("") + ")")
                                + ": find where the project publishes it now, or another version.")
                .advise("version-variable", 0.25, "Check variables in the address: an empty ARG makes a wrong one.");
    }

    private static void archive(Proposals p) {
        p.rewrite(
                        "curl-fail",
                        0.6,
                        "Let curl fail on an error page and follow redirects; then its message shows.",
                        text -> text.replaceAll("\\bcurl (?!-fSL|--fail)", "curl -fSL "))
                .advise("live-url", 0.5, "The address gave something else than an archive: open it and look.")
                .rewrite(
                        "tar-auto",
                        0.3,
                        "Let tar find the compression out.",
                        text -> text.replaceAll("\\btar (-?)([a-zA-Z]*)[zjJ]([a-zA-Z]*)", "tar $1$2$3"));
    }
}
