package dev.millwright.k8s.usage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.model.Container;
import dev.millwright.k8s.model.Quantity;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SizingTest {
    private static Container container(String resources) {
        try {
            JsonNode spec = Json.read(
                    "{'name':'app','resources':%s}".formatted(resources).replace('\'', '"'));
            return new Container(Container.Role.MAIN, "/spec/containers/0", spec, Json.object());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** 100 readings: CPU 1m to 100m, memory 1Mi to 100Mi. */
    private static List<Sample> ramp() {
        return IntStream.rangeClosed(1, 100)
                .mapToObj(i -> new Sample(
                        "web-1",
                        "app",
                        Quantity.parse(i + "m").orElseThrow(),
                        Quantity.parse(i + "Mi").orElseThrow(),
                        "t" + i))
                .toList();
    }

    private static Sizing sized(String resources, boolean killed) {
        return Sizing.of("Deployment web", container(resources), killed, ramp(), 20);
    }

    @Test
    void asksForThe95thPercentileOfCpuAndTheLargestMemoryAndHeadroom() {
        Sizing sizing = sized("{}", false);

        assertThat(sizing.cpu()).isEqualTo("95m");
        assertThat(sizing.memory()).isEqualTo("100Mi");
        assertThat(sizing.then())
                .isEqualTo(
                        new Sizing.Ask(Optional.of("114m"), Optional.empty(), Optional.of("120Mi"), Optional.empty()));
    }

    @Test
    void leavesAloneWhatIsNearlyRight() {
        assertThat(sized("{'requests':{'cpu':'110m','memory':'128Mi'}}", false).changes())
                .isFalse();
    }

    @Test
    void neverLowersMemoryOfWhatWasKilledForWantOfIt() {
        String plenty = "{'requests':{'cpu':'110m','memory':'1Gi'},'limits':{'memory':'1Gi'}}";
        assertThat(sized(plenty, false).then().memoryLimit()).contains("144Mi");
        assertThat(sized(plenty, true).changes()).isFalse();
        assertThat(sized(plenty, true).notes()).anyMatch(each -> each.contains("want of memory"));
    }

    @Test
    void raisesACpuLimitThatThrottlesAndInventsNone() {
        Sizing sizing = sized("{'limits':{'cpu':'100m'}}", false);
        assertThat(sizing.then().cpuLimit()).contains("228m");
        assertThat(sizing.notes()).anyMatch(each -> each.contains("95 % of its CPU limit"));
        assertThat(sized("{'limits':{'cpu':'2'}}", false).then().cpuLimit()).isEmpty();
    }

    @Test
    void neverAsksForMoreThanTheLimit() {
        Sizing.Ask then = sized("{'requests':{'memory':'8Mi'},'limits':{'cpu':'90m','memory':'150Mi'}}", false)
                .then();
        Quantity limit = then.memoryLimit()
                .flatMap(Quantity::parse)
                .orElse(Quantity.parse("150Mi").orElseThrow());
        assertThat(Quantity.parse(then.memoryRequest().orElseThrow()).orElseThrow())
                .isLessThanOrEqualTo(limit);
        assertThat(Quantity.parse(then.cpuRequest().orElseThrow()).orElseThrow())
                .isLessThanOrEqualTo(
                        Quantity.parse(then.cpuLimit().orElseThrow()).orElseThrow());
    }

    @Test
    void writesAPatchOfNothingButWhatChanges() {
        List<Sizing> sizings = List.of(
                sized("{'requests':{'cpu':'1'}}", false), sized("{'requests':{'cpu':'110m','memory':'128Mi'}}", false));
        assertThat(Json.write(Sizings.patches(sizings)))
                .isEqualTo(
                        "{\"Deployment web\":{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"app\",\"resources\":{\"requests\":{\"cpu\":\"114m\",\"memory\":\"120Mi\"}}}]}}}}}");
    }
}
