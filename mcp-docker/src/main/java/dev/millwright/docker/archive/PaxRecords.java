package dev.millwright.docker.archive;

import dev.millwright.tool.ToolException;
import java.util.Optional;

/**
 * What an extended header says about the entry after it (POSIX.1-2001 pax): records {@code LENGTH KEY=VALUE\n}.
 *
 * @param size bytes stored, which for sparse files is not the file's size
 */
record PaxRecords(
        Optional<String> path, Optional<String> link, Optional<Long> size, Optional<Long> uid, Optional<Long> gid) {
    static final PaxRecords NONE =
            new PaxRecords(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    static PaxRecords of(byte[] bytes, String what) {
        PaxRecords records = NONE;
        int at = 0;
        while (at < bytes.length && bytes[at] != 0) {
            int space = at;
            while (space < bytes.length && bytes[space] >= '0' && bytes[space] <= '9' && space - at < 8) {
                space++;
            }
            int length = space > at && space < bytes.length && bytes[space] == ' ' ? digits(bytes, at, space) : 0;
            int end = at + length;
            if (length < space - at + 3 || end > bytes.length || bytes[end - 1] != '\n') {
                throw damaged(what, "an extended header whose lengths do not fit");
            }
            int equals = space + 1;
            while (equals < end && bytes[equals] != '=') {
                equals++;
            }
            if (equals == end) {
                throw damaged(what, "an extended header without a value");
            }
            String key = TarFields.decoded(bytes, space + 1, equals);
            records = records.with(key, bytes, equals + 1, end - 1, what);
            at = end;
        }
        return records;
    }

    private PaxRecords with(String key, byte[] bytes, int from, int to, String what) {
        return switch (key) {
            case "path" -> path.isPresent() && sparseName(bytes) ? this : named(TarFields.decoded(bytes, from, to));
            case "GNU.sparse.name" -> named(TarFields.decoded(bytes, from, to));
            case "linkpath" -> new PaxRecords(path, Optional.of(TarFields.decoded(bytes, from, to)), size, uid, gid);
            case "size" -> new PaxRecords(path, link, number(key, bytes, from, to, what), uid, gid);
            case "uid" -> new PaxRecords(path, link, size, number(key, bytes, from, to, what), gid);
            case "gid" -> new PaxRecords(path, link, size, uid, number(key, bytes, from, to, what));
            default -> this;
        };
    }

    private PaxRecords named(String name) {
        return new PaxRecords(name.isEmpty() ? Optional.empty() : Optional.of(name), link, size, uid, gid);
    }

    /** Of a sparse file {@code path} is a made-up name, whichever of the two comes first. */
    private static boolean sparseName(byte[] bytes) {
        return TarFields.decoded(bytes, 0, bytes.length).contains(" GNU.sparse.name=");
    }

    /** @throws ToolException for less than 0, or more than 63 bits */
    private static Optional<Long> number(String key, byte[] bytes, int from, int to, String what) {
        String digits = TarFields.decoded(bytes, from, to);
        if (digits.isEmpty()) {
            return Optional.empty();
        } else if (!digits.matches("\\d{1,18}")) {
            throw damaged(what, "an entry whose %s is '%s'".formatted(key, digits.replaceAll("[^ -~]", "?")));
        }
        return Optional.of(Long.parseLong(digits));
    }

    private static int digits(byte[] bytes, int from, int to) {
        int value = 0;
        for (int i = from; i < to; i++) {
            value = value * 10 + bytes[i] - '0';
        }
        return value;
    }

    private static ToolException damaged(String what, String why) {
        return ToolException.invalidInput("%s is damaged: it holds %s".formatted(what, why));
    }
}
