package dev.millwright.server.command;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Where a program was started: its streams and its environment. */
public record Terminal(InputStream in, PrintStream out, PrintStream err, Map<String, String> environment) {
    /**
     * This process's own. Whatever is printed by others from now on goes to stderr: stdout may carry a protocol, in
     * which a stray line does harm.
     */
    public static Terminal claim() {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        System.setOut(System.err);
        return new Terminal(new FileInputStream(FileDescriptor.in), out, System.err, System.getenv());
    }
}
