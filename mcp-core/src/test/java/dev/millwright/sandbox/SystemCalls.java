package dev.millwright.sandbox;

import java.util.Map;

/** Numbers of system calls, written down a second time so that the filter cannot be wrong unnoticed. */
final class SystemCalls {
    private static final Map<String, int[]> NUMBERS = Map.ofEntries(
            Map.entry("ptrace", new int[] {101, 117}),
            Map.entry("process_vm_readv", new int[] {310, 270}),
            Map.entry("bpf", new int[] {321, 280}),
            Map.entry("userfaultfd", new int[] {323, 282}),
            Map.entry("unshare", new int[] {272, 97}),
            Map.entry("setns", new int[] {308, 268}),
            Map.entry("mount", new int[] {165, 40}),
            Map.entry("umount2", new int[] {166, 39}),
            Map.entry("pivot_root", new int[] {155, 41}),
            Map.entry("chroot", new int[] {161, 51}),
            Map.entry("open_tree", new int[] {428, 428}),
            Map.entry("move_mount", new int[] {429, 429}),
            Map.entry("fsopen", new int[] {430, 430}),
            Map.entry("mount_setattr", new int[] {442, 442}),
            Map.entry("keyctl", new int[] {250, 219}),
            Map.entry("add_key", new int[] {248, 217}),
            Map.entry("perf_event_open", new int[] {298, 241}),
            Map.entry("io_uring_setup", new int[] {425, 425}),
            Map.entry("init_module", new int[] {175, 105}),
            Map.entry("kexec_load", new int[] {246, 104}),
            Map.entry("open_by_handle_at", new int[] {304, 265}),
            Map.entry("pidfd_getfd", new int[] {438, 438}),
            Map.entry("clone", new int[] {56, 220}),
            Map.entry("clone3", new int[] {435, 435}),
            Map.entry("ioctl", new int[] {16, 29}));

    private SystemCalls() {}

    static int number(String name) {
        return NUMBERS.get(name)[System.getProperty("os.arch").equals("aarch64") ? 1 : 0];
    }
}
