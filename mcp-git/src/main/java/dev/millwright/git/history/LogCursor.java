package dev.millwright.git.history;

import dev.millwright.git.repo.RepoText;
import dev.millwright.tool.ToolException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.OptionalLong;
import java.util.zip.CRC32;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;

/**
 * Where a log goes on: all by ids and fixed times, so that neither new commits nor the clock move it.
 *
 * @param last the commit that was shown last
 */
record LogCursor(Ends ends, OptionalLong since, OptionalLong until, ObjectId last) {
    private static final int HEAD = 4 + 4 + 4 + 8 + 8 + Constants.OBJECT_ID_LENGTH;

    /** @param question what must be the same on every page */
    String write(String question) {
        List<ObjectId> ids = new ArrayList<>(ends.from());
        ids.addAll(ends.hidden());
        ByteBuffer bytes = ByteBuffer.allocate(HEAD + ids.size() * Constants.OBJECT_ID_LENGTH);
        bytes.putInt(0);
        bytes.putInt(ends.from().size());
        bytes.putInt(ends.hidden().size());
        bytes.putLong(since.orElse(Long.MIN_VALUE));
        bytes.putLong(until.orElse(Long.MIN_VALUE));
        last.copyRawTo(bytes);
        ids.forEach(id -> id.copyRawTo(bytes));
        bytes.putInt(0, sum(question, bytes.array()));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    /** @throws ToolException {@code INVALID_INPUT} for what is no cursor, or one of another question */
    static LogCursor read(String cursor, String question) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(cursor));
            int sum = bytes.getInt();
            bytes.putInt(0, 0);
            if (sum == sum(question, bytes.array())) {
                int from = bytes.getInt();
                int hidden = bytes.getInt();
                OptionalLong since = time(bytes.getLong());
                OptionalLong until = time(bytes.getLong());
                ObjectId last = id(bytes);
                return new LogCursor(new Ends(ids(bytes, from), ids(bytes, hidden)), since, until, last);
            }
        } catch (IllegalArgumentException | BufferUnderflowException e) {
            throw none(cursor);
        }
        throw none(cursor);
    }

    private static ToolException none(String cursor) {
        return ToolException.invalidInput(
                "/cursor is none that git_log gave for the same arguments: " + RepoText.line(cursor, 40));
    }

    private static int sum(String question, byte[] bytes) {
        CRC32 sum = new CRC32();
        sum.update(question.getBytes(StandardCharsets.UTF_8));
        sum.update(bytes);
        return (int) sum.getValue();
    }

    private static OptionalLong time(long seconds) {
        return seconds == Long.MIN_VALUE ? OptionalLong.empty() : OptionalLong.of(seconds);
    }

    private static List<ObjectId> ids(ByteBuffer bytes, int count) {
        List<ObjectId> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(id(bytes));
        }
        return ids;
    }

    private static ObjectId id(ByteBuffer bytes) {
        byte[] raw = new byte[Constants.OBJECT_ID_LENGTH];
        bytes.get(raw);
        return ObjectId.fromRaw(raw);
    }
}
