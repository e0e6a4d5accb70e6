package dev.millwright.filesystem.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TextEditsTest {
    private static final List<String> CHARSETS =
            List.of("UTF-8", "UTF-16LE", "UTF-16BE", "UTF-32LE", "ISO-8859-1", "windows-1251", "Shift_JIS", "GB18030");
    private static final List<String> ENDS = List.of("\n", "\r\n", "\r", "mixed");
    private static final String ASCII = "abcABC 012 =(){};\\~|";
    private static final int FILES = 10_000;

    /** A text in pieces, one of which is to be replaced, and its encoding. */
    private record Case(Charset charset, boolean bom, String head, String old, String now, String tail) {
        static Case random(Random random, int i) {
            Charset charset = Charset.forName(CHARSETS.get(i % CHARSETS.size()));
            String ends = ENDS.get(i / CHARSETS.size() % ENDS.size());
            String letters = ASCII
                    + switch (charset.name()) {
                        case "windows-1251" -> "привет";
                        case "ISO-8859-1" -> "äöüßéñ";
                        case "Shift_JIS" -> "表ソ能十日本語ｱｲ";
                        case "GB18030" -> "汉字编码äö";
                        default -> "äß漢字😀𝒳";
                    };
            String head = text(random, letters, ends, 60);
            String tail = text(random, letters, ends, 60);
            String now = text(random, letters, "\n", 20);
            return new Case(
                    charset,
                    charset.name().startsWith("UTF-") && random.nextBoolean(),
                    head,
                    "<" + text(random, letters, ends, 20) + ">",
                    now,
                    tail);
        }

        private static String text(Random random, String letters, String ends, int most) {
            int[] points = letters.codePoints().toArray();
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(most); length > 0; length--) {
                if (random.nextInt(8) == 0) {
                    text.append(ends.equals("mixed") ? (random.nextBoolean() ? "\n" : "\r\n") : ends);
                } else {
                    text.appendCodePoint(points[random.nextInt(points.length)]);
                }
            }
            return text.toString();
        }

        byte[] bytes(String middle) {
            return ((bom ? "\ufeff" : "") + head + middle + tail).getBytes(charset);
        }
    }

    @Test
    void noByteOutsideOfAnEditChanges() {
        Random random = new Random(42);
        for (int i = 0; i < FILES; i++) {
            Case file = Case.random(random, i);
            byte[] before = file.bytes(file.old());
            TextFormat format = TextFormat.of(
                            before, true, Optional.of(file.charset().name()))
                    .orElseThrow();
            String given =
                    random.nextBoolean() && format.eol() != Eol.CR ? file.old().replace("\r\n", "\n") : file.old();
            Edit edit = new Edit(given, file.now(), 1, OptionalInt.empty(), OptionalInt.empty());
            byte[] after = new TextEdits(before, format).apply(List.of(edit));
            byte[] head = ((file.bom() ? "\ufeff" : "") + file.head()).getBytes(file.charset());
            byte[] tail = file.tail().getBytes(file.charset());
            String as = i + " " + file + " " + format;
            assertThat(after.length).as(as).isGreaterThanOrEqualTo(head.length + tail.length);
            assertThat(Arrays.copyOf(after, head.length)).as(as).isEqualTo(head);
            assertThat(Arrays.copyOfRange(after, after.length - tail.length, after.length))
                    .as(as)
                    .isEqualTo(tail);
            String middle = new String(after, head.length, after.length - head.length - tail.length, file.charset());
            assertThat(middle.replace("\r\n", "\n").replace('\r', '\n'))
                    .as(as)
                    .isEqualTo(file.now().replace("\r\n", "\n").replace('\r', '\n'));
            if (format.eol() != Eol.MIXED && format.eol() != Eol.NONE) {
                assertThat(Eol.of(new String(after, file.charset()))).as(as).isIn(format.eol(), Eol.NONE);
            }
        }
    }

    @Test
    void whatIsReadInPartsIsTheWhole() {
        Random random = new Random(43);
        for (int i = 0; i < 400; i++) {
            StringBuilder all = new StringBuilder();
            Case first = Case.random(random, i);
            for (int j = 0; j < 20; j++) {
                Case more = Case.random(random, i);
                all.append(more.head()).append(more.tail());
            }
            byte[] content = all.toString().getBytes(first.charset());
            TextFormat format = TextFormat.of(
                            content, true, Optional.of(first.charset().name()))
                    .orElseThrow();
            TextReader reader = new TextReader(Bytes.of(content), content.length, format, 80 + random.nextInt(300));
            List<Passage> parts = new ArrayList<>();
            parts.add(reader.lines(1, Long.MAX_VALUE));
            while (parts.getLast().more()) {
                Passage last = parts.getLast();
                long line = last.lastLine().getAsLong() + (last.midLine() ? 0 : 1);
                parts.add(reader.from(last.to(), line, Long.MAX_VALUE));
            }
            ByteArrayOutputStream joined = new ByteArrayOutputStream();
            parts.forEach(part -> joined.writeBytes(part.text().getBytes(first.charset())));
            assertThat(joined.toByteArray()).as(i + " " + format).isEqualTo(content);
            if (parts.getLast().totalLines().isPresent()) {
                assertThat(parts.getLast().totalLines().getAsLong()).isEqualTo(reader.totalLines());
            }
        }
    }
}
