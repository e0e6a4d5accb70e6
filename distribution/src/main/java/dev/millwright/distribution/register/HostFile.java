package dev.millwright.distribution.register;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.config.ConfigException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** A host's file, changed whole or not at all. */
public final class HostFile {
    private final Path file;

    public HostFile(Path file) {
        this.file = file;
    }

    /**
     * Sets one server in it.
     *
     * @return the copy of what was there before; empty when there was no file or nothing had to change
     * @throws ConfigException when the file is not what its host would read; it is left as it is
     */
    public Optional<Path> set(String section, String name, ObjectNode entry) throws IOException {
        Path real = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        String before = Files.exists(real) ? read(real) : "";
        String after;
        try {
            after = new JsonText(before).with(section, name, entry);
        } catch (JsonText.Malformed e) {
            throw new ConfigException(file + " was left as it is: " + e.getMessage());
        }
        if (after.equals(before)) {
            return Optional.empty();
        }
        Files.createDirectories(real.getParent());
        Optional<Path> backup = Files.exists(real) ? Optional.of(backup(real)) : Optional.empty();
        replace(real, after);
        return backup;
    }

    private String read(Path real) throws IOException {
        try {
            return Files.readString(real);
        } catch (CharacterCodingException e) {
            throw new ConfigException(file + " was left as it is: it is not UTF-8 text");
        }
    }

    private static Path backup(Path real) throws IOException {
        Path backup = real.resolveSibling(real.getFileName() + ".bak");
        for (int i = 1; Files.exists(backup); i++) {
            backup = real.resolveSibling(real.getFileName() + ".bak" + i);
        }
        return Files.copy(real, backup, StandardCopyOption.COPY_ATTRIBUTES);
    }

    private static void replace(Path real, String text) throws IOException {
        Path fresh = real.resolveSibling(
                "." + real.getFileName() + "." + ProcessHandle.current().pid());
        try {
            if (Files.exists(real)) {
                Files.copy(real, fresh, StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
            } else {
                Files.createFile(fresh);
            }
            try (FileChannel channel =
                    FileChannel.open(fresh, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(fresh, real, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
