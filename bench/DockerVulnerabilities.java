import dev.millwright.docker.sbom.FolderPackages;
import dev.millwright.docker.sbom.Sbom;
import dev.millwright.docker.vulnerability.Assessment;
import dev.millwright.docker.vulnerability.DatabaseInfo;
import dev.millwright.docker.vulnerability.Databases;
import dev.millwright.docker.vulnerability.KnownVulnerabilities;
import dev.millwright.docker.vulnerability.Vex;
import dev.millwright.docker.vulnerability.WorkspaceFeed;
import dev.millwright.tool.Tenant;
import dev.millwright.workspace.Protection;
import dev.millwright.workspace.Workspace;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * How long the packages of a folder take to be found and matched: DockerVulnerabilities.java ROUNDS ADVISORIES FOLDER makes an
 * OSV export of that many advisories and a root file system of 500 packages (400 of Debian, 100 of npm) in the folder
 * where it has none yet, imports the one and looks through the other, again and again. Run a second time with -Xmx64m it shows
 * that the import needs no more.
 */
public final class DockerVulnerabilities {
    private static final int DEBIAN = 400;
    private static final int NPM = 100;

    private DockerVulnerabilities() {}

    public static void main(String[] arguments) throws Exception {
        int rounds = Integer.parseInt(arguments[0]);
        int advisories = Integer.parseInt(arguments[1]);
        Path folder = Files.createDirectories(Path.of(arguments[2]));
        Path export = Files.createDirectories(folder.resolve("osv"));
        if (!Files.exists(export.resolve("all.zip"))) {
            write(export.resolve("all.zip"), advisories);
        }
        rootfs(folder.resolve("rootfs"));
        Databases databases = new Databases(folder.resolve("data"), Clock.systemUTC());
        KnownVulnerabilities known =
                new KnownVulnerabilities(databases, Optional.empty(), Duration.ofSeconds(1), Clock.systemUTC());
        try (Workspace workspace =
                new Workspace(List.of(folder), new Protection(List.of(), List.of()), false, List.of())) {
            long began = System.nanoTime();
            DatabaseInfo info =
                    known.replace(Tenant.DEFAULT, new WorkspaceFeed(workspace, workspace.at("osv")), count -> {});
            System.out.printf(
                    Locale.ROOT,
                    "import of %d advisories  %.1f s, archive %d MB, database %d MB, -Xmx%dm%n",
                    info.advisories(),
                    (System.nanoTime() - began) / 1e9,
                    Files.size(export.resolve("all.zip")) / 1_000_000,
                    Files.size(folder.resolve("data/default/advisories.db")) / 1_000_000,
                    Runtime.getRuntime().maxMemory() >> 20);
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            double[] seconds = new double[rounds];
            double[] cpu = new double[rounds];
            for (int i = 0; i < rounds; i++) {
                long start = System.nanoTime();
                long used = threads.getCurrentThreadCpuTime();
                Sbom sbom = FolderPackages.of(workspace, workspace.at("rootfs"));
                Assessment assessment = known.of(
                                Tenant.DEFAULT,
                                KnownVulnerabilities.Source.OFFLINE,
                                sbom.components(),
                                Vex.NONE,
                                note -> {})
                        .orElseThrow();
                seconds[i] = (System.nanoTime() - start) / 1e9;
                cpu[i] = (threads.getCurrentThreadCpuTime() - used) / 1e9;
                if (i == 0) {
                    System.out.printf(
                            Locale.ROOT,
                            "%d packages, %d vulnerabilities  first %.3f s%n",
                            assessment.checked(),
                            assessment.found().size(),
                            seconds[0]);
                }
            }
            Arrays.sort(seconds);
            Arrays.sort(cpu);
            System.out.printf(
                    Locale.ROOT,
                    "packages and match, warm   p50 %.3f s, p95 %.3f s; processor p50 %.3f s%n",
                    seconds[rounds / 2],
                    seconds[rounds * 95 / 100],
                    cpu[rounds / 2]);
        }
    }

    /** A third on Debian's packages with their many listed versions, a third on npm, a third on what is not installed. */
    private static void write(Path file, int advisories) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file));
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.setLevel(1);
            for (int i = 0; i < advisories; i++) {
                zip.putNextEntry(new ZipEntry("OSV-" + i + ".json"));
                zip.write(advisory(i).getBytes(StandardCharsets.UTF_8));
                zip.closeEntry();
            }
        }
    }

    private static String advisory(int i) {
        String ecosystem = i % 3 == 0 ? "Debian:12" : i % 3 == 1 ? "npm" : "PyPI";
        String name = i % 3 == 0 ? "source" + i % (DEBIAN * 10) : "package" + i % 20_000;
        StringBuilder versions = new StringBuilder();
        for (int v = 0; v < (i % 3 == 0 ? 40 : 5); v++) {
            versions.append(v == 0 ? "" : ",").append("\"1.").append(v).append(".0-").append(v % 3).append('"');
        }
        return """
                {"schema_version":"1.7.0","id":"OSV-%d","modified":"2026-05-01T00:00:00Z","aliases":["CVE-2024-%d"],
                 "summary":"A flaw in %s","details":"%s",
                 "severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"}],
                 "affected":[{"package":{"ecosystem":"%s","name":"%s"},
                  "ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1.%d.0"}]}],"versions":[%s]}]}"""
                .formatted(i, 10_000 + i, name, "Text. ".repeat(100), ecosystem, name, i % 40, versions);
    }

    private static void rootfs(Path root) throws IOException {
        Files.createDirectories(root.resolve("etc"));
        Files.writeString(root.resolve("etc/os-release"), "ID=debian\nVERSION_ID=\"12\"\n");
        StringBuilder status = new StringBuilder();
        for (int i = 0; i < DEBIAN; i++) {
            status.append("""
                    Package: binary%d
                    Status: install ok installed
                    Architecture: amd64
                    Source: source%d
                    Version: 1.%d.0-1
                    Description: a package
                     with a description of more than one line

                    """.formatted(i, i * 3, 5 + i % 30));
        }
        Files.createDirectories(root.resolve("var/lib/dpkg"));
        Files.writeString(root.resolve("var/lib/dpkg/status"), status);
        for (int i = 0; i < NPM; i++) {
            Path module = Files.createDirectories(root.resolve("app/node_modules/package" + i));
            Files.writeString(
                    module.resolve("package.json"),
                    "{\"name\":\"package%d\",\"version\":\"1.%d.0\"}".formatted(i, 5 + i % 30));
        }
    }
}
