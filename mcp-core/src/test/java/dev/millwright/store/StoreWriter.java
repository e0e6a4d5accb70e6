package dev.millwright.store;

import dev.millwright.json.Json;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;

/** A process to kill: writes operations for ever, and says each one's id after it was acknowledged. */
final class StoreWriter {
    private StoreWriter() {}

    public static void main(String[] args) throws IOException {
        try (Store store = Store.open(new StoreUrl.Embedded(Path.of(args[0])));
                FileOutputStream out = new FileOutputStream(FileDescriptor.out)) {
            Operations operations = new Operations(store, Clock.systemUTC());
            for (int i = 0; ; i++) {
                String id = args[1] + i + ".";
                operations.begin(id, "t", "s", "t", "c", Json.object());
                out.write((id + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }
    }
}
