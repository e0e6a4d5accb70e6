package dev.millwright.docker;

import dev.millwright.docker.build.BuildContext;
import dev.millwright.docker.dockerfile.IgnoreFile;
import dev.millwright.docker.engine.Roots;
import dev.millwright.docker.lint.ConfigFile;
import dev.millwright.docker.lint.LintConfig;
import dev.millwright.docker.lint.Surroundings;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.OpenFile;
import dev.millwright.workspace.Stat;
import dev.millwright.workspace.Target;
import dev.millwright.workspace.Version;
import dev.millwright.workspace.Workspace;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A Dockerfile as a caller gave it, with what its project says of it.
 *
 * @param text the whole file
 * @param charset in which the text gives the file's bytes again: UTF-8, or ISO-8859-1 where it is none
 * @param shown how the file is called in answers; "Dockerfile" for a text
 * @param file where it is; empty for a text
 * @param folder the context: the one that was named, or where the file lies; empty for a text without either
 * @param config of {@code .hadolint.yaml} in the context, or beside the file
 * @param around the context, where one was named
 */
record DockerfileText(
        String text,
        Charset charset,
        String shown,
        Optional<Target> file,
        Optional<Target> folder,
        LintConfig config,
        Surroundings around) {
    /** Bytes of a Dockerfile at most; what is read grows faster than the file. */
    static final int MAX_BYTES = 200_000;

    /** Bytes of a configuration or ignore file at most. */
    private static final int MAX_SIDE_BYTES = 100_000;

    /** Entries of a context's top folder that are looked at. */
    private static final int MAX_ENTRIES = 10_000;

    /** Whether what was given is a text itself: one has white space, the path of a file of ours has none. */
    static boolean isText(String given) {
        return given.strip().matches("(?s).*\\s.*");
    }

    /** Whether a file is named, or meant by its folder, so that it can be written. */
    static boolean isFile(Optional<String> dockerfile, Optional<String> context) {
        return dockerfile.map(each -> !isText(each)).orElse(context.isPresent());
    }

    /**
     * Reads it.
     *
     * @param given the file's path below the context, or from the roots without one, or its text; left out, it is the
     *     {@code Dockerfile} of the context
     * @param context the folder that is built from; files beside the Dockerfile count all the same
     */
    static DockerfileText read(Roots roots, Call call, Optional<String> given, Optional<String> context) {
        if (given.filter(String::isBlank).isPresent() || given.isEmpty() && context.isEmpty()) {
            throw ToolException.invalidInput("/dockerfile must be a path or the text, or /context the folder it is in");
        } else if (given.filter(DockerfileText::isText).isPresent() && context.isEmpty()) {
            return of(given.get());
        }
        Workspace workspace = roots.of(call.tenant());
        Optional<Target> folder = context.map(each -> at(workspace, "/context", each.isEmpty() ? "." : each));
        folder.ifPresent(each -> BuildContext.check(workspace, each));
        boolean isText = given.filter(DockerfileText::isText).isPresent();
        Optional<Target> file = isText
                ? Optional.empty()
                : Optional.of(file(workspace, given.orElse("Dockerfile").strip(), folder));
        Optional<byte[]> bytes = file.map(each -> whole(workspace, each));
        Charset charset = bytes.map(DockerfileText::charset).orElse(StandardCharsets.UTF_8);
        String text =
                bytes.map(each -> new String(each, charset)).or(() -> given).orElseThrow();
        limited(text.length(), "/dockerfile");

        LintConfig config = LintConfig.DEFAULT;
        Surroundings around = Surroundings.NONE;
        if (folder.isPresent()) {
            try (Folder open = workspace.folder(folder.get())) {
                around = around(open, file.flatMap(each -> ownIgnore(workspace, each)));
                config = config(open);
            }
        }
        if (config.equals(LintConfig.DEFAULT) && file.isPresent()) {
            try (Folder beside = workspace.folder(parent(file.get()))) {
                config = config(beside);
            }
        }
        return new DockerfileText(
                text,
                charset,
                file.map(Target::shown).orElse("Dockerfile"),
                file,
                folder.or(() -> file.map(DockerfileText::parent)),
                config,
                around);
    }

    /** A text alone. */
    static DockerfileText of(String text) {
        limited(text.length(), "/dockerfile");
        return new DockerfileText(
                text,
                StandardCharsets.UTF_8,
                "Dockerfile",
                Optional.empty(),
                Optional.empty(),
                LintConfig.DEFAULT,
                Surroundings.NONE);
    }

    /** The same, with base images that were looked at. */
    DockerfileText with(Surroundings known) {
        return new DockerfileText(text, charset, shown, file, folder, config, known);
    }

    /** What a patch calls it. */
    String name() {
        return file.map(Target::path).orElse("Dockerfile");
    }

    /**
     * What is sent to a build of it.
     *
     * @param why what needs it, as in {@code /verify build}
     */
    BuildContext context(Workspace workspace, String why, long mostBytes) {
        Target in =
                folder.orElseThrow(() -> ToolException.invalidInput(why + " needs /context, the folder that is built"));
        if (file.isEmpty()) {
            return BuildContext.of(workspace, in, text, mostBytes);
        }
        String prefix = in.path().isEmpty() || in.path().endsWith("/") ? in.path() : in.path() + "/";
        if (!file.get().root().equals(in.root()) || !file.get().path().startsWith(prefix)) {
            throw ToolException.invalidInput(
                    "%s needs /dockerfile below /context, got %s and %s".formatted(why, file.get(), in));
        }
        return BuildContext.read(workspace, in, file.get().path().substring(prefix.length()), mostBytes);
    }

    private static Target at(Workspace workspace, String field, String path) {
        try {
            return workspace.at(path);
        } catch (ToolException e) {
            throw e.saying(field + " " + e.getMessage());
        }
    }

    private static Target file(Workspace workspace, String path, Optional<Target> folder) {
        return folder.isEmpty() || path.startsWith("/")
                ? at(workspace, "/dockerfile", path)
                : below(workspace, folder.get(), path);
    }

    private static Target below(Workspace workspace, Target folder, String path) {
        String top = folder.path().replaceFirst("(^\\.)?/*$", "");
        return workspace.at(folder.root(), top.isEmpty() ? path : top + "/" + path.replaceFirst("^(\\./+)+", ""));
    }

    private static void limited(int length, String what) {
        if (length > MAX_BYTES) {
            throw ToolException.limit("%s is %d long; at most %d are read".formatted(what, length, MAX_BYTES));
        }
    }

    private static byte[] whole(Workspace workspace, Target target) {
        try (OpenFile file = workspace.open(target)) {
            if (file.stat().size() > MAX_BYTES) {
                throw ToolException.limit("%s is %d bytes; of a Dockerfile at most %d are read"
                        .formatted(target, file.stat().size(), MAX_BYTES));
            }
            return Version.all(file, MAX_BYTES);
        } catch (ToolException e) {
            throw e.saying("/dockerfile " + e.getMessage());
        }
    }

    private static Charset charset(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return StandardCharsets.UTF_8;
        } catch (CharacterCodingException e) {
            return StandardCharsets.ISO_8859_1;
        }
    }

    private static Target parent(Target file) {
        return new Target(
                file.root(), file.path().substring(0, Math.max(0, file.path().lastIndexOf('/'))), file.prefix());
    }

    /** {@code NAME.dockerignore} beside the file counts before that of the context. */
    private static Optional<IgnoreFile> ownIgnore(Workspace workspace, Target file) {
        try (Folder beside = workspace.folder(parent(file))) {
            String name = file.path().substring(file.path().lastIndexOf('/') + 1);
            return small(beside, name + ".dockerignore").map(DockerfileText::ignore);
        }
    }

    private static Surroundings around(Folder folder, Optional<IgnoreFile> own) {
        Set<String> names = new HashSet<>();
        folder.entries((name, type) -> {
            names.add(name);
            return names.size() < MAX_ENTRIES;
        });
        return Surroundings.context(
                names, own.or(() -> small(folder, ".dockerignore").map(DockerfileText::ignore)));
    }

    private static IgnoreFile ignore(String text) {
        try {
            return IgnoreFile.parse(text);
        } catch (IllegalArgumentException e) {
            throw ToolException.invalidInput(".dockerignore, " + e.getMessage());
        }
    }

    private static LintConfig config(Folder folder) {
        for (String name : ConfigFile.NAMES) {
            Optional<String> text = small(folder, name);
            if (text.isPresent()) {
                try {
                    return ConfigFile.parse(text.get());
                } catch (IllegalArgumentException e) {
                    throw ToolException.invalidInput("%s: %s".formatted(name, e.getMessage()));
                }
            }
        }
        return LintConfig.DEFAULT;
    }

    private static Optional<String> small(Folder folder, String name) {
        if (folder.stat(name).filter(Stat::isFile).isEmpty()) {
            return Optional.empty();
        }
        try (OpenFile file = folder.file(name)) {
            if (file.stat().size() > MAX_SIDE_BYTES) {
                throw ToolException.limit("%s is %d bytes; at most %d are read"
                        .formatted(name, file.stat().size(), MAX_SIDE_BYTES));
            }
            return Optional.of(new String(Version.all(file, MAX_SIDE_BYTES), StandardCharsets.UTF_8));
        }
    }
}
