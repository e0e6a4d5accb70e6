package dev.millwright.docker.elf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Native binaries made by the machine's compiler: libraries of any name, and modules that are linked with them. */
public final class Native {
    private final Path folder;

    public Native(Path folder) {
        this.folder = folder;
    }

    /** A library with that name of its own. */
    public Path library(String soname) {
        return compile(
                soname,
                "int stub_%s(void) { return 1; }".formatted(soname.replaceAll("\\W", "_")),
                List.of("-Wl,-soname," + soname));
    }

    /** A library whose symbols have versions, as glibc's and OpenSSL's have. */
    public Path versioned(String soname, String... versions) {
        StringBuilder source = new StringBuilder();
        StringBuilder map = new StringBuilder();
        for (String each : versions) {
            String symbol = "f_" + each.replaceAll("\\W", "_");
            source.append("int ").append(symbol).append("(void) { return 1; }\n");
            map.append(each).append(" { global: ").append(symbol).append("; local: *; };\n");
        }
        Path script = folder.resolve(soname + ".map");
        write(script, map.toString());
        return compile(
                soname,
                source.toString(),
                List.of("-nostdlib", "-Wl,-soname," + soname, "-Wl,--version-script=" + script));
    }

    /** A module that needs those libraries, and one symbol of each given version. */
    public Path module(String name, List<Path> libraries, String... versions) {
        StringBuilder source = new StringBuilder();
        StringBuilder body = new StringBuilder();
        for (String each : versions) {
            String symbol = "f_" + each.replaceAll("\\W", "_");
            source.append("int ").append(symbol).append("(void);\n");
            body.append(symbol).append("() + ");
        }
        source.append("int module(void) { return ").append(body).append("0; }\n");
        List<String> options = new ArrayList<>(List.of("-nostdlib", "-Wl,--no-as-needed"));
        libraries.forEach(each -> options.add(each.toString()));
        options.add("-Wl,-rpath,$ORIGIN/../lib");
        return compile(name, source.toString(), options);
    }

    private Path compile(String name, String source, List<String> options) {
        Path file = folder.resolve(name.replace('/', '_') + ".c");
        Path made = folder.resolve(name.replace('/', '_'));
        write(file, source);
        List<String> command =
                new ArrayList<>(List.of("gcc", "-shared", "-fPIC", "-o", made.toString(), file.toString()));
        command.addAll(options);
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes());
            if (process.waitFor() != 0) {
                throw new IllegalStateException(said);
            }
            return made;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("these tests need gcc", e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
