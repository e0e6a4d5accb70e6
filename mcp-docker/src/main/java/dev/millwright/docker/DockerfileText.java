package dev.millwright.docker;

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
 * @param path where it is, from the roots; empty for a text
 * @param config of {@code .hadolint.yaml} in the context, or beside the file
 * @param around the context, where one was named
 */
record DockerfileText(
        String text, Charset charset, String shown, Optional<String> path, LintConfig config, Surroundings around) {
    /** Bytes of a Dockerfile at most; what is read grows faster than the file. */
    static final int MAX_BYTES = 200_000;

    /** Bytes of a configuration or ignore file at most. */
    private static final int MAX_SIDE_BYTES = 100_000;

    /** Entries of a context's top folder that are looked at. */
    private static final int MAX_ENTRIES = 10_000;

    /**
     * Reads it.
     *
     * @param text the file itself, or empty for {@code path}
     * @param path from the roots; left out too, it is the {@code Dockerfile} of the context
     * @param context the folder that is built from; files beside the Dockerfile count all the same
     */
    static DockerfileText read(
            Roots roots, Call call, Optional<String> text, Optional<String> path, Optional<String> context) {
        if (text.isPresent() && path.isPresent() || text.isEmpty() && path.isEmpty() && context.isEmpty()) {
            throw ToolException.invalidInput("give /dockerfile, the text, or /path, one of the two");
        } else if (text.isPresent() && context.isEmpty()) {
            limited(text.get().length(), "/dockerfile");
            return new DockerfileText(
                    text.get(),
                    StandardCharsets.UTF_8,
                    "Dockerfile",
                    Optional.empty(),
                    LintConfig.DEFAULT,
                    Surroundings.NONE);
        }
        Workspace workspace = roots.of(call.tenant());
        Optional<String> file = text.isPresent()
                ? Optional.empty()
                : path.or(() -> context.map(each -> each.replaceFirst("/*$", "/") + "Dockerfile"));
        Optional<byte[]> bytes = file.map(each -> whole(workspace, each));
        Charset charset = bytes.map(DockerfileText::charset).orElse(StandardCharsets.UTF_8);
        String read =
                text.or(() -> bytes.map(each -> new String(each, charset))).orElseThrow();
        limited(read.length(), "/dockerfile");

        LintConfig config = LintConfig.DEFAULT;
        Surroundings around = Surroundings.NONE;
        if (context.isPresent()) {
            try (Folder folder = workspace.folder(workspace.at(context.get()))) {
                around = around(folder, file.flatMap(each -> ownIgnore(workspace, each)));
                config = config(folder);
            }
        }
        if (config.equals(LintConfig.DEFAULT) && file.isPresent()) {
            try (Folder beside = workspace.folder(workspace.at(parent(file.get())))) {
                config = config(beside);
            }
        }
        String shown = file.map(each -> workspace.at(each).shown()).orElse("Dockerfile");
        return new DockerfileText(read, charset, shown, file, config, around);
    }

    private static void limited(int length, String what) {
        if (length > MAX_BYTES) {
            throw ToolException.limit("%s is %d long; at most %d are read".formatted(what, length, MAX_BYTES));
        }
    }

    private static byte[] whole(Workspace workspace, String path) {
        Target target = workspace.at(path);
        try (OpenFile file = workspace.open(target)) {
            if (file.stat().size() > MAX_BYTES) {
                throw ToolException.limit("%s is %d bytes; of a Dockerfile at most %d are read"
                        .formatted(target, file.stat().size(), MAX_BYTES));
            }
            return Version.all(file, MAX_BYTES);
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

    private static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "." : slash == 0 ? "/" : path.substring(0, slash);
    }

    /** {@code NAME.dockerignore} beside the file counts before that of the context. */
    private static Optional<IgnoreFile> ownIgnore(Workspace workspace, String path) {
        try (Folder beside = workspace.folder(workspace.at(parent(path)))) {
            return small(beside, path.substring(path.lastIndexOf('/') + 1) + ".dockerignore")
                    .map(DockerfileText::ignore);
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
