package dev.millwright.sandbox;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * What Landlock is told, by its version ("ABI", {@code Documentation/userspace-api/landlock.rst}): all rights it knows are
 * withheld, then given beneath folders.
 */
final class Ruleset {
    /** Linux 6.2: the first that guards truncation. Before, code could empty any file of its user. */
    static final int OLDEST = 3;

    private static final int FIRST_WITH_TCP = 4;
    private static final int FIRST_WITH_DEVICES = 5;
    private static final int FIRST_WITH_SCOPES = 6;

    private static final long FILES = (Grants.TRUNCATE << 1) - 1;
    private static final long BIND_AND_CONNECT = 3;
    private static final long ABSTRACT_SOCKETS_AND_SIGNALS = 3;
    private static final long RULE_PATH_BENEATH = 1;
    private static final long VERSION = 1;

    private final int abi;
    private final boolean network;
    private final List<Grants.Rule> rules;

    Ruleset(int abi, boolean network, List<Grants.Rule> rules) {
        this.abi = abi;
        this.network = network;
        this.rules = List.copyOf(rules);
    }

    /** Version of the kernel's Landlock, or {@code -errno}. */
    static int abi(Kernel kernel) {
        return (int) kernel.call(Kernel.LANDLOCK_CREATE_RULESET, 0, 0, VERSION, 0);
    }

    /** Why it is of no use to us, by what {@link #abi} said. */
    static Optional<String> unfit(int abi) {
        return switch (abi) {
            case -Kernel.ENOSYS -> Optional.of("the kernel is built without Landlock");
            case -Kernel.EOPNOTSUPP -> Optional.of("the kernel was booted without Landlock");
            default ->
                abi < 0
                        ? Optional.of("the kernel refuses to tell its version of Landlock: errno " + -abi)
                        : abi < OLDEST
                                ? Optional.of("version " + abi + " of Landlock does not guard truncation of files")
                                : Optional.empty();
        };
    }

    /** Whether processes outside a run are safe from its signals. */
    static boolean scopesSignals(int abi) {
        return abi >= FIRST_WITH_SCOPES;
    }

    /** {@code struct landlock_ruleset_attr} as long as the version knows it: u64 of files, network, scopes. */
    byte[] attributes() {
        ByteBuffer bytes = ByteBuffer.allocate(3 * Long.BYTES).order(ByteOrder.nativeOrder());
        bytes.putLong(files());
        if (abi >= FIRST_WITH_TCP) {
            bytes.putLong(network ? 0 : BIND_AND_CONNECT);
        }
        if (abi >= FIRST_WITH_SCOPES) {
            bytes.putLong(ABSTRACT_SOCKETS_AND_SIGNALS);
        }
        byte[] all = new byte[bytes.position()];
        bytes.flip().get(all);
        return all;
    }

    private long files() {
        return abi >= FIRST_WITH_DEVICES ? FILES | Grants.IOCTL_DEV : FILES;
    }

    /** {@code struct landlock_path_beneath_attr}: packed u64 of rights, s32 of a descriptor. */
    byte[] rule(Grants.Rule rule, int fd) {
        return ByteBuffer.allocate(Long.BYTES + Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .putLong(rule.rights() & files())
                .putInt(fd)
                .array();
    }

    /** SHA-256 over everything that confines a command, in hexadecimal; the run's own folder counts as {@code /tmp}. */
    String hash(byte[] filter, Command command, Path temporary) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(filter);
            digest.update(attributes());
            String text = rules + " " + command.limits();
            digest.update(text.replace(temporary.toString(), "/tmp").getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Makes it; the caller closes the descriptor. */
    long create(Kernel kernel) throws IOException {
        byte[] attributes = attributes();
        MemorySegment memory = kernel.copy(attributes);
        long ruleset = kernel.call(Kernel.LANDLOCK_CREATE_RULESET, memory.address(), attributes.length, 0, 0);
        if (ruleset < 0) {
            throw new IOException("Landlock takes no ruleset: errno " + -ruleset);
        }
        try {
            for (Grants.Rule rule : rules) {
                add(kernel, ruleset, rule);
            }
            return ruleset;
        } catch (IOException | RuntimeException e) {
            kernel.close(ruleset);
            throw e;
        }
    }

    private void add(Kernel kernel, long ruleset, Grants.Rule rule) throws IOException {
        Path path = rule.path();
        long fd = kernel.name(path.toString());
        if (fd == -Kernel.ENOENT) {
            return; // gone since it was listed: what comes in its place stays withheld
        }
        if (fd < 0) {
            throw new IOException("cannot open " + path + ": errno " + -fd);
        }
        try {
            long address = kernel.copy(rule(rule, (int) fd)).address();
            long result = kernel.call(Kernel.LANDLOCK_ADD_RULE, ruleset, RULE_PATH_BENEATH, address, 0);
            if (result < 0) {
                throw new IOException("Landlock takes no rule for " + path + ": errno " + -result);
            }
        } finally {
            kernel.close(fd);
        }
    }
}
