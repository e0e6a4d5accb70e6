package dev.millwright.docker.sbom;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.zip.InflaterInputStream;

/**
 * Programs that carry the list of what they were built from: Go's build information, and the {@code .dep-v0} section of
 * cargo-auditable, which is JSON compressed with zlib.
 */
final class NativeProgram implements PackageReader {
    /** Up to here a program is held in memory as a whole; of a larger one only Go's newer format is found. */
    private static final int WHOLE = 64 << 20;

    private static final int STEP = 256 << 10;
    private static final int MOST_LIST = 16 << 20;

    /** Files that can be executed and are no such programs; the first bytes of all others are looked at. */
    private static final Set<String> OTHERS =
            Set.of("sh", "bash", "py", "pl", "rb", "js", "mjs", "php", "txt", "md", "jar", "json", "html", "so");

    @Override
    public boolean wants(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return !OTHERS.contains(name.substring(name.lastIndexOf('.') + 1)) && !name.contains(".so.");
    }

    @Override
    public void read(SeenFile file, Found found) throws IOException {
        byte[] start = file.content().readNBytes(4);
        if (!ElfFile.isElf(start) || file.size() < 64) {
            return;
        } else if (file.size() > WHOLE) {
            search(file.content(), found);
            return;
        }
        byte[] bytes = Arrays.copyOf(start, (int) file.size());
        int length = start.length + file.content().readNBytes(bytes, start.length, bytes.length - start.length);
        if (length < bytes.length) {
            throw new IOException("it ends after " + length + " of " + bytes.length + " bytes");
        }
        ElfFile program = new ElfFile(bytes);
        Optional<byte[]> go = program.section(".go.buildinfo");
        if (go.isPresent() && GoBuildInfo.indexIn(go.get(), 0, go.get().length) == 0) {
            GoBuildInfo.read(go.get(), Optional.of(program), found);
        } else {
            // A stripped program may have no table of sections.
            int at = GoBuildInfo.indexIn(bytes, 0, bytes.length);
            if (at >= 0) {
                int to = Math.min(bytes.length, at + STEP);
                GoBuildInfo.read(Arrays.copyOfRange(bytes, at, to), Optional.of(program), found);
            }
        }
        Optional<byte[]> rust = program.section(".dep-v0");
        if (rust.isPresent()) {
            rust(rust.get(), found);
        }
    }

    /** The information is smaller than a step: two steps are in memory at a time. */
    private static void search(InputStream content, Found found) throws IOException {
        byte[] window = new byte[2 * STEP];
        // Four bytes are gone already, so that what is aligned in the file is aligned in the window.
        int filled = 4 + content.readNBytes(window, 4, window.length - 4);
        while (filled > 0) {
            int at = GoBuildInfo.indexIn(window, 0, Math.min(STEP, filled));
            if (at >= 0 && GoBuildInfo.read(Arrays.copyOfRange(window, at, filled), Optional.empty(), found)) {
                return;
            }
            int kept = Math.max(0, filled - STEP);
            System.arraycopy(window, filled - kept, window, 0, kept);
            filled = kept + content.readNBytes(window, kept, window.length - kept);
        }
    }

    private static void rust(byte[] section, Found found) throws IOException {
        byte[] list;
        try (InputStream in = new InflaterInputStream(new ByteArrayInputStream(section))) {
            list = in.readNBytes(MOST_LIST + 1);
        }
        if (list.length > MOST_LIST) {
            throw new IOException("its list of crates unpacks to more than " + MOST_LIST + " bytes");
        }
        for (JsonNode each : LooseJson.object(list).path("packages")) {
            String source = each.path("source").asText();
            boolean registry = source.equals("crates.io") || source.equals("registry");
            if (registry && !each.path("kind").asText("runtime").equals("build")) {
                found.add(
                        Ecosystem.CARGO,
                        "",
                        each.path("name").asText(),
                        each.path("version").asText());
            }
        }
    }
}
