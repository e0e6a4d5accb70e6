package dev.millwright.docker.release;

import dev.millwright.tool.Call;
import java.util.List;
import java.util.Optional;

/** What knows the inside of an image: vulnerabilities of its packages, and secrets it carries. */
@FunctionalInterface
public interface Contents {
    /**
     * What was asked for; the rest is empty.
     *
     * @param unknown why there is no count, where one was asked for
     * @param secrets in configuration, history and files of every layer: what and where, the worst first
     */
    record Seen(Optional<Count> vulnerabilities, String unknown, List<String> secrets) {
        public Seen {
            secrets = List.copyOf(secrets);
        }
    }

    /** How many there are; {@code worst} names some of them, the worst first. */
    record Count(int critical, int high, String worst) {}

    /**
     * Reads it once.
     *
     * @param image id of an image of the tenant's engine
     */
    Seen of(String image, boolean vulnerabilities, boolean secrets, Call call) throws Exception;
}
