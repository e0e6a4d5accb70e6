package dev.millwright.docker.failure;

import java.util.Optional;

/** What the exit code of a step says where its output does not: as shells, curl and wget document theirs. */
final class ExitCodes {
    /** More lines than these, and another program than the download may have ended the step. */
    private static final int QUIET = 10;

    private ExitCodes() {}

    static Optional<FailureClass> kind(Step step) {
        int code = step.exitCode().orElse(0);
        return switch (code) {
            case 126 -> Optional.of(FailureClass.PERM);
            case 127 -> Optional.of(FailureClass.CMD_NOT_FOUND);
            // SIGILL and SIGSEGV: programs of another processor, or too old for the kernel.
            case 132, 139 -> Optional.of(FailureClass.EXEC_FORMAT);
            case 255 ->
                step.name().contains("qemu_emulator") ? Optional.of(FailureClass.EXEC_FORMAT) : Optional.empty();
            default -> isQuiet(step) ? download(step.name(), code) : Optional.empty();
        };
    }

    private static boolean isQuiet(Step step) {
        return step.lines().stream().filter(line -> !Classifier.isNoise(line)).count() <= QUIET;
    }

    private static Optional<FailureClass> download(String command, int code) {
        if (command.contains("curl ")) {
            return switch (code) {
                case 22, 78 -> Optional.of(FailureClass.HTTP_404);
                case 5, 6, 7, 16, 18, 28, 35, 52, 56, 92 -> Optional.of(FailureClass.DNS_NET);
                case 51, 58, 60, 77 -> Optional.of(FailureClass.TLS_CERT);
                default -> Optional.empty();
            };
        } else if (command.contains("wget ")) {
            return switch (code) {
                case 4 -> Optional.of(FailureClass.DNS_NET);
                case 5 -> Optional.of(FailureClass.TLS_CERT);
                case 8 -> Optional.of(FailureClass.HTTP_404);
                default -> Optional.empty();
            };
        }
        return Optional.empty();
    }
}
