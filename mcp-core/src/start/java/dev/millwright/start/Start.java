package dev.millwright.start;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;

/**
 * The main class of a standalone jar. Compiled for Java 8, so that an old {@code java} says what it lacks instead of
 * UnsupportedClassVersionError.
 */
public final class Start {
    private static final double NEEDED = 25;

    /** Names the class to go on with. */
    private static final String MAIN = "/META-INF/millwright.main";

    private Start() {}

    public static void main(String[] arguments) throws Throwable {
        String version = System.getProperty("java.specification.version");
        if (Double.parseDouble(version) < NEEDED) {
            System.err.println("millwright: this needs Java 25 or newer; " + System.getProperty("java.home") + " is Java "
                    + version + ". Start it with another java, or use the packaged distribution, which brings its own.");
            System.exit(3);
        }
        try {
            Class.forName(main()).getMethod("main", String[].class).invoke(null, (Object) arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static String main() throws IOException {
        try (BufferedReader reader = new BufferedReader(
                new InputStreamReader(Start.class.getResourceAsStream(MAIN), StandardCharsets.US_ASCII))) {
            return reader.readLine();
        }
    }
}
