package dev.millwright.docker.failure;

import static java.util.Map.entry;

import java.util.Map;
import java.util.function.Consumer;

/** What mends apk, yum, dnf and pacman. */
final class SystemPackageFixes {
    static final Map<FailureClass, Consumer<Proposals>> ALL = Map.ofEntries(
            entry(FailureClass.APK_MISSING, SystemPackageFixes::apk),
            entry(FailureClass.APK_NET, SystemPackageFixes::apkNetwork),
            entry(FailureClass.YUM_REPO, SystemPackageFixes::repository),
            entry(FailureClass.YUM_NO_PKG, SystemPackageFixes::yum),
            entry(FailureClass.YUM_RPMDB, SystemPackageFixes::database),
            entry(FailureClass.PACMAN, SystemPackageFixes::pacman));

    private SystemPackageFixes() {}

    private static void apk(Proposals p) {
        p.rename("apk-rename", 0.75, Distribution.ALPINE);
        p.rewrite(
                        "apk-unpin",
                        p.logHas("breaks: world") ? 0.8 : 0.3,
                        "Take the version this release has: Alpine keeps no older ones.",
                        text -> {
                            String changed = text;
                            for (String name : p.subjects()) {
                                changed = Rewrites.unpin(changed, name.replaceAll("-\\d.*$", ""));
                            }
                            return changed.equals(text) ? Rewrites.unpinAll(text) : changed;
                        })
                .rewrite(
                        "apk-edge",
                        0.25,
                        "Look in the community and testing branches too.",
                        text -> text.contains("--repository")
                                ? text
                                : text.replaceFirst(
                                        "\\bapk add\\b",
                                        "apk add --repository=https://dl-cdn.alpinelinux.org/alpine/edge/testing"))
                .rewrite(
                        "apk-update",
                        0.15,
                        "Fetch the index first.",
                        text -> text.contains("--no-cache") || text.contains("apk update") || text.contains("-U ")
                                ? text
                                : text.replaceFirst("\\bapk add\\b", "apk add --no-cache"));
        p.advise(
                "apk-name",
                0.15,
                "Search pkgs.alpinelinux.org for the file or name " + p.subject("that is missing") + ".");
    }

    private static void apkNetwork(Proposals p) {
        if (p.logHas("untrusted")) {
            p.before(
                    "apk-keys",
                    0.6,
                    "Bring Alpine's keys up to date.",
                    "RUN apk add --no-cache --allow-untrusted alpine-keys");
        }
        p.advise("retry", 0.45, "Build again: the mirror did not answer in time.")
                .advise(
                        "network",
                        0.45,
                        "Check that the build reaches dl-cdn.alpinelinux.org: DNS, proxy, network mode.");
    }

    private static void repository(Proposals p) {
        boolean centos = p.base().contains("centos") || p.logHas("centos");
        if (centos) {
            p.from(
                    "newer-base",
                    0.5,
                    "CentOS Linux has ended: Rocky Linux or AlmaLinux take its place.",
                    image -> Distribution.name(image).equals("centos") ? "rockylinux:9" : image);
            p.before(
                    "vault-mirror",
                    0.6,
                    "Keep CentOS and fetch from its vault.",
                    "RUN sed -i -e 's/^mirrorlist=/#mirrorlist=/' -e"
                            + " 's|^#\\? *baseurl=http://mirror.centos.org|baseurl=http://vault.centos.org|'"
                            + " /etc/yum.repos.d/*.repo");
        }
        p.advise(
                "network",
                centos ? 0.15 : 0.5,
                "Check that the build reaches the mirrors of " + p.subject("the repository") + ".");
    }

    private static void yum(Proposals p) {
        p.rename("yum-rename", 0.65, Distribution.RPM);
        p.before(
                        "epel",
                        0.5,
                        "Add EPEL, which has what the distribution leaves out.",
                        "RUN dnf install -y epel-release && dnf clean all")
                .before(
                        "crb",
                        0.3,
                        "Switch on CRB (PowerTools before version 9), which has most -devel packages.",
                        "RUN dnf install -y dnf-plugins-core && (dnf config-manager --set-enabled crb || dnf"
                                + " config-manager --set-enabled powertools)");
    }

    private static void database(Proposals p) {
        if (p.says("rpmdb")) {
            p.before(
                    "yum-plugin-ovl",
                    0.7,
                    "Let yum cope with the overlay file system.",
                    "RUN touch /var/lib/rpm/* && yum install -y yum-plugin-ovl");
        }
        p.before("rebuild-rpmdb", 0.3, "Build the database anew.", "RUN rpm --rebuilddb")
                .advise(
                        "import-key",
                        p.says("rpmdb") ? 0.1 : 0.7,
                        "Import the repository's key first with rpm --import, from the vendor's https address.");
    }

    private static void pacman(Proposals p) {
        p.before(
                        "pacman-keys",
                        0.5,
                        "Make the keyring.",
                        "RUN pacman-key --init && pacman-key --populate && pacman -Sy --noconfirm archlinux-keyring")
                .rewrite(
                        "pacman-full-upgrade",
                        0.6,
                        "Bring all packages up to date together: Arch has no partial upgrades.",
                        text -> text.replaceFirst("pacman -S(?!yu)y?\\b", "pacman -Syu"));
    }
}
