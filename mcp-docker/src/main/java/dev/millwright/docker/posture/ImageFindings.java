package dev.millwright.docker.posture;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What an image's configuration and history tell beside the numbered checks. */
final class ImageFindings {
    /** Ways in for administrators, which an image should not offer. */
    private static final Map<Integer, String> PORTS = new TreeMap<>(Map.of(
            21,
            "FTP",
            22,
            "SSH",
            23,
            "Telnet",
            445,
            "SMB",
            513,
            "rlogin",
            514,
            "rsh",
            2375,
            "an engine without TLS",
            3389,
            "RDP",
            5900,
            "VNC",
            10250,
            "a kubelet"));

    private static final Set<String> HOST_VOLUMES =
            Set.of("/var/run/docker.sock", "/run/docker.sock", "/dev", "/proc", "/sys", "/etc", "/");

    private static final Pattern SUDO = Pattern.compile("(?:^|[;&|]\\s*)sudo\\s");
    private static final Pattern DIST_UPGRADE = Pattern.compile(
            "\\b(?:apt-get|apt|aptitude)\\s+(?:-\\S+\\s+)*(?:dist-upgrade|full-upgrade)|do-release-upgrade");
    private static final Pattern PIPED =
            Pattern.compile("\\b(?:curl|wget)\\s[^;&|]*\\|\\s*(?:sudo\\s+)?(?:\\S*/)?(?:ba|da|z)?sh\\b");

    private ImageFindings() {}

    static List<Finding> of(ImageFacts image) {
        List<Finding> found = new ArrayList<>(HistorySecrets.of(image));
        for (String port : new TreeSet<>(image.ports())) {
            String number = port.replaceFirst("/.*", "");
            if (number.matches("\\d{1,5}") && PORTS.containsKey(Integer.parseInt(number))) {
                found.add(Finding.of(
                        "exposed-port",
                        Severity.MEDIUM,
                        "No way in for administrators",
                        "EXPOSE " + port + ": " + PORTS.get(Integer.parseInt(number)),
                        "Leave it out; docker exec leads in"));
            }
        }
        for (String tag : image.tags()) {
            if (tag.endsWith(":latest")) {
                found.add(Finding.of(
                        "latest-tag", Severity.LOW, "A tag says which version it is", tag, "Tag it with its version"));
            }
        }
        for (String volume : new TreeSet<>(image.volumes())) {
            if (HOST_VOLUMES.contains(volume)) {
                found.add(Finding.of(
                        "host-volume",
                        Severity.HIGH,
                        "No volumes over folders of the system",
                        "VOLUME " + volume,
                        "Leave it out"));
            }
        }
        for (String command : image.commands()) {
            String step = HistorySecrets.shown("RUN " + command);
            if (SUDO.matcher(command).find()) {
                found.add(Finding.of(
                        "sudo", Severity.LOW, "No sudo in builds", step, "USER root for the steps that need it"));
            }
            if (DIST_UPGRADE.matcher(command).find()) {
                found.add(Finding.of(
                        "dist-upgrade",
                        Severity.LOW,
                        "The base image is upgraded by its makers",
                        step,
                        "A newer base image"));
            }
            if (PIPED.matcher(command).find()) {
                found.add(Finding.of(
                        "piped-download",
                        Severity.MEDIUM,
                        "What is downloaded is looked at before it runs",
                        step,
                        "Download, check its sum, then run it"));
            }
        }
        return found;
    }
}
