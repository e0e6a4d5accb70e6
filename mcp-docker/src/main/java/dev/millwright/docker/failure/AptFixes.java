package dev.millwright.docker.failure;

import static java.util.Map.entry;

import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** What mends apt and dpkg. */
final class AptFixes {
    static final Map<FailureClass, Consumer<Proposals>> ALL = Map.ofEntries(
            entry(FailureClass.APT_RELEASE_EOL, AptFixes::release),
            entry(FailureClass.APT_FETCH, AptFixes::fetch),
            entry(FailureClass.APT_NO_PKG, AptFixes::missing),
            entry(FailureClass.APT_UNMET, AptFixes::unmet),
            entry(FailureClass.APT_CONFIRM, AptFixes::confirm),
            entry(FailureClass.APT_KEY, AptFixes::key),
            entry(FailureClass.APT_HASH, AptFixes::hash),
            entry(FailureClass.DPKG_SCRIPT, AptFixes::script),
            entry(FailureClass.APT_GENERIC, AptFixes::other));

    private static final Pattern OLD_DEBIAN = Pattern.compile("\\b(?:wheezy|jessie|stretch|buster|bullseye)\\b");
    private static final Pattern OLD_DEBIAN_NUMBER = Pattern.compile("(debian:)(?:7|8|9|10)(?:\\.\\d+)?\\b");
    private static final Pattern OLD_UBUNTU = Pattern.compile(
            "(ubuntu:)(?:1\\d\\.\\d\\d|2[0-1]\\.\\d\\d|22\\.10|23\\.\\d\\d|precise|trusty|xenial|bionic|focal|[a-z]+)");

    private AptFixes() {}

    private static void release(Proposals p) {
        if (p.says("changed its 'suite'")) {
            p.rewrite(
                    "apt-allow-release-change",
                    0.8,
                    "Accept that the release moved to another suite.",
                    Rewrites.plain("apt-get update", "apt-get update --allow-releaseinfo-change"));
        }
        p.from("newer-base", 0.55, "Base the stage on a release that is still published.", image -> {
            String changed = OLD_DEBIAN_NUMBER.matcher(image).replaceAll("$112");
            changed = OLD_UBUNTU.matcher(changed).replaceAll("$124.04");
            return image.startsWith("ubuntu:") || !changed.equals(image)
                    ? changed
                    : OLD_DEBIAN.matcher(changed).replaceAll("bookworm");
        });
        boolean ubuntu = p.base().contains("ubuntu") || p.logHas("ubuntu.com");
        p.before(
                "archive-mirror",
                0.35,
                "Keep the release and fetch it from the archive of old releases.",
                ubuntu
                        ? "RUN sed -i -E 's#(archive|security)\\.ubuntu\\.com#old-releases.ubuntu.com#g' /etc/apt/sources.list"
                        : "RUN sed -i -e 's#\\(deb\\|security\\).debian.org#archive.debian.org#g' -e '/-updates/d'"
                                + " /etc/apt/sources.list && echo 'Acquire::Check-Valid-Until \"false\";' >"
                                + " /etc/apt/apt.conf.d/99archive");
    }

    private static void fetch(Proposals p) {
        boolean network = p.logHas("temporary failure resolving")
                || p.logHas("could not connect")
                || p.logHas("connection timed out");
        if (!network) {
            p.rewrite(
                    "apt-update-same-step",
                    0.6,
                    "Fetch the lists in the step that installs: those of a cached step are too old.",
                    Rewrites::aptUpdateFirst);
        }
        p.rewrite("apt-retries", network ? 0.35 : 0.3, "Let apt try again.", Rewrites::aptRetries);
        p.advise(
                "network",
                network ? 0.5 : 0.2,
                "Check that the build reaches the mirror: DNS of the engine, proxy as build arguments HTTP_PROXY and"
                        + " HTTPS_PROXY, network mode.");
    }

    private static void missing(Proposals p) {
        p.rewrite(
                "apt-update-first", 0.5, "Fetch the package lists first, in the same step.", Rewrites::aptUpdateFirst);
        p.rename("apt-rename", 0.75, Distribution.DEBIAN);
        p.rewrite(
                "apt-unpin", p.says("version '") ? 0.7 : 0.2, "Take the version the release has.", Rewrites::unpinAll);
        p.advise(
                "apt-name",
                0.2,
                "Search the name in the release: apt-cache search " + p.subject("NAME")
                        + "; it may need another component" + " (contrib, universe) or repository.");
    }

    private static void unmet(Proposals p) {
        p.rewrite("apt-unpin", 0.5, "Drop the pinned versions, so that all come from one release.", Rewrites::unpinAll)
                .advise(
                        "apt-one-suite",
                        0.4,
                        "Use one suite: a source of another release or vendor offers " + p.subject("the package")
                                + " in a version the others do not fit.");
    }

    private static void confirm(Proposals p) {
        p.rewrite(
                        "apt-yes",
                        p.logHas("geographic area") ? 0.1 : 0.9,
                        "Answer yes beforehand.",
                        text -> text.matches("(?s).*\\s(?:-y|--yes|-qqy|-qy|-yq)\\b.*") ? text : Rewrites.aptYes(text))
                .before(
                        "apt-noninteractive",
                        p.logHas("geographic area") ? 0.9 : 0.1,
                        "Let packages ask nothing.",
                        "ARG DEBIAN_FRONTEND=noninteractive");
    }

    private static void key(Proposals p) {
        if (p.says("do not seem to be installed")) {
            p.install("install-gnupg", 0.85, "Install gnupg, which checks and imports keys.", "gnupg");
        }
        p.advise(
                        "signed-by",
                        0.5,
                        "Fetch the vendor's key " + p.subject("")
                                + " into /usr/share/keyrings and name it with signed-by"
                                + " in the source, instead of apt-key.")
                .before(
                        "refresh-keyring",
                        0.2,
                        "Bring the distribution's own keys up to date, where the base is older than its keys.",
                        "RUN apt-get update --allow-insecure-repositories; apt-get install -y --allow-unauthenticated"
                                + " debian-archive-keyring ca-certificates")
                .advise("live-keyserver", 0.3, "Use keyserver.ubuntu.com: the pools of SKS are shut down.");
    }

    private static void hash(Proposals p) {
        p.rewrite(
                        "apt-clear-lists",
                        0.6,
                        "Begin with empty lists, past caches in between.",
                        text -> text.replaceFirst(
                                "\\bapt-get update\\b",
                                "rm -rf /var/lib/apt/lists/* && apt-get -o Acquire::http::No-Cache=True update"))
                .advise("retry", 0.4, "Build again later: the mirror was being updated.");
    }

    private static void script(Proposals p) {
        p.advise(
                        "package-script",
                        0.4,
                        "The script of " + p.subject("the package")
                                + " failed; the lines above it say why. It often starts a service: builds have none.")
                .before(
                        "no-services",
                        0.3,
                        "Let package scripts start no services.",
                        "RUN printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d && chmod +x /usr/sbin/policy-rc.d");
    }

    private static void other(Proposals p) {
        if (p.says("add-apt-repository")) {
            p.install("install-program", 0.9, "Install what has add-apt-repository.", "software-properties-common");
        }
        p.rewrite("apt-update-first", 0.3, "Fetch the package lists first.", Rewrites::aptUpdateFirst)
                .advise("apt-message", 0.3, "apt says: " + p.subject("see the evidence"));
    }
}
