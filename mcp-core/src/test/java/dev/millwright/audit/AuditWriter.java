package dev.millwright.audit;

import dev.millwright.tool.ToolException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A process to kill: appends events for ever, and says each one's call id after it was acknowledged. */
final class AuditWriter {
    private AuditWriter() {}

    public static void main(String[] args) throws IOException {
        try (FileOutputStream out = new FileOutputStream(FileDescriptor.out);
                AuditLog log = new AuditLog(Path.of(args[0]), 20_000)) {
            for (int i = 0; ; i++) {
                String call = args[1] + i + ".";
                try {
                    log.append(AuditLogTest.event(call), Durability.valueOf(args[2]));
                } catch (ToolException e) {
                    out.write(("! " + e.getMessage() + "\n").getBytes(StandardCharsets.UTF_8));
                    Runtime.getRuntime().halt(ready(log) ? 4 : 3);
                }
                out.write((call + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private static boolean ready(AuditLog log) {
        try {
            log.ready();
            return true;
        } catch (ToolException e) {
            return false;
        }
    }
}
