package dev.millwright.call;

import dev.millwright.tool.Question;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Ends a call of the stateless era with questions; the client repeats the call with the answers. */
public final class NeedsInput extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Map<String, Question> questions;

    public NeedsInput(Map<String, Question> questions) {
        super("input required", null, false, false);
        this.questions = Collections.unmodifiableMap(new LinkedHashMap<>(questions));
    }

    public Map<String, Question> questions() {
        return questions;
    }
}
