package dev.millwright.docker.sbom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InstalledPackagesTest {
    private static byte[] pom(String group, String artifact, String version) {
        return Reading.bytes(
                "#Generated\ngroupId=" + group + "\nartifactId=" + artifact + "\nversion=" + version + "\n");
    }

    @ParameterizedTest
    @CsvSource({
        "app/node_modules/lodash/package.json, '{\"name\":\"lodash\",\"version\":\"4.17.20\",\"license\":\"MIT\"}', lodash 4.17.20",
        "usr/local/lib/node_modules/npm/node_modules/@npmcli/fs/package.json, '{\"name\":\"@npmcli/fs\",\"version\":\"3.1.0\"}', @npmcli/fs 3.1.0",
        "app/node_modules/.pnpm/a@1.0.0/node_modules/a/package.json, '{\"name\":\"a\",\"version\":\"1.0.0\",\"name\":\"a\"}', a 1.0.0",
        "usr/lib/python3.11/site-packages/Flask_Login-0.6.2.dist-info/METADATA, 'Metadata-Version: 2.1\nName: Flask_Login\nVersion: 0.6.2\nLicense: MIT\n\nName: other\n', flask-login 0.6.2",
        "opt/x/Jinja2-2.7.egg-info/PKG-INFO, 'Metadata-Version: 1.0\nName: Jinja2\nVersion: 2.7\n', jinja2 2.7",
        "opt/x/wheel-0.1.egg-info, 'Name: wheel\nVersion: 0.1\n', wheel 0.1",
        "opt/x.egg/EGG-INFO/PKG-INFO, 'Name: zope.interface\nVersion: 5.0\n', zope-interface 5.0",
        "usr/lib/ruby/gems/3.1.0/specifications/default/json-2.6.1.gemspec, '# -*- encoding: utf-8 -*-\n# stub: json 2.6.1 ruby lib\n# stub: ext/json\n', json 2.6.1",
        "usr/lib/ruby/gems/3.1.0/specifications/rake-13.0.6.gemspec, 's.name = \"rake\".freeze\n  s.version = \"13.0.6\"\n', rake 13.0.6",
        "gems/specifications/old-1.gemspec, 's.name = ''old''\n s.version = Gem::Version.new(\"1.0\")', old 1.0"
    })
    void readsOnePackage(String path, String content, String expected) {
        assertThat(Reading.names(path, content)).containsExactly(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "app/package.json",
                "app/node_modules/lodash/test/package.json",
                "app/node_modules/.package.json",
                "app/x.gemspec",
                "notes/METADATA"
            })
    void leavesOtherFilesAlone(String path) {
        assertThat(PackageScan.ofImage().wants(path, 0644)).isFalse();
    }

    @Test
    void leavesOutAFolderThatOnlySaysHowItsFilesAreToBeRead() {
        assertThat(Reading.of("node_modules/a/package.json", "{\"type\":\"module\"}")
                        .components())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[%s]", "{\"packages\":[%s],\"dev\":true}"})
    void readsComposersTwoFormats(String format) {
        String each = "{\"name\":\"symfony/http-kernel\",\"version\":\"v5.4.10\",\"license\":[\"MIT\"]}";

        assertThat(Reading.names("srv/vendor/composer/installed.json", format.formatted(each)))
                .containsExactly("symfony/http-kernel v5.4.10");
    }

    @Test
    void readsArchivesInArchives() {
        Map<String, byte[]> inner = new LinkedHashMap<>();
        inner.put(
                "META-INF/maven/org.apache.logging.log4j/log4j-core/pom.properties",
                pom("org.apache.logging.log4j", "log4j-core", "2.14.1"));
        inner.put("META-INF/maven/com.shaded/thing/pom.properties", pom("com.shaded", "thing", "1.0"));
        Map<String, byte[]> outer = new LinkedHashMap<>();
        outer.put("META-INF/MANIFEST.MF", Reading.bytes("Manifest-Version: 1.0\n\n"));
        outer.put("BOOT-INF/lib/log4j-core-2.14.1.jar", Reading.zip(inner));
        outer.put(
                "BOOT-INF/lib/spring-core-5.3.17.jar",
                Reading.zip(
                        Map.of(
                                "META-INF/MANIFEST.MF",
                                Reading.bytes(
                                        "Manifest-Version: 1.0\nImplementation-Title: spring-core\nAutomatic-Module-Name: spring.core\n\n"))));
        outer.put(
                "BOOT-INF/lib/slf4j-api-1.7.36.jar",
                Reading.zip(
                        Map.of(
                                "META-INF/MANIFEST.MF",
                                Reading.bytes(
                                        "Manifest-Version: 1.0\nBundle-SymbolicName: org.slf4j.api\nBundle-Version: 1.7.36\n\n"))));

        Sbom sbom = Reading.of("app/shop.jar", Reading.zip(outer));

        assertThat(Reading.names(sbom))
                .containsExactly(
                        "com.shaded:thing 1.0",
                        "org.apache.logging.log4j:log4j-core 2.14.1",
                        "org.slf4j:slf4j-api 1.7.36",
                        "spring:spring-core 5.3.17");
        assertThat(sbom.components().get(1).path()).contains("/app/shop.jar!/BOOT-INF/lib/log4j-core-2.14.1.jar");
    }

    @Test
    void readsTheRestOfAnArchiveThatHoldsABrokenOne() {
        Map<String, byte[]> outer = new LinkedHashMap<>();
        outer.put("WEB-INF/lib/broken.jar", Arrays.copyOf(Reading.zip(Map.of("a", new byte[5000])), 40));
        outer.put(
                "WEB-INF/lib/good-1.0.jar",
                Reading.zip(Map.of("META-INF/maven/g/good/pom.properties", pom("g", "good", "1.0"))));

        Sbom sbom = Reading.of("app.war", Reading.zip(outer));

        assertThat(Reading.names(sbom)).containsExactly("g:good 1.0");
        assertThat(sbom.problems())
                .singleElement()
                .satisfies(problem ->
                        assertThat(problem.message()).startsWith("app.war!/WEB-INF/lib/broken.jar could not be read"));
    }

    @Test
    void doesNotFollowArchivesInArchivesForEver() {
        byte[] jar = Reading.zip(Map.of("META-INF/maven/g/deep/pom.properties", pom("g", "deep", "1.0")));
        for (int i = 0; i < 10; i++) {
            jar = Reading.zip(Map.of("inner.jar", jar));
        }

        Sbom sbom = Reading.of("a.jar", jar);

        assertThat(sbom.components()).isEmpty();
        assertThat(sbom.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("too deep inside"));
    }

    @Test
    void stopsAtABomb() {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("META-INF/maven/g/first/pom.properties", pom("g", "first", "1.0"));
        entries.put("lib/inner-1.0.jar", Reading.zip(Map.of("zeros", new byte[2_000_000])));
        entries.put("META-INF/maven/g/last/pom.properties", pom("g", "last", "1.0"));
        byte[] bomb = Reading.zip(entries);
        Found found = new Found("bomb.jar");

        assertThatThrownBy(() -> new JavaArchive(1_000_000).read(new SeenFile("bomb.jar", bomb), found))
                .hasMessageContaining("it unpacks to more than 1000000 bytes");
        assertThat(found.components())
                .extracting(Component::name)
                .contains("first")
                .doesNotContain("last");
    }

    private static final String MODULES = "path\tgithub.com/acme/shop\nmod\tgithub.com/acme/shop\t(devel)\t\n"
            + "dep\tgolang.org/x/net\tv0.7.0\th1:x=\ndep\tgithub.com/old/thing\tv1.0.0\n=>\tgithub.com/fork/thing/v2\tv2.0.1\th1:y=\n"
            + "dep\tgithub.com/local\tv1.0.0\n=>\t./local\t\n"
            + "dep\tgopkg.in/yaml.v3\tv3.0.1\th1:z=\nbuild\t-compiler=gc\n";

    /** Before and after the modules' text, as Go's linker frames it. */
    private static String framed() {
        return "0123456789abcdef" + MODULES + "0123456789abcdef";
    }

    private static byte[] inline(String version) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(GoBuildInfo.MAGIC);
        out.write(8);
        out.write(2);
        out.writeBytes(new byte[16]);
        for (String text : List.of(version, framed())) {
            int length = text.length();
            while (length > 127) {
                out.write(length & 0x7f | 0x80);
                length >>>= 7;
            }
            out.write(length);
            out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
        }
        return out.toByteArray();
    }

    private static final String[] EXPECTED = {
        "github.com/fork/thing/v2 v2.0.1", "golang.org/x/net v0.7.0", "gopkg.in/yaml.v3 v3.0.1", "stdlib 1.20.12"
    };

    @Test
    void readsWhatAGoProgramWasBuiltFrom() {
        assertThat(Reading.names(Reading.of(
                        "usr/bin/shop",
                        new Elf()
                                .with(".go.buildinfo", inline("go1.20.12 X:boringcrypto"))
                                .bytes())))
                .containsExactly(EXPECTED);
    }

    @Test
    void readsWhatAGoProgramBefore118WasBuiltFrom() {
        assertThat(Reading.names(Reading.of(
                        "usr/bin/shop",
                        new Elf().withOldGo("go1.20.12", framed()).bytes())))
                .containsExactly(EXPECTED);
    }

    @Test
    void readsAGoProgramWhoseSectionsWereStripped() {
        assertThat(Reading.names(Reading.of(
                        "usr/bin/shop",
                        new Elf().with(".go.buildinfo", inline("go1.20.12")).stripped())))
                .containsExactly(EXPECTED);
    }

    @Test
    void readsAGoProgramTooLargeToHold() {
        byte[] small = new Elf().with(".go.buildinfo", inline("go1.20.12")).bytes();
        byte[] large = Arrays.copyOf(small, 66 << 20);
        System.arraycopy(inline("go1.20.12"), 0, large, 65 << 20, inline("go1.20.12").length);
        Arrays.fill(large, 64, 4096, (byte) 0);

        assertThat(Reading.names(Reading.of("usr/bin/shop", large))).containsExactly(EXPECTED);
    }

    @Test
    void readsWhatAnAuditableRustProgramWasBuiltFrom() throws IOException {
        ByteArrayOutputStream list = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(list)) {
            out.write(Reading.bytes("""
                    {"packages":[{"name":"shop","version":"0.1.0","source":"local","root":true,"dependencies":[1]},
                    {"name":"regex","version":"1.5.4","source":"crates.io"},
                    {"name":"cc","version":"1.0.0","source":"crates.io","kind":"build"}]}"""));
        }

        assertThat(Reading.names(Reading.of(
                        "usr/local/bin/shop",
                        new Elf().with(".dep-v0", list.toByteArray()).bytes())))
                .containsExactly("regex 1.5.4");
    }

    @Test
    void findsNothingInOtherProgramsAndTellsOfNone() {
        Sbom sbom = Reading.of(Map.of(
                "bin/sh",
                new Elf().with(".text", new byte[100]).bytes(),
                "bin/script",
                Reading.bytes("#!/bin/sh\necho\n"),
                "bin/empty",
                new byte[0],
                "bin/short",
                new byte[] {0x7f, 'E', 'L', 'F'}));

        assertThat(sbom.components()).isEmpty();
        assertThat(sbom.problems()).isEmpty();
    }

    @Test
    void survivesDamagedPrograms() {
        byte[] whole = new Elf()
                .with(".go.buildinfo", inline("go1.20.12"))
                .with(".dep-v0", new byte[64])
                .bytes();
        for (int seed = 0; seed < 500; seed++) {
            java.util.Random random = new java.util.Random(seed);
            byte[] damaged = whole.clone();
            for (int i = 0; i < 30; i++) {
                damaged[4 + random.nextInt(damaged.length - 4)] = (byte) random.nextInt();
            }
            assertThat(Reading.of("bin/x", damaged).components().size()).isLessThan(10);
        }
    }
}
