package dev.millwright.docker.dockerfile;

import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which flags an instruction takes, and what they may say. */
final class FlagRules {
    private enum Kind {
        BOOLEAN,
        TEXT,
        /** Text that may be given more than once. */
        TEXTS,
        DURATION,
        COUNT
    }

    private static final Map<Keyword, Map<String, Kind>> KNOWN = Map.of(
            Keyword.ADD,
            Map.of(
                    "chown", Kind.TEXT,
                    "chmod", Kind.TEXT,
                    "link", Kind.BOOLEAN,
                    "keep-git-dir", Kind.BOOLEAN,
                    "checksum", Kind.TEXT,
                    "unpack", Kind.BOOLEAN,
                    "exclude", Kind.TEXTS),
            Keyword.COPY,
            Map.of(
                    "chown", Kind.TEXT,
                    "chmod", Kind.TEXT,
                    "from", Kind.TEXT,
                    "link", Kind.BOOLEAN,
                    "parents", Kind.BOOLEAN,
                    "exclude", Kind.TEXTS),
            Keyword.FROM,
            Map.of("platform", Kind.TEXT),
            Keyword.HEALTHCHECK,
            Map.of(
                    "interval", Kind.DURATION,
                    "timeout", Kind.DURATION,
                    "start-period", Kind.DURATION,
                    "start-interval", Kind.DURATION,
                    "retries", Kind.COUNT),
            Keyword.RUN,
            Map.of("mount", Kind.TEXTS, "network", Kind.TEXT, "security", Kind.TEXT, "device", Kind.TEXTS));

    private static final Set<String> MOUNTS = Set.of("bind", "cache", "tmpfs", "secret", "ssh");
    private static final Set<String> MOUNT_PARTS = Set.of(
            "type",
            "from",
            "source",
            "src",
            "target",
            "dst",
            "destination",
            "readonly",
            "ro",
            "readwrite",
            "rw",
            "id",
            "sharing",
            "required",
            "size",
            "mode",
            "uid",
            "gid",
            "env");
    private static final Set<String> NETWORKS = Set.of("default", "none", "host");
    private static final Set<String> SECURITY = Set.of("sandbox", "insecure");
    private static final Pattern DURATION =
            Pattern.compile("[-+]?(?:0|(?:(?:[0-9]+(?:[.][0-9]*)?|[.][0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+)");

    private static final Pattern DURATION_PART = Pattern.compile("([0-9.]+)([a-zµμ]+)");

    private FlagRules() {}

    /** What Docker has against the flags. */
    static Optional<String> of(Instruction one) {
        Map<String, Kind> known = KNOWN.getOrDefault(one.keyword(), Map.of());
        boolean none = one.is(Keyword.HEALTHCHECK)
                && !one.words().isEmpty()
                && one.words().getFirst().text().equalsIgnoreCase("NONE");
        if (none || one.is(Keyword.UNKNOWN)) {
            return Optional.empty();
        }
        Set<String> seen = new HashSet<>();
        for (Flag each : one.flags()) {
            Kind kind = known.get(each.name());
            if (kind == null) {
                return Optional.of("unknown flag: --" + each.name());
            } else if (!seen.add(each.name()) && kind != Kind.TEXTS) {
                return Optional.of("Duplicate flag specified: " + each.name());
            }
            Optional<String> problem = value(each, kind);
            if (problem.isEmpty() && one.is(Keyword.RUN)) {
                problem = run(each);
            }
            if (problem.isPresent()) {
                return problem;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> value(Flag flag, Kind kind) {
        String value = flag.value().orElse("");
        boolean missing = kind == Kind.BOOLEAN
                ? flag.value().isPresent() && value.isEmpty()
                : flag.value().isEmpty();
        if (missing) {
            return Optional.of("Missing a value on flag: " + flag.name());
        }
        boolean fits = switch (kind) {
            case BOOLEAN -> Set.of("", "true", "false").contains(value.toLowerCase(Locale.ROOT));
            case DURATION -> value.isEmpty() || DURATION.matcher(value).matches();
            case COUNT -> value.isEmpty() || value.matches("[+]?[0-9]{1,9}");
            case TEXT, TEXTS -> true;
        };
        if (!fits) {
            return Optional.of("invalid value for flag %s: %s".formatted(flag.name(), value));
        }
        return kind == Kind.DURATION && isTooShort(value)
                ? Optional.of("Interval \"%s\" cannot be less than 1ms".formatted(flag.name()))
                : Optional.empty();
    }

    /** Less than a millisecond, but more or less than nothing. */
    private static boolean isTooShort(String duration) {
        double milliseconds = 0;
        Matcher matcher = DURATION_PART.matcher(duration);
        while (matcher.find()) {
            milliseconds += Double.parseDouble(matcher.group(1))
                    * switch (matcher.group(2)) {
                        case "ns" -> 1e-6;
                        case "ms" -> 1;
                        case "s" -> 1e3;
                        case "m" -> 6e4;
                        case "h" -> 3.6e6;
                        default -> 1e-3;
                    };
        }
        return milliseconds > 0 && (duration.startsWith("-") || milliseconds < 1);
    }

    private static Optional<String> run(Flag flag) {
        String value = flag.value().orElse("");
        if (value.contains("$")) {
            return Optional.empty();
        }
        return switch (flag.name()) {
            case "network" -> oneOf(flag, NETWORKS);
            case "security" -> oneOf(flag, SECURITY);
            case "mount" -> {
                Map<String, String> parts = flag.parts();
                String type = parts.getOrDefault("type", "bind").toLowerCase(Locale.ROOT);
                if (!MOUNTS.contains(type)) {
                    yield Optional.of("unsupported mount type \"%s\"".formatted(type));
                }
                yield parts.keySet().stream()
                        .filter(each -> !MOUNT_PARTS.contains(each))
                        .findFirst()
                        .map(each -> "unexpected key '%s' in '%s'".formatted(each, value));
            }
            default -> Optional.empty();
        };
    }

    private static Optional<String> oneOf(Flag flag, Set<String> known) {
        String value = flag.value().orElse("");
        return known.contains(value)
                ? Optional.empty()
                : Optional.of("%s is not a valid %s mode".formatted(value, flag.name()));
    }
}
