package dev.millwright.docker.posture;

import dev.millwright.docker.archive.HistoryStep;
import dev.millwright.mask.SecretText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Secrets that an image's configuration and history show to all who have it. */
final class HistorySecrets {
    private static final String FIX = "RUN --mount=type=secret for builds, the environment of the container for runs;"
            + " change the secret, it is known by now";
    private static final int LONGEST_STEP = 120;

    private static final Pattern PAIR = Pattern.compile("([A-Za-z_][A-Za-z0-9_.-]{0,100})=(\"[^\"]*\"|'[^']*'|\\S*)");
    private static final Pattern OLD_ENV = Pattern.compile("(?:ENV|ARG)\\s+([A-Za-z_][A-Za-z0-9_]*)\\s+(\\S.*)");

    /** Build arguments as both builders write them in front of a command: {@code |1 NAME=value /bin/sh -c …}. */
    private static final Pattern ARGUMENTS = Pattern.compile("^(?:RUN )?\\|\\d+ (.*?)(?: /bin/\\w*sh | -c )");

    private static final Pattern CHPASSWD =
            Pattern.compile("echo\\s+[\"']?[\\w-]+:[^$\\s\"'|]+[\"']?\\s*\\|\\s*chpasswd");

    private HistorySecrets() {}

    static List<Finding> of(ImageFacts image) {
        List<Finding> found = new ArrayList<>();
        for (String each : image.env()) {
            int equals = each.indexOf('=');
            if (equals > 0) {
                String name = each.substring(0, equals);
                SecretSearch.assigned(name, each.substring(equals + 1))
                        .ifPresent(kind -> found.add(finding("secret-in-env", kind + " in the variable " + name)));
            }
        }
        image.labels()
                .forEach((name, value) -> SecretSearch.assigned(name, value)
                        .ifPresent(kind -> found.add(finding("secret-in-label", kind + " in the label " + name))));
        for (HistoryStep step : image.history()) {
            step(step)
                    .ifPresent(kind -> found.add(
                            finding("secret-in-history", kind + " in the step " + shown(step.instruction()))));
        }
        return found;
    }

    private static Finding finding(String check, String evidence) {
        return Finding.of(check, Severity.HIGH, "No secrets in what an image says of itself", evidence, FIX);
    }

    private static Optional<String> step(HistoryStep step) {
        String instruction = step.instruction();
        Matcher arguments = ARGUMENTS.matcher(step.createdBy().strip());
        Optional<String> found = arguments.find() ? pairs(arguments.group(1)) : Optional.empty();
        if (found.isEmpty() && instruction.matches("(?s)(ENV|ARG|LABEL)\\s.*")) {
            Matcher old = OLD_ENV.matcher(instruction);
            found = pairs(instruction);
            if (found.isEmpty() && old.matches() && !old.group(2).contains("=")) {
                found = SecretSearch.assigned(old.group(1), old.group(2));
            }
        } else if (found.isEmpty() && instruction.startsWith("RUN ")) {
            if (CHPASSWD.matcher(instruction).find()) {
                found = Optional.of("password");
            } else if (!SecretText.text(instruction).equals(instruction)) {
                found = SecretSearch.in("history.sh", instruction).stream()
                        .map(SecretSearch.Hit::kind)
                        .findFirst()
                        .or(() -> pairs(instruction))
                        .or(() -> Optional.of("value of a secret's name"));
            }
        }
        return found;
    }

    private static Optional<String> pairs(String text) {
        Matcher pair = PAIR.matcher(text);
        while (pair.find()) {
            Optional<String> found =
                    SecretSearch.assigned(pair.group(1), pair.group(2).replaceAll("^[\"']|[\"']$", ""));
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /** A step for people: its secrets taken out, cut to one line's length. */
    static String shown(String instruction) {
        String masked = CHPASSWD.matcher(SecretText.text(instruction)).replaceAll("echo *** | chpasswd");
        Matcher pair = PAIR.matcher(masked);
        String plain = pair.replaceAll(match -> Matcher.quoteReplacement(
                SecretSearch.assigned(match.group(1), match.group(2).replaceAll("^[\"']|[\"']$", ""))
                                .isPresent()
                        ? match.group(1) + "=***"
                        : match.group()));
        Matcher old = OLD_ENV.matcher(plain);
        if (old.matches()
                && !old.group(2).contains("=")
                && SecretSearch.assigned(old.group(1), old.group(2)).isPresent()) {
            plain = plain.substring(0, old.start(2)) + "***";
        }
        String line = plain.replaceAll("\\s+", " ");
        return line.length() > LONGEST_STEP ? line.substring(0, LONGEST_STEP) + "…" : line;
    }
}
