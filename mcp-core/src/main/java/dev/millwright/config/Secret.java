package dev.millwright.config;

import dev.millwright.json.Doc;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where a secret comes from: exactly one of environment, file and command; never the configuration itself. */
public record Secret(
        @Doc("Environment variable that holds it.") Optional<String> env,

        @Doc("File that holds it, readable by its owner only.")
        Optional<String> file,

        @Doc("Command that prints it, as a list of words; no shell.")
        Optional<List<String>> command) {
    private static final int LONGEST = 64 * 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    public Secret {
        command = command.map(List::copyOf);
        int given = (env.isPresent() ? 1 : 0) + (file.isPresent() ? 1 : 0) + (command.isPresent() ? 1 : 0);
        if (given != 1 || command.filter(List::isEmpty).isPresent()) {
            throw new IllegalArgumentException("a secret needs exactly one of env, file and command");
        }
    }

    /** Runs a command and gives what it printed; what starts processes is passed in. */
    @FunctionalInterface
    public interface Commands {
        /**
         * Runs it without a shell.
         *
         * @throws ConfigException when it cannot be run, fails, takes longer or prints more
         */
        byte[] output(List<String> words, Duration patience, int longest);
    }

    /**
     * Fetches it; a line ending at its end is not part of it.
     *
     * @throws ConfigException when it cannot be had, saying why
     */
    public SecretValue resolve(Map<String, String> environment, Commands commands) {
        String value;
        if (env.isPresent()) {
            value = Optional.ofNullable(environment.get(env.get()))
                    .orElseThrow(() ->
                            new ConfigException("the secret in environment variable " + env.get() + " is not set"));
        } else if (file.isPresent()) {
            value = fromFile(Path.of(file.get()));
        } else {
            value = text(commands.output(command.orElseThrow(), PATIENCE, LONGEST));
        }
        String secret = value.endsWith("\r\n")
                ? value.substring(0, value.length() - 2)
                : value.endsWith("\n") ? value.substring(0, value.length() - 1) : value;
        if (secret.isEmpty()) {
            throw new ConfigException("the secret in " + place() + " is empty");
        }
        return new SecretValue(secret);
    }

    /** Where it comes from, for messages. */
    private String place() {
        return env.map(name -> "environment variable " + name)
                .or(() -> file.map(name -> "file " + name))
                .orElseGet(() -> "the output of " + command.orElseThrow().getFirst());
    }

    private String fromFile(Path path) {
        try {
            if (path.getFileSystem().supportedFileAttributeViews().contains("posix")
                    && Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_READ)) {
                throw new ConfigException(
                        "the secret in file " + path + " can be read by everyone; run chmod 600 " + path);
            }
            try (InputStream in = Files.newInputStream(path)) {
                return text(in.readNBytes(LONGEST + 1));
            }
        } catch (NoSuchFileException e) {
            throw new ConfigException("the secret in file " + path + " is not there", e);
        } catch (IOException e) {
            throw new ConfigException("the secret in file " + path + " cannot be read", e);
        }
    }

    private String text(byte[] bytes) {
        if (bytes.length > LONGEST) {
            throw new ConfigException("the secret in " + place() + " is longer than " + LONGEST + " bytes");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
