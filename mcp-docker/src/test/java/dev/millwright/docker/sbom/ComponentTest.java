package dev.millwright.docker.sbom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ComponentTest {
    @Test
    void isNamedAsItsEcosystemDoes() {
        assertThat(Component.of(Ecosystem.MAVEN, "org.apache", "log4j", "1").fullName())
                .isEqualTo("org.apache:log4j");
        assertThat(Component.of(Ecosystem.NPM, "@babel", "core", "7.0.0").fullName())
                .isEqualTo("@babel/core");
        assertThat(Component.of(Ecosystem.GOLANG, "golang.org/x", "net", "v0.1.0")
                        .fullName())
                .isEqualTo("golang.org/x/net");
        assertThat(Component.of(Ecosystem.DEB, "debian", "libc6", "2.36-9").fullName())
                .isEqualTo("libc6");
    }

    @Test
    void hasAPackageUrl() {
        assertThat(Component.of(Ecosystem.DEB, "debian", "libc6", "2.36-9+deb12u4")
                        .in(new Component.Distro("debian", "12"))
                        .purl())
                .isEqualTo("pkg:deb/debian/libc6@2.36-9%2Bdeb12u4?distro=debian-12");
        assertThat(Component.of(Ecosystem.NPM, "@babel", "core", "7.0.0").purl())
                .isEqualTo("pkg:npm/%40babel/core@7.0.0");
        assertThat(Component.of(Ecosystem.CARGO, "", "serde", "").purl()).isEqualTo("pkg:cargo/serde");
    }

    @Test
    void hasAName() {
        assertThatThrownBy(() -> Component.of(Ecosystem.DEB, "", " ", "1"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
