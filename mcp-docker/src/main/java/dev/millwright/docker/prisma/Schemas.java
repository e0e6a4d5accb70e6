package dev.millwright.docker.prisma;

import dev.millwright.docker.archive.EntryType;
import dev.millwright.docker.archive.LiveFile;
import dev.millwright.docker.archive.LiveTree;
import dev.millwright.tool.ToolException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The schemas of Prisma in a file system. */
public final class Schemas {
    private static final String USUAL = "schema.prisma";
    private static final String ANY = ".prisma";
    private static final int NAMED = 5;

    /** What people write before what packages and clients bring along. */
    private static final Comparator<String> LIKELIEST = Comparator.comparing(
                    (String each) -> each.contains("/node_modules/"))
            .thenComparing(each -> each.split("/").length)
            .thenComparing(Comparator.naturalOrder());

    private final LiveTree tree;
    private final NativeFiles files;

    public Schemas(LiveTree tree, NativeFiles files) {
        this.tree = tree;
        this.files = files;
    }

    /** Client generators of all files that are called schema.prisma; copies that a client keeps of its schema are none. */
    public List<Generator> usual() {
        List<Generator> all = new ArrayList<>();
        files.texts(tree, USUAL).forEach((path, text) -> all.addAll(Generator.of("/" + path, text)));
        all.sort(Comparator.comparing(Generator::schema, LIKELIEST));
        List<Generator> said = new ArrayList<>();
        for (Generator each : all) {
            if (said.stream().noneMatch(each::saysAs)) {
                said.add(each);
            }
        }
        return said;
    }

    /**
     * Client generators of one schema.
     *
     * @param path as the caller gave it: of a file, or of a folder with a schema in several files
     * @param folders that a relative path may start from, the likeliest first
     */
    public List<Generator> at(String path, List<String> folders) {
        for (String each : folders) {
            Optional<LiveFile> found = tree.resolve(each + "/" + path);
            if (found.isPresent()) {
                return generators(path, found.get());
            }
        }
        List<String> others = files.texts(tree, ANY).keySet().stream()
                .map(each -> "/" + each)
                .sorted(LIKELIEST)
                .limit(NAMED)
                .toList();
        throw ToolException.notFound("/schema_path \"%s\" is not there; %s"
                .formatted(
                        path, others.isEmpty() ? "there is no .prisma file" : "there is " + String.join(", ", others)));
    }

    private List<Generator> generators(String path, LiveFile found) {
        List<Generator> generators = new ArrayList<>();
        Map<String, String> texts = files.texts(tree, ANY);
        boolean folder = found.entry().type() == EntryType.DIRECTORY;
        boolean read = false;
        for (Map.Entry<String, String> each : texts.entrySet()) {
            if (each.getKey().equals(found.path())
                    || folder && each.getKey().startsWith(found.path().isEmpty() ? "" : found.path() + "/")) {
                read = true;
                generators.addAll(Generator.of("/" + each.getKey(), each.getValue()));
            }
        }
        if (!read) {
            throw ToolException.invalidInput("/schema_path \"%s\" is %s"
                    .formatted(path, folder ? "a folder without .prisma files" : "no .prisma file of at most 1 MB"));
        } else if (generators.isEmpty()) {
            throw ToolException.invalidInput(
                    "/schema_path \"%s\" has no generator block of prisma-client-js or prisma-client".formatted(path));
        }
        return generators;
    }
}
