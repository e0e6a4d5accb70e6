package dev.millwright.server;

import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.function.Supplier;

/** The 32 bytes that seal what clients carry between rounds: in a file of the data directory, made when first needed. */
final class SealKey implements Supplier<byte[]> {
    private static final int BYTES = 32;

    private final Path file;

    SealKey(Path data) {
        this.file = data.resolve("seal.key");
    }

    /** @throws ToolException {@code UNAVAILABLE} when it can neither be read nor made */
    @Override
    public byte[] get() {
        try {
            if (!Files.exists(file)) {
                create();
            }
            byte[] key = Files.readAllBytes(file);
            if (key.length != BYTES) {
                throw ToolException.unavailable(file + " is damaged: it must hold " + BYTES + " bytes; remove it");
            }
            return key;
        } catch (IOException e) {
            throw ToolException.unavailable("cannot use " + file + ": " + e.getMessage(), e);
        }
    }

    /** Whole or not at all, and never over that of another process that was quicker. */
    private void create() throws IOException {
        byte[] key = new byte[BYTES];
        new SecureRandom().nextBytes(key);
        Files.createDirectories(file.getParent());
        Path fresh = Files.createTempFile(file.getParent(), ".seal", "", ownerOnly());
        try {
            Files.write(fresh, key);
            Files.createLink(file, fresh);
        } catch (FileAlreadyExistsException e) {
            return;
        } catch (UnsupportedOperationException e) {
            Files.move(fresh, file);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private static FileAttribute<?>[] ownerOnly() {
        return Path.of("").getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }
}
