package dev.millwright.call;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.tool.Call;
import dev.millwright.tool.Question;
import dev.millwright.tool.Tenant;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Does the work. */
record Perform() implements Step {
    @Override
    public Reply pass(Attempt attempt, Next next) throws Exception {
        if (Thread.interrupted()) {
            throw new InterruptedException("cancelled before it began");
        }
        return attempt.work().perform(new RunningCall(attempt));
    }

    private record RunningCall(Attempt attempt) implements Call {
        @Override
        public String id() {
            return attempt.id();
        }

        @Override
        public Tenant tenant() {
            return attempt.who().tenant();
        }

        @Override
        public String caller() {
            return attempt.who().caller().id();
        }

        @Override
        public int budget() {
            return attempt.budget();
        }

        @Override
        public Instant deadline() {
            return attempt.deadline();
        }

        @Override
        public Optional<String> system() {
            return attempt.work().system();
        }

        @Override
        public void progress(double done, double total, String message) {
            attempt.client().progress(done, total, message);
        }

        @Override
        public void log(String level, String message) {
            attempt.client().log(level, attempt.operation().name(), message);
        }

        @Override
        public Map<String, JsonNode> ask(Map<String, Question> questions) throws InterruptedException {
            return attempt.ask(questions);
        }

        @Override
        public boolean canAsk(Question question) {
            return attempt.client().canAsk(question);
        }
    }
}
