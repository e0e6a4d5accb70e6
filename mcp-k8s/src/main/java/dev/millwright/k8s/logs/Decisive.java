package dev.millwright.k8s.logs;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** How much a line says about why something went wrong: would a person quote it? */
final class Decisive {
    /** Says nothing of an error. */
    static final int NOTHING = 0;
    /** A word like failed in it. */
    static final int HINT = 1;
    /** Says that it is an error. */
    static final int SAYS = 2;
    /** Names what is wrong: an exception, an error number, a known sentence. */
    static final int NAMES = 3;
    /** Ends the program. */
    static final int ENDS = 4;

    private static final Phrases ENDING = new Phrases(List.of(
            "exception in thread ",
            "unhandled exception",
            "unhandled rejection",
            "unhandled promise",
            "unhandledpromiserejection",
            "unhandledrejection",
            "uncaught exception",
            "panicked at ",
            "segmentation fault",
            "application failed to start"));

    /** Without one of these in it a line tells of no error, unless its level says so. */
    private static final Phrases BAD = new Phrases(List.of(
            "err",
            "fail",
            "fatal",
            "cannot",
            "can't",
            "unable",
            "invalid",
            "exception",
            "abort",
            "refused",
            "denied",
            "reject",
            "giving up",
            "emerg",
            "critical",
            "panic",
            "uncaught"));

    private static final Phrases KNOWN = new Phrases(List.of(
            "econnrefused",
            "econnreset",
            "etimedout",
            "enotfound",
            "eai_again",
            "eaddrinuse",
            "eacces",
            "enoent",
            "enospc",
            "emfile",
            "connection refused",
            "connection reset",
            "connection timed out",
            "no route to host",
            "no such host",
            "name or service not known",
            "temporary failure in name resolution",
            "could not resolve",
            "could not connect",
            "could not translate host name",
            "unable to connect",
            "failed to connect",
            "cannot connect",
            "access denied",
            "permission denied",
            "operation not permitted",
            "read-only file system",
            "password authentication failed",
            "authentication failed",
            "too many connections",
            "too many clients",
            "remaining connection slots",
            "communications link failure",
            "unknown database",
            "is being accessed by other users",
            "address already in use",
            "no space left on device",
            "cannot allocate memory",
            "out of memory",
            "outofmemory",
            "heap out of memory",
            "cannot find module",
            "module not found",
            "no module named",
            "command not found",
            "no such file or directory",
            "not a directory",
            "exec format error",
            "illegal instruction",
            "could not find or load main class",
            "could not locate",
            "unsupported class file",
            "unsupportedclassversion",
            "syntax error",
            "undefined symbol",
            "cannot open shared object",
            "error while loading shared libraries",
            "certificate has expired",
            "certificate verify failed",
            "certificate signed by unknown authority",
            "deadline exceeded",
            "is not set",
            "is not defined",
            "missing required",
            "must be set",
            "required environment variable",
            "cannot list resource",
            "cannot get resource",
            "is forbidden: user"));

    /** What sounds bad and says that nothing is. */
    private static final Pattern NO_ERROR = Pattern.compile(
            "(?i)\\b(?:0|no|zero|without|without any) (?:errors?|failures?|failed|exceptions?|problems?)\\b|\\b(?:errors?|failures?|failed|exceptions?)\\b\"?[=:] ?\"?(?:0|none|null|nil|false)\\b|\\berror(?:_?code)?[=:] ?0\\b|\\bretrying\\b.{0,40}\\bno error");

    private static final Pattern BAD_WORD = Pattern.compile(
            "(?i)\\b(?:error|errors|failed|failure|fatal|cannot|can't|unable to|invalid|exception|abort|aborted|aborting|refused|denied|rejected|giving up)\\b");

    /** How a line begins that says it is an error. */
    private static final Pattern ERROR_START =
            Pattern.compile("^(?:[\\w.$/-]{1,80}: )?(?i:error|err!|fatal|critical|emerg)(?:\\b|:|\\[)");

    private Decisive() {}

    static int weight(LogLine line) {
        String message = line.message();
        if (message.isBlank()) {
            return NOTHING;
        }
        String lower = message.toLowerCase(Locale.ROOT);
        boolean bad = BAD.in(lower);
        if (bad && ends(message, lower)) {
            return ENDS;
        } else if (line.level().isMild() || bad && NO_ERROR.matcher(message).find()) {
            return NOTHING;
        } else if (line.level() == Level.FATAL) {
            return ENDS;
        } else if (bad && namesException(message) || KNOWN.in(lower)) {
            return NAMES;
        } else if (line.level() == Level.ERROR
                || bad && ERROR_START.matcher(message).find()) {
            return SAYS;
        }
        return bad && BAD_WORD.matcher(message).find() ? HINT : NOTHING;
    }

    private static boolean ends(String message, String lower) {
        return lower.startsWith("panic: ")
                || lower.startsWith("fatal error: ")
                || ENDING.in(lower)
                || lower.contains("uncaught ") && namesException(message);
    }

    /** Whether a name as {@code java.io.IOException} or {@code ValueError} stands before a colon or at the end. */
    static boolean namesException(String message) {
        for (String ending : List.of("Exception", "Error", "Panic", "Failure")) {
            int at = message.indexOf(ending);
            while (at >= 0) {
                int after = at + ending.length();
                if (endsName(message, after) && begins(message, at)) {
                    return true;
                }
                at = message.indexOf(ending, after);
            }
        }
        return false;
    }

    private static boolean endsName(String message, int at) {
        return at == message.length()
                || message.charAt(at) == ':'
                || message.charAt(at) == ')' && message.lastIndexOf('(', at) >= 0
                || message.startsWith(" [", at)
                || message.startsWith(" (", at);
    }

    /** A name of more than the ending, in capitals or with dots; {@code Error} alone only where a sentence begins. */
    private static boolean begins(String message, int ending) {
        int from = ending;
        while (from > 0 && isName(message.charAt(from - 1))) {
            from--;
        }
        if (from == ending) {
            return from == 0 && message.startsWith("Error:")
                    || from > 1 && message.startsWith("Error: ", from) && message.charAt(from - 2) == ':';
        }
        return message.substring(from, ending).chars().anyMatch(Character::isUpperCase);
    }

    private static boolean isName(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '$' || c == '.';
    }
}
