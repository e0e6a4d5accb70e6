package dev.millwright.sandbox;

/**
 * Numbers of the system calls that reach what only namespaces hide or Landlock does not guard, from {@code asm/unistd.h}.
 */
enum Exposed {
    X86_64(
            new int[] {
                29,
                30,
                31, // shmget, shmat, shmctl
                64,
                65,
                66,
                220, // semget, semop, semctl, semtimedop
                68,
                69,
                70,
                71, // msgget, msgsnd, msgrcv, msgctl
                240,
                241 // mq_open, mq_unlink
            },
            new int[] {
                90,
                91,
                268, // chmod, fchmod, fchmodat
                92,
                93,
                94,
                260, // chown, fchown, lchown, fchownat
                132,
                235,
                261, // utime, utimes, futimesat
                188,
                189,
                190, // setxattr, lsetxattr, fsetxattr
                197,
                198,
                199, // removexattr, lremovexattr, fremovexattr
                452,
                463,
                466,
                469 // fchmodat2, setxattrat, removexattrat, file_setattr
            },
            new int[] {
                141,
                251, // setpriority, ioprio_set
                142,
                144,
                203,
                314 // sched_setparam, sched_setscheduler, sched_setaffinity, sched_setattr
            },
            53,
            302,
            280),
    AARCH64(
            new int[] {
                194,
                196,
                195, // shmget, shmat, shmctl
                190,
                193,
                191,
                192, // semget, semop, semctl, semtimedop
                186,
                189,
                188,
                187, // msgget, msgsnd, msgrcv, msgctl
                180,
                181 // mq_open, mq_unlink
            },
            new int[] {
                52,
                53, // fchmod, fchmodat
                54,
                55, // fchownat, fchown
                5,
                6,
                7, // setxattr, lsetxattr, fsetxattr
                14,
                15,
                16, // removexattr, lremovexattr, fremovexattr
                452,
                463,
                466,
                469 // fchmodat2, setxattrat, removexattrat, file_setattr
            },
            new int[] {
                140,
                30, // setpriority, ioprio_set
                118,
                119,
                122,
                274 // sched_setparam, sched_setscheduler, sched_setaffinity, sched_setattr
            },
            199,
            261,
            88);

    private final int[] exchange;
    private final int[] metadata;
    private final int[] priorities;
    private final int socketpair;
    private final int prlimit;
    private final int utimensat;

    Exposed(int[] exchange, int[] metadata, int[] priorities, int socketpair, int prlimit, int utimensat) {
        this.exchange = exchange;
        this.metadata = metadata;
        this.priorities = priorities;
        this.socketpair = socketpair;
        this.prlimit = prlimit;
        this.utimensat = utimensat;
    }

    /** @param arch as in the property {@code os.arch} */
    static Exposed of(String arch) {
        return switch (arch) {
            case "amd64", "x86_64" -> X86_64;
            case "aarch64", "arm64" -> AARCH64;
            default -> throw new IllegalArgumentException("no system-call filter for processor " + arch);
        };
    }

    /** Shared memory, semaphores and message queues, by which processes that are strangers to each other meet. */
    int[] exchange() {
        return exchange.clone();
    }

    /** Modes, owners, times by path, and extended attributes of files. */
    int[] metadata() {
        return metadata.clone();
    }

    /** Priorities and processors of any process of the user. */
    int[] priorities() {
        return priorities.clone();
    }

    int socketpair() {
        return socketpair;
    }

    int prlimit() {
        return prlimit;
    }

    /** Its second argument is null for a descriptor, and a path otherwise. */
    int utimensat() {
        return utimensat;
    }
}
