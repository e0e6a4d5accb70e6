package dev.millwright.server.command;

import dev.millwright.config.ConfigException;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** What ended a program, as one readable message and an exit code. */
public record Failure(int exitCode, String message) {
    /** A command line that cannot be used. */
    public static final class Usage extends RuntimeException {
        private static final long serialVersionUID = 1;

        public Usage(String message) {
            super(message);
        }
    }

    public static Failure of(Throwable thrown) {
        return switch (thrown) {
            case Usage usage -> new Failure(ExitCode.USAGE, usage.getMessage());
            case ConfigException config -> new Failure(ExitCode.USAGE, config.getMessage());
            case ToolException tool -> of(tool);
            case UncheckedIOException wrapped -> of(wrapped.getCause());
            case BindException bind -> new Failure(ExitCode.UNAVAILABLE, bind.getMessage());
            case FileSystemException file -> new Failure(ExitCode.UNAVAILABLE, file.getFile() + ": " + reason(file));
            case IOException io -> new Failure(ExitCode.UNAVAILABLE, String.valueOf(io.getMessage()));
            case InterruptedException interrupted -> new Failure(ExitCode.UNAVAILABLE, "interrupted");
            default -> new Failure(ExitCode.DEFECT, "failed inside: " + thrown + "; the same with --debug tells where");
        };
    }

    /** Says it. @return the exit code */
    int report(Terminal terminal) {
        terminal.err().println("millwright: " + message);
        return exitCode;
    }

    private static Failure of(ToolException e) {
        int code = switch (e.kind()) {
            case INVALID_INPUT, NOT_FOUND, CONFLICT -> ExitCode.USAGE;
            case DENIED, LIMIT, UNAVAILABLE -> ExitCode.UNAVAILABLE;
            case INTERNAL -> ExitCode.DEFECT;
        };
        return new Failure(code, e.getMessage());
    }

    private static String reason(FileSystemException e) {
        return switch (e) {
            case NoSuchFileException missing -> "there is no such file";
            case AccessDeniedException denied -> "permission denied";
            default -> e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
        };
    }
}
