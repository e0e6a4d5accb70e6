package dev.millwright.docker.failure;

import java.util.Optional;

/** What the exit code of a step says where its output does not: as shells, curl and wget document theirs. */
final class ExitCodes {
    private ExitCodes() {}

    static Optional<FailureClass> kind(Step step) {
        int code = step.exitCode().orElse(0);
        return switch (code) {
            case 126 -> Optional.of(FailureClass.PERM);
            case 127 -> Optional.of(FailureClass.CMD_NOT_FOUND);
            // SIGILL and SIGSEGV: programs of another processor, or too old for the kernel's vsyscalls.
            case 132, 139 -> Optional.of(FailureClass.EXEC_FORMAT);
            default ->
                step.lines().stream().filter(line -> !Classifier.isNoise(line)).count() > QUIET
                        ? Optional.empty()
                        : download(step.name(), code);
        };
    }

    /** More lines than these, and another program may have ended the step. */
    private static final int QUIET = 10;

    private static Optional<FailureClass> download(String command, int code) {
        if (command.contains("curl ")) {
            FailureClass kind = switch (code) {
                case 22, 78 -> FailureClass.HTTP_404;
                case 5, 6, 7, 16, 18, 28, 35, 52, 56, 92 -> FailureClass.DNS_NET;
                case 51, 58, 60, 77 -> FailureClass.TLS_CERT;
                default -> FailureClass.GENERIC;
            };
            return Optional.of(kind).filter(found -> found != FailureClass.GENERIC);
        } else if (command.contains("wget ")) {
            FailureClass kind = switch (code) {
                case 4 -> FailureClass.DNS_NET;
                case 5 -> FailureClass.TLS_CERT;
                case 8 -> FailureClass.HTTP_404;
                default -> FailureClass.GENERIC;
            };
            return Optional.of(kind).filter(found -> found != FailureClass.GENERIC);
        }
        return Optional.empty();
    }
}
