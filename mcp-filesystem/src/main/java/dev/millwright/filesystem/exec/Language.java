package dev.millwright.filesystem.exec;

import dev.millwright.sandbox.Mount;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What code can be written in. */
enum Language {
    BASH("bash", "apt install bash"),
    PYTHON("python3", "apt install python3"),
    NODE("node", "apt install nodejs"),
    JAVA("java", "apt install default-jdk");

    /** A language found on this machine: where it is, and what the sandbox has to show for it. */
    record Found(Path program, Optional<Mount> mount) {}

    /** Folders of the system that every sandbox shows; what a user put elsewhere is not looked for. */
    private static final List<Path> PROGRAMS = List.of(Path.of("/usr/local/bin"), Path.of("/usr/bin"), Path.of("/bin"));

    private static final Path SYSTEM = Path.of("/usr");
    private static final Path JDKS = Path.of("/usr/lib/jvm");

    private final String program;
    private final String remedy;

    Language(String program, String remedy) {
        this.program = program;
        this.remedy = remedy;
    }

    /** Finds it on this machine. @throws ToolException {@code UNAVAILABLE}, naming what to install and what is there */
    Found find() {
        return look().orElseThrow(() ->
                ToolException.unavailable("%s is not installed where the sandbox can show it: %s. Present: %s"
                        .formatted(lower(), remedy, present())));
    }

    /** Name of the file that code is put into. */
    String file(String code) {
        return switch (this) {
            case BASH -> "main.sh";
            case PYTHON -> "main.py";
            case NODE -> Modules.IN.matcher(code).find() ? "main.mjs" : "main.js";
            case JAVA -> "Main.java";
        };
    }

    /** Program and options in front of the file. */
    List<String> start(Found found, int memoryMb) {
        String program = found.program().toString();
        return switch (this) {
            case BASH -> List.of(program);
            case PYTHON -> List.of(program, "-B");
            case NODE -> List.of(program, "--max-old-space-size=" + Math.max(16, memoryMb * 3 / 4));
            case JAVA ->
                List.of(
                        program,
                        "-Xmx" + Math.max(8, memoryMb * 6 / 10) + "m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:-UsePerfData");
        };
    }

    private Optional<Found> look() {
        return this == JAVA
                ? jdk()
                : PROGRAMS.stream()
                        .map(folder -> folder.resolve(program))
                        .filter(Language::isShown)
                        .findFirst()
                        .map(path -> new Found(path, Optional.empty()));
    }

    /** Whether it is a program, and is so too where only {@code /usr} is shown. */
    private static boolean isShown(Path path) {
        try {
            return Files.isExecutable(path) && path.toRealPath().startsWith(SYSTEM.toRealPath());
        } catch (IOException e) {
            return false;
        }
    }

    /** The newest JDK of the system, else the one we run on; a JRE cannot compile. */
    private static Optional<Found> jdk() {
        List<Path> homes = new ArrayList<>();
        if (Files.isDirectory(JDKS)) {
            try (DirectoryStream<Path> folders = Files.newDirectoryStream(JDKS)) {
                folders.forEach(homes::add);
            } catch (IOException e) {
                throw ToolException.unavailable("cannot look for a JDK in " + JDKS, e);
            }
        }
        Optional<Path> system = homes.stream()
                .filter(home -> isShown(home.resolve("bin/javac")))
                .max(Comparator.comparingInt(Language::feature));
        if (system.isPresent()) {
            return Optional.of(new Found(system.get().resolve("bin/java"), Optional.empty()));
        }
        Path own = Path.of(System.getProperty("java.home"));
        return Files.isExecutable(own.resolve("bin/javac"))
                ? Optional.of(new Found(own.resolve("bin/java"), Optional.of(Mount.read(own))))
                : Optional.empty();
    }

    /** Feature version by the JDK's {@code release} file, 0 where it does not say. */
    private static int feature(Path home) {
        try (var release = Files.newBufferedReader(home.resolve("release"))) {
            Properties properties = new Properties();
            properties.load(release);
            String version = properties.getProperty("JAVA_VERSION", "0").replace("\"", "");
            return Integer.parseInt(version.split("[^0-9]", 2)[0]);
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }

    private static String present() {
        List<String> names = Stream.of(values())
                .filter(language -> language.look().isPresent())
                .map(Language::lower)
                .toList();
        return names.isEmpty() ? "none" : String.join(", ", names);
    }

    private String lower() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    private static final class Modules {
        /** A static import or export: JavaScript that only a module may contain. */
        static final Pattern IN = Pattern.compile("(?m)^\\s*(import\\s+[^(]|export\\s)");
    }
}
