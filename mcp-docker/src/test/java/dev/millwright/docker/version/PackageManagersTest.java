package dev.millwright.docker.version;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Generated pairs, against the programs whose order we claim to know. */
class PackageManagersTest {
    private static final String DPKG = "/usr/bin/dpkg";
    private static final String RPM = "/usr/bin/rpm";

    @TempDir
    private Path folder;

    private record Pair(String a, String b) {}

    @Test
    void agreesWithDpkg() throws Exception {
        assumeTrue(Files.isExecutable(Path.of(DPKG)), "no dpkg");
        List<Pair> pairs = pairs("0129ab~.+-Z", List.of("", "", "1:"), 500);
        StringBuilder script = new StringBuilder();
        for (Pair pair : pairs) {
            script.append(
                    "if dpkg --compare-versions '%1$s' lt '%2$s'; then echo -1; elif dpkg --compare-versions '%1$s' eq '%2$s'; then echo 0; else echo 1; fi%n"
                            .formatted(pair.a(), pair.b()));
        }
        assertAgrees(Scheme.DEB, pairs, run("sh", write("pairs.sh", script)));
    }

    @Test
    void agreesWithRpm() throws Exception {
        assumeTrue(Files.isExecutable(Path.of(RPM)), "no rpm");
        List<Pair> pairs = pairs("0129ab~^._+Z", List.of("", "", "1:"), 4000);
        StringBuilder script = new StringBuilder();
        for (Pair pair : pairs) {
            script.append(
                    "do local a, b = rpm.ver('%s'), rpm.ver('%s') print((a < b and '-1' or a == b and '0' or '1') .. '\\n') end%n"
                            .formatted(pair.a(), pair.b()));
        }
        assertAgrees(Scheme.RPM, pairs, run(RPM, "--eval", "%{lua:dofile('" + write("pairs.lua", script) + "')}"));
    }

    private static void assertAgrees(Scheme scheme, List<Pair> pairs, List<String> answers) {
        assertThat(answers).hasSameSizeAs(pairs);
        for (int i = 0; i < pairs.size(); i++) {
            Pair pair = pairs.get(i);
            assertThat(Integer.signum(scheme.compare(pair.a(), pair.b())))
                    .as("%s", pair)
                    .isEqualTo(Integer.parseInt(answers.get(i)));
        }
    }

    private static List<Pair> pairs(String characters, List<String> epochs, int many) {
        Random random = new Random(11);
        List<Pair> pairs = new ArrayList<>();
        while (pairs.size() < many) {
            String a = version(characters, epochs, random);
            int at = 1 + random.nextInt(a.length());
            String b = random.nextBoolean()
                    ? version(characters, epochs, random)
                    : a.substring(0, at) + characters.charAt(random.nextInt(characters.length())) + a.substring(at);
            if (valid(a) && valid(b)) {
                pairs.add(new Pair(a, b));
            }
        }
        return pairs;
    }

    private static String version(String characters, List<String> epochs, Random random) {
        StringBuilder text = new StringBuilder(epochs.get(random.nextInt(epochs.size())));
        text.append(random.nextInt(4));
        for (int left = random.nextInt(9); left > 0; left--) {
            text.append(characters.charAt(random.nextInt(characters.length())));
        }
        return text.append(random.nextInt(3) == 0 ? "-" + random.nextInt(12) : "")
                .toString();
    }

    /** What both programs take without a warning. */
    private static boolean valid(String version) {
        return version.matches("(?:\\d+:)?\\d[^:]*[^-:]");
    }

    private Path write(String name, CharSequence text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static List<String> run(Object... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        for (Object word : words) {
            command.add(word.toString());
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(answer).isZero();
        return answer.lines().filter(line -> !line.isBlank()).toList();
    }
}
