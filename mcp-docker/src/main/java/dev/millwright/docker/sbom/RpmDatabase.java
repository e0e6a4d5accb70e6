package dev.millwright.docker.sbom;

import java.io.IOException;
import java.util.Set;

/** The packages of Red Hat's and SUSE's families: rpm's database in each of its three formats. */
final class RpmDatabase implements PackageReader {
    private static final Set<String> HOMES =
            Set.of("var/lib/rpm/", "usr/lib/sysimage/rpm/", "usr/share/rpm/", "var/lib/rpmmanifest/");
    private static final Set<String> NAMES = Set.of("rpmdb.sqlite", "rpmdb.sqlite-wal", "Packages.db", "Packages");

    @Override
    public boolean wants(String path) {
        int slash = path.lastIndexOf('/') + 1;
        return HOMES.contains(path.substring(0, slash)) && NAMES.contains(path.substring(slash));
    }

    @Override
    public void read(SeenFile file, Found found) throws IOException {
        switch (file.name()) {
            case "rpmdb.sqlite" ->
                new SqliteTable(file.bytes(DATABASE)).blobs("Packages", 1, blob -> RpmHeader.read(blob, found));
            case "rpmdb.sqlite-wal" -> {
                if (file.size() > 0) {
                    found.problem("changes in it are not yet in rpmdb.sqlite, and are left out");
                }
            }
            case "Packages.db" -> RpmNdb.headers(file.bytes(DATABASE), blob -> RpmHeader.read(blob, found));
            default -> RpmBerkeley.headers(file.bytes(DATABASE), blob -> RpmHeader.read(blob, found));
        }
    }
}
