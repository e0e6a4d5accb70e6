package dev.millwright.docker.sbom;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.millwright.docker.sbom.Component.Distro;
import dev.millwright.docker.sbom.Component.Layer;
import dev.millwright.docker.sbom.CycloneDx.Subject;
import dev.millwright.json.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CycloneDxTest {
    private static final String HOME = "http://cyclonedx.org/schema/";
    private static final Instant TIME = Instant.parse("2026-11-30T12:00:00.123Z");

    /** The schema as published, and those it refers to: nothing is fetched. */
    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(
                    SpecificationVersion.DRAFT_7,
                    builder -> builder.schemas(Map.of(
                            HOME + "bom-1.6.schema.json", text("bom-1.6"),
                            HOME + "spdx.SNAPSHOT.schema.json", text("spdx"),
                            HOME + "spdx.schema.json", text("spdx"),
                            HOME + "jsf-0.82.SNAPSHOT.schema.json", text("jsf-0.82"),
                            HOME + "jsf-0.82.schema.json", text("jsf-0.82"))))
            .getSchema(SchemaLocation.of(HOME + "bom-1.6.schema.json"));

    private static String text(String schema) {
        return new String(Reading.resource("cyclonedx/" + schema + ".schema.json.gz"), UTF_8);
    }

    private static List<Error> errors(JsonNode bom) {
        return SCHEMA.validate(Json.write(bom), InputFormat.JSON);
    }

    private static Sbom sbom() {
        Distro debian = new Distro("debian", "12");
        Layer layer = new Layer(2, "sha256:" + "ab".repeat(32));
        return new Sbom(
                Optional.of(debian),
                List.of(
                        Component.of(Ecosystem.DEB, "debian", "libssl3", "3.0.11-1~deb12u2")
                                .builtFrom("openssl", "3.0.11-1~deb12u2")
                                .in(debian)
                                .broughtBy(layer),
                        Component.of(Ecosystem.NPM, "@babel", "core", "7.0.0+x y")
                                .at("/app/node_modules/@babel/core/package.json")
                                .licensed(List.of("MIT", "(MIT OR Apache-2.0)")),
                        Component.of(Ecosystem.GOLANG, "github.com/a/b", "v2", "v2.0.1"),
                        Component.of(Ecosystem.MAVEN, "org.acme", "shop", "1.0"),
                        Component.of(Ecosystem.MAVEN, "", "lonely", "1.0"),
                        Component.of(Ecosystem.PYPI, "", "django", "4.2").licensed(List.of("")),
                        Component.of(Ecosystem.CARGO, "", "regex", ""),
                        Component.of(Ecosystem.COMPOSER, "symfony", "http", "v1.0"),
                        Component.of(Ecosystem.GEM, "", "rake", "1.0"),
                        Component.of(Ecosystem.APK, "", "musl", "1.2.4-r2"),
                        Component.of(Ecosystem.RPM, "", "bash", "1:5.1-2")),
                List.of());
    }

    @Test
    void isValidByThePublishedSchema() {
        assertThat(errors(CycloneDx.of(sbom(), Subject.CONTAINER, "shop:1", "sha256:aa", TIME)))
                .isEmpty();
        assertThat(errors(CycloneDx.of(
                        new Sbom(Optional.empty(), List.of(), List.of()), Subject.APPLICATION, "folder", "", TIME)))
                .isEmpty();
    }

    @Test
    void wouldNoticeWhatIsNotValid() {
        ObjectNode bom = CycloneDx.of(sbom(), Subject.CONTAINER, "shop:1", "", TIME);
        ((ObjectNode) bom.path("components").path(0)).remove("name");

        assertThat(errors(bom)).isNotEmpty();
    }

    @Test
    void tellsWhereEachComponentIsFrom() {
        JsonNode component = CycloneDx.of(sbom(), Subject.CONTAINER, "shop:1", "", TIME)
                .path("components")
                .path(1);

        assertThat(component.path("purl").asText())
                .isEqualTo("pkg:deb/debian/libssl3@3.0.11-1~deb12u2?distro=debian-12");
        assertThat(component.path("properties").toString())
                .contains("{\"name\":\"millwright:layer:index\",\"value\":\"2\"}")
                .contains("{\"name\":\"millwright:source:name\",\"value\":\"openssl\"}");
    }

    @Test
    void givesTheSameSerialNumberForTheSamePackages() {
        String once = CycloneDx.of(sbom(), Subject.CONTAINER, "shop:1", "", TIME)
                .path("serialNumber")
                .asText();

        assertThat(CycloneDx.of(sbom(), Subject.CONTAINER, "shop:1", "", TIME.plusSeconds(9))
                        .path("serialNumber")
                        .asText())
                .isEqualTo(once);
        assertThat(CycloneDx.of(sbom(), Subject.CONTAINER, "shop:2", "", TIME)
                        .path("serialNumber")
                        .asText())
                .isNotEqualTo(once);
    }
}
