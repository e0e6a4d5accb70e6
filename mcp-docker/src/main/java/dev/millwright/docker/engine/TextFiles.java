package dev.millwright.docker.engine;

import dev.millwright.tool.ToolException;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.NewFile;
import dev.millwright.workspace.OpenFile;
import dev.millwright.workspace.Place;
import dev.millwright.workspace.Stat;
import dev.millwright.workspace.Target;
import dev.millwright.workspace.Version;
import dev.millwright.workspace.Workspace;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/** Text files that a call names. */
public final class TextFiles {
    private TextFiles() {}

    /**
     * The whole file, as UTF-8.
     *
     * @param longest bytes at most
     * @throws ToolException {@code LIMIT} for a longer one, {@code INVALID_INPUT} for what is not UTF-8
     */
    public static String read(Workspace workspace, Target target, int longest) {
        try (OpenFile file = workspace.open(target)) {
            long size = file.stat().size();
            if (size > longest) {
                throw ToolException.limit(target + " has %d bytes, more than %d".formatted(size, longest));
            }
            byte[] bytes = Version.all(file, longest);
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw ToolException.invalidInput(target + " is not UTF-8 text");
        }
    }

    /**
     * Makes a file that is whole from its first moment.
     *
     * @throws ToolException {@code CONFLICT} when there is one of that name, {@code DENIED} for a protected name
     */
    public static void create(Workspace workspace, Target target, byte[] content) {
        try (Place place = workspace.place(target);
                NewFile file = place.folder().create(".millwright-" + UUID.randomUUID())) {
            file.write(content, 0, content.length);
            file.linkAs(place.name());
            place.folder().sync();
        }
    }

    /**
     * Puts another content in the place of a file's; its mode and owner stay.
     *
     * @param before what the file holds
     * @throws ToolException {@code CONFLICT} when it holds something else, {@code DENIED} for a protected file
     */
    public static void replace(Workspace workspace, Target target, byte[] before, byte[] after) {
        String temporary = ".millwright-" + UUID.randomUUID();
        try (Place place = workspace.place(target)) {
            Folder folder = place.folder();
            Stat known = place.stat().orElseThrow(() -> changed(target));
            try (OpenFile old = folder.file(place.name());
                    NewFile file = folder.create(temporary)) {
                if (!Arrays.equals(Version.all(old, before.length + 1), before)) {
                    throw changed(target);
                }
                file.write(after, 0, after.length);
                file.attributesOf(known, old);
                file.linkAs(temporary);
            }
            try {
                exchange(folder, temporary, place.name(), known, target);
            } finally {
                if (folder.stat(temporary).isPresent()) {
                    folder.remove(temporary);
                }
            }
            folder.sync();
        }
    }

    /** What comes out must be the file that was read, else it goes back. */
    private static void exchange(Folder folder, String temporary, String name, Stat known, Target target) {
        if (folder.exchange(temporary, name)) {
            if (!isStill(folder, temporary, known)) {
                folder.exchange(temporary, name);
                throw changed(target);
            }
        } else if (isStill(folder, name, known)) {
            folder.rename(temporary, folder, name, true);
        } else {
            throw changed(target);
        }
    }

    private static boolean isStill(Folder folder, String name, Stat known) {
        return folder.stat(name)
                .filter(now -> now.sameEntryAs(known)
                        && now.size() == known.size()
                        && now.modifiedNanos() == known.modifiedNanos())
                .isPresent();
    }

    private static ToolException changed(Target target) {
        return ToolException.conflict(target + " has changed since it was read; run this again");
    }
}
