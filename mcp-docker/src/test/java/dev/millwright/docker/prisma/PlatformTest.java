package dev.millwright.docker.prisma;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of getPlatform.ts. */
class PlatformTest {
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "amd64, ID=debian,, libssl.so.3, debian-openssl-3.0.x",
                "amd64, ID=debian,, libssl.so.1.1, debian-openssl-1.1.x",
                "amd64, ID=ubuntu, ID_LIKE=debian, libssl.so.1.0.0, debian-openssl-1.0.x",
                "amd64, ID=debian,, -, debian-openssl-1.1.x",
                "amd64, ID=linuxmint, ID_LIKE=\"ubuntu debian\", libssl.so.3, debian-openssl-3.0.x",
                "amd64, ID=arch,, libssl.so.3, debian-openssl-3.0.x",
                "amd64, ID=manjaro, ID_LIKE=arch, libssl.so.3, debian-openssl-3.0.x",
                "amd64, ID=fedora,, libssl.so.3, rhel-openssl-3.0.x",
                "amd64, ID=\"almalinux\", ID_LIKE=\"rhel centos fedora\", libssl.so.1.1, rhel-openssl-1.1.x",
                "amd64, ID=opensuse-leap, ID_LIKE=\"suse opensuse\", libssl.so.1.1, rhel-openssl-1.1.x",
                "amd64, ID=alpine,, libssl.so.3, linux-musl-openssl-3.0.x",
                "amd64, ID=alpine,, libssl.so.1.1, linux-musl",
                "amd64, ID=alpine,, -, linux-musl",
                "arm64, ID=alpine,, libssl.so.3, linux-musl-arm64-openssl-3.0.x",
                "arm64, ID=alpine,, -, linux-musl-arm64-openssl-1.1.x",
                "arm64, ID=debian,, libssl.so.3, linux-arm64-openssl-3.0.x",
                "arm64/v8, ID=fedora,, libssl.so.3, linux-arm64-openssl-3.0.x",
                "arm/v7, ID=raspbian, ID_LIKE=debian, libssl.so.1.1, linux-arm-openssl-1.1.x",
                "amd64, ID=nixos,, libssl.so.3, linux-nixos",
                "amd64, ID=gentoo,, libssl.so.3, debian-openssl-3.0.x",
                "amd64, ID=gentoo,, -, debian-openssl-1.1.x",
            })
    void picksTheTargetThatPrismaPicks(String architecture, String id, String like, String library, String target) {
        Platform platform = Platform.of(architecture, "NAME=x\n" + id + "\n" + (like == null ? "" : like + "\n"));
        Optional<String> libssl = Optional.ofNullable(library).flatMap(Platform::libssl);
        assertThat(platform.with(libssl).binaryTarget()).isEqualTo(target);
    }

    @Test
    void readsVersionsOfOpenssl() {
        assertThat(Platform.libssl("libssl.so.3")).contains("3.0.x");
        assertThat(Platform.libssl("libssl.so")).isEmpty();
        assertThat(Platform.libssl("libssl.so.4")).isEmpty();
        assertThat(Platform.openssl("\0OpenSSL 3.0.15 3 Sep 2024\0")).contains("3.0.x");
        assertThat(Platform.openssl("OpenSSL 1.1.1w  11 Sep 2023")).contains("1.1.x");
        assertThat(Platform.openssl("LibreSSL 3.1")).isEmpty();
    }

    @Test
    void readsVersionsOfPrisma() {
        assertThat(PrismaVersion.of("6.19.0")).contains(new PrismaVersion(6, 19, 0));
        assertThat(PrismaVersion.of("7.0.0-dev.5")).contains(new PrismaVersion(7, 0, 0));
        assertThat(PrismaVersion.of("latest")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "libquery_engine-debian-openssl-3.0.x.so.node, QUERY, debian-openssl-3.0.x",
        "query_engine-windows.dll.node, QUERY, windows",
        "libquery_engine-darwin-arm64.dylib.node, QUERY, darwin-arm64",
        "query-engine-linux-musl-openssl-3.0.x, QUERY, linux-musl-openssl-3.0.x",
        "schema-engine-rhel-openssl-1.1.x, SCHEMA, rhel-openssl-1.1.x",
        "schema-engine-windows.exe, SCHEMA, windows",
        "migration-engine-linux-arm64-openssl-3.0.x, SCHEMA, linux-arm64-openssl-3.0.x",
    })
    void knowsEnginesByTheirNames(String name, Engine.Kind kind, String target) {
        assertThat(Engine.of("app/node_modules/.prisma/client/" + name)).contains(new Engine(kind, target));
        assertThat(Engine.of("app/query-engine.js")).isEmpty();
        assertThat(Engine.of("app/query-engine-notes.txt")).isEmpty();
    }
}
