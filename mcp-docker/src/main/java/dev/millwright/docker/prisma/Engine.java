package dev.millwright.docker.prisma;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One of Prisma's engines.
 *
 * @param target the platform it was built for, as its name says
 */
record Engine(Kind kind, String target) {
    enum Kind {
        QUERY,
        SCHEMA
    }

    private static final Pattern QUERY_LIBRARY =
            Pattern.compile("(?:lib)?query_engine-([a-z0-9.-]+?)\\.(?:so|dylib|dll)\\.node");
    private static final Pattern PROGRAM = Pattern.compile(
            "(query|schema|migration)-engine-((?:debian|rhel|linux|darwin|windows|freebsd|openbsd|netbsd)[a-z0-9.-]*?)(?:\\.exe)?");

    static Optional<Engine> of(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        Matcher library = QUERY_LIBRARY.matcher(name);
        if (library.matches()) {
            return Optional.of(new Engine(Kind.QUERY, library.group(1)));
        }
        Matcher program = PROGRAM.matcher(name);
        return program.matches()
                ? Optional.of(new Engine(program.group(1).equals("query") ? Kind.QUERY : Kind.SCHEMA, program.group(2)))
                : Optional.empty();
    }
}
