package dev.millwright.docker.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** A program that tries to get out, built here without libraries; it takes gcc and libc6-dev. */
final class Probes {
    private Probes() {}

    static Path built(Path folder) throws IOException, InterruptedException {
        Path program = folder.resolve("probes");
        if (Files.exists(program)) {
            return program;
        }
        Path source = folder.resolve("probes.c");
        try (InputStream in = Objects.requireNonNull(Probes.class.getResourceAsStream("probes.c"))) {
            Files.copy(in, source);
        }
        Process gcc = new ProcessBuilder("gcc", "-static", "-O1", "-o", program.toString(), source.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(gcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (gcc.waitFor() != 0) {
            throw new IllegalStateException("gcc -static: " + said);
        }
        return program;
    }
}
