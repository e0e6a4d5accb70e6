package dev.millwright.k8s.fix;

import dev.millwright.json.Json;
import dev.millwright.k8s.diagnose.CauseId;
import dev.millwright.k8s.diagnose.Finding;
import dev.millwright.k8s.diagnose.Fix;
import dev.millwright.k8s.model.Ref;
import dev.millwright.store.Tokens;

/**
 * A fix that can be applied: it has a patch.
 *
 * @param fixId short, unique within its plan, as in {@code f1}
 * @param cause what it mends
 * @param object at fault, which need not be the one that is patched
 * @param part of that object
 */
public record Planned(String fixId, CauseId cause, Ref object, String part, Fix fix) {
    public Planned {
        if (fix.change().isEmpty()) {
            throw new IllegalArgumentException("a fix without a patch cannot be planned: " + fix.what());
        }
    }

    public static Planned of(String fixId, Finding finding, Fix fix) {
        return new Planned(fixId, finding.id(), finding.object(), finding.part(), fix);
    }

    public Fix.Change change() {
        return fix.change().orElseThrow();
    }

    /** SHA-256 over the patch and what it is for. */
    public String digest() {
        return Tokens.hash(Json.write(this));
    }

    /** Whether a finding is the cause this mends. */
    public boolean mends(Finding finding) {
        return finding.id() == cause
                && finding.object().equals(object)
                && finding.part().equals(part);
    }
}
