package dev.millwright.docker.posture;

import dev.millwright.docker.posture.Outcome.Verdict;
import java.util.List;
import java.util.function.Function;

/** One numbered check over what is known of a thing. */
record Rule<T>(String number, Severity severity, String title, String fix, Function<T, Answer> look) {
    private static final int LONGEST = 400;

    /** What a look gave. */
    record Answer(Verdict verdict, String detail) {
        private static final Answer PASS = new Answer(Verdict.PASS, "");

        static Answer pass() {
            return PASS;
        }

        static Answer fail(String detail) {
            return new Answer(Verdict.FAIL, detail.length() > LONGEST ? detail.substring(0, LONGEST) + "…" : detail);
        }

        static Answer unknown(String missing) {
            return new Answer(Verdict.UNKNOWN, missing);
        }

        /** Passes without any of them. @param what stands before their list */
        static Answer none(String what, List<String> bad) {
            return bad.isEmpty() ? pass() : fail((what + " " + String.join(", ", bad)).strip());
        }

        static Answer failIf(boolean bad, String detail) {
            return bad ? fail(detail) : pass();
        }
    }

    Outcome outcome(T facts) {
        Answer answer = look.apply(facts);
        return new Outcome(number, title, answer.verdict(), severity, answer.detail(), fix);
    }

    static <T> List<Outcome> all(List<Rule<T>> rules, T facts) {
        return rules.stream().map(rule -> rule.outcome(facts)).toList();
    }
}
