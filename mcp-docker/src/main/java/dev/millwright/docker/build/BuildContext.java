package dev.millwright.docker.build;

import dev.millwright.docker.dockerfile.IgnoreFile;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.EntryType;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.OpenFile;
import dev.millwright.workspace.Stat;
import dev.millwright.workspace.Target;
import dev.millwright.workspace.Version;
import dev.millwright.workspace.Workspace;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The files of a build: a folder of the tenant's less what {@code .dockerignore} leaves out. Links are sent as links and
 * never followed; sockets, pipes and devices are left out.
 */
public final class BuildContext {
    private static final int MOST_ENTRIES = 200_000;
    private static final int DEPTH = 100;
    private static final int LONGEST_TEXT = 1_000_000;
    private static final String IGNORE = ".dockerignore";
    private static final int MOST_SCRIPTS = 300;

    /** What a script may be called: ends so, or has no ending at all. */
    private static final Pattern SCRIPT = Pattern.compile("\\.(?:sh|bash|py|rb|pl|js)$|(?:^|/)[^./]+$");

    /** What the Dockerfile is called in the archive when its text is given: no file of a context is called so. */
    private static final String GIVEN = ".dockerfile.given";

    record Entry(String path, EntryType type, Stat stat) {}

    private final Workspace workspace;
    private final Target folder;
    private final String dockerfilePath;
    private final String dockerfile;
    private final boolean given;
    private final String ignoreText;
    private final List<Entry> entries;
    private final Map<String, Integer> grown;

    private BuildContext(
            Workspace workspace,
            Target folder,
            String dockerfilePath,
            String dockerfile,
            boolean given,
            String ignoreText,
            List<Entry> entries,
            Map<String, Integer> grown) {
        this.workspace = workspace;
        this.folder = folder;
        this.dockerfilePath = dockerfilePath;
        this.dockerfile = dockerfile;
        this.given = given;
        this.ignoreText = ignoreText;
        this.entries = entries;
        this.grown = grown;
    }

    /**
     * Looks at a folder; its files are read when the archive is.
     *
     * @param dockerfilePath below the folder
     * @param mostBytes of all files together
     * @throws ToolException {@code LIMIT} for a context that is larger or has more than 200,000 entries,
     *     {@code NOT_FOUND} without a Dockerfile, {@code INVALID_INPUT} for an ignore file that cannot be read
     */
    public static BuildContext read(Workspace workspace, Target folder, String dockerfilePath, long mostBytes) {
        String path = plain(dockerfilePath);
        check(workspace, folder);
        String dockerfile = text(workspace, below(folder, path))
                .orElseThrow(() -> ToolException.notFound(
                        "/dockerfile " + workspace.missing(below(folder, path)) + "; give its path below the context"));
        return read(workspace, folder, path, dockerfile, false, mostBytes);
    }

    /** The same, built by a Dockerfile that needs not be in the folder. */
    public static BuildContext of(Workspace workspace, Target folder, String text, long mostBytes) {
        return read(workspace, folder, GIVEN, text, true, mostBytes);
    }

    /** @throws ToolException that names {@code /context} where that is no folder */
    public static void check(Workspace workspace, Target folder) {
        try {
            workspace.folder(folder).close();
        } catch (ToolException e) {
            throw e.saying("/context " + e.getMessage());
        }
    }

    /** As {@link #read(Workspace, Target, String, long)}, to be looked at and not sent: it may be of any size, and have no Dockerfile. */
    public static BuildContext look(Workspace workspace, Target folder, Optional<String> dockerfilePath) {
        String path = plain(dockerfilePath.orElse("Dockerfile"));
        return dockerfilePath.isPresent()
                ? read(workspace, folder, path, Long.MAX_VALUE)
                : read(
                        workspace,
                        folder,
                        path,
                        text(workspace, below(folder, path)).orElse(""),
                        false,
                        Long.MAX_VALUE);
    }

    private static BuildContext read(
            Workspace workspace, Target folder, String path, String dockerfile, boolean given, long mostBytes) {
        String ignoreText = text(workspace, below(folder, path + IGNORE))
                .or(() -> text(workspace, below(folder, IGNORE)))
                .orElse("");
        IgnoreFile ignore;
        try {
            ignore = IgnoreFile.parse(ignoreText);
        } catch (IllegalArgumentException e) {
            throw ToolException.invalidInput("/context " + below(folder, IGNORE) + ": " + e.getMessage());
        }
        Walk walk = new Walk(folder, ignore, path, mostBytes);
        try (Folder top = workspace.folder(folder)) {
            walk.folder(top, "", 0);
        }
        // First, so that the archive begins with a short name: that is what BuildKit knows one by.
        walk.entries.sort(Comparator.comparing(entry -> !entry.path().equals(path)));
        return new BuildContext(
                workspace, folder, path, dockerfile, given, ignoreText, List.copyOf(walk.entries), Map.of());
    }

    /** The same files, built by another Dockerfile. */
    public BuildContext with(String text) {
        return new BuildContext(workspace, folder, GIVEN, text, true, ignoreText, entries, grown);
    }

    /**
     * The same files, one of them with line breaks at its end that it does not have: as if somebody had changed it.
     *
     * @param path a file that is sent
     * @param breaks how many
     */
    public BuildContext changing(String path, int breaks) {
        return new BuildContext(
                workspace, folder, dockerfilePath, dockerfile, given, ignoreText, entries, Map.of(path, breaks));
    }

    /** Line breaks that a file is sent with at its end. */
    int grown(String path) {
        return grown.getOrDefault(path, 0);
    }

    private static String plain(String path) {
        String plain = path.startsWith("./") ? path.substring(2) : path;
        if (plain.isEmpty()
                || plain.startsWith("/")
                || List.of(plain.split("/")).contains("..")) {
            throw ToolException.invalidInput("/dockerfile must be a path below the context, got \"" + path + "\"");
        }
        return plain;
    }

    private static Target below(Target folder, String path) {
        return new Target(folder.root(), folder.path().isEmpty() ? path : folder.path() + "/" + path, folder.prefix());
    }

    private static Optional<String> text(Workspace workspace, Target target) {
        try (OpenFile file = workspace.open(target)) {
            long size = file.stat().size();
            if (size > LONGEST_TEXT) {
                throw ToolException.limit(target + " is larger than " + LONGEST_TEXT + " bytes: no text for a build");
            }
            return Optional.of(new String(Version.all(file, LONGEST_TEXT), StandardCharsets.UTF_8));
        } catch (ToolException e) {
            if (e.kind() == ToolException.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The Dockerfile's text. */
    public String dockerfile() {
        return dockerfile;
    }

    /** What the Dockerfile is called in the archive. */
    String dockerfilePath() {
        return dockerfilePath;
    }

    /** Names context and Dockerfile within the tenant. */
    public String name() {
        return folder + " " + dockerfilePath;
    }

    /** Lines of the ignore file. */
    public List<String> ignore() {
        return ignoreText.lines().toList();
    }

    /** Files, below the folder, with slashes; what is left out is not among them. */
    public List<String> paths() {
        return entries.stream()
                .filter(entry -> entry.type() != EntryType.FOLDER)
                .map(Entry::path)
                .toList();
    }

    /** Scripts, by their first line, whose first line ends as on Windows; of many files the first are looked at. */
    public List<String> windowsScripts() {
        return entries.stream()
                .filter(entry -> entry.type() == EntryType.FILE
                        && SCRIPT.matcher(entry.path()).find())
                .limit(MOST_SCRIPTS)
                .map(Entry::path)
                .filter(this::isWindowsScript)
                .toList();
    }

    private boolean isWindowsScript(String path) {
        try (OpenFile file = open(path)) {
            byte[] head = new byte[200];
            int read = Math.max(0, file.read(0, head, 0, head.length));
            String text = new String(head, 0, read, StandardCharsets.ISO_8859_1);
            int end = text.indexOf('\n');
            return text.startsWith("#!") && end > 0 && text.charAt(end - 1) == '\r';
        } catch (ToolException e) {
            return false;
        }
    }

    /** Bytes of all files. */
    public long bytes() {
        return entries.stream()
                .filter(entry -> entry.type() == EntryType.FILE)
                .mapToLong(entry -> entry.stat().size())
                .sum();
    }

    /** The archive, read from the files while it is read from. */
    public InputStream tar() {
        return new ContextStream(this, entries, given ? Optional.of(dockerfile) : Optional.empty());
    }

    OpenFile open(String path) {
        return workspace.open(below(folder, path));
    }

    String link(String path) {
        int slash = path.lastIndexOf('/');
        Target parent = slash < 0 ? folder : below(folder, path.substring(0, slash));
        try (Folder in = workspace.folder(parent)) {
            return in.link(path.substring(slash + 1));
        }
    }

    /** Collects what is sent. */
    private static final class Walk {
        private final Target top;
        private final IgnoreFile ignore;
        private final boolean takesBack;
        private final String dockerfile;
        private final long most;
        private final List<Entry> entries = new ArrayList<>();
        private long bytes;

        Walk(Target top, IgnoreFile ignore, String dockerfile, long most) {
            this.top = top;
            this.ignore = ignore;
            this.takesBack = ignore.rules().stream().anyMatch(IgnoreFile.Rule::keeps);
            this.dockerfile = dockerfile;
            this.most = most;
        }

        void folder(Folder folder, String path, int depth) {
            if (depth > DEPTH) {
                throw ToolException.limit(
                        "/context " + top + " is nested deeper than " + DEPTH + " folders at " + path);
            }
            Map<String, EntryType> names = new TreeMap<>();
            folder.entries((name, type) -> {
                names.put(name, type);
                return names.size() <= MOST_ENTRIES;
            });
            names.forEach((name, type) -> {
                if (name.indexOf('\uFFFD') < 0) {
                    entry(folder, name, type, path.isEmpty() ? name : path + "/" + name, depth);
                }
            });
        }

        private void entry(Folder folder, String name, EntryType type, String path, int depth) {
            boolean needed = path.equals(dockerfile) || path.equals(IGNORE);
            boolean ignored = !needed && ignore.ignores(path);
            switch (type) {
                case FOLDER -> {
                    if (!ignored || takesBack || dockerfile.startsWith(path + "/")) {
                        if (!ignored) {
                            folder.stat(name).ifPresent(stat -> add(new Entry(path, type, stat)));
                        }
                        try (Folder inner = folder.folder(name)) {
                            folder(inner, path, depth + 1);
                        }
                    }
                }
                case FILE, LINK -> {
                    if (!ignored) {
                        folder.stat(name).ifPresent(stat -> add(new Entry(path, type, stat)));
                    }
                }
                case SPECIAL -> {}
            }
        }

        private void add(Entry entry) {
            entries.add(entry);
            bytes += entry.type() == EntryType.FILE ? entry.stat().size() : 0;
            if (bytes > most) {
                throw ToolException.limit("/context " + top + " is larger than " + most
                        + " bytes (servers.docker.max-context-bytes); leave more out in .dockerignore");
            } else if (entries.size() > MOST_ENTRIES) {
                throw ToolException.limit("/context " + top + " has more than " + MOST_ENTRIES
                        + " files; leave more out in .dockerignore");
            }
        }
    }
}
