package dev.millwright.audit;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far a lane has come, written over in place after every event: what a lane that was cut short is held against.
 *
 * @param file number of the file that holds the last event
 * @param bytes of that file up to and with the last event
 * @param synced the last event known to be on the disk, not only with the operating system
 */
record Head(int file, long bytes, long seq, long synced, String hash) {
    /** Less than a page, so that a killed process leaves the old or the new. */
    private static final int LENGTH = 256;

    private static final Pattern FORM = Pattern.compile(
            "\\{\"file\":(\\d{1,9}),\"bytes\":(\\d{1,18}),\"seq\":(\\d{1,18}),\"synced\":(\\d{1,18}),\"hash\":\"([0-9a-f]{64})\"} *\\n");

    byte[] write() {
        String text = "{\"file\":" + file + ",\"bytes\":" + bytes + ",\"seq\":" + seq + ",\"synced\":" + synced
                + ",\"hash\":\"" + hash + "\"}";
        return (text + " ".repeat(LENGTH - 1 - text.length()) + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    static Optional<Head> read(byte[] bytes) {
        Matcher form = FORM.matcher(new String(bytes, StandardCharsets.US_ASCII));
        return form.matches()
                ? Optional.of(new Head(
                        Integer.parseInt(form.group(1)),
                        Long.parseLong(form.group(2)),
                        Long.parseLong(form.group(3)),
                        Long.parseLong(form.group(4)),
                        form.group(5)))
                : Optional.empty();
    }
}
