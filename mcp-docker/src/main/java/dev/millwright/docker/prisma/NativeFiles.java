package dev.millwright.docker.prisma;

import dev.millwright.docker.archive.CollectedLayers;
import dev.millwright.docker.archive.EntryType;
import dev.millwright.docker.archive.LayerEntry;
import dev.millwright.docker.archive.LiveFile;
import dev.millwright.docker.archive.LiveTree;
import dev.millwright.docker.elf.ElfFile;
import dev.millwright.docker.elf.ElfReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What of a file system says whether native modules can run in it; the bytes of a binary are kept while it is read only. */
public final class NativeFiles extends CollectedLayers {
    /** Of one binary: Prisma's engines have up to 25 MB. */
    private static final int MOST_BINARY = 40 << 20;

    /** Of one text, and of all. */
    private static final int MOST_TEXT = 1 << 20;

    private static final int MOST_TEXTS = 8 << 20;

    private final boolean all;
    private final Map<LayerEntry, ElfFile> binaries = new IdentityHashMap<>();
    private final Map<LayerEntry, String> texts = new IdentityHashMap<>();
    private int kept;

    /** @param all whether every library is looked at, and not Node's modules and Prisma's engines alone */
    public NativeFiles(boolean all) {
        this.all = all;
    }

    @Override
    protected void content(String layer, LayerEntry entry, InputStream content) throws IOException {
        String path = entry.path();
        if (!entry.isFile()) {
            return;
        } else if (isText(path) && entry.size() <= MOST_TEXT && kept + entry.size() <= MOST_TEXTS) {
            texts.put(entry, new String(content.readAllBytes(), StandardCharsets.ISO_8859_1));
            kept += (int) entry.size();
        } else if (isBinary(path) && entry.size() <= MOST_BINARY) {
            byte[] head = content.readNBytes(4);
            if (ElfReader.isElf(head)) {
                byte[] file = Arrays.copyOf(head, (int) entry.size());
                content.readNBytes(file, 4, file.length - 4);
                ElfReader.read(file).ifPresent(each -> binaries.put(entry, each));
            }
        }
    }

    private static boolean isText(String path) {
        return path.endsWith("etc/os-release")
                || path.equals("usr/lib/os-release")
                || path.equals("etc/ld.so.cache")
                || path.equals("usr/bin/openssl")
                || path.endsWith(".prisma")
                || path.endsWith("node_modules/prisma/package.json")
                || path.endsWith("node_modules/@prisma/client/package.json")
                || path.endsWith("node_modules/@prisma/engines/package.json");
    }

    private boolean isBinary(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return name.endsWith(".node")
                || Engine.of(path).isPresent()
                || name.equals("libc.so.6")
                || name.matches("libc-2\\.\\d+\\.so")
                || all && (name.endsWith(".so") || name.contains(".so."));
    }

    /** Binaries that the tree shows, by path. */
    Map<String, ElfFile> binaries(LiveTree tree) {
        Map<String, ElfFile> live = new TreeMap<>();
        for (LiveFile each : tree.all()) {
            ElfFile binary = binaries.get(each.entry());
            if (binary != null && each.entry().type() == EntryType.FILE) {
                live.put(each.path(), binary);
            }
        }
        return live;
    }

    /** Texts that the tree shows and whose path ends so, by path. */
    Map<String, String> texts(LiveTree tree, String end) {
        Map<String, String> live = new TreeMap<>();
        for (LiveFile each : tree.all()) {
            String text = texts.get(each.entry());
            if (text != null && each.path().endsWith(end)) {
                live.put(each.path(), text);
            }
        }
        return live;
    }

    /** The text under that path, links followed. */
    Optional<String> text(LiveTree tree, String path) {
        return tree.resolve(path).map(LiveFile::entry).map(texts::get);
    }

    /** The binary under that path, links followed. */
    Optional<ElfFile> binary(LiveTree tree, String path) {
        return tree.resolve(path).map(LiveFile::entry).map(binaries::get);
    }
}
