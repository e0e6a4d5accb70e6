package dev.millwright.server;

import dev.millwright.protocol.Offer;
import dev.millwright.store.Migrations;
import dev.millwright.tool.Tenant;
import java.util.List;
import java.util.Map;

/**
 * One server of the suite: its name, its configuration, and how it is opened. Making one costs nothing.
 *
 * @param <C> its configuration, under {@code servers.NAME}
 * @param <R> what a tenant reaches through it, under {@code tenants.TENANT.reach.NAME}
 */
public interface McpServer<C extends Record, R extends Record> {
    /** One lower-case word, as in {@code filesystem}. */
    String name();

    /** One sentence for a person choosing servers. */
    String summary();

    Class<C> configType();

    Class<R> reachType();

    /** What can be set on the command line beside the configuration. */
    default List<Flag> flags() {
        return List.of();
    }

    /** Tables of its own in the process's store. */
    default List<Migrations> migrations() {
        return List.of();
    }

    /** Builds what the server offers; opens and loads nothing that no call has needed yet. */
    Offer open(C config, Map<Tenant, R> reach, Platform platform);

    /** What works here and what is missing, checked for real. */
    List<Check> doctor(C config, Map<Tenant, R> reach, Platform platform);

    /**
     * A command-line option.
     *
     * @param option as in {@code --root}
     * @param value what stands for its value in the help, as in {@code DIR}
     * @param key the configuration key it sets, as in {@code tenants.default.reach.filesystem.roots}
     * @param list whether it may be given several times and sets a list
     */
    record Flag(String option, String value, String key, boolean list, String description) {}

    /** One finding of {@code doctor}; {@code remedy} is empty when all is well. */
    record Check(String subject, State state, String finding, String remedy) {
        /** How bad it is. */
        public enum State {
            OK,
            /** Works, with less than there could be. */
            WEAK,
            MISSING
        }

        public static Check ok(String subject, String finding) {
            return new Check(subject, State.OK, finding, "");
        }
    }
}
