package dev.millwright.call;

import dev.millwright.tool.Effect;
import java.time.Duration;
import java.util.Set;

/**
 * What the operator allows, whoever asks.
 *
 * @param readOnly only {@link Effect#READS} goes through
 * @param allow names of the tools offered; empty for all
 * @param deny names of tools never offered; stronger than {@code allow}
 * @param unconfirmed whether {@link Effect#DESTROYS} goes through without asking a person; recorded with every such call
 * @param budget tokens an answer may take where the caller does not say
 * @param deadline how long a call may take where its tool does not say; time in which a person is asked not counted
 * @param patience how long a person may take to answer one question
 * @param maxInput bytes of arguments, as JSON
 */
public record Policy(
        boolean readOnly,
        Set<String> allow,
        Set<String> deny,
        boolean unconfirmed,
        int budget,
        Duration deadline,
        Duration patience,
        int maxInput) {
    public Policy {
        allow = Set.copyOf(allow);
        deny = Set.copyOf(deny);
    }
}
