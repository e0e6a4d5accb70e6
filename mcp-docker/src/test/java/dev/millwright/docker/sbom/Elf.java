package dev.millwright.docker.sbom;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Makes small programs of the shape that linkers give them: one segment with all, sections with names. */
final class Elf {
    private static final long BASE = 0x400000;
    private static final int START = 64 + 56;

    private final Map<String, byte[]> sections = new LinkedHashMap<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final Map<String, Integer> offsets = new LinkedHashMap<>();

    Elf with(String section, byte[] content) {
        while ((START + body.size()) % 16 != 0) {
            body.write(0);
        }
        offsets.put(section, START + body.size());
        sections.put(section, content);
        body.writeBytes(content);
        return this;
    }

    /** As Go wrote it before 1.18: pointers to strings that lie elsewhere. */
    Elf withOldGo(String version, String modules) {
        with(".rodata", (version + modules).getBytes(StandardCharsets.ISO_8859_1));
        long text = BASE + offsets.get(".rodata");
        ByteBuffer headers = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
        headers.putLong(text)
                .putLong(version.length())
                .putLong(text + version.length())
                .putLong(modules.length());
        with(".data", headers.array());
        long data = BASE + offsets.get(".data");
        ByteBuffer info = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
        info.put(GoBuildInfo.MAGIC).put((byte) 8).put((byte) 0).putLong(data).putLong(data + 16);
        return with(".go.buildinfo", info.array());
    }

    byte[] bytes() {
        return bytes(true);
    }

    byte[] stripped() {
        return bytes(false);
    }

    private byte[] bytes(boolean table) {
        StringBuilder names = new StringBuilder("\0");
        Map<String, Integer> named = new LinkedHashMap<>();
        sections.keySet().forEach(name -> {
            named.put(name, names.length());
            names.append(name).append('\0');
        });
        named.put(".shstrtab", names.length());
        names.append(".shstrtab\0");
        with(".shstrtab", names.toString().getBytes(StandardCharsets.US_ASCII));
        int end = START + body.size();
        ByteBuffer out = ByteBuffer.allocate(end + 64 * (sections.size() + 1)).order(ByteOrder.LITTLE_ENDIAN);
        out.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}).position(16);
        out.putShort((short) 2).putShort((short) 62).putInt(1).putLong(BASE);
        out.putLong(64).putLong(table ? end : 0).putInt(0);
        out.putShort((short) 64).putShort((short) 56).putShort((short) 1).putShort((short) 64);
        out.putShort((short) (table ? sections.size() + 1 : 0)).putShort((short) (table ? sections.size() : 0));
        out.putInt(1)
                .putInt(5)
                .putLong(0)
                .putLong(BASE)
                .putLong(BASE)
                .putLong(end)
                .putLong(end)
                .putLong(4096);
        out.put(body.toByteArray());
        out.position(end + 64);
        sections.forEach((name, content) -> out.putInt(named.get(name))
                .putInt(1)
                .putLong(0)
                .putLong(0)
                .putLong(offsets.get(name))
                .putLong(content.length)
                .position(out.position() + 24));
        return out.array();
    }
}
