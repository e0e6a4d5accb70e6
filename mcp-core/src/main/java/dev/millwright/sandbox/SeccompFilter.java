package dev.millwright.sandbox;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The system-call filter of every confined command, as the bytes of a BPF program ({@code struct sock_filter}: u16 code,
 * u8 jump-if-true, u8 jump-if-false, u32 k; native order).
 *
 * <p>All is allowed but what reaches for other processes, namespaces, mounts, keys, kernel code, or interfaces that keep
 * growing holes ({@code bpf}, {@code userfaultfd}, {@code io_uring}); these answer EPERM. {@code clone3} answers ENOSYS,
 * since its flags lie behind a pointer: libc then uses {@code clone}. Sockets are unix, IP or netlink ones; vsock, raw
 * packets and kernel crypto are not, since network namespaces do not cover them all.
 */
final class SeccompFilter {
    private static final int LOAD = 0x20; // BPF_LD | BPF_W | BPF_ABS
    private static final int IF_EQUAL = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
    private static final int IF_AT_LEAST = 0x35; // BPF_JMP | BPF_JGE | BPF_K
    private static final int IF_ANY_BIT = 0x45; // BPF_JMP | BPF_JSET | BPF_K
    private static final int RETURN = 0x06; // BPF_RET | BPF_K

    private static final int ALLOW = 0x7fff_0000;
    private static final int KILL = 0x8000_0000;
    private static final int ERRNO = 0x0005_0000;
    private static final int EPERM = 1;
    private static final int ENOSYS = 38;
    private static final int EAFNOSUPPORT = 97;

    private static final int NUMBER = 0; // offsets into struct seccomp_data
    private static final int ARCHITECTURE = 4;
    private static final int FIRST_ARGUMENT = 16;
    private static final int SECOND_ARGUMENT = 24;

    private static final int X32 = 0x4000_0000;
    /** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
    private static final int NEW_NAMESPACES = 0x7e02_0000;

    private static final int TIOCSTI = 0x5412;
    private static final int TIOCLINUX = 0x541c;
    private static final int[] FAMILIES = {1, 2, 10, 16}; // AF_UNIX, AF_INET, AF_INET6, AF_NETLINK
    private static final int[] NETWORK_FAMILIES = {2, 10, 16};
    private static final int[] NO_FAMILIES = {};
    /** SOCK_DGRAM and SOCK_RAW have this bit, SOCK_STREAM and SOCK_SEQPACKET do not. */
    private static final int DATAGRAM = 2;

    /** Numbers from {@code asm/unistd.h}; from 424 on they are the same everywhere. */
    private enum Machine {
        X86_64(
                0xC000_003E,
                new int[] {
                    101,
                    310,
                    311, // ptrace, process_vm_readv, process_vm_writev
                    165,
                    166,
                    155,
                    161,
                    272,
                    308, // mount, umount2, pivot_root, chroot, unshare, setns
                    248,
                    249,
                    250, // add_key, request_key, keyctl
                    321,
                    298,
                    323, // bpf, perf_event_open, userfaultfd
                    175,
                    313,
                    176,
                    246,
                    320, // init_module, finit_module, delete_module, kexec_load, kexec_file_load
                    303,
                    304,
                    312, // name_to_handle_at, open_by_handle_at, kcmp
                    169,
                    167,
                    168,
                    163,
                    103,
                    179, // reboot, swapon, swapoff, acct, syslog, quotactl
                    172,
                    173,
                    153,
                    212,
                    164,
                    227 // iopl, ioperm, vhangup, lookup_dcookie, settimeofday, clock_settime
                },
                56,
                16,
                41),
        AARCH64(
                0xC000_00B7,
                new int[] {
                    117,
                    270,
                    271, // ptrace, process_vm_readv, process_vm_writev
                    40,
                    39,
                    41,
                    51,
                    97,
                    268, // mount, umount2, pivot_root, chroot, unshare, setns
                    217,
                    218,
                    219, // add_key, request_key, keyctl
                    280,
                    241,
                    282, // bpf, perf_event_open, userfaultfd
                    105,
                    273,
                    106,
                    104,
                    294, // init_module, finit_module, delete_module, kexec_load, kexec_file_load
                    264,
                    265,
                    272, // name_to_handle_at, open_by_handle_at, kcmp
                    142,
                    224,
                    225,
                    89,
                    116,
                    60, // reboot, swapon, swapoff, acct, syslog, quotactl
                    58,
                    18,
                    170,
                    112 // vhangup, lookup_dcookie, settimeofday, clock_settime
                },
                220,
                29,
                198);

        private final int architecture;
        private final int[] refused;
        private final int clone;
        private final int ioctl;
        private final int socket;

        Machine(int architecture, int[] refused, int clone, int ioctl, int socket) {
            this.architecture = architecture;
            this.refused = refused;
            this.clone = clone;
            this.ioctl = ioctl;
            this.socket = socket;
        }

        static Machine of(String arch) {
            return switch (arch) {
                case "amd64", "x86_64" -> X86_64;
                case "aarch64", "arm64" -> AARCH64;
                default -> throw new IllegalArgumentException("no system-call filter for processor " + arch);
            };
        }
    }

    private static final int CLONE3 = 435;
    private static final int[] REFUSED_EVERYWHERE = {
        425,
        426,
        427, // io_uring_setup, io_uring_enter, io_uring_register
        428,
        429,
        430,
        431,
        432,
        433,
        442,
        467, // open_tree, move_mount, fsopen … fspick, mount_setattr, open_tree_attr
        438,
        440,
        443 // pidfd_getfd, process_madvise, quotactl_fd
    };

    private record Instruction(int code, int ifTrue, int ifFalse, int k) {}

    private final List<Instruction> program = new ArrayList<>();

    private SeccompFilter() {}

    /**
     * For a command in namespaces of its own.
     *
     * @param arch as in the property {@code os.arch}
     */
    static byte[] namespaced(String arch) {
        return start(Machine.of(arch)).end(Machine.of(arch), FAMILIES);
    }

    /**
     * For a command in the namespaces of the host, whose files Landlock guards: no unix sockets, since those with a path
     * lead to the daemons of the host, no shared memory or queues of System V and POSIX, and no sockets at all without
     * network, since Landlock knows of TCP alone.
     *
     * @param arch as in the property {@code os.arch}
     * @param network whether it may reach what the host reaches
     * @param shared whether others run as its user: it must not change modes, owners and attributes of files, which
     *     Landlock does not guard, nor priorities and limits of processes
     */
    static byte[] exposed(String arch, boolean network, boolean shared) {
        Machine machine = Machine.of(arch);
        Exposed exposed = Exposed.of(arch);
        SeccompFilter filter = start(machine);
        filter.refuse(exposed.exchange());
        filter.whenArgument(
                exposed.socketpair(), SECOND_ARGUMENT, IF_ANY_BIT, new int[] {DATAGRAM}, ERRNO | EPERM, ALLOW);
        if (shared) {
            filter.refuse(exposed.metadata());
            filter.refuse(exposed.priorities());
            filter.whenArgument(exposed.prlimit(), FIRST_ARGUMENT, IF_EQUAL, new int[] {0}, ALLOW, ERRNO | EPERM);
            filter.unlessNull(exposed.utimensat(), SECOND_ARGUMENT, ERRNO | EPERM);
        }
        return filter.end(machine, network ? NETWORK_FAMILIES : NO_FAMILIES);
    }

    private static SeccompFilter start(Machine machine) {
        SeccompFilter filter = new SeccompFilter();
        filter.add(LOAD, ARCHITECTURE);
        filter.unless(IF_EQUAL, machine.architecture, KILL);
        filter.add(LOAD, NUMBER);
        if (machine == Machine.X86_64) {
            filter.when(IF_AT_LEAST, X32, ERRNO | EPERM);
        }
        filter.refuse(machine.refused);
        filter.refuse(REFUSED_EVERYWHERE);
        filter.when(IF_EQUAL, CLONE3, ERRNO | ENOSYS);
        filter.whenArgument(
                machine.clone, FIRST_ARGUMENT, IF_ANY_BIT, new int[] {NEW_NAMESPACES}, ERRNO | EPERM, ALLOW);
        filter.whenArgument(
                machine.ioctl, SECOND_ARGUMENT, IF_EQUAL, new int[] {TIOCSTI, TIOCLINUX}, ERRNO | EPERM, ALLOW);
        return filter;
    }

    private byte[] end(Machine machine, int[] families) {
        whenArgument(machine.socket, FIRST_ARGUMENT, IF_EQUAL, families, ALLOW, ERRNO | EAFNOSUPPORT);
        add(RETURN, ALLOW);
        return bytes();
    }

    private void refuse(int... numbers) {
        for (int number : numbers) {
            when(IF_EQUAL, number, ERRNO | EPERM);
        }
    }

    private void add(int code, int k) {
        program.add(new Instruction(code, 0, 0, k));
    }

    private void when(int condition, int k, int verdict) {
        program.add(new Instruction(condition, 0, 1, k));
        add(RETURN, verdict);
    }

    private void unless(int condition, int k, int verdict) {
        program.add(new Instruction(condition, 1, 0, k));
        add(RETURN, verdict);
    }

    /** Judges one call by the low half of an argument: all that the kernel looks at of flags, families and requests. */
    private void whenArgument(int number, int argument, int condition, int[] values, int verdict, int otherwise) {
        program.add(new Instruction(IF_EQUAL, 0, 2 + 2 * values.length, number));
        add(LOAD, argument);
        for (int value : values) {
            when(condition, value, verdict);
        }
        add(RETURN, otherwise);
    }

    /** Judges one call by whether an argument is a null pointer: allowed then. */
    private void unlessNull(int number, int argument, int verdict) {
        program.add(new Instruction(IF_EQUAL, 0, 6, number));
        add(LOAD, argument);
        unless(IF_EQUAL, 0, verdict);
        add(LOAD, argument + Integer.BYTES);
        unless(IF_EQUAL, 0, verdict);
        add(LOAD, NUMBER);
    }

    private byte[] bytes() {
        ByteBuffer bytes = ByteBuffer.allocate(8 * program.size()).order(ByteOrder.nativeOrder());
        for (Instruction instruction : program) {
            bytes.putShort((short) instruction.code())
                    .put((byte) instruction.ifTrue())
                    .put((byte) instruction.ifFalse())
                    .putInt(instruction.k());
        }
        return bytes.array();
    }
}
