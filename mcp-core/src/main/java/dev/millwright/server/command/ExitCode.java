package dev.millwright.server.command;

/** What a program's exit code says. */
public final class ExitCode {
    /** Done. */
    public static final int OK = 0;
    /** A call was answered with an error, or a check found something. */
    public static final int FAILED = 1;
    /** The command line or the configuration cannot be used. */
    public static final int USAGE = 2;
    /** Something needed is missing, busy, full or not allowed. */
    public static final int UNAVAILABLE = 3;
    /** A defect of the program itself. */
    public static final int DEFECT = 4;

    private ExitCode() {}
}
