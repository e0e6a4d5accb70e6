package dev.millwright.k8s.rules;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Whether the schedule of a cron job can be read, by the rules of the parser that Kubernetes uses (robfig/cron v3). */
final class Schedule {
    private record Field(int min, int max, List<String> names) {}

    private static final List<Field> FIELDS = List.of(
            new Field(0, 59, List.of()),
            new Field(0, 23, List.of()),
            new Field(1, 31, List.of()),
            new Field(
                    1, 12, List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")),
            new Field(0, 6, List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat")));

    private static final Pattern MACRO =
            Pattern.compile("@(yearly|annually|monthly|weekly|daily|midnight|hourly)|@every [0-9.hmsuµn]+");

    private Schedule() {}

    static boolean isValid(String schedule) {
        String text = schedule.strip();
        if (text.startsWith("TZ=") || text.startsWith("CRON_TZ=")) {
            text = text.replaceFirst("\\S+\\s*", "");
        }
        if (MACRO.matcher(text).matches()) {
            return true;
        }
        String[] fields = text.split("\\s+");
        if (fields.length != FIELDS.size()) {
            return false;
        }
        for (int i = 0; i < fields.length; i++) {
            for (String part : fields[i].split(",", -1)) {
                if (!isPart(part, FIELDS.get(i))) {
                    return false;
                }
            }
        }
        return true;
    }

    /** {@code *}, {@code ?}, {@code 3}, {@code 1-5}, each with an optional {@code /step}. */
    private static boolean isPart(String part, Field field) {
        String[] step = part.split("/", -1);
        if (step.length > 2 || step.length == 2 && !step[1].matches("[1-9][0-9]{0,3}")) {
            return false;
        }
        if (step[0].equals("*") || step[0].equals("?")) {
            return true;
        }
        String[] ends = step[0].split("-", -1);
        int from = number(ends[0], field);
        int to = ends.length == 2 ? number(ends[1], field) : from;
        return ends.length <= 2 && from >= 0 && to >= from;
    }

    /** Minus one for what is none. */
    private static int number(String text, Field field) {
        int named = field.names().indexOf(text.toLowerCase(Locale.ROOT));
        if (named >= 0) {
            return named + field.min();
        }
        int number = text.matches("[0-9]{1,4}") ? Integer.parseInt(text) : -1;
        return number >= field.min() && number <= field.max() ? number : -1;
    }

    static boolean isZone(String zone) {
        try {
            ZoneId.of(zone);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }
}
