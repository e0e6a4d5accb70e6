package dev.millwright.k8s.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MergeTest {
    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) Json.read(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private static String merged(String old, String wanted, String live) {
        return Merge.of(json(old), json(wanted), json(live)).toString();
    }

    @Test
    void setsWhatIsWantedRemovesWhatIsNoLongerAndLeavesTheRest() {
        assertThat(merged("{\"a\":1,\"gone\":1}", "{\"a\":2}", "{\"a\":1,\"gone\":1,\"theirs\":3}"))
                .isEqualTo("{\"a\":2,\"theirs\":3}");
    }

    @Test
    void doesNotTouchWhatTheServerOnlySpellsInItsOwnWay() {
        String live = "{\"spec\":{\"hard\":{\"cpu\":\"1\",\"memory\":\"1Gi\"},\"on\":true,\"ports\":[80,443]}}";

        assertThat(merged(
                        "{}",
                        "{\"spec\":{\"hard\":{\"cpu\":\"1000m\",\"memory\":\"1024Mi\"},\"off\":false,\"none\":[],\"nil\":null}}",
                        live))
                .isEqualTo(live);
    }

    @Test
    void doesNotTakeTextThatLooksLikeAQuantityForOne() {
        assertThat(merged("{}", "{\"data\":{\"rate\":\"1000m\"}}", "{\"data\":{\"rate\":\"1\"}}"))
                .isEqualTo("{\"data\":{\"rate\":\"1000m\"}}");
    }

    @Test
    void mergesListsByTheKeysOfTheirElements() {
        assertThat(
                        merged(
                                "{\"containers\":[{\"name\":\"web\",\"image\":\"1\"},{\"name\":\"old\"}]}",
                                "{\"containers\":[{\"name\":\"web\",\"image\":\"2\"},{\"name\":\"new\"}]}",
                                "{\"containers\":[{\"name\":\"web\",\"image\":\"1\",\"policy\":\"Always\"},{\"name\":\"old\"},{\"name\":\"mesh\"}]}"))
                .isEqualTo(
                        "{\"containers\":[{\"name\":\"web\",\"image\":\"2\",\"policy\":\"Always\"},{\"name\":\"mesh\"},{\"name\":\"new\"}]}");
    }

    @Test
    void tellsPortsOfTwoProtocolsApart() {
        assertThat(
                        merged(
                                "{}",
                                "{\"ports\":[{\"port\":53,\"protocol\":\"UDP\",\"targetPort\":1},{\"port\":53,\"targetPort\":2}]}",
                                "{\"ports\":[{\"port\":53,\"protocol\":\"UDP\",\"nodePort\":7},{\"port\":53,\"protocol\":\"TCP\"}]}"))
                .isEqualTo(
                        "{\"ports\":[{\"port\":53,\"protocol\":\"UDP\",\"nodePort\":7,\"targetPort\":1},{\"port\":53,\"protocol\":\"TCP\",\"targetPort\":2}]}");
    }

    @Test
    void replacesOtherListsWhole() {
        assertThat(merged("{\"args\":[\"a\"]}", "{\"args\":[\"b\",\"c\"]}", "{\"args\":[\"a\"]}"))
                .isEqualTo("{\"args\":[\"b\",\"c\"]}");
    }

    @Test
    void patchesOnlyWhatDiffersAndTestsTheVersion() {
        assertThat(Merge.patch(
                                json("{\"metadata\":{\"resourceVersion\":\"7\"},\"a/b\":1,\"l\":[1,2],\"x\":1}"),
                                json("{\"metadata\":{\"resourceVersion\":\"7\"},\"a/b\":2,\"l\":[1,3],\"y\":1}"))
                        .toString())
                .isEqualTo("[{\"op\":\"test\",\"path\":\"/metadata/resourceVersion\",\"value\":\"7\"},"
                        + "{\"op\":\"replace\",\"path\":\"/a~1b\",\"value\":2},{\"op\":\"replace\",\"path\":\"/l/1\",\"value\":3},"
                        + "{\"op\":\"remove\",\"path\":\"/x\"},{\"op\":\"add\",\"path\":\"/y\",\"value\":1}]");
    }

    /** The example of Semantic Versioning 2.0.0, section 11.4, and what is before and behind it. */
    @Test
    void ordersVersions() {
        List<String> order = List.of(
                "0.9.10",
                "1.0.0-alpha",
                "1.0.0-alpha.1",
                "1.0.0-alpha.beta",
                "1.0.0-beta",
                "1.0.0-beta.2",
                "1.0.0-beta.11",
                "1.0.0-rc.1",
                "1.0.0",
                "v1.0.1",
                "1.2",
                "1.10.0+build.7");

        assertThat(Stream.of(
                                "1.0.0",
                                "1.10.0+build.7",
                                "1.0.0-beta.11",
                                "1.0.0-beta",
                                "1.2",
                                "1.0.0-alpha",
                                "v1.0.1",
                                "1.0.0-rc.1",
                                "1.0.0-alpha.beta",
                                "0.9.10",
                                "1.0.0-beta.2",
                                "1.0.0-alpha.1")
                        .map(each -> ChartVersion.of(each).orElseThrow())
                        .sorted()
                        .map(ChartVersion::text))
                .containsExactlyElementsOf(order);
        assertThat(ChartVersion.of("sha256-abc.sig")).isEmpty();
    }

    @Test
    void readsYamlAsKubernetesDoes() {
        assertThat(Items.documents("{mode: 0644, on: yes, day: 2026-11-30, text: \"0644\", big: 1048576, half: 0.5}"))
                .containsExactly(
                        json(
                                "{\"mode\":420,\"true\":true,\"day\":\"2026-11-30\",\"text\":\"0644\",\"big\":1048576,\"half\":0.5}"));
    }
}
