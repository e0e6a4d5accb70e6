package dev.millwright.docker.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.tool.ToolException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChecklistTest {
    @Test
    void readsWhatIsNamedAndChecksNothingElse() {
        Checklist checklist = Checklist.of("c", """
                image: shop/web:1
                start: {running-seconds: 5, read-only: false, writable: [/var/cache], env: {A: b}}
                healthy: {within-seconds: 9, command: [/bin/check, -q]}
                files: [/app/engine-*]
                ports: [8080]
                """);
        assertThat(checklist.image()).contains("shop/web:1");
        assertThat(checklist.start().orElseThrow().runningSeconds()).isEqualTo(5);
        assertThat(checklist.start().orElseThrow().readOnly()).isFalse();
        assertThat(checklist.healthy().orElseThrow().command()).contains(List.of("/bin/check", "-q"));
        assertThat(checklist.nonRoot()).isFalse();
        assertThat(checklist.maxCritical()).isEmpty();
        assertThat(Checklist.release().maxCritical()).hasValue(0);
    }

    @Test
    void saysWhatIsWrongInAChecklist() {
        assertRefused("non-rot: true", "non-rot");
        assertRefused("max-size-mb: big", "max-size-mb");
        assertRefused("start: {running-seconds: 0}", "running-seconds");
        assertRefused("files: [app]", "files must be absolute paths");
        assertRefused("files: ['/a*/b']", "files must be absolute paths");
        assertRefused("", "names nothing to check");
        assertRefused("a: [", "is no YAML");
        assertRefused("- a", "names nothing to check");
    }

    private static void assertRefused(String yaml, String why) {
        assertThatThrownBy(() -> Checklist.of("/checklist c.yaml", yaml))
                .isInstanceOf(ToolException.class)
                .hasMessageStartingWith("/checklist c.yaml")
                .hasMessageContaining(why);
    }

    @Test
    void judgesWhatTheConfigurationTells() {
        Checklist checklist = Checklist.of("c", """
                platform: linux/amd64
                max-size-mb: 10
                non-root: true
                ports: [8080, 53/udp]
                labels: {version: "1.*", source: "*"}
                """);
        ObjectNode image =
                Json.object().put("Os", "linux").put("Architecture", "amd64").put("Size", 9_000_000);
        ObjectNode config = image.putObject("Config").put("User", "app");
        config.putObject("ExposedPorts").putObject("8080/tcp");
        config.withObject("/ExposedPorts").putObject("53/udp");
        config.putObject("Labels").put("version", "1.2").put("source", "here");
        assertThat(Paper.items(checklist, image))
                .allMatch(item -> item.status() == Item.Status.PASS)
                .hasSize(6);

        image.put("Architecture", "arm64").put("Size", 11_000_000);
        config.put("User", "0:0");
        config.withObject("/ExposedPorts").putObject("22/tcp");
        config.withObject("/Labels").put("version", "2.0").remove("source");
        assertThat(Paper.items(checklist, image))
                .allMatch(item -> item.status() == Item.Status.FAIL)
                .hasSize(6);
        assertThat(Paper.items(checklist, image).toString())
                .contains("it is 2.0, wanted 1.*", "11.0 MB of at most 10 MB", "22/tcp");
    }
}
