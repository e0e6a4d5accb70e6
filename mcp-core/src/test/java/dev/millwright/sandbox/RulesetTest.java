package dev.millwright.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What kernels of other versions than this one are told. */
final class RulesetTest {
    @ParameterizedTest
    @CsvSource({
        "3, false, 0x7fff",
        "4, false, 0x7fff 3",
        "4, true, 0x7fff 0",
        "5, false, 0xffff 3",
        "6, false, 0xffff 3 3",
        "7, true, 0xffff 0 3",
        "99, false, 0xffff 3 3"
    })
    void handlesWhatAVersionKnowsAndNoMore(int abi, boolean network, String words) {
        ByteBuffer bytes = ByteBuffer.wrap(new Ruleset(abi, network, List.of()).attributes())
                .order(ByteOrder.nativeOrder());
        assertThat(LongStream.generate(bytes::getLong).limit(bytes.capacity() / Long.BYTES))
                .containsExactlyElementsOf(
                        List.of(words.split(" ")).stream().map(Long::decode).toList());
    }

    @Test
    void packsARule() {
        byte[] rule = new Ruleset(4, false, List.of())
                .rule(new Grants.Rule(Path.of("/dev/null"), Grants.IOCTL_DEV | Grants.READ_FILE), 0x01020304);
        ByteBuffer bytes = ByteBuffer.wrap(rule).order(ByteOrder.nativeOrder());
        assertThat(bytes.capacity()).isEqualTo(12);
        assertThat(bytes.getLong()).isEqualTo(4); // what the version does not know is left out
        assertThat(bytes.getInt()).isEqualTo(0x01020304);
    }

    @ParameterizedTest
    @CsvSource({
        "-38, the kernel is built without Landlock",
        "-95, the kernel was booted without Landlock",
        "-1, the kernel refuses to tell its version of Landlock: errno 1",
        "2, version 2 of Landlock does not guard truncation of files"
    })
    void saysWhyAKernelIsUnfit(int abi, String why) {
        assertThat(Ruleset.unfit(abi)).contains(why);
    }

    @ParameterizedTest
    @CsvSource({"3, false", "6, true"})
    void isContentWithOlderKernelsButKnowsWhatTheyLeaveOpen(int abi, boolean signals) {
        assertThat(Ruleset.unfit(abi)).isEmpty();
        assertThat(Ruleset.scopesSignals(abi)).isEqualTo(signals);
    }
}
