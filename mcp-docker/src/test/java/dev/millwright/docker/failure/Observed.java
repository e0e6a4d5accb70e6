package dev.millwright.docker.failure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Ends of logs of builds that really failed, from public issue threads: the lines that matter, with names and hosts
 * replaced.
 */
final class Observed {
    /** @param kinds what the people of the thread found to be the cause, several where more than one class names it */
    record Failure(List<FailureClass> kinds, String log) {}

    private Observed() {}

    static List<Failure> of(String name) {
        List<Failure> all = new ArrayList<>();
        try (InputStream in = Observed.class.getResourceAsStream("/failures/observed/" + name + ".txt")) {
            for (String each : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("(?m)^=== ")) {
                int end = each.indexOf('\n');
                if (end > 0) {
                    all.add(new Failure(
                            List.of(each.substring(0, end).split("/")).stream()
                                    .map(FailureClass::valueOf)
                                    .toList(),
                            each.substring(end + 1)));
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return all;
    }
}
