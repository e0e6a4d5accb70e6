package dev.millwright.docker.prisma;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.millwright.docker.archive.EntryPath;
import dev.millwright.json.Doc;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A generator block that makes a client. What is left out is what Prisma takes for granted.
 *
 * @param schema path of the file that it stands in, with a leading slash
 * @param provider {@code prisma-client-js} or {@code prisma-client}; empty where the block does not say
 * @param engineType {@code library}, {@code binary} or {@code client}
 * @param output as it stands there: relative to the schema's folder
 * @param binaryTargets as they stand there, {@code env(NAME)} for what the environment says
 */
public record Generator(
        String schema,
        String name,
        String provider,
        @Doc(name = "engine_type", value = "") Optional<String> engineType,
        Optional<String> output,
        @Doc(name = "binary_targets", value = "") List<String> binaryTargets,
        @Doc(name = "preview_features", value = "") List<String> previewFeatures) {
    private static final String TEXT = "\"(?:[^\"\\\\\n]|\\\\.)*\"";
    private static final Pattern COMMENT = Pattern.compile("(" + TEXT + ")|//[^\n]*");
    private static final Pattern BLOCK =
            Pattern.compile("(?m)^\\s*generator\\s+(\\w+)\\s*\\{((?:[^\"}]|" + TEXT + ")*)\\}");
    private static final Pattern FIELD =
            Pattern.compile("(?m)^\\s*(\\w+)\\s*=\\s*(\\[[^\\]]*\\]|" + TEXT + "|env\\([^)\n]*\\))");
    private static final Pattern VALUE = Pattern.compile("env\\(\\s*\"([^\"\n]*)\"\\s*\\)|(" + TEXT + ")");

    public Generator {
        binaryTargets = List.copyOf(binaryTargets);
        previewFeatures = List.copyOf(previewFeatures);
    }

    /**
     * Those of a schema; other generators' blocks are none.
     *
     * @param path of the file, with a leading slash
     */
    static List<Generator> of(String path, String schema) {
        List<Generator> generators = new ArrayList<>();
        Matcher block = BLOCK.matcher(COMMENT.matcher(schema).replaceAll("$1"));
        while (block.find()) {
            String body = block.group(2);
            String provider = first(body, "provider").orElse("");
            if (Set.of("", "prisma-client-js", "prisma-client").contains(provider)) {
                generators.add(new Generator(
                        path,
                        block.group(1),
                        provider,
                        first(body, "engineType"),
                        first(body, "output"),
                        values(body, "binaryTargets"),
                        values(body, "previewFeatures")));
            }
        }
        return generators;
    }

    private static Optional<String> first(String body, String field) {
        return values(body, field).stream().findFirst();
    }

    private static List<String> values(String body, String field) {
        Set<String> values = new LinkedHashSet<>();
        Matcher each = FIELD.matcher(body);
        while (each.find()) {
            if (each.group(1).equals(field)) {
                Matcher value = VALUE.matcher(each.group(2));
                while (value.find()) {
                    values.add(
                            value.group(1) != null
                                    ? "env(" + value.group(1) + ")"
                                    : value.group(2).substring(1, value.group(2).length() - 1));
                }
            }
        }
        return List.copyOf(values);
    }

    /**
     * Whether the client of that version runs on a query engine: up to 6 it does, since 6.16 not with {@code engineType =
     * "client"}, and since 6.7 not with the preview of the query compiler.
     */
    boolean needsQueryEngine(PrismaVersion version) {
        boolean client =
                version.atLeast(6, 16) && engineType.filter("client"::equals).isPresent();
        boolean compiler = version.atLeast(6, 7) && previewFeatures.contains("queryCompiler");
        return version.major() < 7 && !client && !compiler;
    }

    /** Whether a query engine's file is of the kind that the client loads. */
    boolean loads(String file) {
        boolean library = file.endsWith(".node");
        return engineType.isEmpty() || library != engineType.get().equals("binary");
    }

    /** Where it puts the client, without a leading slash; empty for the usual place. */
    Optional<String> folder() {
        return output.filter(each -> !each.startsWith("env("))
                .map(each -> each.startsWith("/") ? each : schema.substring(0, schema.lastIndexOf('/') + 1) + each)
                .map(EntryPath::rooted);
    }

    /** The line to put into the block so that it has engines for that target too. */
    String with(String target) {
        Set<String> targets = new LinkedHashSet<>(binaryTargets.isEmpty() ? List.of("native") : binaryTargets);
        targets.add(target);
        return "generator %s: binaryTargets = [\"%s\"]".formatted(name, String.join("\", \"", targets));
    }

    /** Whether both blocks say the same, wherever they stand: clients come with a copy of their schema. */
    boolean saysAs(Generator other) {
        return name.equals(other.name)
                && provider.equals(other.provider)
                && engineType.equals(other.engineType)
                && output.equals(other.output)
                && binaryTargets.equals(other.binaryTargets);
    }
}
