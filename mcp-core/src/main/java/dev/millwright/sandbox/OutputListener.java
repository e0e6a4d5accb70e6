package dev.millwright.sandbox;

/** Hears the output of a command while it runs, on the thread that reads it: slow listeners slow the command. */
@FunctionalInterface
public interface OutputListener {
    /** Which output. */
    enum Stream {
        STDOUT,
        STDERR
    }

    OutputListener NONE = (stream, bytes, length) -> {};

    /** Hears {@code length} bytes at the start of an array that is used again afterwards. */
    void heard(Stream stream, byte[] bytes, int length);
}
