package dev.millwright.docker.sbom;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One package of an rpm database: a header as in rpm's file format, big-endian, without the magic in front: counts of
 * entries and of bytes; entries of tag, type, offset and count; the bytes. Numbers of tags and types: rpmtag.h.
 */
final class RpmHeader {
    private static final int NAME = 1000;
    private static final int VERSION = 1001;
    private static final int RELEASE = 1002;
    private static final int EPOCH = 1003;
    private static final int LICENSE = 1014;
    private static final int SOURCE_RPM = 1044;
    private static final int DIR_INDEXES = 1116;
    private static final int BASE_NAMES = 1117;
    private static final int DIR_NAMES = 1118;

    private static final int INT32 = 4;
    private static final int STRING = 6;
    private static final int STRING_ARRAY = 8;
    private static final int I18N_STRING = 9;

    /** rpm itself allows no more: HEADER_TAGS_MAX. */
    private static final int MOST_ENTRIES = 0xffff;

    private record Entry(int type, int offset, int count) {}

    private final Map<Integer, Entry> entries = new HashMap<>();
    private final byte[] data;

    private RpmHeader(byte[] blob) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(blob);
        int count = blob.length < 8 ? 0 : in.getInt();
        int bytes = blob.length < 8 ? 0 : in.getInt();
        if (count <= 0 || count > MOST_ENTRIES || bytes < 0 || 8L + 16L * count + bytes > blob.length) {
            throw new IOException("a header of " + blob.length + " bytes is none of rpm's");
        }
        for (int i = 0; i < count; i++) {
            entries.put(in.getInt(), new Entry(in.getInt(), in.getInt(), in.getInt()));
        }
        data = new byte[bytes];
        in.get(data);
    }

    /** Adds the package of a header, and the files it brought; a header that cannot be read is told of. */
    static void read(byte[] blob, Found found) {
        try {
            new RpmHeader(blob).addTo(found);
        } catch (IOException | RuntimeException e) {
            found.problem("a package in it could not be read: " + e.getMessage());
        }
    }

    private void addTo(Found found) throws IOException {
        String name = string(NAME);
        String version = string(VERSION);
        if (name.equals("gpg-pubkey")) {
            return; // a key that was imported, kept as if it were a package
        } else if (name.isEmpty() || version.isEmpty()) {
            throw new IOException("it has no name or version");
        }
        int[] epoch = numbers(EPOCH);
        String before = epoch.length > 0 && epoch[0] != 0 ? Integer.toUnsignedString(epoch[0]) + ":" : "";
        Component component = Component.of(Ecosystem.RPM, "", name, before + version + "-" + string(RELEASE));
        // name-version-release.src.rpm, where only the name may hold dashes
        String[] source =
                string(SOURCE_RPM).replaceFirst("\\.(no)?src\\.rpm$", "").split("-");
        if (source.length >= 3) {
            String sourceVersion = before + source[source.length - 2] + "-" + source[source.length - 1];
            String sourceName = String.join("-", List.of(source).subList(0, source.length - 2));
            component = component.builtFrom(sourceName, sourceVersion);
        }
        String licence = string(LICENSE);
        found.add(licence.isEmpty() ? component : component.licensed(List.of(licence)));
        List<String> names = strings(BASE_NAMES);
        List<String> folders = strings(DIR_NAMES);
        int[] indexes = numbers(DIR_INDEXES);
        for (int i = 0; i < names.size() && i < indexes.length; i++) {
            if (indexes[i] >= 0 && indexes[i] < folders.size()) {
                found.owns(folders.get(indexes[i]) + names.get(i));
            }
        }
    }

    private String string(int tag) throws IOException {
        List<String> all = strings(tag);
        return all.isEmpty() ? "" : all.getFirst();
    }

    private List<String> strings(int tag) throws IOException {
        Entry entry = entries.get(tag);
        if (entry == null || entry.type() != STRING && entry.type() != STRING_ARRAY && entry.type() != I18N_STRING) {
            return List.of();
        }
        List<String> all = new ArrayList<>();
        int at = entry.offset();
        for (int i = 0; i < entry.count(); i++) {
            int end = at;
            while (end >= 0 && end < data.length && data[end] != 0) {
                end++;
            }
            if (at < 0 || end >= data.length) {
                throw new IOException("a text of it lies outside");
            }
            all.add(new String(data, at, end - at, StandardCharsets.UTF_8));
            at = end + 1;
        }
        return all;
    }

    private int[] numbers(int tag) throws IOException {
        Entry entry = entries.get(tag);
        if (entry == null || entry.type() != INT32) {
            return new int[0];
        } else if (entry.offset() < 0 || entry.count() < 0 || entry.offset() + 4L * entry.count() > data.length) {
            throw new IOException("a number of it lies outside");
        }
        int[] numbers = new int[entry.count()];
        ByteBuffer.wrap(data).position(entry.offset()).asIntBuffer().get(numbers);
        return numbers;
    }
}
